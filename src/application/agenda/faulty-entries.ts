import type { AgendaEntry } from '../ports/agenda.js';
import type { EntriesAside } from './entries-aside.js';

const PAUSE_MS_MIN = 1_000;
const PAUSE_MS_MAX = 60_000;
/** More at once mean an outage, which says nothing about one of them. */
const ENTRIES_MAX = 1_000;

/**
 * Puts entries aside for longer with each fault in a row: an outage delays nothing by much, and an entry whose stream can never be read
 * does not keep the others waiting.
 */
export class FaultyEntries {
  private readonly faults = new Map<string, number>();

  constructor(private readonly aside: EntriesAside) {}

  failed(entry: AgendaEntry): void {
    const before = this.faults.get(entry.messageId) ?? 0;
    if (before === 0 && this.faults.size >= ENTRIES_MAX) this.faults.clear();
    this.faults.set(entry.messageId, before + 1);
    this.aside.put(entry, Math.min(PAUSE_MS_MAX, PAUSE_MS_MIN * 2 ** before));
  }

  succeeded({ messageId }: AgendaEntry): void {
    this.faults.delete(messageId);
  }
}
