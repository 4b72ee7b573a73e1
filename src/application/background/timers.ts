import type { MessageCommand } from '../../domain/message/message-commands.js';
import { isTransient } from '../errors.js';
import { settledAfterMs } from '../dispatching/late-start.js';
import type { MessageLedger } from '../message-ledger.js';
import type { Agenda, AgendaEntry, AgendaKind, DueBy } from '../ports/agenda.js';
import { momentOf } from '../moment-of.js';
import type { Clocks } from '../ports/clock.js';
import type { AwaitedRepeats } from '../health/awaited-repeats.js';
import type { Health, HealthReporter } from '../ports/health.js';
import type { Logger } from '../ports/logger.js';
import { ThrottledLog } from '../throttled-log.js';
import type { AdoptReports } from '../tracking/adopt-reports.js';
import { EntriesAside } from '../agenda/entries-aside.js';
import { HandledEntries } from '../agenda/handled-entries.js';
import { isLive } from '../agenda/is-live.js';
import { Loop } from './loop.js';

/** Entries done at the same time, so that one commit of the ledger holds many. */
const ENTRIES_PER_ROUND_MAX = 500;

/** Each look asks the agenda four times, and what becomes due here has waited for seconds at least. */
const LOOK_MS = 1_000;

/** Pause before an entry that could not be done is tried again. */
const SET_ASIDE_MS = 60_000;

/** Pause before an entry that waits for the end of a call, or was handed out early, is looked at again. */
const KEPT_PAUSE_MS = 1_000;

/** Silence limit of a round, which does up to some hundred entries, each of which waits for the ledger for a while. */
const SILENCE_MS_MAX = 75_000;

/**
 * Age limit for adopting immediately. Older strays are looked for one round at a time, with a pause after each round.
 */
const ADOPT_AT_ONCE_MS = 60 * 60_000;

/** A window that stays open is looked at again after this pause; a new attempt of its message has its own window. */
const OPEN_PAUSE_MS_MAX = 30_000;

export interface TimedWork {
  readonly messages: MessageLedger;
  readonly agenda: Agenda;
  readonly adoptReports: AdoptReports;
  readonly repeats: Pick<AwaitedRepeats, 'leftMs'>;
}

/** The clocks, and the receivers of logs and health. */
export interface TimersSurroundings extends Clocks {
  readonly logger: Logger;
  readonly health: Health;
  /** Time limit of one call to Vonage. */
  readonly callTimeoutMs: number;
}

type TimerKind = Exclude<AgendaKind, 'send' | 'adopt'>;

/**
 * Handles the timers: closes confirmation windows, expires messages that are too late to send, marks an attempt unknown
 * when nobody recorded its outcome, and has stray reports adopted. It never sends anything.
 */
export class Timers {
  private readonly loop: Loop;
  private readonly health: HealthReporter;
  private readonly handled: Readonly<Record<TimerKind, HandledEntries>> = {
    expire: new HandledEntries(),
    confirm: new HandledEntries(),
    settle: new HandledEntries(),
  };
  private readonly aside: EntriesAside;
  private readonly log: ThrottledLog;

  constructor(
    private readonly work: TimedWork,
    private readonly surroundings: TimersSurroundings,
  ) {
    const { monotonic, logger, health } = surroundings;
    this.aside = new EntriesAside(monotonic);
    this.log = new ThrottledLog(logger);
    this.health = health.reporter('timers', ['sending'], { silenceMsMax: SILENCE_MS_MAX });
    const settings = { name: 'timers', periodMs: LOOK_MS };
    this.loop = new Loop(settings, monotonic, logger, this.health, () => this.round());
  }

  /** The number of entries skipped for a while because they could not be done, or are not over yet. */
  get steppedOver(): number {
    return this.aside.total;
  }

  /** Wakes the loop, because something may have become due. */
  wake(): void {
    this.loop.wake();
  }

  /** Runs until `signal` aborts; resolves when the current round has ended. */
  async run(signal: AbortSignal): Promise<void> {
    // An entry handled in an earlier turn may be on the agenda again.
    for (const ofKind of Object.values(this.handled)) ofKind.clear();
    await this.loop.run(signal);
  }

  private async round(): Promise<boolean> {
    const { clock, callTimeoutMs } = this.surroundings;
    const by = momentOf(clock);
    const tasks = [
      () => this.fire('expire', by),
      () => this.fire('confirm', by),
      () => this.fire('settle', { ...by, graceMs: settledAfterMs(callTimeoutMs) }),
      () => this.adoptStrays(by),
    ];
    let more = false;
    const faults: unknown[] = [];
    for (const task of tasks) {
      // One entry may fail for ever, on a damaged page of the ledger: the other kinds of timers must not wait for it.
      more = (await task().catch((error: unknown) => void faults.push(error))) === true || more;
    }
    if (faults.length > 0) throw faults[0];
    return more;
  }

