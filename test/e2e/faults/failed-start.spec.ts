import { once } from 'node:events';
import { readdirSync, readlinkSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { join } from 'node:path';
import type { RunnableConfig } from '../../../src/app.module.js';
import { startService } from '../../../src/service.js';
import { startWaybill, stopWaybills } from '../../support/worlds/waybill.js';

afterEach(stopWaybills);

/** Something that makes a start fail, at another stage each. */
interface Fault {
  readonly reason: string;
  readonly config?: Partial<RunnableConfig>;
  readonly release?: () => void;
}

const notADatabase = async (directory: string, name: string, remedy: string): Promise<Fault> => {
  const file = join(directory, name);
  await writeFile(file, 'This is no database.'.repeat(500));
  // A log of the damaged file would damage the backup in its place.
  const away = `Move it away, with ${name}-wal and ${name}-shm where they are.`;
  return { reason: `${file} cannot be used: file is not a database. ${away} ${remedy}` };
};

const notOpened = async (directory: string, name: string): Promise<Fault> => {
  const file = join(directory, name);
  // Like a file of another user, and root is refused it too.
  await mkdir(file);
  const rights = `The user of this process must be able to write to it, and in ${directory}.`;
  return { reason: `${file} cannot be opened: unable to open database file. ${rights}` };
};

const faults: Readonly<Record<string, (directory: string) => Promise<Fault>>> = {
  'no master key in its file': async (directory) => {
    const file = join(directory, 'no-master-key');
    await writeFile(file, 'secret');
    return { reason: 'must hold master keys', config: { masterKeys: { keys: null, file } } };
  },
  'a key store that is no database': (directory) =>
    notADatabase(directory, 'keys.sqlite', 'It holds the keys'),
  'a ledger that is no database': async (directory) => {
    await notADatabase(directory, 'ledger.sqlite', '');
    return { reason: 'ledger.sqlite cannot be opened: file is not a database' };
  },
  'deliveries that are no database': (directory) =>
    notADatabase(directory, 'deliveries.sqlite', 'Then put its backup in its place'),
  'a log that is no database': (directory) =>
    notADatabase(directory, 'transparency-log.sqlite', 'Then a new log begins'),
  'a ledger that may not be opened': (directory) => notOpened(directory, 'ledger.sqlite'),
  'read models that may not be opened': (directory) => notOpened(directory, 'read-model.sqlite'),
  'read models that no file can be made for': async (directory) => {
    const file = join(directory, 'a-file');
    await writeFile(file, '');
    const readModel = { kind: 'sqlite', directory: join(file, 'read-models') } as const;
    return { reason: 'a-file cannot be created', config: { readModel } };
  },
  'no signing key in its file': async (directory) => {
    const keyFile = join(directory, 'no-signing-key');
    await writeFile(keyFile, 'secret');
    const log = { signingKey: null, keyFile, checkpointFile: null, host: 'localhost' };
    return { reason: 'is no Ed25519 key', config: { log } };
  },
  'a port that is taken': async () => {
    const other = createServer().listen(0, '127.0.0.1');
    await once(other, 'listening');
    const { port } = other.address() as AddressInfo;
    return { reason: 'address already in use', config: { port }, release: () => other.close() };
  },
};

/** The ports to threads, and the files in a directory. Only Linux tells the files. */
function heldOpen(directory: string): readonly string[] {
  const ports = process.getActiveResourcesInfo().filter((kind) => kind === 'MessagePort');
  if (process.platform !== 'linux') return ports;
  const files = readdirSync('/proc/self/fd').flatMap((descriptor) => {
    try {
      return readlinkSync(join('/proc/self/fd', descriptor));
    } catch {
      // The descriptor of this list is closed by now.
      return [];
    }
  });
  return [...ports, ...files.filter((file) => file.startsWith(directory))];
}

it.each(Object.entries(faults))('closes everything where it meets %s', async (_, make) => {
  const waybill = await startWaybill({ started: false });
  const { reason, config, release } = await make(waybill.directory);
  const start = startService({ ...waybill.config, ...config }, waybill.log.logger);
  await expect(start).rejects.toThrow(reason);
  release?.();
  expect(heldOpen(waybill.directory)).toEqual([]);
});
