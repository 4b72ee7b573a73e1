import { LedgerOutages } from '../../../src/application/health/ledger-outages.js';
import { SettableTime } from '../../support/doubles/settable-time.js';

const MINUTE_MS = 60_000;

let time: SettableTime;
let outages: LedgerOutages;

beforeEach(() => {
  time = new SettableTime();
  outages = new LedgerOutages(time.monotonic);
});

/** Fails now, and again after each of these pauses. */
function fail(...pausesMs: readonly number[]): void {
  outages.failed('append');
  for (const pauseMs of pausesMs) {
    time.pass(pauseMs);
    outages.failed('append');
  }
}

const lengthMs = (): number | undefined =>
  outages.last && outages.last.endedMs - outages.last.beganMs;

it('lasts from the first failure to the last one, however rarely something is tried', () => {
  fail(5_000, 10_000, 15 * MINUTE_MS);
  expect(lengthMs()).toBe(15 * MINUTE_MS + 15_000);
});

it('is remembered after something was recorded again, and no hitch takes its place', () => {
  fail(MINUTE_MS);
  outages.succeeded('append');
  time.pass(MINUTE_MS);
  fail();
  expect(lengthMs()).toBe(MINUTE_MS);
});

it('goes on where the ledger is away again while repeats of the first outage may come', () => {
  fail(15 * MINUTE_MS, 15 * MINUTE_MS, 15 * MINUTE_MS, 15 * MINUTE_MS);
  outages.succeeded('append');
  time.pass(MINUTE_MS);
  fail(10_000);
  expect(lengthMs()).toBe(61 * MINUTE_MS + 10_000);
});

it('is none while something is recorded between failures, however many there are', () => {
  for (let times = 0; times < 100; times++) {
    fail(5_000);
    outages.succeeded('append');
    time.pass(1_000);
  }
  expect(outages.last).toBeUndefined();
});

it('is two where nothing was tried for longer than Vonage takes to repeat a webhook', () => {
  fail(MINUTE_MS);
  time.pass(60 * MINUTE_MS);
  fail(2 * MINUTE_MS);
  expect(lengthMs()).toBe(2 * MINUTE_MS);
});

it('is none while only one page cannot be read, although nothing is recorded', () => {
  for (let times = 0; times < 100; times++) {
    outages.failed('read');
    time.pass(1_000);
    outages.succeeded('read');
  }
  expect(outages.last).toBeUndefined();
});

it('lasts although all can still be read, as with a full disk', () => {
  fail();
  time.pass(MINUTE_MS);
  outages.succeeded('read');
  fail();
  expect(lengthMs()).toBe(MINUTE_MS);
});
