import { setTimeout as delay } from 'node:timers/promises';
import { seededRandom } from '../../testing/seeded-random.js';
import { World, type Figures } from './world.js';

/** The shortest time that a ready service may work before it is killed. */
const WORKING_MS_MIN = 50;
const WORKING_MS_MAX = 800;

/** The share of kills late in a start, when the service meets the state that the previous kill left. */
const STARTING_SHARE = 0.25;

/** The share of kills right after a call to Vonage began, so that calls are cut off on any machine. */
const CALLING_SHARE = 0.5;
const CALL_MS_MAX = 2_000;

/** So many times the kills that were asked for are made at most. */
const MORE_KILLS = 3;

export interface KillOptions {
  /** The compiled `main.js`. */
  readonly entry: string;
  /** More are made where the transparency log signs too rarely. */
  readonly kills: number;
  /** Seeds the time of each kill, the messages, and their stories. */
  readonly seed: number;
}

export interface KillResult {
  readonly findings: readonly string[];
  readonly figures: Figures;
  /** Checkpoints of the transparency log that were seen after kills. */
  readonly checkpoints: number;
}

/**
 * Kills the service with SIGKILL in the middle of its work, again and again, always restarting it on the same
 * data, and then compares the ledger with the observations of all others. It proves what a killed process may
 * lose, not what a power failure may: the operating system keeps data that was written but not yet synced.
 */
export async function killRepeatedly({ entry, kills, seed }: KillOptions): Promise<KillResult> {
  const random = seededRandom(seed);
  const world = await World.create(entry, seed);
  const { service } = world;
  try {
    service.spawn();
    let startMs = await service.untilReady();
    world.startCalling();
    // On a busy machine the log may sign too little between a few kills for one checkpoint to contradict another.
    const isEnough = (kill: number): boolean =>
      kill >= kills && (world.observer.seen.size > 1 || kill >= MORE_KILLS * kills);
    for (let kill = 0; !isEnough(kill); kill++) {
      if (kill > 0) {
        service.spawn();
        if (random() < STARTING_SHARE) {
          await delay((0.4 + 0.6 * random()) * startMs);
          await service.end('SIGKILL');
          await world.observeLog();
          continue;
        }
        startMs = await service.untilReady();
      }
      await delay(WORKING_MS_MIN + random() * (WORKING_MS_MAX - WORKING_MS_MIN));
      // One for certain, because a test with few kills asks for it.
      if (random() < CALLING_SHARE || kill === 0) await world.untilCalled(CALL_MS_MAX);
      await service.end('SIGKILL');
      await world.observeLog();
    }
    service.spawn();
    await service.untilReady();
    await world.stopCalling();
    const { findings, figures } = await world.findings();
    return { findings, figures, checkpoints: world.observer.seen.size };
  } finally {
    await world.end();
  }
}
