import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client } from 'pg';
import { newMasterKey } from '../../src/adapters/key-store/master-keys.js';
import { newSigningKey } from '../../src/adapters/transparency-log/signing-key-file.js';
import type { Check } from '../../src/application/account/check.js';
import { checkInstallation } from '../../src/commands/operation/installation-checks.js';
import { parseConfig } from '../../src/config.js';
import { startPostgres } from '../../testing/embedded-postgres.js';
import { freePort } from '../../testing/free-port.js';
import { makeCertificate } from '../../testing/eventstoredb-double/certificate.js';
import { EventStoreDbDouble } from '../../testing/eventstoredb-double/eventstoredb-double.js';
import { COMPILE_MS_MAX, compiledProgram } from '../support/processes/compiled.js';
import { runCommand } from '../support/processes/run-command.js';

let postgres: Awaited<ReturnType<typeof startPostgres>>;
let double: EventStoreDbDouble;
let directory: string;

beforeAll(async () => {
  postgres = await startPostgres();
});

afterAll(() => postgres.stop());

beforeEach(async () => {
  double = await EventStoreDbDouble.start();
  directory = mkdtempSync(join(tmpdir(), 'waybill-doctor-'));
});

afterEach(() => {
  double.stop();
  rmSync(directory, { recursive: true });
});

const onServers = (): Record<string, string> => ({
  DATA_DIR: directory,
  EVENT_STORE: 'eventstoredb',
  EVENTSTORE_URL: double.url,
  READ_MODEL: 'postgres',
  DATABASE_URL: postgres.url,
});

const check = (environment: Readonly<Record<string, string>>): Promise<readonly Check[]> =>
  checkInstallation(parseConfig(environment));

/** Checks it with `changes`, and returns the only thing that is wrong. */
async function wrongWith(changes: Readonly<Record<string, string>>): Promise<Check> {
  const found = (await check({ ...onServers(), ...changes })).filter(
    ({ state }) => state === 'wrong',
  );
  expect(found).toHaveLength(1);
  return found[0] as Check;
}

async function query(sql: string): Promise<void> {
  const client = new Client({ connectionString: postgres.url });
  await client.connect();
  await client.query(sql).finally(() => client.end());
}

/** The URL of a database, seen as somebody else or elsewhere. */
function changed(url: string, change: (url: URL) => void): string {
  const copy = new URL(url);
  change(copy);
  return String(copy);
}

describe('DATA_DIR', () => {
  it('is right where it can be written, and where it can be made', async () => {
    const [there] = await check({ DATA_DIR: directory });
    expect(there).toMatchObject({ name: 'data directory', state: 'ok' });
    const missing = join(directory, 'a', 'b');
    const [later] = await check({ DATA_DIR: missing });
    expect(later).toMatchObject({ name: 'data directory', state: 'ok' });
    expect(later?.says).toContain('is not there yet');
    expect(readdirSync(directory)).toEqual([]);
  });

  it('is wrong where no file can be written, and says where and what to do', async () => {
    const file = join(directory, 'file');
    writeFileSync(file, '');
    const [found] = await check({ DATA_DIR: join(file, 'data') });
    expect(found).toMatchObject({ name: 'data directory', state: 'wrong' });
    expect(found?.says).toContain(`no file can be written in ${file}`);
    expect(found?.todo).toContain('DATA_DIR');
  });

  it('is not looked at where nothing lies in it', async () => {
    const keys = { MASTER_KEY: newMasterKey(), LOG_SIGNING_KEY: newSigningKey() };
    const checks = await check({ ...onServers(), ...keys, DATA_DIR: '/proc/waybill' });
    expect(checks.map(({ name, state }) => [name, state])).toEqual([
      ['event store', 'ok'],
      ['database', 'ok'],
    ]);
    expect(existsSync('/proc/waybill')).toBe(false);
  });

  it('is asked about keys that several instances must share', async () => {
    const [found] = await check(onServers());
    expect(found).toMatchObject({ name: 'data directory', state: 'ok' });
    expect(found?.todo).toContain('MASTER_KEY and LOG_SIGNING_KEY');
  });
});

describe('EventStoreDB', () => {
  it('is right where it takes, shows and follows events, of every supported version', async () => {
    for (const version of ['23.10', '24.2'] as const) {
      const one = await EventStoreDbDouble.start({ version });
      const [, found] = await check({ ...onServers(), EVENTSTORE_URL: one.url });
      one.stop();
      expect(found).toMatchObject({ name: 'event store', state: 'ok', todo: null });
    }
  });

  it('is wrong where nobody answers', async () => {
    double.stop();
    const found = await wrongWith({});
    expect(found.name).toBe('event store');
    expect(found.todo).toContain('Start EventStoreDB');
  });

  it('is wrong where it answers nothing', async () => {
    double.faults.silent = true;
    const found = await wrongWith({});
    expect(found.says).toContain('no answer within');
    expect(found.todo).toContain('Start EventStoreDB');
  });

  it('is wrong where the account may not append, or not read $all', async () => {
    double.faults.refusesAppends = true;
    expect((await wrongWith({})).says).toContain('access is denied');
    double.faults.refusesAppends = false;
    double.faults.refusesAll = true;
    const found = await wrongWith({});
    expect(found.says).toContain('access is denied');
    expect(found.todo).toContain('An EventStoreDB for Waybill');
  });

  it('is wrong where it is too old', async () => {
    const old = await EventStoreDbDouble.start({ version: '22.10' });
    const found = await wrongWith({ EVENTSTORE_URL: old.url });
    old.stop();
    expect(found.says).toContain('Waybill needs 23.10 or newer');
  });

  it('is wrong with another password, and with TLS where it speaks none; no password is shown', async () => {
    const certificate = makeCertificate();
    const secured = await EventStoreDbDouble.start({ certificate, password: 'right-one' });
    const url = secured.url.replace('right-one', 'not-it');
    const refused = await wrongWith({ EVENTSTORE_URL: url });
    secured.stop();
    expect(refused.says).toContain('refuses the user name or the password in EVENTSTORE_URL');
    const mistaken = await wrongWith({
      EVENTSTORE_URL: double.url.replace('tls=false', 'tls=true'),
    });
    expect(mistaken.says).toContain('EVENTSTORE_URL needs tls=false');
    const broken = await wrongWith({
      EVENTSTORE_URL: 'esdb://admin:not-it@localhost?nodePreference=random',
    });
    expect(broken.says).toContain('the connection string must leave nodePreference at leader');
    expect(JSON.stringify([refused, mistaken, broken])).not.toContain('not-it');
  });
});

