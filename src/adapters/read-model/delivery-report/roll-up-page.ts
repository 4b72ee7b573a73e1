import { BUCKETS } from '../../../application/projecting/messages/delivery-histogram.js';
import type { DeliveryContribution } from '../../../application/projecting/messages/delivery-contribution.js';
import { aligned, arrays, widthOf, WIDTHS, type Numbers } from './packed-numbers.js';
import type { RollUpLevel } from './roll-up-level.js';

/**
 * Number of keys whose roll-ups over one period share a page. A report pays for each page that it reads, and a commit
 * for each key of a page that it changes; an hour has little of each key.
 */
export const pageKeys: Readonly<Record<RollUpLevel, number>> = {
  hour: 32_768,
  day: 1024,
  month: 128,
};

/** The sums of one key in one period. */
export interface RollUpEntry {
  messages: number;
  segments: number;
  contradicted: number;
  /** Integer, see `money.ts`. */
  amount: number;
}

/**
 * The roll-ups of one page, as one binary value: reports read them by the ten thousand, and separate rows would be
 * read twenty times slower.
 *
 * Columns of little-endian numbers, each as narrow as its widest value allows, because what a report costs is mostly
 * bytes read. Of all entries, sorted by key: amount, messages, segments, contradicted, the key within the page as the
 * step from the one before, and the number of its cells. Of all cells, in the order of the entries and of buckets:
 * bucket and count. In front: the counts of entries and cells (uint32), and the width of each column (one byte each).
 * Wider columns come first, so that each begins at a multiple of its width. Equal contents are equal bytes.
 */
export class RollUpPage {
  readonly entries = new Map<number, RollUpEntry>();
  /** By key within the page × `BUCKETS` + bucket. */
  readonly cells = new Map<number, number>();
  /** The sorted cells, cached until a cell is added or removed: most changes are to existing cells. */
  private sorted: { readonly slots: Uint32Array; readonly places: Uint32Array } | undefined;

  add(slot: number, contribution: DeliveryContribution): void {
    const { messages, segments, contradicted, amount, bucket } = contribution;
    const known = this.entries.get(slot);
    if (known === undefined) {
      this.entries.set(slot, { messages, segments, contradicted, amount });
      this.sorted = undefined;
    } else {
      known.messages += messages;
      known.segments += segments;
      known.contradicted += contradicted;
      known.amount += amount;
      if (isNothing(known)) {
        this.entries.delete(slot);
        this.sorted = undefined;
      }
    }
    if (bucket === null) return;
    const place = slot * BUCKETS + bucket;
    const before = this.cells.get(place) ?? 0;
    const count = before + Math.sign(messages);
    if (count === 0) this.cells.delete(place);
    else this.cells.set(place, count);
    if (before === 0 || count === 0) this.sorted = undefined;
  }

  get isEmpty(): boolean {
    return this.entries.size === 0 && this.cells.size === 0;
  }

  encode(): Uint8Array {
    // Typed arrays sort numbers ten times faster than lists of pairs.
    this.sorted ??= {
      slots: Uint32Array.from(this.entries.keys()).toSorted(),
      places: Uint32Array.from(this.cells.keys()).toSorted(),
    };
    const { slots, places } = this.sorted;
    const columns = RollUpColumns.of(slots.length, places.length);
    let cell = 0;
    let before = 0;
    for (let index = 0; index < slots.length; index++) {
      const slot = slots[index] ?? 0;
      const { amount, messages, segments, contradicted } = this.entries.get(slot) ?? nothing;
      columns.amounts[index] = amount;
      columns.messages[index] = messages;
      columns.segments[index] = segments;
      columns.contradicted[index] = contradicted;
      columns.steps[index] = slot - before;
      before = slot;
      const firstCell = cell;
      const firstPlace = slot * BUCKETS;
      for (; cell < places.length; cell++) {
        const place = places[cell] ?? 0;
        const bucket = place - firstPlace;
        if (bucket >= BUCKETS) break;
        columns.buckets[cell] = bucket;
        columns.counts[cell] = this.cells.get(place) ?? 0;
      }
      columns.cellCounts[index] = cell - firstCell;
    }
    return columns.write();
  }

