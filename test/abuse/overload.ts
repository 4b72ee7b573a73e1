import { fork } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { asStarted } from '../../testing/as-started.js';
import { ServiceWorld } from '../service/service-world.js';
import { MemoryWatch } from './memory-watch.js';
import type { LoadOrder, LoadResult } from './overload-process.js';
import { residentMiB } from './process-usage.js';

const program = fileURLToPath(new URL('overload-process.ts', import.meta.url));

const HEAP_MIB_MAX = 512;
const VONAGE_TIMEOUT_MS = 2_000;

/** For how long it is measured what can be recorded. */
const SUSTAINABLE_SECONDS = 3;
const TIMES_SUSTAINABLE = 10;
/** As many as a connection takes. */
const UNANSWERED_MAX = 10_000;

/** The answers that make Vonage send a webhook again. */
const designed: ReadonlySet<string> = new Set(['204', '429', '503']);

const RECOVERY_MS_MAX = 60_000;
const RECOVERY_POLL_MS = 500;

/** Above what it had before, when all is over: its caches are full then. */
const KEPT_MIB_MAX = 200;

export interface OverloadOptions {
  /** The compiled `main.js`. */
  readonly entry: string;
  readonly seed: number;
  readonly seconds: number;
  readonly report: (line: string) => void;
}

/** Offers a service with little memory ten times as many webhooks as it can record. */
export async function overload(options: OverloadOptions): Promise<{ findings: readonly string[] }> {
  const { entry, seed, seconds, report } = options;
  const world = await ServiceWorld.create({
    entry,
    vonageTimeoutMs: VONAGE_TIMEOUT_MS,
    ...asStarted,
    nodeOptions: [...asStarted.nodeOptions, `--max-old-space-size=${HEAP_MIB_MAX}`],
    sandbox: { seed },
  });
  const { service } = world;
  try {
    service.spawn();
    await service.untilReady();
    const { privateKey: _, publicKey: __, ...credentials } = world.credentials;
    const generate = generatorFor({ port: Number(new URL(service.url).port), credentials });
    const calm = await generate({
      seconds: SUSTAINABLE_SECONDS,
      perSecond: null,
      unansweredMax: 1,
    });
    const sustainable = Math.round((calm.answers['204'] ?? 0) / SUSTAINABLE_SECONDS);
    const memory = new MemoryWatch(service.pid);
    const perSecond = TIMES_SUSTAINABLE * sustainable;
    const result = await generate({ seconds, perSecond, unansweredMax: UNANSWERED_MAX });
    memory.end();
    report(
      `${sustainable} webhooks a second can be recorded; ${JSON.stringify(result)}; memory ${Math.round(memory.firstMiB)} MiB, +${Math.round(memory.growthMiB)} MiB`,
    );
    if (!service.isRunning) return { findings: [`the process ended: ${service.lastWords}`] };
    return { findings: [...faultsOf(result), ...(await faultsAfter(world, memory, report))] };
  } finally {
    await world.end();
  }
}

type Generate = (order: Omit<LoadOrder, 'port' | 'credentials'>) => Promise<LoadResult>;

const generatorFor =
  (to: Pick<LoadOrder, 'port' | 'credentials'>): Generate =>
  async (order) => {
    const child = fork(program);
    const ended = once(child, 'message') as Promise<[LoadResult]>;
    child.send({ ...to, ...order });
    const [result] = await ended;
    child.disconnect();
    return result;
  };

function faultsOf({ answers, broken, written }: LoadResult): readonly string[] {
  const others = Object.keys(answers).filter((status) => !designed.has(status));
  const answered = Object.values(answers).reduce((sum, count) => sum + count, 0);
  return [
    ...others.map((status) => `under overload ${answers[status]} answers were ${status}`),
    ...Object.entries(broken).map(([how, count]) => `${count} connections broke: ${how}`),
    ...(answered < written ? [`${written - answered} of ${written} webhooks had no answer`] : []),
    ...(answers['204'] === undefined ? ['under overload no webhook was recorded'] : []),
  ];
}

/** Nothing of it is left after a while: it is ready, and most of its memory is free again. */
async function faultsAfter(
  { service }: ServiceWorld,
  { firstMiB }: MemoryWatch,
  report: OverloadOptions['report'],
): Promise<readonly string[]> {
  const startedMs = performance.now();
  for (;;) {
    const { status } = await fetch(`${service.url}/health/ready`);
    const keptMiB = residentMiB(service.pid) - firstMiB;
    const tookMs = performance.now() - startedMs;
    const isOver = status === 200 && keptMiB <= KEPT_MIB_MAX;
    if (isOver || tookMs > RECOVERY_MS_MAX) {
      report(
        `${Math.round(tookMs / 1000)} s later: ready ${status}, memory +${Math.round(keptMiB)} MiB`,
      );
      return isOver ? [] : [`after overload: ready ${status}, memory +${Math.round(keptMiB)} MiB`];
    }
    await delay(RECOVERY_POLL_MS);
  }
}