describe('PostgreSQL', () => {
  it('is right where it takes writes, and gets no schema', async () => {
    const url = await postgres.newDatabase();
    const [, , found] = await check({ ...onServers(), DATABASE_URL: url });
    expect(found).toMatchObject({ name: 'database', state: 'ok', todo: null });
    expect(found?.says).toMatch(/^PostgreSQL \d+.* takes writes; its 97 connections serve 2/);
    await query(`DROP DATABASE ${new URL(url).pathname.slice(1)}`);
  });

  it.each<[string, (url: URL) => void, string]>([
    ['a port where nobody listens', (url) => (url.port = '9'), 'Start PostgreSQL'],
    ['a name that leads nowhere', (url) => (url.hostname = 'nowhere.invalid'), 'Start PostgreSQL'],
    ['another password', (url) => (url.password = 'not-it'), 'user name and password'],
    ['a database that is not there', (url) => (url.pathname = '/missing'), 'Create the database'],
    ['TLS where it speaks none', (url) => url.searchParams.set('sslmode', 'require'), 'sslmode'],
  ])('is wrong with %s', async (_name, change, todo) => {
    const found = await wrongWith({ DATABASE_URL: changed(postgres.url, change) });
    expect(found.name).toBe('database');
    expect(found.says).not.toBe('');
    expect(found.todo).toContain(todo);
    expect(JSON.stringify(found)).not.toContain('not-it');
  });

  it.each([
    ['53100', 'Make room'],
    ['53200', 'memory'],
    ['57014', 'statement_timeout'],
    ['57P03', 'Wait until'],
    ['53300', 'Raise max_connections'],
    ['57P01', 'Start PostgreSQL'],
  ])('is wrong where it answers %s, and says what to do about that', async (code, todo) => {
    const fields = `SFATAL\0C${code}\0Mno\0\0`;
    const answer = Buffer.from(`E\0\0\0\0${fields}`);
    answer.writeInt32BE(answer.length - 1, 1);
    const server = createServer((socket) => {
      socket.on('error', () => undefined);
      socket.once('data', () => socket.end(answer));
    });
    await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    const url = changed(postgres.url, (copy) => (copy.port = String(port)));
    const found = await wrongWith({ DATABASE_URL: url });
    await new Promise((resolve) => server.close(resolve));
    expect([found.says, found.todo]).toEqual(['no', expect.stringContaining(todo)]);
  });

  it('is wrong where it is read only, or the account may not make schemas', async () => {
    const url = await postgres.newDatabase();
    const name = new URL(url).pathname.slice(1);
    await query(`CREATE ROLE reader LOGIN PASSWORD 'reader'`);
    const asReader = changed(url, (copy) => {
      copy.username = 'reader';
      copy.password = 'reader';
    });
    expect((await wrongWith({ DATABASE_URL: asReader })).says).toContain('may not make schemas');
    await query(`ALTER DATABASE ${name} SET default_transaction_read_only = on`);
    expect((await wrongWith({ DATABASE_URL: url })).says).toContain('takes no writes');
  });

  it('is wrong where it takes fewer connections than an instance needs', async () => {
    const small = await startPostgres(['max_connections=20']);
    try {
      const found = await wrongWith({ DATABASE_URL: small.url });
      expect(found.todo).toContain('Raise max_connections');
    } finally {
      await small.stop();
    }
  });
});

describe('npm run doctor', () => {
  beforeAll(compiledProgram, COMPILE_MS_MAX);

  it('checks the installation without an account too, and tells by its exit code', async () => {
    const sound = await runCommand('commands/doctor.js', [], onServers());
    expect(sound).toMatchObject({ exitCode: 0, errors: '' });
    expect(sound.output).toContain('ok              event store: EventStoreDB takes events');
    expect(sound.output).toContain('ok              database: PostgreSQL');
    expect(sound.output).toContain('cannot be read  account: no VONAGE_ variable is set');

    const DATABASE_URL = changed(postgres.url, (url) => (url.pathname = '/missing'));
    const args = ['--json'];
    const broken = await runCommand('commands/doctor.js', args, { ...onServers(), DATABASE_URL });
    expect(broken.exitCode).toBe(1);
    expect(JSON.parse(broken.output)).toMatchObject({ wrong: 1 });
  });

  it('ends while nobody answers', async () => {
    const EVENTSTORE_URL = `esdb://127.0.0.1:${await freePort()}?tls=false`;
    const away = await runCommand('commands/doctor.js', [], { ...onServers(), EVENTSTORE_URL });
    expect(away.exitCode).toBe(1);
    expect(away.output).toContain('→ Start EventStoreDB');
  });
});
