import { assert, integer, pre, property, record } from 'fast-check';
import { isOver, msLeft, type Moment } from '../../src/domain/elapsed-time.js';

const HOUR_MS = 3_600_000;
const at = (milliseconds: number): string => new Date(milliseconds).toISOString();
const START_MS = Date.parse('2031-03-04T12:00:00Z');

it('is never over early and at most twice its length late, whatever the step and whenever it came', () => {
  assert(
    property(
      record({
        lengthMs: integer({ min: 0, max: 48 * HOUR_MS }),
        /** The time at which the clock follows the step, in true time after the start of the world. */
        steppedAfterMs: integer({ min: 0, max: 48 * HOUR_MS }),
        stepMs: integer({ min: -720 * HOUR_MS, max: 720 * HOUR_MS }),
        begunAfterMs: integer({ min: 0, max: 96 * HOUR_MS }),
        lookedAfterMs: integer({ min: 0, max: 200 * HOUR_MS }),
      }),
      ({ lengthMs, steppedAfterMs, stepMs, begunAfterMs, lookedAfterMs }) => {
        pre(lookedAfterMs >= begunAfterMs && lookedAfterMs >= steppedAfterMs);
        const clockAt = (trueMs: number): number =>
          START_MS + trueMs + (trueMs >= steppedAfterMs ? stepMs : 0);
        const since = at(clockAt(steppedAfterMs));
        const momentAt = (trueMs: number): Moment => ({
          now: at(clockAt(trueMs)),
          lastStep: { since, elapsedMs: trueMs - steppedAfterMs },
        });
        const from = at(clockAt(begunAfterMs));
        const until = at(clockAt(begunAfterMs) + lengthMs);
        const isOverAt = (trueMs: number): boolean => isOver({ from, until }, momentAt(trueMs));

        const isEarly = isOverAt(lookedAfterMs) && lookedAfterMs - begunAfterMs < lengthMs;
        const knownMs = Math.max(begunAfterMs, steppedAfterMs);
        const isLate = !isOverAt(knownMs + lengthMs) && !isOverAt(knownMs + 2 * lengthMs);
        expect({ isEarly, isLate }).toEqual({ isEarly: false, isLate: false });
      },
    ),
    { numRuns: 5_000 },
  );
});

it('leaves a time that a person chose to the clock', () => {
  const lastStep = { since: at(START_MS), elapsedMs: 10 * HOUR_MS };
  const now = at(START_MS + 10 * HOUR_MS);
  expect(isOver({ from: null, until: at(START_MS + 11 * HOUR_MS) }, { now, lastStep })).toBe(false);
  expect(isOver({ from: null, until: at(START_MS + 10 * HOUR_MS) }, { now, lastStep })).toBe(true);
});

it('leaves a life that a step interrupted what has not elapsed since the step', () => {
  const lastStep = { since: at(START_MS), elapsedMs: HOUR_MS };
  const moment = { now: at(START_MS + HOUR_MS), lastStep };
  const before = { from: at(START_MS - 720 * HOUR_MS), until: at(START_MS - 717 * HOUR_MS) };
  const after = { from: at(START_MS), until: at(START_MS + 3 * HOUR_MS) };
  expect(msLeft(before, moment)).toBe(2 * HOUR_MS);
  expect(msLeft(after, moment)).toBe(2 * HOUR_MS);
});
