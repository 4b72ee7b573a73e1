import type { CheckpointShared } from '../../domain/webhooks/checkpoint-event.js';
import { orRecordedMeanwhile } from '../decide-again.js';
import type { Clocks } from '../ports/clock.js';
import type { EventStore, ExpectedRevision, NewEvent } from '../ports/event-store.js';
import type { Identifiers } from '../ports/identifiers.js';
import type { LogStore } from '../ports/log-store.js';
import { CHECKPOINTS_STREAM } from '../streams.js';
import { rootEvent } from '../ports/root-metadata.js';

/** A checkpoint that is known outside binds all events before it, so one a minute is enough. */
const PERIOD_MS = 60_000;

export interface CheckpointPorts extends Clocks {
  readonly log: Pick<LogStore, 'state'>;
  readonly store: EventStore;
  readonly identifiers: Identifiers;
}

interface Known {
  /** The checkpoint that was shared last. */
  readonly last: Pick<CheckpointShared['data'], 'origin' | 'size'> | undefined;
  readonly revision: ExpectedRevision;
}

/**
 * Records the last checkpoint of the transparency log as an event, which outgoing webhooks then tell like any other: at
 * least once, and in its place.
 */
export class ShareCheckpoints {
  private sharedAtMs = -Infinity;
  /** The known end of the stream, which grows by an event a minute: reading all of it each time would block the thread. */
  private known: Known | undefined;

  constructor(private readonly ports: CheckpointPorts) {}

  /** Shares it when the last one is a minute old and the log has grown since. @throws StoreUnavailable */
  async look(): Promise<void> {
    const { log, clock, monotonic, identifiers } = this.ports;
    if (monotonic.elapsedMs() - this.sharedAtMs < PERIOD_MS) return;
    const state = await log.state();
    if (state === undefined) return;
    const { origin, size, checkpoint, keys } = state;
    const { last, revision } = (this.known ??= await this.read());
    // The event of the last one is an entry too, and must not be a reason for the next.
    if (size <= (last?.origin === origin ? last.size + 1 : 0)) return;
    const occurredAt = clock.now().toISOString();
    const id = identifiers.newId();
    const event: CheckpointShared = {
      type: 'CheckpointShared',
      data: { origin, size, checkpoint, keys, occurredAt },
    };
    // Unless the append succeeds, nobody knows how the stream ends.
    this.known = undefined;
    await orRecordedMeanwhile(
      this.append(rootEvent(id, event, 'agenda'), { origin, size }, revision),
    );
    this.sharedAtMs = monotonic.elapsedMs();
  }

  private async append(
    recorded: NewEvent,
    last: Known['last'],
    expected: ExpectedRevision,
  ): Promise<void> {
    const { revision } = await this.ports.store.append(CHECKPOINTS_STREAM, [recorded], expected);
    this.known = { last, revision };
  }

  private async read(): Promise<Known> {
    const { events, revision } = await this.ports.store.read(CHECKPOINTS_STREAM);
    const last = events.findLast(({ damage }) => damage === undefined)?.event as
      CheckpointShared | undefined;
    return { last: last?.data, revision };
  }
}
