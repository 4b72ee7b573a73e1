import {
  reportDimensions,
  type ReportDimension,
} from '../../src/application/ports/delivery-totals.js';

/** All sets of dimensions that a report can group by, including the empty set. */
export const allGroupings: readonly (readonly ReportDimension[])[] = Array.from(
  { length: 2 ** reportDimensions.length },
  (_, chosen) => reportDimensions.filter((_dimension, place) => (chosen >> place) % 2 === 1),
);
