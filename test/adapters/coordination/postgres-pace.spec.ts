import { PostgresPace } from '../../../src/adapters/coordination/postgres/postgres-pace.js';
import { PAUSE_MS_MAX } from '../../../src/application/ports/pace.js';
import { paceContract } from '../../contracts/pace.contract.js';
import { startPostgres } from '../../../testing/embedded-postgres.js';
import { SettableDatabaseClock } from '../../support/doubles/settable-database-clock.js';
import { SettableTime } from '../../support/doubles/settable-time.js';

let postgres: Awaited<ReturnType<typeof startPostgres>>;

beforeAll(async () => {
  postgres = await startPostgres();
});
afterAll(() => postgres.stop());

async function freshClock(): Promise<SettableDatabaseClock> {
  const clock = await SettableDatabaseClock.create(postgres.url);
  await clock.query('DROP SCHEMA IF EXISTS waybill_coordination CASCADE');
  return clock;
}

paceContract('PostgresPace', async (clock) => {
  const database = await freshClock();
  const paces: PostgresPace[] = [];
  return {
    open: async (turnsPerSecond) => {
      const pace = new PostgresPace(database.url, turnsPerSecond, clock, 'vonage');
      paces.push(pace);
      return pace;
    },
    pass: (milliseconds) => database.move(milliseconds),
    close: async () => {
      for (const pace of paces) await pace.close();
      await database.close();
    },
  };
});

const DAY_MS = 86_400_000;

it.each([-30 * DAY_MS, -3_600_000, -4_000, 4_000, 3_600_000, 30 * DAY_MS])(
  "stalls for no longer than a pause, and then keeps the limit, when the database's clock jumps by %i ms",
  async (stepMs) => {
    const database = await freshClock();
    const time = new SettableTime();
    // Every wait ends at once; the test looks at the requested durations.
    const clock = {
      elapsedMs: () => time.monotonic.elapsedMs(),
      pause: () => Promise.resolve(),
      wait: async (milliseconds: number) => {
        time.waits.push(Math.round(milliseconds));
        time.pass(milliseconds);
        await database.move(milliseconds);
      },
    };
    const pace = new PostgresPace(database.url, 50, clock, 'vonage');
    const { signal } = new AbortController();
    for (let turn = 0; turn < 3; turn++) await pace.turn(signal);
    await database.move(stepMs);
    for (let turn = 0; turn < 3; turn++) await pace.turn(signal);
    const [, , first = 0, ...others] = time.waits;
    expect(first).toBeLessThanOrEqual(PAUSE_MS_MAX + 100 * 20);
    expect(others.slice(-1)).toEqual([20]);
    await pace.close();
    await database.close();
  },
);
