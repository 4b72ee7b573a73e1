import { setTimeout as delay } from 'node:timers/promises';
import type { Checkpoints } from '../ports/checkpoints.js';
import type { EventFeed } from '../ports/event-feed.js';
import type { Position, RecordedEvent } from '../ports/event-store.js';
import type { Logger } from '../ports/logger.js';

const RETRY_DELAY_MS_MAX = 5_000;
const POLL_MS = 20;

/**
 * Handles every event of some streams at least once and in order, across restarts. What it calls must
 * therefore be harmless when repeated. A fault is tried again until it succeeds: skipping would lose it.
 */
export class FeedFollower {
  private readonly stopping = new AbortController();
  private running: Promise<void> = Promise.resolve();

  constructor(
    private readonly name: string,
    private readonly prefixes: readonly string[],
    private readonly feed: EventFeed,
    private readonly checkpoints: Checkpoints,
    private readonly logger: Logger,
    private readonly handle: (event: RecordedEvent) => Promise<void>,
  ) {}

  start(): void {
    this.running = this.run();
  }

  async stop(): Promise<void> {
    this.stopping.abort();
    await this.running;
  }

  isAtOrAfter(position: Position, other: Position): boolean {
    return this.feed.comparePositions(position, other) >= 0;
  }

  /** Waits for a condition, or until the follower is stopped. */
  async waitFor(condition: () => Promise<boolean>): Promise<void> {
    while (!(await condition())) await delay(POLL_MS, undefined, { signal: this.stopping.signal });
  }

  private async run(): Promise<void> {
    for (let failures = 0; !this.stopping.signal.aborted;) {
      try {
        await this.followFromCheckpoint(() => (failures = 0));
      } catch (error) {
        if (this.stopping.signal.aborted) return;
        failures++;
        this.logger.error(
          { follower: this.name, error, failures },
          'A follower of the ledger failed; it goes on from its checkpoint.',
        );
        const pauseMs = Math.min(RETRY_DELAY_MS_MAX, 50 * 2 ** failures);
        await delay(pauseMs, undefined, { signal: this.stopping.signal }).catch(() => undefined);
      }
    }
  }

  private async followFromCheckpoint(succeeded: () => void): Promise<void> {
    const { signal } = this.stopping;
    const after = await this.checkpoints.load(this.name);
    const options = { prefixes: this.prefixes, signal, ...(after === undefined ? {} : { after }) };
    for await (const { events, position } of this.feed.follow(options)) {
      for (const event of events) await this.handle(event);
      await this.checkpoints.save(this.name, position);
      succeeded();
    }
  }
}
