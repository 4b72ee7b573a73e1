import { BUCKETS } from '../../application/projections/delivery-histogram.js';
import type { RollUpLevel } from './roll-up-level.js';

/**
 * The roll-ups of so many keys over one period are stored together. An hour has little of each key, so it
 * is one page; of a day or a month only what has changed should be written again.
 */
export const pageKeys: Readonly<Record<RollUpLevel, number>> = { hour: 4096, day: 256, month: 64 };

/** What one key adds up to in one period. */
export interface RollUpEntry {
  messages: number;
  segments: number;
  contradicted: number;
  /** Integer, see `money.ts`. */
  amount: number;
}

const HEADER_BYTES = 8;
const ENTRY_BYTES = 24;
const CELL_BYTES = 8;

/**
 * The roll-ups of one page, as one binary value: reports read them by the ten thousand, and rows of their
 * own would be read twenty times slower. Columns of little-endian numbers, one after the other: counts of
 * entries and cells (uint32); of all entries the amounts (float64, exact integers), messages, segments,
 * contradicted (int32) and keys within the page (uint32); of all cells the places (uint32: key within the
 * page × 256 + bucket) and counts (uint32). Sorted, so that equal contents are equal bytes.
 */
export class RollUpPage {
  readonly entries = new Map<number, RollUpEntry>();
  readonly cells = new Map<number, number>();

  add(slot: number, entry: RollUpEntry, bucket: number | null, sign: number): void {
    const known = this.entries.get(slot);
    if (known === undefined) {
      this.entries.set(slot, { ...entry });
    } else {
      known.messages += entry.messages;
      known.segments += entry.segments;
      known.contradicted += entry.contradicted;
      known.amount += entry.amount;
      if (isNothing(known)) this.entries.delete(slot);
    }
    if (bucket === null) return;
    const place = slot * BUCKETS + bucket;
    const count = (this.cells.get(place) ?? 0) + sign;
    if (count === 0) this.cells.delete(place);
    else this.cells.set(place, count);
  }

  get isEmpty(): boolean {
    return this.entries.size === 0 && this.cells.size === 0;
  }

  encode(): Uint8Array {
    const { bytes, columns } = newColumns(this.entries.size, this.cells.size);
    // Typed arrays sort numbers ten times faster than lists of pairs are sorted.
    columns.slots.set([...this.entries.keys()]);
    columns.slots.sort();
    for (let index = 0; index < columns.slots.length; index++) {
      const entry = this.entries.get(columns.slots[index] ?? 0);
      if (entry === undefined) continue;
      columns.amounts[index] = entry.amount;
      columns.messages[index] = entry.messages;
      columns.segments[index] = entry.segments;
      columns.contradicted[index] = entry.contradicted;
    }
    columns.places.set([...this.cells.keys()]);
    columns.places.sort();
    for (let index = 0; index < columns.places.length; index++) {
      columns.counts[index] = this.cells.get(columns.places[index] ?? 0) ?? 0;
    }
    return bytes;
  }

  static decode(bytes: Uint8Array): RollUpPage {
    const page = new RollUpPage();
    const { amounts, messages, segments, contradicted, slots, places, counts } = columnsOf(bytes);
    for (const [index, slot] of slots.entries()) {
      page.entries.set(slot, {
        messages: messages[index] ?? 0,
        segments: segments[index] ?? 0,
        contradicted: contradicted[index] ?? 0,
        amount: amounts[index] ?? 0,
      });
    }
    for (const [index, place] of places.entries()) page.cells.set(place, counts[index] ?? 0);
    return page;
  }
}

/** The columns of a stored page, without a copy. */
export interface RollUpColumns {
  readonly amounts: Float64Array;
  readonly messages: Int32Array;
  readonly segments: Int32Array;
  readonly contradicted: Int32Array;
  readonly slots: Uint32Array;
  readonly places: Uint32Array;
  readonly counts: Uint32Array;
}

function newColumns(
  entries: number,
  cells: number,
): { readonly bytes: Uint8Array; readonly columns: RollUpColumns } {
  const bytes = new Uint8Array(HEADER_BYTES + entries * ENTRY_BYTES + cells * CELL_BYTES);
  new Uint32Array(bytes.buffer, 0, 2).set([entries, cells]);
  return { bytes, columns: columnsOf(bytes) };
}

export function columnsOf(stored: Uint8Array): RollUpColumns {
  // Typed arrays must begin at a multiple of their size, and a driver may hand out a part of a buffer.
  const bytes = stored.byteOffset % 8 === 0 ? stored : stored.slice();
  const { buffer, byteOffset } = bytes;
  const [entries = 0, cells = 0] = new Uint32Array(buffer, byteOffset, 2);
  const column = (place: number): number => byteOffset + HEADER_BYTES + entries * place;
  const afterEntries = column(ENTRY_BYTES);
  return {
    amounts: new Float64Array(buffer, column(0), entries),
    messages: new Int32Array(buffer, column(8), entries),
    segments: new Int32Array(buffer, column(12), entries),
    contradicted: new Int32Array(buffer, column(16), entries),
    slots: new Uint32Array(buffer, column(20), entries),
    places: new Uint32Array(buffer, afterEntries, cells),
    counts: new Uint32Array(buffer, afterEntries + cells * 4, cells),
  };
}

const isNothing = ({ messages, segments, contradicted, amount }: RollUpEntry): boolean =>
  messages === 0 && segments === 0 && contradicted === 0 && amount === 0;
