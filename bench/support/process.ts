import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';

const withoutAccount = Object.fromEntries(
  Object.entries(process.env).filter(([name]) => !name.startsWith('VONAGE_')),
);

/**
 * Starts a compiled script beside this one. An account that is set in the shell is left out: a service would send with it.
 * @param output of its log; errors are printed always
 */
export function start(
  script: URL,
  args: readonly string[] = [],
  environment: NodeJS.ProcessEnv = {},
  nodeOptions: readonly string[] = [],
  output: 'ignore' | 'inherit' = 'ignore',
): ChildProcess {
  return fork(script, [...args], {
    env: { ...withoutAccount, ...environment },
    stdio: ['ignore', output, 'inherit', 'ipc'],
    execArgv: ['--disable-warning=ExperimentalWarning', ...nodeOptions],
  });
}

export async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, 'exit');
  child.kill('SIGTERM');
  await ended;
}

const LOOK_MS = 250;

/**
 * Polls until a condition holds. @param what for the error, as in "the service is ready"
 * @returns the time that it took, milliseconds
 * @throws after `withinMs`
 */
export async function waitUntil(
  what: string,
  condition: () => Promise<boolean>,
  withinMs: number,
  everyMs = LOOK_MS,
): Promise<number> {
  const startedMs = performance.now();
  while (!(await condition())) {
    if (performance.now() - startedMs > withinMs) {
      throw new Error(`not within ${withinMs} ms: ${what}`);
    }
    await delay(everyMs);
  }
  return performance.now() - startedMs;
}

/** @returns the time that it took, milliseconds @throws after `withinMs` */
export const untilReady = (url: string, withinMs: number): Promise<number> =>
  waitUntil(
    `${url} is ready`,
    () =>
      fetch(`${url}/health/ready`).then(
        ({ ok }) => ok,
        () => false,
      ),
    withinMs,
    10,
  );

export const median = (values: readonly number[]): number =>
  values.toSorted((left, right) => left - right)[Math.floor(values.length / 2)] ?? Number.NaN;
