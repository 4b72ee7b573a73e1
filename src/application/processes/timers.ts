import type { MessageCommand } from '../../domain/message/message-commands.js';
import type { MessageLedger } from '../message-ledger.js';
import type { Agenda, AgendaEntry, AgendaKind } from '../ports/agenda.js';
import type { Clock } from '../ports/clock.js';
import type { MessageIndex } from '../ports/message-index.js';
import type { Logger } from '../ports/logger.js';
import type { AdoptReports } from '../tracking/adopt-reports.js';
import { Loop } from './loop.js';

const ENTRIES_PER_ROUND_MAX = 100;

/** On top of the call's own time limit: recording the outcome takes time too, and clocks differ. */
const SETTLE_MARGIN_MS = 5_000;

type TimerKind = Exclude<AgendaKind, 'send' | 'adopt'>;

/**
 * Does what becomes due by itself: closes confirmation windows, expires what is too late to send, and
 * calls an attempt unknown whose outcome nobody recorded, and has stray reports adopted. It never sends anything.
 */
export class Timers {
  private readonly loop: Loop;
  private readonly handled = new Map<string, string>();

  constructor(
    private readonly messages: MessageLedger,
    private readonly agenda: Agenda,
    private readonly adoptReports: AdoptReports,
    private readonly index: MessageIndex,
    private readonly clock: Clock,
    logger: Logger,
    /** How long one call to Vonage may take. */
    private readonly callTimeoutMs: number,
  ) {
    this.loop = new Loop('timers', logger, () => this.round());
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
  }

  private async round(): Promise<boolean> {
    const now = this.clock.now().getTime();
    const overdueCalls = now - this.callTimeoutMs - SETTLE_MARGIN_MS;
    const fired = [
      await this.fire('expire', now),
      await this.fire('confirm', now),
      await this.fire('settle', overdueCalls),
      await this.adoptStrays(now),
    ];
    return fired.some((more) => more);
  }

  private async fire(kind: TimerKind, untilMs: number): Promise<boolean> {
    const until = new Date(untilMs).toISOString();
    const entries = await this.agenda.due(kind, until, ENTRIES_PER_ROUND_MAX);
    const fresh = entries.filter(
      ({ messageId, dueAt }) => this.handled.get(`${kind} ${messageId}`) !== dueAt,
    );
    for (const entry of fresh) await this.act(kind, entry);
    if (fresh.length === 0) {
      for (const key of this.handled.keys()) if (key.startsWith(kind)) this.handled.delete(key);
    }
    return fresh.length > 0;
  }

  private async adoptStrays(untilMs: number): Promise<boolean> {
    const until = new Date(untilMs).toISOString();
    const entries = await this.agenda.due('adopt', until, ENTRIES_PER_ROUND_MAX);
    const adopted = await Promise.all(entries.map((entry) => this.adoptFor(entry)));
    return adopted.some((done) => done);
  }

  private async adoptFor(entry: AgendaEntry): Promise<boolean> {
    const { message } = await this.messages.read(entry.messageId);
    for (const { messageUuid } of message.kind === 'tracked' ? message.attempts : []) {
      if (messageUuid === null) continue;
      // Until the index knows the uuid, a webhook may still be putting a stray where nobody looks again.
      if ((await this.index.messageIdOf(messageUuid)) === undefined) return false;
      await this.adoptReports.execute(messageUuid, entry.messageId, 'agenda');
    }
    await this.agenda.forget(entry);
    return true;
  }

  private async act(kind: TimerKind, entry: AgendaEntry): Promise<void> {
    const { messageId, dueAt } = entry;
    const command = await this.commandFor(kind, entry);
    const { events } =
      command === undefined
        ? { events: [] }
        : await this.messages.handle(messageId, command, { source: 'agenda' });
    if (events.length === 0) await this.agenda.forget(entry);
    else this.handled.set(`${kind} ${messageId}`, dueAt);
  }

  private async commandFor(
    kind: TimerKind,
    entry: AgendaEntry,
  ): Promise<MessageCommand | undefined> {
    if (kind === 'expire') return { type: 'ExpireMessage' };
    if (kind === 'confirm') return { type: 'CloseConfirmationWindow' };
    const { message } = await this.messages.read(entry.messageId);
    const attempts = message.kind === 'tracked' ? message.attempts : [];
    // The entry is about one call; a later one has an entry and a time limit of its own.
    const attempt = attempts.find(({ startedAt }) => startedAt === entry.dueAt);
    if (attempt?.outcome !== 'pending') return undefined;
    return {
      type: 'RecordOutcome',
      attempt: attempt.number,
      outcome: {
        kind: 'unknown',
        reason: 'the process that made the call ended before it could record the answer',
      },
    };
  }
}
