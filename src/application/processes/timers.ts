import type { MessageCommand } from '../../domain/message/message-commands.js';
import { isPassing } from '../errors.js';
import type { MessageLedger } from '../message-ledger.js';
import type { Agenda, AgendaEntry, AgendaKey, AgendaKind, DueBy } from '../ports/agenda.js';
import { momentOf } from '../moment-of.js';
import type { Clock, MonotonicClock } from '../ports/clock.js';
import type { Health, HealthReporter } from '../ports/health.js';
import type { Logger } from '../ports/logger.js';
import type { AdoptReports } from '../tracking/adopt-reports.js';
import { isLive } from './is-live.js';
import { Loop, STANDBY_REASON } from './loop.js';

const ENTRIES_PER_ROUND_MAX = 100;

/** Until what could not be done is tried again. */
const SET_ASIDE_MS = 60_000;

/** Until an entry that waits for the end of a call, or was handed out early, is looked at again. */
const KEPT_PAUSE_MS = 1_000;

/** On top of the call's own time limit: recording the outcome takes time too, and clocks differ. */
const SETTLE_MARGIN_MS = 5_000;

/** A round does up to some hundred entries, each of which waits for the ledger for a while. */
const SILENCE_MS_MAX = 75_000;

/** Older strays are looked for a round's worth at a time, with a pause after each round. */
const ADOPT_AT_ONCE_MS = 60 * 60_000;

type TimerKind = Exclude<AgendaKind, 'send' | 'adopt'>;

/**
 * Does what becomes due by itself: closes confirmation windows, expires what is too late to send, and
 * calls an attempt unknown whose outcome nobody recorded, and has stray reports adopted. It never sends anything.
 */
export class Timers {
  private readonly loop: Loop;
  private readonly health: HealthReporter;
  private readonly handled = new Map<string, string>();
  private readonly asideUntilMs = new Map<string, number>();

  constructor(
    private readonly messages: MessageLedger,
    private readonly agenda: Agenda,
    private readonly adoptReports: AdoptReports,
    private readonly clock: Clock,
    private readonly monotonic: MonotonicClock,
    private readonly logger: Logger,
    /** How long one call to Vonage may take. */
    private readonly callTimeoutMs: number,
    health: Health,
  ) {
    this.health = health.reporter('timers', ['sending'], { silenceMsMax: SILENCE_MS_MAX });
    this.health.report('standby', STANDBY_REASON);
    this.loop = new Loop('timers', logger, this.health, () => this.round());
  }

  /** Something may have become due. */
  wake(): void {
    this.loop.wake();
  }

  /** Until `signal` aborts; resolves when the round that is under way then has ended. */
  async run(signal: AbortSignal): Promise<void> {
    // What was handled in an earlier turn may have come back on the agenda meanwhile.
    this.handled.clear();
    await this.loop.run(signal);
    this.health.report('standby', STANDBY_REASON);
  }

  private async round(): Promise<boolean> {
    const by = momentOf(this.clock);
    const fired = [
      await this.fire('expire', by),
      await this.fire('confirm', by),
      await this.fire('settle', { ...by, graceMs: this.callTimeoutMs + SETTLE_MARGIN_MS }),
      await this.adoptStrays(by),
    ];
    return fired.some((more) => more);
  }

  private async fire(kind: TimerKind, by: DueBy): Promise<boolean> {
    const entries = await this.agenda.due(kind, by, ENTRIES_PER_ROUND_MAX);
    const fresh = entries.filter((entry) => this.isFresh(entry));
    for (const entry of fresh) {
      await this.actOrSetAside(kind, entry);
      this.health.working();
    }
    if (fresh.length === 0) {
      for (const key of this.handled.keys()) if (key.startsWith(kind)) this.handled.delete(key);
    }
    return fresh.length > 0;
  }

  /**
   * Nothing in the ledger says that strays were looked for, so a rebuilt agenda has an entry for every call that
   * Vonage ever took. What is new comes first, and what is old takes its time.
   */
  private async adoptStrays(by: DueBy): Promise<boolean> {
    const entries = await this.agenda.due('adopt', by, ENTRIES_PER_ROUND_MAX, 'newest-first');
    const fresh = entries.filter((entry) => this.isFresh(entry));
    const adopted = await Promise.all(
      fresh.map((entry) =>
        this.adoptReports.adoptAllFor(entry.messageId).catch((error: unknown) => {
          this.setAside(entry, error);
          return false;
        }),
      ),
    );
    const done = fresh.filter((_, index) => adopted[index]);
    await this.agenda.forget(done);
    const newSince = new Date(Date.parse(by.now) - ADOPT_AT_ONCE_MS).toISOString();
    return done.some(({ dueAt }) => dueAt > newSince);
  }

  private async actOrSetAside(kind: TimerKind, entry: AgendaEntry): Promise<void> {
    try {
      await this.act(kind, entry);
    } catch (error) {
      this.setAside(entry, error);
    }
  }

  /**
   * An entry that cannot be done, such as that of a stream that cannot be read, must not keep those behind it
   * waiting: it is left for a while. @throws what passes by itself: then all of them wait
   */
  private setAside(entry: AgendaEntry, error: unknown): void {
    if (isPassing(error)) throw error;
    const { kind, messageId } = entry;
    this.lookAgainIn(SET_ASIDE_MS, entry);
    this.logger.error({ kind, messageId, error }, 'What was due for a message could not be done.');
  }

  private lookAgainIn(milliseconds: number, entry: AgendaEntry): void {
    this.asideUntilMs.set(keyOf(entry), this.monotonic.elapsedMs() + milliseconds);
  }

  private isFresh(entry: AgendaEntry): boolean {
    const key = keyOf(entry);
    const untilMs = this.asideUntilMs.get(key);
    if (untilMs !== undefined && this.monotonic.elapsedMs() < untilMs) return false;
    this.asideUntilMs.delete(key);
    return this.handled.get(key) !== entry.dueAt;
  }

  private async act(kind: TimerKind, entry: AgendaEntry): Promise<void> {
    const { messageId, attempt, dueAt } = entry;
    const command = commandFor(kind, attempt);
    const { events, after } = await this.messages.handle(messageId, command, { source: 'agenda' });
    if (events.length > 0) this.handled.set(keyOf(entry), dueAt);
    else if (isLive(entry, after, momentOf(this.clock))) this.lookAgainIn(KEPT_PAUSE_MS, entry);
    else await this.agenda.forget([entry]);
  }
}

const keyOf = ({ kind, messageId, attempt }: AgendaKey): string =>
  `${kind} ${messageId} ${attempt}`;

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
