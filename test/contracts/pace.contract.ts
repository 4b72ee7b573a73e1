import type { MonotonicClock } from '../../src/application/ports/clock.js';
import type { Pace } from '../../src/application/ports/pace.js';
import { eventually } from '../support/watching/eventually.js';
import { SettableTime } from '../support/doubles/settable-time.js';

const TURNS_PER_SECOND = 50;
/** A little less than the permitted rate is used, since ways to Vonage take differently long. */
const INTERVAL_MS = 1_000 / (TURNS_PER_SECOND * 0.98);

export interface OpenPaces {
  /** Opens a pace that shares its limit with those opened before. */
  readonly open: (turnsPerSecond: number) => Promise<Pace>;
  /** Lets this much time pass for the paces' shared limit; the time of `clock` passes on its own. */
  readonly pass: (milliseconds: number) => Promise<void>;
  readonly close: () => Promise<void>;
}

/**
 * The contract that every pace adapter must pass unchanged. Time passes only when the tests say so, and as fast as
 * they like.
 */
export function paceContract(
  name: string,
  openAll: (clock: MonotonicClock) => Promise<OpenPaces>,
): void {
  describe(`${name} as a Pace`, () => {
    const never = new AbortController().signal;
    let time: SettableTime;
    let startMs: number;
    let paces: OpenPaces;
    let pace: Pace;
    /** The times of the turns, in whole milliseconds since the start of the test. */
    let given: number[];
    let pending: number;

    beforeEach(async () => {
      time = new SettableTime();
      startMs = time.monotonic.elapsedMs();
      paces = await openAll(time.monotonic);
      pace = await paces.open(TURNS_PER_SECOND);
      given = [];
      pending = 0;
    });
    afterEach(() => paces.close());

    const pass = async (milliseconds: number): Promise<void> => {
      await paces.pass(milliseconds);
      time.pass(milliseconds);
    };

    /** Asks for turns one after the other. */
    const ask = async (one: Pace, turns = 1): Promise<void> => {
      pending += 1;
      for (let turn = 0; turn < turns; turn++) {
        await one.turn(never);
        given.push(Math.round(time.monotonic.elapsedMs() - startMs));
      }
      pending -= 1;
    };

    const allWait = () => eventually(() => time.waiting === pending);

    /** Lets time pass until all the requested turns have been given. */
    const finish = async (asked: readonly Promise<void>[]): Promise<void> => {
      await allWait();
      while (time.waiting > 0) {
        await pass(time.msUntilNext());
        await allWait();
      }
      await Promise.all(asked);
    };

    const multiplesOf = (ms: number, count: number): readonly number[] =>
      Array.from({ length: count }, (_, index) => Math.round(index * ms));

    it('gives the first turn at once, and the others as close as the limit allows', async () => {
      await finish([ask(pace, 11)]);
      expect(given).toEqual(multiplesOf(INTERVAL_MS, 11));
    });

    it('does not save up turns that nobody took', async () => {
      await finish([ask(pace)]);
      await pass(100);
      await finish([ask(pace, 4)]);
      expect(given.slice(1)).toEqual(multiplesOf(INTERVAL_MS, 4).map((ms) => ms + 100));
    });

    it('gives those who ask at once one turn after another', async () => {
      await finish(Array.from({ length: 9 }, () => ask(pace)));
      expect(given).toEqual(multiplesOf(INTERVAL_MS, 9));
    });

    it('holds back everybody during a pause, and no pause shortens another', async () => {
      const other = await paces.open(TURNS_PER_SECOND);
      await finish([ask(pace)]);
      const waiting = ask(pace);
      await allWait();
      await pace.pause(200);
      await pace.pause(20);
      await finish([waiting, ask(other)]);
      expect(given).toEqual([0, 200, Math.round(200 + INTERVAL_MS)]);
    });

    it('keeps the limit however many share it', async () => {
      const all = [pace, await paces.open(TURNS_PER_SECOND), await paces.open(TURNS_PER_SECOND)];
      await finish(all.map((one) => ask(one, 5)));
      expect(given).toEqual(multiplesOf(INTERVAL_MS, 15));
    });

    // A message of high priority cannot overtake a call that already has its turn.
    it('gives no turn long before the call may be made, after calls have crowded behind a stall', async () => {
      const recordingMs = 20;
      const stall = { fromMs: 2_000, untilMs: 2_600 };
      const elapsedMs = (): number => time.monotonic.elapsedMs() - startMs;
      const calls: { readonly turnMs: number; readonly callMs: number }[] = [];
      const call = async (turnMs: number): Promise<void> => {
        const isStalled = turnMs >= stall.fromMs && turnMs < stall.untilMs;
        const recordedMs = isStalled ? stall.untilMs : turnMs + recordingMs;
        await time.monotonic.wait(recordedMs - elapsedMs(), never);
        await pace.beforeCall(never);
        calls.push({ turnMs, callMs: elapsedMs() });
      };
      const endMs = 12_000;
      let underWay = 0;
      let isAsking = true;
      const dispatch = async (): Promise<void> => {
        const begun: Promise<void>[] = [];
        while (elapsedMs() < endMs) {
          await pace.turn(never);
          underWay += 1;
          begun.push(call(elapsedMs()).finally(() => (underWay -= 1)));
        }
        isAsking = false;
        await Promise.all(begun);
      };
      const dispatching = dispatch();
      const settled = () => eventually(() => time.waiting === underWay + Number(isAsking));
      for (await settled(); time.waiting > 0; await settled()) await pass(time.msUntilNext());
      await dispatching;
      const later = calls.filter(({ turnMs }) => turnMs > stall.untilMs + 1_000);
      const waits = later.map(({ turnMs, callMs }) => callMs - turnMs);
      expect(Math.max(...waits)).toBeLessThan(200);
      expect(later.length / ((endMs - stall.untilMs - 1_000) / 1_000)).toBeGreaterThan(
        TURNS_PER_SECOND * 0.95,
      );
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
