/** A process that leads as long as it lives. It reports leadership on its standard output. */
import { PostgresLeadership } from '../../../src/adapters/coordination/postgres/postgres-leadership.js';
import { noHealth } from '../../support/doubles/no-health.js';

const [url = ''] = process.argv.slice(2);
const silent = { info() {}, warn() {}, error() {} };
await new PostgresLeadership(url, silent, noHealth).lead(
  (turn) =>
    new Promise((resolve) => {
      process.stdout.write('leads\n');
      turn.addEventListener('abort', () => resolve());
    }),
  new AbortController().signal,
);
