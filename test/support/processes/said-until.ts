import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { eventually } from '../watching/eventually.js';
import { compiledProgram } from './compiled.js';

/**
 * Starts the program, stops it once it has printed `words`, and returns all of its output.
 * @param meanwhile what happens before it is stopped
 */
export async function saidUntil(
  words: string,
  environment: Readonly<Record<string, string>> & { readonly DATA_DIR: string },
  meanwhile: (said: string) => Promise<void> = () => Promise.resolve(),
) {
  const child = spawn(process.execPath, [join(await compiledProgram(), 'main.js')], {
    env: { PORT: '0', LOG_LEVEL: 'silent', ...environment },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let said = '';
  child.stdout.on('data', (bytes: Buffer) => (said += bytes.toString()));
  const closed = once(child, 'close') as Promise<[number | null]>;
  try {
    await eventually(() => said.includes(words), { withinMs: 30_000 });
    await meanwhile(said);
  } finally {
    child.kill('SIGTERM');
  }
  const [exitCode] = await closed;
  return { said, exitCode };
}
