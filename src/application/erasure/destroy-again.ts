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
import type { ErasePerson } from './erase-person.js';

/** The mark moves on this often while nobody is erased, so that the next start has little to read again. */
const MARK_PERIOD_MS = 60_000;

interface Mark {
  /** Positions have a meaning in one ledger only. */
  readonly ledger: string | undefined;
  readonly position: Position | undefined;
  /** Persons whose erasure was begun and not complete. Earlier versions named none. */
  readonly incomplete?: readonly string[];
}

/** An erasure that is incomplete so long after its call has ended counts as forgotten by its caller. */
const INCOMPLETE_MS_MAX = 5 * 60_000;

/**
 * Destroys the keys of every person whom the ledger calls erased. A key store that was restored from an older backup brings such
 * keys back; its mark is older too, so the erasures since then are looked at again.
 *
 * Reports erasures that were cut off, because only their caller knows the number that lists may still hold.
 */
export class DestroyAgain {
  private readonly health: HealthReporter;
  /** Last sign of life of each incomplete erasure as seen here, in milliseconds of the monotonic clock, by person. */
  private readonly incomplete = new Map<string, number>();

  constructor(
    private readonly keys: Pick<
      PersonalKeys,
      'destroyKeysOf' | 'erasuresSeen' | 'noteErasuresSeen'
    >,
    private readonly feed: EventFeed,
    private readonly origins: LedgerOrigins,
    private readonly clock: MonotonicClock,
    private readonly surroundings: {
      readonly logger: Logger;
      readonly health: Health;
      readonly erasing: Pick<ErasePerson, 'isUnderWay'>;
    },
  ) {
    this.health = surroundings.health.reporter('destruction of restored keys', ['erasure']);
    this.health.report('standby', STANDBY_REASON);
  }

  /** Follows the ledger until `signal` aborts. @throws StoreUnavailable */
  run(signal: AbortSignal): Promise<void> {
    return reportTurn(this.health, signal, async () => {
      const ending = new AbortController();
      const looking = this.look(AbortSignal.any([signal, ending.signal]));
      await this.follow(signal).finally(() => ending.abort());
      await looking;
    });
  }

  private async follow(signal: AbortSignal): Promise<void> {
    const { identity: ledger } = await this.origins.origin(signal);
    const seen = markIn(await this.keys.erasuresSeen());
    const after = seen?.ledger === ledger ? seen?.position : undefined;
    const options = { prefixes: [PERSON_STREAMS], after, signal };
    let notedAtMs = -Infinity;
    // `findLostKeys` expects all keys behind the mark, so the first mark is the end of the ledger.
    let mayMark = after !== undefined;
    this.incomplete.clear();
    if (mayMark) for (const person of seen?.incomplete ?? []) this.remember(person);
    for await (const { events, position, caughtUp } of this.feed.follow(options)) {
      for (const recorded of events) {
        if (recorded.damage !== undefined) continue;
        const { event } = recorded;
        if (event.type === 'ErasureCompleted') this.incomplete.delete(event.data.person);
        if (event.type !== 'PersonErased') continue;
        await this.destroy(event.data.person);
        // Versions before did not complete an erasure whose person had become known again.
        if (mayMark) this.remember(event.data.person);
      }
      const isDue = this.clock.elapsedMs() - notedAtMs >= MARK_PERIOD_MS;
      mayMark ||= caughtUp;
      if (mayMark && (events.length > 0 || isDue)) {
        const incomplete = [...this.incomplete.keys()];
        const mark = { ledger, position, incomplete } satisfies Mark;
        await this.keys.noteErasuresSeen(JSON.stringify(mark));
        notedAtMs = this.clock.elapsedMs();
      }
      this.tell();
    }
  }

  private remember(person: string): void {
    this.incomplete.set(person, this.clock.elapsedMs());
  }

  /** Looks from time to time, because the feed brings no event while nobody asks again. */
  private async look(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      await this.clock.wait(MARK_PERIOD_MS, signal).catch(() => undefined);
      if (!signal.aborted && this.incomplete.size > 0) this.tell();
    }
  }

  private tell(): void {
    const now = this.clock.elapsedMs();
    // To overwrite what is left in large files may take longer than a caller waits.
    for (const person of this.incomplete.keys()) {
      if (this.surroundings.erasing.isUnderWay(person)) this.remember(person);
    }
    const late = [...this.incomplete].filter(([, sinceMs]) => now - sinceMs >= INCOMPLETE_MS_MAX);
    const [oldest] = late;
    if (oldest === undefined) this.health.working();
    else this.health.report('failing', incompleteErasure(oldest[0], late.length - 1));
  }

  private async destroy(person: string): Promise<void> {
    const keys = await this.keys.destroyKeysOf(person);
    if (keys === 0) return;
    const sentence = 'Keys of a person who was erased were there again, and were destroyed.';
    this.surroundings.logger.warn({ person, keys }, sentence);
  }
}

const incompleteErasure = (person: string, others: number): string =>
  `${others > 0 ? `${others + 1} erasures are not complete; the oldest one: ` : ''}the erasure of person ${person} is not complete, and lists may still hold the number: ask for it again (PersonErased on the stream person-${person} says who asked, and why)`;

/** Reads the mark that the key store keeps. */
export function markIn(text: string | undefined): Mark | undefined {
  return text === undefined ? undefined : (JSON.parse(text) as Mark);
}
