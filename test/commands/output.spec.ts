import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, openSync, closeSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { SqliteEventStore } from '../../src/adapters/event-store/sqlite/sqlite-event-store.js';
import { openKeyStore } from '../../src/adapters/key-store/open-key-store.js';
import { newEvents } from '../../testing/events.js';
import { COMPILE_MS_MAX, compiledProgram } from '../support/processes/compiled.js';

let directory: string;

beforeAll(compiledProgram, COMPILE_MS_MAX);

beforeEach(async () => {
  directory = mkdtempSync(join(tmpdir(), 'waybill-output-'));
  const data = join(directory, 'data');
  const store = await SqliteEventStore.open(data);
  await store.append('message-1', newEvents(3), 'no-stream');
  await store.close();
  const keys = openKeyStore(
    { kind: 'sqlite', directory: data },
    { keys: null, file: join(data, 'master-key') },
  );
  await keys.fingerprint();
  await keys.close();
});

afterEach(() => rmSync(directory, { recursive: true }));

/** @param output where nobody reads, or nothing can be written */
async function run(
  program: string,
  args: readonly string[],
  output: 'unread' | number,
): Promise<{ readonly exitCode: number | null; readonly errors: string }> {
  const child = spawn(process.execPath, [join(await compiledProgram(), program), ...args], {
    env: { DATA_DIR: join(directory, 'data') },
    stdio: ['ignore', output === 'unread' ? 'pipe' : output, 'pipe'],
  });
  child.stdout?.destroy();
  const [errors, [exitCode]] = await Promise.all([
    child.stderr === null ? '' : text(child.stderr),
    once(child, 'close') as Promise<[number | null]>,
  ]);
  return { exitCode, errors };
}

const WHOLE_BACKUP = ['keys.sqlite', 'ledger.sqlite'];

it('copies all of a backup although nobody reads what it says', async () => {
  const target = join(directory, 'backup');
  expect(await run('commands/backup.js', [target], 'unread')).toEqual({ exitCode: 0, errors: '' });
  expect(readdirSync(target)).toEqual(WHOLE_BACKUP);
});

it('keeps the exit code of a failure that nobody reads', async () => {
  const { exitCode } = await run('commands/verify.js', [], 'unread');
  expect(exitCode).toBe(1);
});

it('copies all of a backup although its output cannot be written, and says so', async () => {
  const target = join(directory, 'backup');
  const full = openSync('/dev/full', 'w');
  const { exitCode, errors } = await run('commands/backup.js', [target], full);
  closeSync(full);
  expect(exitCode).toBe(1);
  expect(errors).toMatch(
    /^The command is done, but its output could not be written: ENOSPC.*\.\n$/,
  );
  expect(readdirSync(target)).toEqual(WHOLE_BACKUP);
});

it.each([
  ['--help', 0],
  ['--version', 0],
  ['nonsense', 2],
])('ends quietly after %s that nobody reads', async (word, expected) => {
  const { exitCode, errors } = await run('commands/waybill.js', [word], 'unread');
  expect(exitCode).toBe(expected);
  expect(errors).not.toContain('EPIPE');
});
