import { StoreUnavailable } from '../errors.js';
import type { RecordedEvent } from '../ports/event-store.js';

/** The certificate of an erasure. Holds nothing personal: keep it as the proof. Times are ISO 8601 UTC. */
export interface ErasureCertificate {
  /** Random; it is in the id of every key that was destroyed. */
  readonly person: string;
  readonly erasedAt: string;
  readonly by: string | null;
  readonly reason: string;
  readonly keysDestroyed: number;
  /** Messages to and from the person that lists have forgotten. They still count. */
  readonly messages: number;
  readonly inbound: number;
  /** The time at which the read models had forgotten the person, too. */
  readonly completedAt: string;
  /** The copies that this service cannot reach, each with its place and the time for which it may remain. */
  readonly remains: readonly string[];
}

/** Reads the certificate from the person's stream. @throws StoreUnavailable while the erasure is not complete */
export function certificateOf(
  events: readonly RecordedEvent[],
  remains: readonly string[],
): ErasureCertificate {
  const [first, second] = events.map(({ event }) => event);
  if (first?.type !== 'PersonErased' || second?.type !== 'ErasureCompleted') {
    throw new StoreUnavailable('the erasure is not complete: ask for it again');
  }
  const { person, occurredAt: erasedAt, by, reason, keys } = first.data;
  const { occurredAt: completedAt, messages, inbound } = second.data;
  return {
    person,
    erasedAt,
    by,
    reason,
    keysDestroyed: keys,
    messages,
    inbound,
    completedAt,
    remains,
  };
}
