import Sequencer from '@jest/test-sequencer';

/** Suites that take a quarter of a minute and more, longest first. */
const LONG = [
  'test/crash/crash.spec.ts',
  'test/application/processes/read-models-proof.spec.ts',
  'test/e2e/many-instances.spec.ts',
  'test/e2e/event-store-outages.spec.ts',
  'test/start.spec.ts',
  'test/adapters/read-model/postgres-read-model.spec.ts',
  'test/adapters/read-model/sqlite-read-model.spec.ts',
  'test/adapters/coordination/postgres-leadership.spec.ts',
  'test/e2e/stories.spec.ts',
  'test/adapters/read-model/rebuild.spec.ts',
];

/**
 * Begins with the suites that take longest, so that none of them is still running when all others are done.
 * Jest learns this from earlier runs; in a fresh clone there are none, and it begins with the largest files.
 */
export default class LongestFirst extends Sequencer {
  sort(tests) {
    const rank = ({ path }) => {
      const place = LONG.findIndex((suite) => path.endsWith(suite));
      return place === -1 ? LONG.length : place;
    };
    // oxlint-disable-next-line unicorn/no-array-sort -- Jest's order, which stays that of all others
    const usual = super.sort(tests);
    return usual.toSorted((one, other) => rank(one) - rank(other));
  }
}
