import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { Pace } from '../../src/application/ports/pace.js';

const TURNS_PER_SECOND = 50;
const INTERVAL_MS = 1_000 / TURNS_PER_SECOND;
/** Timers may fire a little early, and clocks are read in whole milliseconds. */
const TOLERANCE_MS = 5;

export interface OpenPaces {
  /** A pace that shares its limit with those opened before. */
  readonly open: (turnsPerSecond: number) => Promise<Pace>;
  readonly close: () => Promise<void>;
}

/** Every adapter must pass this unchanged. */
export function paceContract(name: string, openAll: () => Promise<OpenPaces>): void {
  describe(`${name} as a Pace`, () => {
    const never = new AbortController().signal;
    let paces: OpenPaces;
    let pace: Pace;

    beforeEach(async () => {
      paces = await openAll();
      pace = await paces.open(TURNS_PER_SECOND);
    });
    afterEach(() => paces.close());

    const timeOf = async (work: () => Promise<unknown>): Promise<number> => {
      const startedMs = performance.now();
      await work();
      return performance.now() - startedMs;
    };

    it('gives the first turn at once, and the others no closer than the limit allows', async () => {
      await pace.turn(never);
      const turns = 10;
      const tookMs = await timeOf(async () => {
        for (let turn = 0; turn < turns; turn++) await pace.turn(never);
      });
      expect(tookMs).toBeGreaterThanOrEqual(turns * INTERVAL_MS - TOLERANCE_MS);
    });

    it('does not save up turns that nobody took', async () => {
      await pace.turn(never);
      await new Promise((resolve) => setTimeout(resolve, 5 * INTERVAL_MS));
      const tookMs = await timeOf(async () => {
        for (let turn = 0; turn < 4; turn++) await pace.turn(never);
      });
      expect(tookMs).toBeGreaterThanOrEqual(3 * INTERVAL_MS - TOLERANCE_MS);
    });

    it('gives those who ask at once one turn after another', async () => {
      await pace.turn(never);
      const turns = 8;
      const tookMs = await timeOf(() =>
        Promise.all(Array.from({ length: turns }, () => pace.turn(never))),
      );
      expect(tookMs).toBeGreaterThanOrEqual(turns * INTERVAL_MS - TOLERANCE_MS);
    });

    it('holds back everybody during a pause, and no pause shortens another', async () => {
      const other = await paces.open(TURNS_PER_SECOND);
      await pace.turn(never);
      const waiting = timeOf(() => pace.turn(never));
      await pace.pause(200);
      await pace.pause(20);
      const tookMs = await Promise.all([waiting, timeOf(() => other.turn(never))]);
      for (const ms of tookMs) expect(ms).toBeGreaterThanOrEqual(200 - TOLERANCE_MS - INTERVAL_MS);
    });

    it('keeps the limit however many share it', async () => {
      const all = [pace, await paces.open(TURNS_PER_SECOND), await paces.open(TURNS_PER_SECOND)];
      await pace.turn(never);
      const turnsEach = 5;
      const tookMs = await timeOf(() =>
        Promise.all(
          all.map(async (one) => {
            for (let turn = 0; turn < turnsEach; turn++) await one.turn(never);
          }),
        ),
      );
      const leastMs = all.length * turnsEach * INTERVAL_MS;
      expect(tookMs).toBeGreaterThanOrEqual(leastMs - TOLERANCE_MS);
    });

    it('gives up when it is asked to', async () => {
      await pace.pause(60_000);
      const giveUp = new AbortController();
      const turn = pace.turn(giveUp.signal);
      giveUp.abort();
      await expect(turn).rejects.toThrow('abort');
    });
  });
}
