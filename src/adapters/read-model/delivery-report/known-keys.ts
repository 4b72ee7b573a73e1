import { isDeepStrictEqual } from 'node:util';
import type { ReportDimension } from '../../../application/ports/delivery-totals.js';
import { messageStatuses } from '../../../domain/message/message-status.js';
import type { Copy } from '../copies/read-model-database.js';
import { valueOf, type RollUpKey } from './roll-up-breakdown.js';
import type { Remembered } from '../copies/per-copy.js';
import { resized } from './resized.js';

/** The currency of a key without charges. */
export const NO_CURRENCY = -1;

const statusNumbers = new Map<string, number>(
  messageStatuses.map((status, index) => [status, index]),
);

/**
 * Caches the roll-up keys and their groupings. The meaning of a key never changes, so only new keys are read, and
 * each grouping is kept for the next report. The newest known key is read again: a standby that has taken the place of the server may
 * lack it, and then numbers that are known are given anew.
 */
export class KnownKeys implements Remembered {
  private readonly all: RollUpKey[] = [];
  private readonly groupings = new Map<string, KeyGroups>();

  async refresh(copy: Copy): Promise<void> {
    const newest = this.all.at(-1);
    let rows = await keysFrom(copy, newest?.key_id ?? 1);
    if (newest !== undefined && !rows.some((row) => isDeepStrictEqual(row, newest))) {
      rows = await keysFrom(copy, 1);
      this.all.length = 0;
      this.groupings.clear();
    }
    for (const row of rows) this.all[row.key_id] = row;
  }

  /** @param dimensions without times */
  groupedBy(dimensions: readonly ReportDimension[]): KeyGroups {
    const name = dimensions.join();
    const groups = this.groupings.get(name) ?? new KeyGroups(dimensions);
    this.groupings.set(name, groups);
    groups.learn(this.all);
    return groups;
  }
}

const keysFrom = (copy: Copy, first: number): Promise<RollUpKey[]> =>
  copy.db.selectFrom('roll_up_keys').selectAll().where('key_id', '>=', first).execute();

/** The group and currency of each key in one grouping, computed once. */
export class KeyGroups {
  /** Group number by key id. */
  groupOf = new Int32Array(0);
  statusOf = new Uint8Array(0);
  /** Currency by key id; `NO_CURRENCY` without charges. */
  currencyOf = new Int32Array(0);
  /** The values of each group, by group number. */
  readonly values: (string | null)[][] = [];
  readonly currencies: string[] = [];
  private readonly numbers = new Map<string, number>();
  private keysKnown = 0;

  constructor(private readonly dimensions: readonly ReportDimension[]) {}

  learn(keys: readonly (RollUpKey | undefined)[]): void {
    if (keys.length === this.keysKnown) return;
    this.groupOf = resized(this.groupOf, new Int32Array(keys.length));
    this.statusOf = resized(this.statusOf, new Uint8Array(keys.length));
    this.currencyOf = resized(this.currencyOf, new Int32Array(keys.length));
    for (; this.keysKnown < keys.length; this.keysKnown++) {
      const key = keys[this.keysKnown];
      this.groupOf[this.keysKnown] = this.groupNumberOf(key);
      this.statusOf[this.keysKnown] = statusNumbers.get(key?.status ?? '') ?? 0;
      this.currencyOf[this.keysKnown] = this.currencyNumberOf(key?.currency ?? null);
    }
  }

  private groupNumberOf(key: RollUpKey | undefined): number {
    const values = this.dimensions.map((dimension) => (key && valueOf(key, dimension)) ?? null);
    const name = JSON.stringify(values);
    const known = this.numbers.get(name);
    if (known !== undefined) return known;
    this.numbers.set(name, this.values.length);
    return this.values.push(values) - 1;
  }

  private currencyNumberOf(currency: string | null): number {
    if (currency === null) return NO_CURRENCY;
    const known = this.currencies.indexOf(currency);
    return known === -1 ? this.currencies.push(currency) - 1 : known;
  }
}
