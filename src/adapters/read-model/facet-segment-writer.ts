import type { Copy } from './read-model-database.js';
import {
  LOWEST_KEY,
  packSegment,
  SEGMENT_MESSAGES_MAX,
  unpackSegment,
  type FacetSegment,
} from './facet-segment.js';
import { partitionPoint } from './partition-point.js';
import { facetSegmentsTable, type Cell, type TableWrite } from './tables.js';

/** Segments that are remembered unpacked, 8 KB each: those of a few hundred thousand messages. */
const SEGMENTS_MAX = 500;

/** The facet that the message of a key has now; undefined when there is no longer one. */
export type FacetChanges = ReadonlyMap<number, number | undefined>;

const EMPTY: FacetSegment = { keys: new Float64Array(), facetIds: new Uint32Array() };

/** Keeps the facets of all messages in segments of bounded size, however they come and go. */
export class FacetSegmentWriter {
  /** Where each segment begins, ascending. A segment reaches to the next one. */
  private starts: number[] = [LOWEST_KEY];
  private readonly recent = new Map<number, FacetSegment>();

  constructor(private readonly messagesMax: number = SEGMENT_MESSAGES_MAX) {}

  /** Learns what the copy holds already. */
  async begin({ db }: Copy): Promise<void> {
    const rows = await segmentStarts(db).execute();
    const starts = rows.map(({ from_key: start }) => start);
    // The first segment is there also when it holds nothing.
    this.starts = starts[0] === LOWEST_KEY ? starts : [LOWEST_KEY, ...starts];
  }

  forget(): void {
    this.starts = [LOWEST_KEY];
    this.recent.clear();
  }

  async writes(changes: FacetChanges, copy: Copy): Promise<TableWrite> {
    const changed = new Map<number, number[]>();
    for (const key of changes.keys()) {
      const start = this.starts[this.indexOf(key)] ?? LOWEST_KEY;
      const keys = changed.get(start);
      if (keys === undefined) changed.set(start, [key]);
      else keys.push(key);
    }
    await this.load([...changed.keys()], copy);
    const remove: (readonly Cell[])[] = [];
    const put: (readonly Cell[])[] = [];
    for (const [start, keys] of changed) {
      const segment = merged(
        this.recent.get(start) ?? EMPTY,
        Float64Array.from(keys).toSorted(),
        changes,
      );
      const pieces = this.split(start, segment);
      if (pieces.length === 0) remove.push([start]);
      this.replace(start, pieces);
      for (const [from, piece] of pieces) put.push([from, packSegment(piece)]);
    }
    for (const start of this.recent.keys()) {
      if (this.recent.size <= SEGMENTS_MAX) break;
      this.recent.delete(start);
    }
    return { table: facetSegmentsTable, remove, put };
  }

  /** Of the last segment that begins at or below a key. */
  private indexOf(key: number): number {
    return partitionPoint(this.starts.length, (index) => (this.starts[index] ?? 0) <= key) - 1;
  }

  private async load(starts: readonly number[], copy: Copy): Promise<void> {
    const missing = starts.filter((start) => !this.recent.has(start));
    for (const row of await copy.find(facetSegmentsTable, 'from_key', missing)) {
      this.recent.set(row['from_key'] as number, unpackSegment(row['content'] as Uint8Array));
    }
    const lost = missing.find((start) => start !== LOWEST_KEY && !this.recent.has(start));
    if (lost !== undefined) throw new RangeError(`no segment of facets begins at ${lost}`);
  }

  /** Messages mostly come at the end, so the last segment is left full; others get room for more. */
  private split(
    start: number,
    segment: FacetSegment,
  ): readonly (readonly [number, FacetSegment])[] {
    const count = segment.keys.length;
    const isLast = start === this.starts.at(-1);
    const most = isLast ? this.messagesMax : Math.ceil(count / Math.ceil(count / this.messagesMax));
    const pieces: (readonly [number, FacetSegment])[] = [];
    for (let from = 0; from < count; from += most) {
      const keys = segment.keys.slice(from, from + most);
      const facetIds = segment.facetIds.slice(from, from + most);
      pieces.push([from === 0 ? start : (keys[0] ?? start), { keys, facetIds }]);
    }
    return pieces;
  }

  private replace(start: number, pieces: readonly (readonly [number, FacetSegment])[]): void {
    this.recent.delete(start);
    // The last to be forgotten.
    for (const [from, piece] of pieces) this.recent.set(from, piece);
    const starts = pieces.map(([from]) => from);
    if (starts.length === 0 && start === LOWEST_KEY) starts.push(start);
    if (starts.length !== 1) this.starts.splice(this.indexOf(start), 1, ...starts);
  }
}

export const segmentStarts = (db: Copy['db']) =>
  db.selectFrom('facet_segments').select('from_key').orderBy('from_key');

/** @param keys those that change, ascending */
function merged(
  segment: FacetSegment,
  changing: Float64Array,
  changes: FacetChanges,
): FacetSegment {
  const keys = new Float64Array(segment.keys.length + changing.length);
  const facetIds = new Uint32Array(keys.length);
  let count = 0;
  const add = (key: number, facetId: number | undefined): void => {
    if (facetId === undefined) return;
    keys[count] = key;
    facetIds[count] = facetId;
    count++;
  };
  let old = 0;
  for (const key of changing) {
    for (; (segment.keys[old] ?? Number.POSITIVE_INFINITY) < key; old++) {
      add(segment.keys[old] ?? 0, segment.facetIds[old]);
    }
    if (segment.keys[old] === key) old++;
    add(key, changes.get(key));
  }
  for (; old < segment.keys.length; old++) add(segment.keys[old] ?? 0, segment.facetIds[old]);
  return { keys: keys.slice(0, count), facetIds: facetIds.slice(0, count) };
}
