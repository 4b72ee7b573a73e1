import { setTimeout as delay } from 'node:timers/promises';
import { seededRandom } from '../support/seeded-random.js';
import { World, type Figures } from './world.js';

/** How long a service that has become ready may work before it is killed. */
const WORKING_MS_MIN = 50;
const WORKING_MS_MAX = 800;

/** Some are killed in the later part of their start, when they meet what the one before left behind. */
const STARTING_SHARE = 0.25;

/** Some are killed just when they have made a call, so that calls are cut off on any machine. */
const CALLING_SHARE = 0.5;
const CALL_MS_MAX = 2_000;

export interface KillOptions {
  /** The compiled `main.js`. */
  readonly entry: string;
  readonly kills: number;
  /** Decides when each kill comes, what is sent, and what becomes of it. */
  readonly seed: number;
}

export interface KillResult {
  readonly findings: readonly string[];
  readonly figures: Figures;
}

/**
 * Kills the service with SIGKILL in the middle of its work, again and again, always starting it on the same
 * data, and then compares the ledger with what everybody else saw. It proves what a killed process may lose,
 * not what a lost power supply may: the operating system keeps what was written but not yet synced.
 */
export async function killRepeatedly({ entry, kills, seed }: KillOptions): Promise<KillResult> {
  const random = seededRandom(seed);
  const world = await World.create(entry, seed);
  const { service } = world;
  try {
    service.spawn();
    let startMs = await service.untilReady();
    world.startCalling();
    for (let kill = 0; kill < kills; kill++) {
      if (kill > 0) {
        service.spawn();
        if (random() < STARTING_SHARE) {
          await delay((0.4 + 0.6 * random()) * startMs);
          await service.end('SIGKILL');
          continue;
        }
        startMs = await service.untilReady();
      }
      await delay(WORKING_MS_MIN + random() * (WORKING_MS_MAX - WORKING_MS_MIN));
      if (random() < CALLING_SHARE) await world.untilCalled(CALL_MS_MAX);
      await service.end('SIGKILL');
    }
    service.spawn();
    await service.untilReady();
    await world.stopCalling();
    return await world.findings();
  } finally {
    await world.end();
  }
}
