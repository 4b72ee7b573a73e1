import { joinOutages, Outages, repeatedUntilMs } from '../../../src/application/health/outages.js';
import { SettableTime } from '../../support/doubles/settable-time.js';

const SECOND_MS = 1_000;
const MINUTE_MS = 60_000;

let time: SettableTime;
let outages: Outages;

beforeEach(() => {
  time = new SettableTime();
  outages = new Outages(time.monotonic);
});

/** Refuses a webhook now, and again after each of these pauses. */
function refuse(...pausesMs: readonly number[]): void {
  outages.refused();
  for (const pauseMs of pausesMs) {
    time.pass(pauseMs);
    outages.refused();
  }
}

/** The time for which reports of an early call may still be repeated. */
const openMs = (): number =>
  Math.max(
    0,
    ...joinOutages(outages.all).map(
      (outage) => repeatedUntilMs(outage, 0) - time.monotonic.elapsedMs(),
    ),
  );

it('lasts from the first refusal to the last one, whatever is taken in between', () => {
  refuse(...Array.from({ length: 20 }, () => 9 * SECOND_MS));
  expect(openMs()).toBe(190 * SECOND_MS);
});

it('opens windows for seconds after one refusal, because Vonage repeats that webhook at once', () => {
  refuse();
  expect(openMs()).toBe(10 * SECOND_MS);
});

it('opens them for a quarter of an hour at most, since Vonage repeats that often', () => {
  refuse(...Array.from({ length: 60 }, () => MINUTE_MS));
  expect(openMs()).toBe(15 * MINUTE_MS + 10 * SECOND_MS);
});

it('counts no longer than since a call for the reports of that call', () => {
  refuse(...Array.from({ length: 10 }, () => MINUTE_MS));
  const [outage] = joinOutages(outages.all);
  const { endedMs } = outage ?? { endedMs: 0 };
  expect(outage && repeatedUntilMs(outage, endedMs - MINUTE_MS)).toBe(
    endedMs + MINUTE_MS + 10 * SECOND_MS,
  );
});

it('goes on where webhooks are refused again while those of the first outage are repeated', () => {
  refuse(...Array.from({ length: 10 }, () => MINUTE_MS));
  time.pass(9 * MINUTE_MS);
  refuse();
  expect(openMs()).toBe(15 * MINUTE_MS + 10 * SECOND_MS);
});

it('is two where all of the first were repeated before the second', () => {
  refuse(MINUTE_MS);
  time.pass(20 * MINUTE_MS);
  refuse();
  expect(openMs()).toBe(10 * SECOND_MS);
});

it('keeps no window open for a day because of one webhook that is refused each time', () => {
  const pausesS = [5, 10, 20, 40, 80, 160, 320, 640, ...Array.from({ length: 90 }, () => 900)];
  refuse(...pausesS.map((pauseS) => pauseS * SECOND_MS));
  expect(openMs()).toBe(10 * SECOND_MS);
  expect(outages.all.length).toBeLessThan(10);
});

it('lasts from the newest record to the begin of the process, once', () => {
  time.pass(2 * MINUTE_MS);
  outages.begin();
  time.pass(SECOND_MS);
  outages.silent(61 * SECOND_MS);
  time.pass(SECOND_MS);
  outages.silent(62 * SECOND_MS);
  expect(outages.all).toHaveLength(1);
  expect(openMs()).toBe(68 * SECOND_MS);
});

it('is none where something was recorded since the process began', () => {
  time.pass(MINUTE_MS);
  outages.silent(MINUTE_MS - SECOND_MS);
  expect(outages.all).toEqual([]);
});

it('is believed to have been long where nobody knows the newest record', () => {
  time.pass(60 * MINUTE_MS);
  outages.begin();
  outages.silent(undefined);
  expect(openMs()).toBe(15 * MINUTE_MS + 10 * SECOND_MS);
});
