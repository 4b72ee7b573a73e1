import type { ReportDimension } from '../../../application/ports/delivery-totals.js';
import type { CopyTables } from '../database-types.js';
import { levelNumbers, rollUpLevels, type RollUpLevel } from './roll-up-level.js';

export type RollUpKey = CopyTables['roll_up_keys'];

/**
 * Roll-ups are kept more than once, told apart by more or by less. A report adds up the one that tells the
 * least apart and still all that it groups by. What the smaller ones do not tell apart together is what makes
 * many keys of few messages: senders times networks times errors.
 */
export const breakdowns = ['sender', 'network', 'whole'] as const;

export type Breakdown = (typeof breakdowns)[number];

const breakdownNumbers: Readonly<Record<Breakdown, number>> = { whole: 0, sender: 1, network: 2 };

/** The number under which roll-ups over such periods are stored, by breakdown. Below 12. */
export const storedLevel = (level: RollUpLevel, breakdown: Breakdown): number =>
  breakdownNumbers[breakdown] * 4 + levelNumbers[level];

/** @throws RangeError for a number that `storedLevel` does not give */
export function levelOf(stored: number): RollUpLevel {
  const level = rollUpLevels[stored % 4];
  if (level === undefined) throw new RangeError(`no roll-ups have the level ${stored}`);
  return level;
}

const dimensionsOf: Readonly<Record<Breakdown, readonly ReportDimension[]>> = {
  sender: ['from', 'channel', 'errorCode', 'hour', 'day'],
  network: ['country', 'networkCode', 'channel', 'hour', 'day'],
  whole: ['country', 'networkCode', 'from', 'channel', 'errorCode', 'hour', 'day'],
};

/** The one with the fewest entries that a report by these dimensions can be made of. */
export function breakdownFor(groupBy: readonly ReportDimension[]): Breakdown {
  const isEnough = (breakdown: Breakdown): boolean =>
    groupBy.every((dimension) => dimensionsOf[breakdown].includes(dimension));
  return breakdowns.find(isEnough) ?? 'whole';
}

/** Text that is equal for keys which a breakdown does not tell apart. Each tells apart status and currency. */
function textOf(breakdown: Breakdown, key: RollUpKey): string {
  const { status, currency } = key;
  const values = dimensionsOf[breakdown].map((dimension) => valueOf(key, dimension));
  return [status, currency, ...values].join('\u0000');
}

/**
 * For each key the one that stands for it in a breakdown: of all keys that are not told apart the first.
 * So no breakdown needs keys of its own.
 */
export class Representatives {
  private readonly first = new Map<string, number>();
  /** By key id. */
  private readonly representatives: number[] = [];

  constructor(private readonly breakdown: Breakdown) {}

  /** To be called in the order of the ids. */
  learn(key: RollUpKey): void {
    const text = textOf(this.breakdown, key);
    const representative = this.first.get(text) ?? key.key_id;
    this.first.set(text, representative);
    this.representatives[key.key_id] = representative;
  }

  /** @throws RangeError for a key that was not learned */
  of(keyId: number): number {
    const representative = this.representatives[keyId];
    if (representative === undefined)
      throw new RangeError(`no roll-up key has the number ${keyId}`);
    return representative;
  }

  clear(): void {
    this.first.clear();
    this.representatives.length = 0;
  }
}

/** What a key has of a dimension; null also for times, which are no part of a key. */
export function valueOf(key: RollUpKey, dimension: ReportDimension): string | null {
  switch (dimension) {
    case 'country':
      return key.country;
    case 'networkCode':
      return key.network_code;
    case 'from':
      return key.sender;
    case 'channel':
      return key.channel;
    case 'errorCode':
      return key.error_code;
    case 'hour':
    case 'day':
      return null;
  }
}
