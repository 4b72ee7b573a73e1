import type { MonotonicClock } from '../ports/clock.js';
import type { EventFeed } from '../ports/event-feed.js';
import type { LedgerOrigins, ReadModelOrigin } from '../ports/ledger-origin.js';
import type { Logger } from '../ports/logger.js';
import { LEDGER_STREAMS } from '../streams.js';
import { untilDone } from './until-done.js';

const LOOK_AGAIN_MS = 1_000;

/**
 * Remembers the ledger's identity as soon as there is one: a ledger on a server has none before its first event.
 * Without it, read models cannot prove later that they were made from another ledger.
 */
export class AwaitIdentity {
  constructor(
    private readonly ledger: {
      readonly feed: Pick<EventFeed, 'head'>;
      readonly origins: LedgerOrigins;
    },
    private readonly readModels: Pick<ReadModelOrigin, 'ledgerIdentity' | 'adopt'>,
    private readonly clock: MonotonicClock,
    private readonly logger: Logger,
  ) {}

  /** Runs until the identity is remembered, or `signal` aborts. */
  run(signal: AbortSignal): Promise<void> {
    return untilDone(() => this.isRemembered(signal), signal, {
      clock: this.clock,
      logger: this.logger,
      pauseMs: LOOK_AGAIN_MS,
      sentence: 'The identity of the ledger cannot be remembered yet.',
    });
  }

  private async isRemembered(signal: AbortSignal): Promise<boolean> {
    if ((await this.readModels.ledgerIdentity()) !== undefined) return true;
    // Cheap: reads only the end of the ledger, while the identity is searched from the beginning.
    if ((await this.ledger.feed.head(LEDGER_STREAMS)) === undefined) return false;
    const { identity } = await this.ledger.origins.origin(signal);
    if (identity === undefined) return false;
    await this.readModels.adopt(identity);
    return true;
  }
}
