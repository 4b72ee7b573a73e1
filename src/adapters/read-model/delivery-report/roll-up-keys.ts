import type { DeliveryContribution } from '../../../application/projecting/messages/delivery-contribution.js';
import { Dictionary } from '../dictionary.js';
import { Representatives, type Breakdown, type RollUpKey } from './roll-up-breakdown.js';
import type { Cell } from '../table.js';

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
      const { key_id: id, country, network_code: network, sender, channel, status } = row;
      this.ids.load(id, [country, network, sender, channel, status, row.error_code, row.currency]);
      this.learn(row);
    }
  }

  idOf(contribution: DeliveryContribution): number {
    const { country, networkCode, from, channel, status, errorCode, currency } = contribution;
    const id = this.ids.idOf([country, networkCode, from, channel, status, errorCode, currency]);
    if (id <= this.highest) return id;
    this.learn({
      key_id: id,
      country,
      network_code: networkCode,
      sender: from,
      channel,
      status,
      error_code: errorCode,
      currency,
    });
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
