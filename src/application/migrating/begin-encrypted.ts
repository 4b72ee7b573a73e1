import type { LedgerEncrypted } from '../../domain/keys/ledger-encrypted.js';
import { LedgersDiffer } from './copy-ledger.js';
import type { Clock } from '../ports/clock.js';
import type { EventStore } from '../ports/event-store.js';
import type { Identifiers } from '../ports/identifiers.js';
import type { LogState } from '../ports/log-store.js';
import { ENCRYPTION_STREAM } from '../streams.js';
import { rootEvent } from '../ports/root-metadata.js';

/**
 * Records as the first event of an empty ledger what the log of the plain one had signed. Repeats of a copy that was cut off
 * find it there. @param signed of the plain ledger; undefined where nothing was signed
 * @throws LedgersDiffer when the source was encrypted in this way before
 */
export async function beginEncrypted(
  source: EventStore,
  target: EventStore,
  signed: LogState | undefined,
  clock: Clock,
  identifiers: Identifiers,
): Promise<void> {
  if ((await source.read(ENCRYPTION_STREAM)).events.length > 0) {
    throw new LedgersDiffer('the source was encrypted before: nothing in it is plain text');
  }
  if ((await target.read(ENCRYPTION_STREAM)).events.length > 0) return;
  const occurredAt = clock.now().toISOString();
  const log = signed && {
    origin: signed.origin,
    size: signed.size,
    checkpoint: signed.checkpoint,
    keys: signed.keys,
  };
  const event: LedgerEncrypted = {
    type: 'LedgerEncrypted',
    data: { log: log ?? null, occurredAt },
  };
  const recorded = rootEvent(identifiers.newId(), event, 'cli');
  await target.append(ENCRYPTION_STREAM, [recorded], 'no-stream');
}
