import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { compiledProgram } from '../processes/compiled.js';

/** The service as `npm start` starts it: with the sandbox, and messages of which one was rejected. */
export interface Demonstration {
  readonly url: string;
  /** Stops it and deletes its ledger. */
  stop(): Promise<void>;
}

/** Starts it on a free port. @param prepare is called with the directory of its ledger before it starts */
export async function startDemonstration(
  prepare?: (directory: string) => void,
): Promise<Demonstration> {
  const directory = await mkdtemp(join(tmpdir(), 'waybill-demonstration-'));
  prepare?.(directory);
  const program = spawn(process.execPath, [join(await compiledProgram(), 'main.js')], {
    env: { PATH: process.env['PATH'], PORT: '0', DATA_DIR: directory, LOG_LEVEL: 'silent' },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const stop = async (): Promise<void> => {
    if (program.exitCode === null && program.kill('SIGTERM')) await once(program, 'exit');
    await rm(directory, { recursive: true, force: true });
  };
  for await (const line of createInterface({ input: program.stdout })) {
    const url = /^\s+(http:\/\/\S+)\/$/.exec(line)?.[1];
    if (url === undefined) continue;
    // Its further lines are read and dropped, so that it never waits for a full pipe.
    program.stdout.resume();
    return { url, stop };
  }
  await stop();
  throw new Error('The demonstration ended before it told its address.');
}