  private async fire(kind: TimerKind, by: DueBy): Promise<boolean> {
    const handled = this.handled[kind];
    const entriesMax = ENTRIES_PER_ROUND_MAX + this.aside.count(kind) + handled.size;
    const entries = await this.work.agenda.due(kind, by, entriesMax);
    handled.keepShown(entries, entries.length < entriesMax);
    const fresh = this.fresh(entries.filter((entry) => !handled.has(entry)));
    const done = await Promise.allSettled(fresh.map((entry) => this.actOrSetAside(kind, entry)));
    await this.forget(fresh.filter((_, index) => isStale(done[index])));
    throwFirst(done);
    return fresh.length > 0;
  }

  /**
   * Looks for stray reports. The ledger does not record such searches, so a rebuilt agenda has an entry for every call
   * that Vonage ever accepted. New entries come first, and old ones are done slowly.
   */
  private async adoptStrays(by: DueBy): Promise<boolean> {
    const entriesMax = ENTRIES_PER_ROUND_MAX + this.aside.count('adopt');
    const fresh = this.fresh(await this.work.agenda.due('adopt', by, entriesMax, 'newest-first'));
    const adopted = await Promise.allSettled(
      fresh.map((entry) =>
        this.work.adoptReports.adoptAllFor(entry.messageId, entry.dueAt).catch((error: unknown) => {
          this.setAside(entry, error);
          return false;
        }),
      ),
    );
    const done = fresh.filter((_, index) => isAdopted(adopted[index]));
    await this.forget(done);
    throwFirst(adopted);
    const newSince = new Date(Date.parse(by.now) - ADOPT_AT_ONCE_MS).toISOString();
    return done.some(({ dueAt }) => dueAt > newSince);
  }

  private async forget(entries: readonly AgendaEntry[]): Promise<void> {
    if (entries.length > 0) await this.work.agenda.forget(entries);
  }

  private async actOrSetAside(kind: TimerKind, entry: AgendaEntry): Promise<Done> {
    try {
      return await this.act(kind, entry);
    } catch (error) {
      this.setAside(entry, error);
      return 'kept';
    } finally {
      this.loop.showLife();
    }
  }

  /**
   * Skips an entry that cannot be done, such as one with an unreadable stream, for a while, so that it does not block
   * those behind it. @throws transient errors: then all entries wait
   */
  private setAside(entry: AgendaEntry, error: unknown): void {
    if (isTransient(error)) throw error;
    const { kind, messageId } = entry;
    this.aside.put(entry, SET_ASIDE_MS);
    const sentence =
      'What was due for a message could not be done; it is stepped over for a minute.';
    this.log.error(kind, { kind, messageId, error }, sentence);
  }

  private fresh(entries: readonly AgendaEntry[]): readonly AgendaEntry[] {
    return entries.filter((entry) => !this.aside.has(entry)).slice(0, ENTRIES_PER_ROUND_MAX);
  }

  private async act(kind: TimerKind, entry: AgendaEntry): Promise<Done> {
    const { messageId, attempt } = entry;
    if (kind === 'confirm' && (await this.awaitsRepeats(entry))) return 'kept';
    const command = commandFor(kind, attempt);
    const { events, after } = await this.work.messages.handle(messageId, command, {
      source: 'agenda',
    });
    if (events.length === 0 && !isLive(entry, after, momentOf(this.surroundings.clock)))
      return 'stale';
    if (events.length > 0) this.handled[kind].add(entry);
    else this.aside.put(entry, KEPT_PAUSE_MS);
    return 'kept';
  }

  /** True while refused reports may still be repeated: the end of a window may send a second text. */
  private async awaitsRepeats(entry: AgendaEntry): Promise<boolean> {
    const { message } = await this.work.messages.recall(entry.messageId);
    const leftMs = await this.work.repeats.leftMs(message);
    if (leftMs > 0) this.aside.put(entry, Math.min(OPEN_PAUSE_MS_MAX, leftMs));
    return leftMs > 0;
  }
}

/** `stale`: the ledger does not wait for the entry's work, so the agenda is to forget the entry. */
type Done = 'kept' | 'stale';

const isStale = (result: PromiseSettledResult<Done> | undefined): boolean =>
  result?.status === 'fulfilled' && result.value === 'stale';

const isAdopted = (result: PromiseSettledResult<boolean> | undefined): boolean =>
  result?.status === 'fulfilled' && result.value;

/** @throws the reason of the first that failed */
function throwFirst(results: readonly PromiseSettledResult<unknown>[]): void {
  const failed = results.find((result) => result.status === 'rejected');
  if (failed !== undefined) throw failed.reason;
}

function commandFor(kind: TimerKind, attempt: number): MessageCommand {
  switch (kind) {
    case 'expire':
      return { type: 'ExpireMessage' };
    case 'confirm':
      return { type: 'CloseConfirmationWindow' };
    case 'settle':
      return {
        type: 'RecordOutcome',
        attempt,
        outcome: {
          kind: 'unknown',
          reason: 'the process that made the call ended before it could record the answer',
        },
      };
  }
}
