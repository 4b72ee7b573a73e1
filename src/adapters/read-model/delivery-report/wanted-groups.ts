import type { ReportDimension, ReportOnly } from '../../../application/ports/delivery-totals.js';
import type { KeyGroups } from './known-keys.js';
import { resized } from './resized.js';

/** Tells which groups a report is about. The others are neither summed nor counted. */
export class WantedGroups {
  private readonly tests: readonly (readonly [index: number, value: string])[];
  /** 1 for a wanted group, by group number. */
  private wanted = new Uint8Array(0);
  private known = 0;

  /** @param dimensions without times */
  constructor(dimensions: readonly ReportDimension[], only: ReportOnly) {
    this.tests = dimensions.flatMap((dimension, index) => {
      const value = only[dimension];
      return value === undefined ? [] : [[index, value] as const];
    });
  }

  /** @param keys always of the same grouping; new groups may have been added */
  of({ values }: KeyGroups): Uint8Array {
    if (this.wanted.length < values.length) {
      this.wanted = resized(this.wanted, new Uint8Array(values.length));
    }
    for (; this.known < values.length; this.known++) {
      const group = values[this.known];
      const isWanted = this.tests.every(([index, value]) => group?.[index] === value);
      this.wanted[this.known] = isWanted ? 1 : 0;
    }
    return this.wanted;
  }
}
