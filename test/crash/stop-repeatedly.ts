import { connect, type Socket } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { seededRandom } from '../../testing/seeded-random.js';
import type { Exit } from '../service/service-process.js';
import { World, type Figures } from './world.js';

const WORKING_MS_MIN = 300;
const WORKING_MS_MAX = 900;

export interface StopOptions {
  /** The compiled `main.js`. */
  readonly entry: string;
  readonly stops: number;
  readonly seed: number;
}

export interface StopResult {
  readonly findings: readonly string[];
  readonly figures: Figures;
  readonly exits: readonly (Exit & { readonly lastWords: string })[];
}

/** Stops the service with SIGTERM in the middle of its work, and restarts it on the same data. */
export async function stopRepeatedly({ entry, stops, seed }: StopOptions): Promise<StopResult> {
  const random = seededRandom(seed);
  const world = await World.create(entry, seed);
  const { service } = world;
  const exits = [];
  try {
    service.spawn();
    await service.untilReady();
    world.startCalling();
    for (let stop = 0; stop < stops; stop++) {
      const obstacles = stop === 0 ? obstruct(service.url) : [];
      await delay(WORKING_MS_MIN + random() * (WORKING_MS_MAX - WORKING_MS_MIN));
      // A process that does not end on its own has an exit code other than 0.
      const exit = await service.end('SIGTERM');
      exits.push({ ...exit, lastWords: wordsAbout(service.lastWords) });
      for (const obstacle of obstacles) obstacle.destroy();
      service.spawn();
      await service.untilReady();
    }
    await world.stopCalling();
    return { ...(await world.findings()), exits };
  } finally {
    await world.end();
  }
}

/** Leaves out webhooks that a busy machine did not record in time: they got 503, so that Vonage repeats them. */
const wordsAbout = (said: string): string =>
  said
    .split('\n')
    .filter((line) => !line.includes('"message":"it took longer than '))
    .join('\n');

/** Opens connections that stay open, as a server on the internet meets them. */
function obstruct(url: string): readonly Socket[] {
  return [
    '',
    'GET /v1/stream HTTP/1.1\r\nHost: waybill\r\n\r\n',
    'GET /health/live HTTP/1.1\r\nHost: waybill\r\n\r\n',
    'POST /webhooks/status HTTP/1.1\r\nHost: waybill\r\nContent-Length: 1000\r\n\r\n{',
    'POST /v1/messages HTTP/1.1\r\nHost: waybill\r\nContent-Type: application/json\r\nContent-Length: 1000\r\n\r\n{',
  ].map((beginning) => {
    const socket = connect(Number(new URL(url).port), '127.0.0.1');
    socket.on('error', () => socket.destroy());
    socket.resume();
    socket.write(beginning);
    return socket;
  });
}
