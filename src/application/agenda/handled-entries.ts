import type { AgendaEntry, AgendaKey } from '../ports/agenda.js';

/** Entries that were handled and that the agenda may still show, because it lags behind the ledger. */
export class HandledEntries {
  private readonly dueAt = new Map<string, string>();

  get size(): number {
    return this.dueAt.size;
  }

  add(entry: AgendaEntry): void {
    this.dueAt.set(keyOf(entry), entry.dueAt);
  }

  /** False for an entry that is due at another time: it came again. */
  has(entry: AgendaEntry): boolean {
    return this.dueAt.get(keyOf(entry)) === entry.dueAt;
  }

  delete(entry: AgendaKey): void {
    this.dueAt.delete(keyOf(entry));
  }

  clear(): void {
    this.dueAt.clear();
  }

  /**
   * Drops those that the agenda shows no more: their place was read, and they were not there.
   * @param shown the oldest entries of the agenda, in their order
   */
  keepShown(shown: readonly AgendaEntry[], isAll: boolean): void {
    const keys = new Set(shown.map(keyOf));
    const lastDueAt = shown.at(-1)?.dueAt ?? '';
    for (const [key, dueAt] of this.dueAt) {
      if (!keys.has(key) && (isAll || dueAt < lastDueAt)) this.dueAt.delete(key);
    }
  }
}

const keyOf = ({ messageId, attempt }: AgendaKey): string => `${messageId} ${attempt}`;
