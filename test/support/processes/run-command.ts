import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { once } from 'node:events';
import { compiledProgram } from './compiled.js';

/** The time limit of a program; after it the program hangs and is stopped. */
const COMMAND_MS_MAX = 60_000;

export interface Finished {
  /** Null when the program did not end on its own. */
  readonly exitCode: number | null;
  readonly output: string;
  readonly errors: string;
}

/**
 * Runs a program of ours to its end, in a process of its own, as `npm run` does.
 * @param program relative to the compiled sources, for example `commands/backup.js`
 * @param environment its entire environment
 * @param cwd the directory in which it runs: by default that of the tests
 */
export async function runCommand(
  program: string,
  args: readonly string[],
  environment: Readonly<Record<string, string>> = {},
  cwd?: string,
): Promise<Finished> {
  const path = join(await compiledProgram(), program);
  const child = spawn(process.execPath, [path, ...args], {
    env: environment,
    cwd,
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: COMMAND_MS_MAX,
  });
  const [output, errors, [exitCode]] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    once(child, 'close') as Promise<[number | null]>,
  ]);
  return { exitCode, output, errors };
}
