import { existsSync, mkdirSync, readFileSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { SqliteEventStore } from '../../src/adapters/event-store/sqlite/sqlite-event-store.js';
import { newMasterKey } from '../../src/adapters/key-store/master-keys.js';
import { startPostgres } from '../../testing/embedded-postgres.js';
import { EventStoreDbDouble } from '../../testing/eventstoredb-double/eventstoredb-double.js';
import { COMPILE_MS_MAX, compiledProgram } from '../support/processes/compiled.js';
import { runCommand, type Finished } from '../support/processes/run-command.js';
import { eventually } from '../support/watching/eventually.js';
import { recipient, startWaybill, stopWaybills, type Waybill } from '../support/worlds/waybill.js';

let postgres: Awaited<ReturnType<typeof startPostgres>>;
let double: EventStoreDbDouble;
/** Another server, such as the one of another environment, on which there is nothing. */
let empty: EventStoreDbDouble;
let waybill: Waybill;
let delivered: string;
const masterKey = newMasterKey();

beforeAll(async () => {
  await compiledProgram();
  postgres = await startPostgres();
  double = await EventStoreDbDouble.start();
  empty = await EventStoreDbDouble.start();
  waybill = await startWaybill({
    config: {
      eventStore: { kind: 'eventstoredb', url: double.url },
      readModel: { kind: 'postgres', url: postgres.url },
      masterKeys: { keys: [masterKey], file: null },
    },
  });
  delivered = await waybill.send(recipient());
  await waybill.until(delivered, 'delivered');
}, COMPILE_MS_MAX);

afterAll(async () => {
  await stopWaybills();
  double.stop();
  empty.stop();
  await postgres.stop();
});

/** Runs a command beside the running service, with its configuration. */
const run = (
  command: string,
  args: readonly string[] = [],
  changes: Readonly<Record<string, string>> = {},
): Promise<Finished> =>
  runCommand(`commands/${command}.js`, args, {
    DATA_DIR: waybill.directory,
    EVENT_STORE: 'eventstoredb',
    EVENTSTORE_URL: double.url,
    READ_MODEL: 'postgres',
    DATABASE_URL: postgres.url,
    MASTER_KEY: masterKey,
    ...changes,
  });

async function listed(): Promise<readonly string[]> {
  const list = await waybill.api.get('/v1/messages');
  return list
    .as<{ readonly items: readonly { readonly id: string }[] }>(200)
    .items.map(({ id }) => id);
}

describe('npm run rebuild', () => {
  it('makes read models anew from the ledger while the service runs', async () => {
    const rebuilt = await run('rebuild', ['messages']);
    expect([rebuilt.exitCode, rebuilt.output]).toEqual([0, expect.stringContaining('in use')]);
    expect(await listed()).toEqual([delivered]);
  });

  it('leaves the lists of a running service alone where the ledger is another', async () => {
    const refused = await run('rebuild', [], { EVENTSTORE_URL: empty.url });
    expect([refused.exitCode, refused.output]).toEqual([1, '']);
    expect(refused.errors).toMatch(
      /^The read models were made from another ledger .*EVENTSTORE_URL/s,
    );
    const inMemory = await run('rebuild', [], { EVENT_STORE: 'memory' });
    expect([inMemory.exitCode, inMemory.errors]).toEqual([1, refused.errors]);

    const store = await SqliteEventStore.open(join(waybill.directory, 'elsewhere'));
    await store.close();
    const DATA_DIR = join(waybill.directory, 'elsewhere');
    const inFile = await run('rebuild', [], { EVENT_STORE: 'sqlite', DATA_DIR });
    expect([inFile.exitCode, inFile.errors]).toEqual([1, refused.errors]);
    expect(await listed()).toEqual([delivered]);
  });
});

describe('npm run accept-key-store', () => {
  it('says of the right server that nothing is to be accepted', async () => {
    const kept = await run('accept-key-store', ['--lost']);
    expect(kept).toMatchObject({ exitCode: 0, errors: '' });
    expect(kept.output).toContain('Nothing was changed');
  });

  it('does not call the key store right where there is no ledger', async () => {
    const refused = await run('accept-key-store', ['--lost'], { EVENTSTORE_URL: empty.url });
    expect([refused.exitCode, refused.output]).toEqual([1, '']);
    expect(refused.errors).toContain('the ledger names no key store');

    const DATA_DIR = join(waybill.directory, 'nothing');
    const file = await run('accept-key-store', ['--lost'], { EVENT_STORE: 'sqlite', DATA_DIR });
    expect([file.exitCode, file.output]).toEqual([1, '']);
    expect(file.errors).toContain('There is no ledger in');
    expect(existsSync(DATA_DIR)).toBe(false);
  });
});

describe('npm run keys -- rotate-master', () => {
  it('takes no empty database for a key store that needs the old master key no more', async () => {
    const DATA_DIR = join(waybill.directory, 'rotated');
    const file = join(DATA_DIR, 'master-key');
    mkdirSync(DATA_DIR);
    writeFileSync(file, `${newMasterKey()}\n${masterKey}\n`);
    const before = readFileSync(file, 'utf8');
    const minutesAgo = new Date(Date.now() - 300_000);
    utimesSync(file, minutesAgo, minutesAgo);
    const changes = { DATA_DIR, MASTER_KEY: '', DATABASE_URL: await postgres.newDatabase() };
    for (const args of [[], ['--finish']]) {
      const refused = await run('keys', ['rotate-master', ...args], changes);
      expect([refused.exitCode, refused.output]).toEqual([2, '']);
      expect(refused.errors).toContain('holds no key');
      expect(readFileSync(file, 'utf8')).toBe(before);
    }
  });
});

describe('npm run verify', () => {
  it('proves the ledger on its server, and no other', async () => {
    await eventually(async () => (await run('verify')).exitCode === 0);
    const other = await run('verify', [], { EVENTSTORE_URL: empty.url });
    expect([other.exitCode, other.output]).toEqual([
      1,
      expect.stringMatching(/^Event 0 of keystore-main .* is missing/),
    ]);
  });
});

it.each([['verify'], ['rebuild'], ['keys', 'rotate-master']])(
  'npm run %s names the database where it is the one that is away',
  async (command, ...args) => {
    const DATABASE_URL = 'postgres://waybill:secret@127.0.0.1:9/waybill';
    const { exitCode, output, errors } = await run(command, args, { DATABASE_URL });
    expect([exitCode, output]).toEqual([1, '']);
    expect(errors).toContain('The database at DATABASE_URL cannot be used: connect ECONNREFUSED');
    expect(errors).not.toContain('secret');
  },
);

describe('npm run migrate-ledger', () => {
  it('moves to another server, where the service builds its read models anew and goes on', async () => {
    // Positions on the other server are lower, because the first one has written records of its own.
    for (let count = 0; count < 500; count++) {
      double.ledger.appendSystemEvent('$stats-1', '$statsCollected');
    }
    const last = await waybill.send(recipient());
    await waybill.until(last, 'delivered');
    await eventually(async () => (await listed()).length === 2);
    await waybill.stop();
    const other = await EventStoreDbDouble.start();
    try {
      const moved = await run('migrate-ledger', ['--from', double.url, '--to', other.url]);
      expect(moved.exitCode).toBe(0);
      Object.assign(waybill.config, { eventStore: { kind: 'eventstoredb', url: other.url } });
      await waybill.start();
      const next = await waybill.send(recipient());
      await eventually(async () => (await listed()).length === 3);
      const sending = await waybill.api.get('/v1/sending');
      expect(sending.body).toMatchObject({ state: 'held', cause: 'restored-copy' });
      const release = { reason: 'It was moved.', waiting: 'send' };
      await waybill.api.post('/v1/sending/release', release);
      await waybill.until(next, 'delivered');
      await eventually(async () => {
        const verified = await run('verify', [], { EVENTSTORE_URL: other.url });
        return verified.exitCode === 0;
      });
    } finally {
      await waybill.stop();
      other.stop();
    }
  });
});
