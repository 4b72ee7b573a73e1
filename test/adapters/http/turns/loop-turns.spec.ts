import { setImmediate as nextTurn } from 'node:timers/promises';
import { LoopTurns } from '../../../../src/adapters/http/turns/loop-turns.js';

const TASKS = 20;
/** Every part of a task is a whole turn. */
const ONE_PART = 0;

/** Counts the turns of the event loop until it is told to end. */
function countTurns(): { readonly count: number; end(): void } {
  let count = 0;
  let next: NodeJS.Immediate;
  const turn = (): void => {
    count += 1;
    next = setImmediate(turn);
  };
  next = setImmediate(turn);
  return {
    get count() {
      return count;
    },
    end: () => clearImmediate(next),
  };
}

describe('the turns of the event loop', () => {
  it('go to one task after the other, and everything else has its own between them', async () => {
    const turns = new LoopTurns(ONE_PART);
    const counter = countTurns();
    const began: { readonly task: number; readonly turn: number }[] = [];

    await Promise.all(
      Array.from({ length: TASKS }, async (_, task) => {
        await turns.next();
        began.push({ task, turn: counter.count });
      }),
    );
    counter.end();

    expect(began.map(({ task }) => task)).toStrictEqual(Array.from({ length: TASKS }, (_, i) => i));
    expect(new Set(began.map(({ turn }) => turn)).size).toBe(TASKS);
  });

  it('hold several tasks that take little, each after what the one before did at once', async () => {
    const turns = new LoopTurns(Number.POSITIVE_INFINITY);
    const counter = countTurns();
    const done: string[] = [];

    const seen = await Promise.all(
      Array.from({ length: TASKS }, async (_, task) => {
        await turns.next();
        done.push(`begin ${task}`);
        for (let step = 0; step < 5; step++) await Promise.resolve();
        done.push(`end ${task}`);
        return counter.count;
      }),
    );
    counter.end();

    expect(new Set(seen).size).toBe(1);
    expect(done).toStrictEqual(
      Array.from({ length: TASKS }, (_, task) => [`begin ${task}`, `end ${task}`]).flat(),
    );
  });

  it('are shared fairly by long tasks, part by part', async () => {
    const turns = new LoopTurns(ONE_PART);
    const parts: number[] = [];

    await Promise.all(
      Array.from({ length: 3 }, async (_, task) => {
        for (let part = 0; part < 4; part++) {
          await turns.giveWay();
          parts.push(task);
        }
      }),
    );

    expect(parts).toStrictEqual([0, 1, 2, 0, 1, 2, 0, 1, 2, 0, 1, 2]);
  });

  it('are not asked for again while the present one lasts and nobody waits', async () => {
    const turns = new LoopTurns(Number.POSITIVE_INFINITY);
    await turns.next();
    const counter = countTurns();

    for (let part = 0; part < 100; part++) await turns.giveWay();
    expect(counter.count).toBe(0);

    let isServed = false;
    void turns.next().then(() => (isServed = true));
    await turns.giveWay();
    expect(isServed).toBe(true);
    expect(counter.count).toBeGreaterThan(0);
    counter.end();
    await nextTurn();
  });
});
