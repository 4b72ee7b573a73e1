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

/** The times at which Vonage posts a webhook that is refused each time, for so many hours. */
function postedAt(firstMs: number, hours: number): readonly number[] {
  const times = [firstMs];
  for (let pauseMs = 5 * SECOND_MS; ; pauseMs = Math.min(2 * pauseMs, 15 * MINUTE_MS)) {
    const next = (times.at(-1) ?? 0) + pauseMs;
    if (next > firstMs + hours * 60 * MINUTE_MS) return times;
    times.push(next);
  }
}

it('keeps no window open for a day because of webhooks that are refused each time while others are taken in', () => {
  const stuck = ['submitted', 'delivered'].flatMap((webhook, index) =>
    postedAt(index * 8 * SECOND_MS, 24).map((atMs) => ({ webhook, atMs })),
  );
  const beganMs = time.monotonic.elapsedMs();
  const openAfterHours: number[] = [];
  for (const { webhook, atMs } of stuck.toSorted((left, right) => left.atMs - right.atMs)) {
    time.pass(beganMs + atMs - time.monotonic.elapsedMs());
    outages.refused(webhook);
    if (openMs() > 0) openAfterHours.push(Math.floor(atMs / (60 * MINUTE_MS)));
    time.pass(SECOND_MS);
    outages.tookIn();
  }
  expect(Math.max(...openAfterHours)).toBe(1);
  expect(outages.all.length).toBeLessThan(10);
});

it('lasts for hours where nothing is taken in, and one webhook alone tells of it', () => {
  const beganMs = time.monotonic.elapsedMs();
  for (const atMs of postedAt(0, 5)) {
    time.pass(beganMs + atMs - time.monotonic.elapsedMs());
    outages.refused('the only one');
  }
  expect(openMs()).toBe(15 * MINUTE_MS + 10 * SECOND_MS);
  expect(outages.all).toHaveLength(1);
});

it('goes on for what was refused before, while the others of a long outage are taken in', () => {
  outages.refused('early');
  for (let minutes = 0; minutes < 180; minutes++) {
    time.pass(MINUTE_MS);
    outages.refused(`another ${minutes}`);
  }
  outages.tookIn();
  time.pass(10 * MINUTE_MS);
  outages.refused('early');
  expect(openMs()).toBe(15 * MINUTE_MS + 10 * SECOND_MS);
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

it('is as long as it was as soon as the newest record is known', () => {
  time.pass(60 * MINUTE_MS);
  outages.begin();
  outages.silent(undefined);
  time.pass(2 * SECOND_MS);
  outages.silent(7 * SECOND_MS);
  expect(openMs()).toBe(13 * SECOND_MS);
});
