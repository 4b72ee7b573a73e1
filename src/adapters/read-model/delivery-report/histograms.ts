import { REPORT_GROUPS_MAX } from '../../../application/ports/delivery-totals.js';
import type { DeliveryTimeCounts } from '../../../application/ports/delivery-times.js';
import {
  BUCKETS,
  countWithin,
  OPERATOR_BUCKET,
  timesToDelivery,
  type TimesToDelivery,
} from '../../../application/projecting/messages/delivery-histogram.js';

const HISTOGRAMS_PER_BLOCK = 64;
/** Blocks that the largest report needs. */
const FREE_BLOCKS_MAX = Math.ceil(REPORT_GROUPS_MAX / HISTOGRAMS_PER_BLOCK);

/** Reuses memory for histograms: ten megabytes for each report would cost garbage collection. */
export class HistogramBlocks {
  private readonly free: Uint32Array[] = [];

  take(): Uint32Array {
    return this.free.pop()?.fill(0) ?? new Uint32Array(HISTOGRAMS_PER_BLOCK * BUCKETS);
  }

  giveBack(blocks: readonly Uint32Array[]): void {
    this.free.push(...blocks.slice(0, FREE_BLOCKS_MAX - this.free.length));
  }
}

/** Times to delivery for those rows of one report that have any. */
export class Histograms {
  private readonly taken: Uint32Array[] = [];
  private readonly placeOf: number[] = [];
  private next = 0;

  constructor(private readonly blocks: HistogramBlocks) {}

  /** @returns an array, and the offset of the row's buckets in it */
  of(row: number): readonly [Uint32Array, number] {
    const place = (this.placeOf[row] ??= this.next++);
    const block = (this.taken[Math.floor(place / HISTOGRAMS_PER_BLOCK)] ??= this.blocks.take());
    return [block, (place % HISTOGRAMS_PER_BLOCK) * BUCKETS];
  }

  timesOf(row: number): TimesToDelivery {
    if (this.placeOf[row] === undefined) return timesToDelivery(noTimes);
    const [block, first] = this.of(row);
    return timesToDelivery(block, first);
  }

  countWithin(row: number, boundsMs: readonly number[]): DeliveryTimeCounts {
    if (this.placeOf[row] === undefined) return countWithin(noTimes, 0, boundsMs);
    const [block, first] = this.of(row);
    return countWithin(block, first, boundsMs);
  }

  deliveredByOperator(row: number): number {
    if (this.placeOf[row] === undefined) return 0;
    const [block, first] = this.of(row);
    return block[first + OPERATOR_BUCKET] ?? 0;
  }

  release(): void {
    this.blocks.giveBack(this.taken.splice(0));
  }
}

const noTimes = new Uint32Array(BUCKETS);
