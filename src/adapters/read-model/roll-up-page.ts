import { BUCKETS } from '../../application/projections/delivery-histogram.js';

/** The roll-ups of so many keys over one period are stored together. */
export const PAGE_KEYS = 64;

/** What one key adds up to in one period. */
export interface RollUpEntry {
  messages: number;
  segments: number;
  contradicted: number;
  /** Integer, see `money.ts`. */
  amount: number;
}

/**
 * The roll-ups of up to 64 keys over one hour, day or month, as one binary value: reports read them by the
 * ten thousand, and a row for each would be read twenty times slower. Little-endian, in this order:
 * counts of entries and of cells (uint32 each), then per entry amount (float64, an exact integer),
 * messages, segments, contradicted (int32 each) and key within the page (uint8), then per cell its count
 * (uint32) and its place (uint16: key within the page × 256 + bucket).
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
    const bytes = new Uint8Array(
      HEADER_BYTES + this.entries.size * ENTRY_BYTES + this.cells.size * CELL_BYTES,
    );
    const view = new DataView(bytes.buffer);
    view.setUint32(0, this.entries.size, true);
    view.setUint32(4, this.cells.size, true);
    let offset = HEADER_BYTES;
    for (const [slot, entry] of [...this.entries].toSorted(byPlace)) {
      view.setFloat64(offset, entry.amount, true);
      view.setInt32(offset + 8, entry.messages, true);
      view.setInt32(offset + 12, entry.segments, true);
      view.setInt32(offset + 16, entry.contradicted, true);
      view.setUint8(offset + 20, slot);
      offset += ENTRY_BYTES;
    }
    for (const [place, count] of [...this.cells].toSorted(byPlace)) {
      view.setUint32(offset, count, true);
      view.setUint16(offset + 4, place, true);
      offset += CELL_BYTES;
    }
    return bytes;
  }

  static decode(bytes: Uint8Array): RollUpPage {
    const page = new RollUpPage();
    readPage(
      bytes,
      (slot, messages, segments, contradicted, amount) => {
        page.entries.set(slot, { messages, segments, contradicted, amount });
      },
      (slot, bucket, count) => {
        page.cells.set(slot * BUCKETS + bucket, count);
      },
    );
    return page;
  }
}

const HEADER_BYTES = 8;
const ENTRY_BYTES = 21;
const CELL_BYTES = 6;

const byPlace = ([left]: readonly [number, unknown], [right]: readonly [number, unknown]): number =>
  left - right;

const isNothing = ({ messages, segments, contradicted, amount }: RollUpEntry): boolean =>
  messages === 0 && segments === 0 && contradicted === 0 && amount === 0;

/** Reads a stored page without building anything. */
export function readPage(
  bytes: Uint8Array,
  onEntry: (
    slot: number,
    messages: number,
    segments: number,
    contradicted: number,
    amount: number,
  ) => void,
  onCell: (slot: number, bucket: number, count: number) => void,
): void {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const entries = view.getUint32(0, true);
  const cells = view.getUint32(4, true);
  let offset = HEADER_BYTES;
  for (let index = 0; index < entries; index++) {
    onEntry(
      view.getUint8(offset + 20),
      view.getInt32(offset + 8, true),
      view.getInt32(offset + 12, true),
      view.getInt32(offset + 16, true),
      view.getFloat64(offset, true),
    );
    offset += ENTRY_BYTES;
  }
  for (let index = 0; index < cells; index++) {
    const place = view.getUint16(offset + 4, true);
    onCell(place >>> 8, place & 0xff, view.getUint32(offset, true));
    offset += CELL_BYTES;
  }
}