  static decode(bytes: Uint8Array): RollUpPage {
    const page = new RollUpPage();
    const columns = new RollUpColumns();
    columns.read(bytes);
    let slot = 0;
    let cell = 0;
    for (let index = 0; index < columns.entries; index++) {
      slot += columns.steps[index] ?? 0;
      page.entries.set(slot, {
        messages: columns.messages[index] ?? 0,
        segments: columns.segments[index] ?? 0,
        contradicted: columns.contradicted[index] ?? 0,
        amount: columns.amounts[index] ?? 0,
      });
      for (const end = cell + (columns.cellCounts[index] ?? 0); cell < end; cell++) {
        page.cells.set(slot * BUCKETS + (columns.buckets[cell] ?? 0), columns.counts[cell] ?? 0);
      }
    }
    return page;
  }
}

const ENTRY_COLUMNS = [
  'amounts',
  'messages',
  'segments',
  'contradicted',
  'steps',
  'cellCounts',
] as const;
const CELL_COLUMNS = ['buckets', 'counts'] as const;
const COLUMNS = [...ENTRY_COLUMNS, ...CELL_COLUMNS] as const;
const HEADER_BYTES = 8 + COLUMNS.length;

/** The columns of a page, one number each; reused for page after page, and never smaller than the largest. */
export class RollUpColumns {
  entries = 0;
  cells = 0;
  amounts = new Float64Array(0);
  messages = new Float64Array(0);
  segments = new Float64Array(0);
  contradicted = new Float64Array(0);
  steps = new Float64Array(0);
  cellCounts = new Float64Array(0);
  /** Cells are most of a page, so they are read in place. */
  buckets: Numbers = new Float64Array(0);
  counts: Numbers = new Float64Array(0);

  static of(entries: number, cells: number): RollUpColumns {
    const columns = new RollUpColumns();
    columns.resize(entries, cells);
    for (const name of CELL_COLUMNS) columns[name] = new Float64Array(cells);
    return columns;
  }

  read(stored: Uint8Array): void {
    const bytes = aligned(stored);
    const { byteOffset } = bytes;
    const buffer = bytes.buffer as ArrayBuffer;
    const [entries = 0, cells = 0] = new Uint32Array(buffer, byteOffset, 2);
    this.resize(entries, cells);
    const widths = bytes.subarray(8, HEADER_BYTES);
    let offset = byteOffset + HEADER_BYTES;
    for (const width of WIDTHS) {
      for (const [index, name] of COLUMNS.entries()) {
        if (widths[index] !== width) continue;
        const length = this.lengthOf(name);
        const column = new arrays[width](buffer, offset, length);
        if (name === 'buckets' || name === 'counts') this[name] = column;
        else this[name].set(column);
        offset += length * width;
      }
    }
  }

  write(): Uint8Array {
    const widths = COLUMNS.map((name) => widthOf(this[name], this.lengthOf(name)));
    const columnBytes = COLUMNS.reduce(
      (sum, name, index) => sum + this.lengthOf(name) * (widths[index] ?? 0),
      0,
    );
    const bytes = new Uint8Array(HEADER_BYTES + columnBytes);
    new Uint32Array(bytes.buffer, 0, 2).set([this.entries, this.cells]);
    bytes.set(widths, 8);
    let offset = HEADER_BYTES;
    for (const width of WIDTHS) {
      for (const [index, name] of COLUMNS.entries()) {
        if (widths[index] !== width) continue;
        const length = this.lengthOf(name);
        new arrays[width](bytes.buffer, offset, length).set(this[name].subarray(0, length));
        offset += length * width;
      }
    }
    return bytes;
  }

  private resize(entries: number, cells: number): void {
    this.entries = entries;
    this.cells = cells;
    if (this.amounts.length >= entries) return;
    for (const name of ENTRY_COLUMNS) this[name] = new Float64Array(entries);
  }

  private lengthOf(name: (typeof COLUMNS)[number]): number {
    return name === 'buckets' || name === 'counts' ? this.cells : this.entries;
  }
}

const nothing: RollUpEntry = { messages: 0, segments: 0, contradicted: 0, amount: 0 };

const isNothing = ({ messages, segments, contradicted, amount }: RollUpEntry): boolean =>
  messages === 0 && segments === 0 && contradicted === 0 && amount === 0;
