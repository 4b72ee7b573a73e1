import {
  reportDimensions,
  type ReportDimension,
} from '../../../application/ports/delivery-totals.js';
import type { DeliveryContribution } from '../../../application/projecting/messages/delivery-contribution.js';
import type { CopyTables } from '../tables.js';
import { levelNumbers, rollUpLevels, type RollUpLevel } from './roll-up-level.js';

export type RollUpKey = CopyTables['roll_up_keys'];

/** The column of a key for each field of a contribution that tells keys apart. */
export const keyColumns = {
  country: 'country',
  networkCode: 'network_code',
  from: 'sender',
  channel: 'channel',
  status: 'status',
  errorCode: 'error_code',
  currency: 'currency',
} as const satisfies Partial<Record<keyof DeliveryContribution, keyof RollUpKey>>;

/**
 * Roll-ups are kept in several breakdowns of different detail. A report sums the least detailed one that still
 * distinguishes everything it groups by. The smaller breakdowns leave out the combination that makes many keys of few
 * messages: senders times networks times errors.
 */
export const breakdowns = ['sender', 'network', 'whole'] as const;

export type Breakdown = (typeof breakdowns)[number];

const breakdownNumbers: Readonly<Record<Breakdown, number>> = { whole: 0, sender: 1, network: 2 };

/** Returns the stored number of a level and breakdown. Below 12. */
export const storedLevel = (level: RollUpLevel, breakdown: Breakdown): number =>
  breakdownNumbers[breakdown] * 4 + levelNumbers[level];

/** @throws RangeError for a number that `storedLevel` never returns */
export function levelOf(stored: number): RollUpLevel {
  const level = rollUpLevels[stored % 4];
  if (level === undefined) throw new RangeError(`no roll-ups have the level ${stored}`);
  return level;
}

const dimensionsOf: Readonly<Record<Breakdown, readonly ReportDimension[]>> = {
  sender: ['from', 'channel', 'errorCode', 'hour', 'day'],
  network: ['country', 'networkCode', 'channel', 'hour', 'day'],
  whole: reportDimensions,
};

/** Returns the breakdown with the fewest entries that can answer a report by these dimensions. */
export function breakdownFor(groupBy: readonly ReportDimension[]): Breakdown {
  const isEnough = (breakdown: Breakdown): boolean =>
    groupBy.every((dimension) => dimensionsOf[breakdown].includes(dimension));
  return breakdowns.find(isEnough) ?? 'whole';
}

/**
 * Returns equal texts for keys that a breakdown does not distinguish. Every breakdown distinguishes status and
 * currency.
 */
function textOf(breakdown: Breakdown, key: RollUpKey): string {
  const { status, currency } = key;
  const values = dimensionsOf[breakdown].map((dimension) => valueOf(key, dimension));
  return [status, currency, ...values].join('\u0000');
}

/**
 * Maps each key to its representative in a breakdown: the first of all keys that the breakdown does not distinguish.
 * So no breakdown needs keys of its own.
 */
export class Representatives {
  private readonly first = new Map<string, number>();
  /** Representatives by key id. */
  private readonly representatives: number[] = [];

  constructor(private readonly breakdown: Breakdown) {}

  /** Call it in the order of the ids. */
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

/** Returns a key's value of a dimension; null also for times, which are no part of a key. */
export const valueOf = (key: RollUpKey, dimension: ReportDimension): string | null =>
  dimension === 'hour' || dimension === 'day' ? null : key[keyColumns[dimension]];
