import type { MonotonicClock } from '../ports/clock.js';
import { STANDBY_REASON } from '../background/loop.js';
import { reportTurn } from '../background/report-turn.js';
import type { EventFeed } from '../ports/event-feed.js';
import type { Position } from '../ports/event-store.js';
import type { Health, HealthReporter } from '../ports/health.js';
import type { LedgerOrigins } from '../ports/ledger-origin.js';
import type { Logger } from '../ports/logger.js';
import type { PersonalKeys } from '../ports/personal-keys.js';
import { PERSON_STREAMS } from '../streams.js';

/** The mark moves on this often while nobody is erased, so that the next start has little to read again. */
const MARK_PERIOD_MS = 60_000;

interface Mark {
  /** Positions have a meaning in one ledger only. */
  readonly ledger: string | undefined;
  readonly position: Position | undefined;
}

/**
 * Destroys the keys of every person whom the ledger calls erased. A key store that was restored from an older backup brings such
 * keys back; its mark is older too, so the erasures since then are looked at again.
 */
export class DestroyAgain {
  private readonly health: HealthReporter;

  constructor(
    private readonly keys: Pick<
      PersonalKeys,
      'destroyKeysOf' | 'erasuresSeen' | 'noteErasuresSeen'
    >,
    private readonly feed: EventFeed,
    private readonly origins: LedgerOrigins,
    private readonly clock: MonotonicClock,
    private readonly surroundings: { readonly logger: Logger; readonly health: Health },
  ) {
    this.health = surroundings.health.reporter('destruction of restored keys', ['erasure']);
    this.health.report('standby', STANDBY_REASON);
  }

  /** Follows the ledger until `signal` aborts. @throws StoreUnavailable */
  run(signal: AbortSignal): Promise<void> {
    return reportTurn(this.health, signal, () => this.follow(signal));
  }

  private async follow(signal: AbortSignal): Promise<void> {
    const { identity: ledger } = await this.origins.origin(signal);
    const seen = markIn(await this.keys.erasuresSeen());
    const after = seen?.ledger === ledger ? seen?.position : undefined;
    const options = { prefixes: [PERSON_STREAMS], after, signal };
    let notedAtMs = -Infinity;
    // `findLostKeys` expects all keys behind the mark, so the first mark is the end of the ledger.
    let mayMark = after !== undefined;
    for await (const { events, position, caughtUp } of this.feed.follow(options)) {
      for (const recorded of events) {
        if (recorded.damage !== undefined) continue;
        const { event } = recorded;
        if (event.type === 'PersonErased') await this.destroy(event.data.person);
      }
      const isDue = this.clock.elapsedMs() - notedAtMs >= MARK_PERIOD_MS;
      mayMark ||= caughtUp;
      if (mayMark && (events.length > 0 || isDue)) {
        await this.keys.noteErasuresSeen(JSON.stringify({ ledger, position } satisfies Mark));
        notedAtMs = this.clock.elapsedMs();
      }
      this.health.working();
    }
  }

  private async destroy(person: string): Promise<void> {
    const keys = await this.keys.destroyKeysOf(person);
    if (keys === 0) return;
    const sentence = 'Keys of a person who was erased were there again, and were destroyed.';
    this.surroundings.logger.warn({ person, keys }, sentence);
  }
}

/** Reads the mark that the key store keeps. */
export function markIn(text: string | undefined): Mark | undefined {
  return text === undefined ? undefined : (JSON.parse(text) as Mark);
}
