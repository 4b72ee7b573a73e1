import type { Moment } from '../../domain/elapsed-time.js';
import type { Priority } from '../../domain/message/priority.js';

/**
 * The kinds of work that can be due for a message. `send`: its next attempt. `expire`: it is too late to send it.
 * `confirm`: its confirmation window closes. `settle`: a call was started, and should have an outcome by
 * now: then on a channel beside Vonage, a call's time limit later on one of Vonage's. `adopt`: reports may have overtaken its 202 and wait on a stream of their own.
 */
export const agendaKinds = ['send', 'expire', 'confirm', 'settle', 'adopt'] as const;

export type AgendaKind = (typeof agendaKinds)[number];

/** There is at most one entry for each. */
export interface AgendaKey {
  readonly messageId: string;
  readonly kind: AgendaKind;
  /**
   * For `settle`, the attempt of the call, since several may lack their outcome. 0 for the others: they are about the
   * message.
   */
  readonly attempt: number;
}

export interface AgendaEntry extends AgendaKey {
  /** ISO 8601 UTC with milliseconds, so that text order is time order. */
  readonly dueAt: string;
}

/** The messages that wait to be sent in one lane, by one sender, for one API key. */
export interface WaitingLine {
  readonly priority: Priority;
  readonly channel: string;
  /** Empty for a retry that an earlier version scheduled. */
  readonly from: string;
  /** The name of the API key; empty without one. Retries of all keys share one line, `RETRIES`. */
  readonly key: string;
}

/** The name of the line of retries. No API key can have it. */
export const RETRIES = '(retries)';

/** An entry with the time span at whose end it is due. */
export interface NewAgendaEntry extends AgendaEntry {
  /** Null for other kinds than `send`. */
  readonly line: WaitingLine | null;
  /** Start of its time span, ISO 8601 UTC; null when a person chose the due time. */
  readonly begunAt: string | null;
}

/** The upper bound of due times. */
export interface DueBy extends Moment {
  /** Leaves out entries that became due less than this ago. 0 by default. */
  readonly graceMs?: number;
}

/** A backlog is counted up to here: 10,001 means more than 10,000. */
export const BACKLOG_ENTRIES_MAX = 10_001;

export interface Backlog {
  /** At most `BACKLOG_ENTRIES_MAX`. */
  readonly entries: number;
  /** ISO 8601 UTC; undefined when there are none. */
  readonly oldestDueAt: string | undefined;
}

export type AgendaOrder = 'oldest-first' | 'newest-first';

/**
 * The due work and its times: a projection of the ledger, so timers survive a restart. It may lag behind the ledger:
 * read the ledger again before acting on an entry.
 */
export interface Agenda {
  /**
   * Returns entries of a kind whose time span is over, most overdue first by default. After them come those that a step
   * of the clock interrupted: their whole length has elapsed since the step.
   */
  due(
    kind: Exclude<AgendaKind, 'send'>,
    by: DueBy,
    entriesMax: number,
    order?: AgendaOrder,
  ): Promise<readonly AgendaEntry[]>;

  /** The lines in which something is to be sent, now or later. */
  lines(): Promise<readonly WaitingLine[]>;

  /** Like `due`, for what is to be sent in one line. */
  dueInLine(line: WaitingLine, by: DueBy, entriesMax: number): Promise<readonly AgendaEntry[]>;

  /** Counts the entries of a kind that are due by then, with the due time of the oldest. */
  backlog(kind: Exclude<AgendaKind, 'send'>, now: string): Promise<Backlog>;

  /** Counts the messages that are due to be sent, by lane. */
  sendBacklog(now: string): Promise<Readonly<Record<Priority, Backlog>>>;

  /** Deletes entries that the ledger has shown to be stale; one with another `dueAt` stays. */
  forget(entries: readonly AgendaEntry[]): Promise<void>;
}
