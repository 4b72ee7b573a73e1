import { HeldForReports } from '../../../src/application/health/held-for-reports.js';
import { SettableTime } from '../../support/doubles/settable-time.js';
import { requested } from '../../support/facts/message-facts.js';
import { NOON, stateOf } from '../../support/facts/scenario.js';
import { silent } from '../../support/worlds/read-models.js';

const SECOND_MS = 1_000;

it('tells since when something waits, until when, and once in the log', async () => {
  const time = new SettableTime(Date.parse(NOON));
  const logged: string[] = [];
  let leftMs = 0;
  const held = new HeldForReports(
    { leftMs: async () => leftMs },
    {
      clock: { now: () => new Date(time.wallMs()) },
      monotonic: time.monotonic,
      logger: { ...silent, warn: (_, sentence) => void logged.push(sentence) },
    },
  );
  const message = stateOf([requested()]);
  expect(await held.leftMs(message)).toBe(0);
  expect(held.current()).toBeUndefined();
  const since = new Date(time.wallMs());
  leftMs = 40 * SECOND_MS;
  expect(await held.leftMs(message)).toBe(leftMs);
  time.pass(30 * SECOND_MS);
  leftMs = 35 * SECOND_MS;
  expect(await held.leftMs(message)).toBe(leftMs);
  expect(held.current()).toEqual({ since, until: new Date(since.getTime() + 65 * SECOND_MS) });
  expect(held.restMs).toBe(35 * SECOND_MS);
  time.pass(35 * SECOND_MS);
  expect(held.current()).toBeUndefined();
  expect(held.restMs).toBe(0);
  expect(logged).toHaveLength(1);
});
