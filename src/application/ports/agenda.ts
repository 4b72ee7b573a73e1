import type { Moment } from '../../domain/elapsed-time.js';

/**
 * What can be due for a message. `send`: its next attempt. `expire`: it is too late to send it.
 * `confirm`: its confirmation window closes. `settle`: a call to Vonage was started then and should
 * have an outcome by now. `adopt`: reports may have overtaken its 202 and wait on a stream of their own.
 */
export const agendaKinds = ['send', 'expire', 'confirm', 'settle', 'adopt'] as const;

export type AgendaKind = (typeof agendaKinds)[number];

/** There is at most one entry for each. */
export interface AgendaKey {
  readonly messageId: string;
  readonly kind: AgendaKind;
  /** Of `settle`: whose call it is, since several may lack their outcome. 0 for the others: they are about the message. */
  readonly attempt: number;
}

export interface AgendaEntry extends AgendaKey {
  /** ISO 8601 UTC with milliseconds, so that text order is time order. */
  readonly dueAt: string;
}

/** An entry with the time span at whose end it is due. */
export interface NewAgendaEntry extends AgendaEntry {
  /** When its time span began, ISO 8601 UTC; null when somebody chose the time at which it is due. */
  readonly begunAt: string | null;
}

/** Until when something is due. */
export interface DueBy extends Moment {
  /** What was due less than this ago is not asked for. 0 unless told otherwise. */
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
 * What is due and when: a projection of the ledger, so timers survive a restart. It may lag behind the
 * ledger; whoever acts on an entry asks the ledger again before doing anything.
 */
export interface Agenda {
  /**
   * Entries of a kind whose time span is over, most overdue first unless told otherwise. Behind them come those that a
   * step of the clock interrupted: their whole length has elapsed since the step.
   */
  due(
    kind: AgendaKind,
    by: DueBy,
    entriesMax: number,
    order?: AgendaOrder,
  ): Promise<readonly AgendaEntry[]>;

  /** How many entries of a kind are due by then, and since when the first of them. */
  backlog(kind: AgendaKind, now: string): Promise<Backlog>;

  /** Forgets entries that the ledger has shown to be stale; one with another `dueAt` stays. At most 100. */
  forget(entries: readonly AgendaEntry[]): Promise<void>;
}
