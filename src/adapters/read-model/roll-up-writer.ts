import type { DeliveryContribution } from '../../application/projections/delivery-contribution.js';
import { Dictionary } from './dictionary.js';
import type { Copy } from './read-model-database.js';
import { levelNumbers, periodOf, rollUpLevels } from './roll-up-level.js';
import { pageKeys, RollUpPage } from './roll-up-page.js';
import { rollUpKeysTable, rollUpPagesTable, type Cell, type TableWrite } from './tables.js';

/** Pages that are remembered decoded, some of them a megabyte. A batch of today's events touches a few dozen. */
const PAGES_MAX = 500;

/** Periods since 1970 and pages, packed into one number: safe up to 2^20 periods and 2^24 pages. */
const addressOf = (level: number, period: number, page: number): number =>
  (period * 4 + level) * 2 ** 24 + page;

interface Place {
  readonly level: number;
  readonly period: number;
  readonly page: number;
}

/** Adds contributions to the pages of their hour, day and month. */
export class RollUpWriter {
  private readonly keys = new Dictionary();
  private readonly pages = new Map<number, RollUpPage>();

  async begin(copy: Copy): Promise<void> {
    for (const row of await copy.db.selectFrom('roll_up_keys').selectAll().execute()) {
      const { key_id: id, country, network_code: network, sender, channel, status } = row;
      this.keys.load(id, [country, network, sender, channel, status, row.error_code, row.currency]);
    }
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
    const touched = new Map<number, Place>();
    const keyIds = contributions.map((contribution) => this.keys.idOf(keyCells(contribution)));
    for (const [index, { hour }] of contributions.entries()) {
      for (const name of rollUpLevels) {
        const page = Math.floor((keyIds[index] ?? 0) / pageKeys[name]);
        const level = levelNumbers[name];
        const period = periodOf(name, hour);
        touched.set(addressOf(level, period, page), { level, period, page });
      }
    }
    await this.loadPages(touched, copy);
    for (const [index, contribution] of contributions.entries()) {
      this.add(contribution, keyIds[index] ?? 0);
    }
    return [{ table: rollUpKeysTable, put: this.keys.takeFresh() }, this.pageWrites(touched)];
  }

  private add(contribution: DeliveryContribution, keyId: number): void {
    const sign = Math.sign(contribution.messages);
    for (const name of rollUpLevels) {
      const page = Math.floor(keyId / pageKeys[name]);
      const address = addressOf(levelNumbers[name], periodOf(name, contribution.hour), page);
      const slot = keyId % pageKeys[name];
      this.pages.get(address)?.add(slot, entryOf(contribution), contribution.bucket, sign);
    }
  }

  private async loadPages(touched: ReadonlyMap<number, Place>, copy: Copy): Promise<void> {
    for (const [address, { level, period, page }] of touched) {
      const known = this.pages.get(address);
      if (known !== undefined) {
        // The last to be forgotten.
        this.pages.delete(address);
        this.pages.set(address, known);
        continue;
      }
      const stored = await copy.db
        .selectFrom('roll_up_pages')
        .select('content')
        .where('level', '=', level)
        .where('period', '=', period)
        .where('page', '=', page)
        .executeTakeFirst();
      this.pages.set(
        address,
        stored === undefined ? new RollUpPage() : RollUpPage.decode(stored.content),
      );
    }
  }

  private pageWrites(touched: ReadonlyMap<number, Place>): TableWrite {
    const remove: (readonly Cell[])[] = [];
    const put: (readonly Cell[])[] = [];
    for (const [address, { level, period, page }] of touched) {
      const content = this.pages.get(address);
      if (content === undefined || content.isEmpty) remove.push([level, period, page]);
      else put.push([level, period, page, content.encode()]);
    }
    for (const address of this.pages.keys()) {
      if (this.pages.size <= PAGES_MAX || touched.has(address)) break;
      this.pages.delete(address);
    }
    return { table: rollUpPagesTable, remove, put };
  }
}

const keyCells = (one: DeliveryContribution): readonly Cell[] => [
  one.country,
  one.networkCode,
  one.from,
  one.channel,
  one.status,
  one.errorCode,
  one.currency,
];

const entryOf = ({ messages, segments, contradicted, amount }: DeliveryContribution) => ({
  messages,
  segments,
  contradicted,
  amount,
});
