import type { DeliveryContribution } from '../../../application/projecting/messages/delivery-contribution.js';
import type { Copy } from '../copies/read-model-database.js';
import { breakdowns, storedLevel } from './roll-up-breakdown.js';
import { RollUpKeys } from './roll-up-keys.js';
import { periodOf, rollUpLevels } from './roll-up-level.js';
import { pageKeys, RollUpPage } from './roll-up-page.js';
import type { Cell, TableWrite } from '../table.js';
import { rollUpKeysTable, rollUpPagesTable } from '../tables.js';

/** Limit of decoded pages in memory, some of them a megabyte. A batch of today's events touches a few dozen. */
const PAGES_MAX = 500;

/** Packs a level, a period since 1970 and a page into one number: safe up to 2^20 periods and 2^24 pages. */
const addressOf = (level: number, period: number, page: number): number =>
  (period * 16 + level) * 2 ** 24 + page;

interface Place {
  readonly level: number;
  readonly period: number;
  readonly page: number;
}

/** The changes of a batch to one page. */
interface PageChanges {
  readonly place: Place;
  readonly slots: number[];
  /** The contribution to the slot at the same index. */
  readonly contributions: DeliveryContribution[];
}

/** Adds contributions to the pages of their hour, day and month, in each breakdown. */
export class RollUpWriter {
  private readonly keys = new RollUpKeys();
  private readonly pages = new Map<number, RollUpPage>();

  async begin(copy: Copy): Promise<void> {
    const rows = copy.db.selectFrom('roll_up_keys').selectAll().orderBy('key_id');
    this.keys.load(await rows.execute());
  }

  forget(): void {
    this.keys.clear();
    this.pages.clear();
  }

  async writes(
    contributions: readonly DeliveryContribution[],
    copy: Copy,
  ): Promise<readonly TableWrite[]> {
    if (contributions.length === 0) return [];
    const changes = this.changesOf(contributions);
    await this.loadPages(changes, copy);
    for (const [address, change] of changes) this.apply(address, change);
    return [{ table: rollUpKeysTable, put: this.keys.takeFresh() }, this.pageWrites(changes)];
  }

  /** Groups contributions by page address. */
  private changesOf(contributions: readonly DeliveryContribution[]): Map<number, PageChanges> {
    const changes = new Map<number, PageChanges>();
    for (const contribution of contributions) {
      const keyId = this.keys.idOf(contribution);
      for (const name of rollUpLevels) {
        const period = periodOf(name, contribution.hour);
        for (const breakdown of breakdowns) {
          const key = this.keys.representative(breakdown, keyId);
          const page = Math.floor(key / pageKeys[name]);
          const level = storedLevel(name, breakdown);
          const address = addressOf(level, period, page);
          let change = changes.get(address);
          if (change === undefined) {
            change = { place: { level, period, page }, slots: [], contributions: [] };
            changes.set(address, change);
          }
          change.slots.push(key % pageKeys[name]);
          change.contributions.push(contribution);
        }
      }
    }
    return changes;
  }

  private apply(address: number, { slots, contributions }: PageChanges): void {
    const page = this.pages.get(address);
    for (const [index, contribution] of contributions.entries()) {
      page?.add(slots[index] ?? 0, contribution);
    }
  }

  private async loadPages(changes: ReadonlyMap<number, PageChanges>, copy: Copy): Promise<void> {
    for (const [address, { place }] of changes) {
      const known = this.pages.get(address);
      if (known !== undefined) {
        // Reinserts the page as the most recently used.
        this.pages.delete(address);
        this.pages.set(address, known);
        continue;
      }
      const stored = await copy.db
        .selectFrom('roll_up_pages')
        .select('content')
        .where('level', '=', place.level)
        .where('period', '=', place.period)
        .where('page', '=', place.page)
        .executeTakeFirst();
      this.pages.set(
        address,
        stored === undefined ? new RollUpPage() : RollUpPage.decode(stored.content),
      );
    }
  }

  private pageWrites(changes: ReadonlyMap<number, PageChanges>): TableWrite {
    const remove: (readonly Cell[])[] = [];
    const put: (readonly Cell[])[] = [];
    for (const [address, { place }] of changes) {
      const { level, period, page } = place;
      const content = this.pages.get(address);
      if (content === undefined || content.isEmpty) remove.push([level, period, page]);
      else put.push([level, period, page, content.encode()]);
    }
    for (const address of this.pages.keys()) {
      if (this.pages.size <= PAGES_MAX || changes.has(address)) break;
      this.pages.delete(address);
    }
    return { table: rollUpPagesTable, remove, put };
  }
}
