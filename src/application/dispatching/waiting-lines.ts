import type { Agenda, AgendaEntry, DueBy, WaitingLine } from '../ports/agenda.js';
import { providerOf, type Provider } from '../../domain/sending/provider.js';
import type { EntriesAside } from '../agenda/entries-aside.js';
import { HandledEntries } from '../agenda/handled-entries.js';

/** A line with fewer entries in memory than this is read again. */
const ENTRIES_MIN = 100;
/** The number of entries read of one line, besides those that are handled already. */
const ENTRIES_READ = 2_000;

/** A message that may be sent, and the line in which it waited. */
export interface Waiting {
  readonly entry: AgendaEntry;
  readonly line: WaitingLine;
}

interface Buffer {
  readonly line: WaitingLine;
  /** In order; the first is at `next`. */
  entries: readonly AgendaEntry[];
  next: number;
  /** Entries taken that the agenda may still show. */
  readonly handled: HandledEntries;
}

/** The heads of all lines that go to one provider, in memory, so that the next message is found without a query. */
export class WaitingLines {
  private readonly buffers = new Map<string, Buffer>();

  constructor(
    private readonly provider: Provider,
    private readonly agenda: Pick<Agenda, 'lines' | 'dueInLine'>,
    private readonly aside: EntriesAside,
  ) {}

  /** Forgets everything, because another instance may have sent meanwhile. */
  clear(): void {
    this.buffers.clear();
  }

  /** Reads the lines of which little is left in memory. */
  async refill(by: DueBy): Promise<void> {
    const lines = (await this.agenda.lines()).filter(
      ({ channel, from }) => providerOf(channel, from) === this.provider,
    );
    const names = new Set(lines.map(nameOf));
    for (const name of this.buffers.keys()) if (!names.has(name)) this.buffers.delete(name);
    for (const line of lines) {
      const buffer = this.buffers.get(nameOf(line)) ?? emptyBuffer(line);
      this.buffers.set(nameOf(line), buffer);
      if (buffer.entries.length - buffer.next < ENTRIES_MIN) await this.read(buffer, by);
    }
  }

  /** The lines in which a message waits. */
  ready(): readonly WaitingLine[] {
    const ready: WaitingLine[] = [];
    for (const buffer of this.buffers.values()) {
      if (this.head(buffer) !== undefined) ready.push(buffer.line);
    }
    return ready;
  }

  /** Takes the first message of a line. */
  take(line: WaitingLine): Waiting | undefined {
    const buffer = this.buffers.get(nameOf(line));
    const entry = buffer === undefined ? undefined : this.head(buffer);
    if (buffer === undefined || entry === undefined) return undefined;
    buffer.next++;
    buffer.handled.add(entry);
    return { entry, line };
  }

  /** Lets a taken message come again, if the agenda still shows it. */
  putBack({ entry, line }: Waiting): void {
    this.buffers.get(nameOf(line))?.handled.delete(entry);
  }

  private head(buffer: Buffer): AgendaEntry | undefined {
    for (; ; buffer.next++) {
      const entry = buffer.entries[buffer.next];
      if (entry === undefined || this.isFresh(buffer, entry)) return entry;
    }
  }

  private async read(buffer: Buffer, by: DueBy): Promise<void> {
    const entriesMax = ENTRIES_READ + buffer.handled.size + this.aside.count('send');
    const entries = await this.agenda.dueInLine(buffer.line, by, entriesMax);
    buffer.handled.keepShown(entries, entries.length < entriesMax);
    buffer.entries = entries.filter((entry) => this.isFresh(buffer, entry));
    buffer.next = 0;
  }

  private isFresh({ handled }: Buffer, entry: AgendaEntry): boolean {
    return !handled.has(entry) && !this.aside.has(entry);
  }
}

const emptyBuffer = (line: WaitingLine): Buffer => ({
  line,
  entries: [],
  next: 0,
  handled: new HandledEntries(),
});

const nameOf = ({ priority, channel, from, key }: WaitingLine): string =>
  `${priority}\t${channel}\t${from}\t${key}`;
