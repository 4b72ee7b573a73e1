import { FOLLOW_AFTER_MS, TrustedClock } from '../../../src/adapters/system/trusted-clock.js';
import type { ClockNotice } from '../../../src/application/ports/clock.js';
import { SettableTime } from '../../support/doubles/settable-time.js';

const HOUR_MS = 3_600_000;
let time: SettableTime;
let notices: ClockNotice[];
let clock: TrustedClock;

beforeEach(() => {
  time = new SettableTime();
  notices = [];
  clock = new TrustedClock(time, (notice) => void notices.push(notice));
});

describe.each([-720 * HOUR_MS, -HOUR_MS, -4_000, 4_000, HOUR_MS, 720 * HOUR_MS])(
  'a step of %i ms',
  (stepMs) => {
    it('is noticed with its size, and the time goes on as it elapses', () => {
      const before = clock.now().getTime();
      time.stepWall(stepMs);
      time.pass(1_234);
      expect(clock.now().getTime()).toBe(before + 1_234);
      expect(notices).toEqual([{ kind: 'stepped', stepMs }]);
      expect(clock.stepsSeen).toBe(1);
      expect(clock.aheadMs()).toBe(stepMs);
      expect(clock.lastStep()).toBeUndefined();
    });

    it('has done nothing when the clock comes back', () => {
      const before = clock.now().getTime();
      time.stepWall(stepMs);
      clock.now();
      time.pass(FOLLOW_AFTER_MS - 1);
      clock.now();
      time.stepWall(-stepMs);
      time.pass(FOLLOW_AFTER_MS);
      expect(clock.now().getTime()).toBe(before + 2 * FOLLOW_AFTER_MS - 1);
      expect(notices.map(({ kind }) => kind)).toEqual(['stepped', 'returned']);
      expect(clock.lastStep()).toBeUndefined();
    });

    it('is followed once the clock has agreed with itself for five minutes', () => {
      time.stepWall(stepMs);
      clock.now();
      time.pass(FOLLOW_AFTER_MS);
      const followed = clock.now();
      expect(followed.getTime()).toBe(time.wallMs());
      expect(notices.at(-1)).toEqual({ kind: 'followed', stepMs });
      time.pass(5_000);
      expect(clock.lastStep()).toEqual({ since: followed.toISOString(), elapsedMs: 5_000 });
    });
  },
);

it('follows no clock that never stands', () => {
  const before = clock.now().getTime();
  for (let minute = 1; minute <= 30; minute++) {
    time.pass(60_000);
    time.stepWall(minute % 2 === 0 ? 7 * HOUR_MS : -3 * HOUR_MS);
    expect(clock.now().getTime()).toBe(before + minute * 60_000);
  }
});

it('follows the small corrections of NTP at once', () => {
  for (let correction = 0; correction < 100; correction++) {
    time.pass(1_000);
    time.stepWall(120);
    expect(clock.now().getTime()).toBe(time.wallMs());
  }
  expect(notices).toEqual([]);
});
