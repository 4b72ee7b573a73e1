import {
  REPORT_GROUPS_MAX,
  TooManyGroups,
  type ReportDimension,
} from '../../../application/ports/delivery-totals.js';
import { levelOf } from './roll-up-breakdown.js';
import { pageKeys, RollUpColumns } from './roll-up-page.js';
import { reportTime, type SignedPage } from './delivery-sums.js';
import type { KeyGroups } from './known-keys.js';
import { resized } from './resized.js';
import type { WantedGroups } from './wanted-groups.js';

/** Counts the groups of a report, which takes half as long as summing them. */
export class GroupCount {
  private readonly columns = new RollUpColumns();
  /** By time and then by group number: 1 for a group that occurs. */
  private readonly seen = new Map<number, Uint8Array>();
  private groups = 0;

  constructor(
    private readonly groupBy: readonly ReportDimension[],
    private readonly wanted: WantedGroups,
  ) {}

  /** @param keys always of the same grouping; new keys may have been added @throws TooManyGroups */
  add(pages: readonly SignedPage[], keys: KeyGroups): void {
    const wanted = this.wanted.of(keys);
    for (const { level: stored, period, page, content } of pages) {
      const level = levelOf(stored);
      const seen = this.seenAt(reportTime(this.groupBy, level, period), keys.values.length);
      this.columns.read(content);
      const { entries, steps } = this.columns;
      let key = page * pageKeys[level];
      for (let index = 0; index < entries; index++) {
        key += steps[index] ?? 0;
        const group = keys.groupOf[key] ?? 0;
        if (seen[group] === 1 || wanted[group] !== 1) continue;
        seen[group] = 1;
        if (++this.groups > REPORT_GROUPS_MAX) throw new TooManyGroups();
      }
    }
  }

  private seenAt(time: number, groups: number): Uint8Array {
    const known = this.seen.get(time);
    if (known !== undefined && known.length >= groups) return known;
    const seen = resized(known ?? new Uint8Array(), new Uint8Array(groups));
    this.seen.set(time, seen);
    return seen;
  }
}
