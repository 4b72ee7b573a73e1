import { COMPILE_MS_MAX, compiledProgram } from '../support/processes/compiled.js';
import { killRepeatedly } from './kill-repeatedly.js';
import { stopRepeatedly } from './stop-repeatedly.js';

/** Continuous integration also stops 10 times and kills 60 times. */
const STOPS = 1;
const KILLS = 3;

/** Mostly the time in which processes start, on a machine that is busy with other work. */
const RUN_MS_MAX = 600_000;

// Repeat a run with `npm run test:crash -- --kills 20 --seed <seed>`.
const seed = Math.floor(Math.random() * 1e9);

let entry: string;

beforeAll(async () => {
  entry = `${await compiledProgram()}/main.js`;
}, COMPILE_MS_MAX);

// This test comes first: its compile cache serves the other one, whose processes never end in an orderly way.
test(
  `a stop in the middle of load ends by itself, loses nothing and leaves no call behind (seed ${seed})`,
  async () => {
    const { findings, figures, exits } = await stopRepeatedly({ entry, stops: STOPS, seed });

    expect(findings).toStrictEqual([]);
    expect(exits).toStrictEqual(
      Array.from({ length: STOPS }, () => ({
        code: 0,
        signal: null,
        lastWords: '',
      })),
    );
    expect(figures.attemptsCutOff).toBe(0);
    expect(figures.sends).toBeGreaterThan(STOPS);
    expect(figures.webhooks).toBeGreaterThan(STOPS);
  },
  RUN_MS_MAX,
);

test(
  `a kill in the middle of load loses nothing that was acknowledged, applies nothing twice and sends nothing twice (seed ${seed})`,
  async () => {
    const { findings, figures, checkpoints } = await killRepeatedly({ entry, kills: KILLS, seed });

    expect(findings).toStrictEqual([]);
    expect(checkpoints).toBeGreaterThan(1);
    // The kills did interrupt work: about three calls are cut off by each.
    expect(figures.attemptsCutOff).toBeGreaterThan(0);
    expect(figures.sends).toBeGreaterThan(KILLS);
    expect(figures.webhooks).toBeGreaterThan(KILLS);
  },
  RUN_MS_MAX,
);
