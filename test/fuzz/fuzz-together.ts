import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { FuzzOptions, FuzzResult } from './fuzz.js';

const program = fileURLToPath(new URL('fuzz-process.ts', import.meta.url));

/** Divides the requests among processes, each with a service of its own. */
export async function fuzzTogether(
  options: Omit<FuzzOptions, 'first' | 'step'>,
  processes: number,
): Promise<FuzzResult> {
  const results = await Promise.all(
    Array.from({ length: processes }, (_, first) =>
      fuzzApart({ ...options, first, step: processes }),
    ),
  );
  return {
    findings: results.flatMap(({ findings }) => findings),
    answers: sumOf(results.map(({ answers }) => answers)),
    requestsPerSecond: results.reduce((sum, one) => sum + one.requestsPerSecond, 0),
  };
}

function fuzzApart(options: FuzzOptions): Promise<FuzzResult> {
  return new Promise((resolve) => {
    const child = fork(program);
    let result: FuzzResult = {
      findings: [`process ${options.first} ended before it was done`],
      answers: {},
      requestsPerSecond: 0,
    };
    child.once('message', (message) => (result = message as FuzzResult));
    child.once('exit', () => resolve(result));
    child.send(options);
  });
}

function sumOf(all: readonly Readonly<Record<string, number>>[]): Record<string, number> {
  const sum: Record<string, number> = {};
  for (const [answer, count] of all.flatMap((one) => Object.entries(one))) {
    sum[answer] = (sum[answer] ?? 0) + count;
  }
  return Object.fromEntries(
    Object.entries(sum).toSorted(([one], [other]) => one.localeCompare(other)),
  );
}
