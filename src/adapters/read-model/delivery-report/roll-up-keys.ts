import type { DeliveryContribution } from '../../../application/projecting/messages/delivery-contribution.js';
import { Dictionary } from '../dictionary.js';
import {
  keyColumns,
  Representatives,
  type Breakdown,
  type RollUpKey,
} from './roll-up-breakdown.js';
import type { Cell } from '../table.js';

const fields = Object.keys(keyColumns) as readonly (keyof typeof keyColumns)[];

/** The ids of keys, and the representative of each key. */
export class RollUpKeys {
  private readonly ids = new Dictionary();
  private readonly representatives = {
    sender: new Representatives('sender'),
    network: new Representatives('network'),
  };
  private highest = 0;

  /** @param rows in the order of their ids */
  load(rows: readonly RollUpKey[]): void {
    for (const row of rows) {
      this.ids.load(
        row.key_id,
        fields.map((field) => row[keyColumns[field]]),
      );
      this.learn(row);
    }
  }

  idOf(contribution: DeliveryContribution): number {
    const id = this.ids.idOf(fields.map((field) => contribution[field]));
    if (id <= this.highest) return id;
    const values = fields.map((field) => [keyColumns[field], contribution[field]] as const);
    this.learn({ key_id: id, ...(Object.fromEntries(values) as Omit<RollUpKey, 'key_id'>) });
    return id;
  }

  representative(breakdown: Breakdown, keyId: number): number {
    return breakdown === 'whole' ? keyId : this.representatives[breakdown].of(keyId);
  }

  /** Returns the rows that are not in the copy yet. */
  takeFresh(): readonly (readonly Cell[])[] {
    return this.ids.takeFresh();
  }

  clear(): void {
    this.ids.clear();
    for (const some of Object.values(this.representatives)) some.clear();
    this.highest = 0;
  }

  private learn(key: RollUpKey): void {
    for (const some of Object.values(this.representatives)) some.learn(key);
    this.highest = key.key_id;
  }
}
