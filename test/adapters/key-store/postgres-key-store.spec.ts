import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client } from 'pg';
import { copyKeyStore } from '../../../src/adapters/key-store/copy-key-store.js';
import {
  openKeyStore,
  openKeyTable,
  type KeyRowsConfig,
} from '../../../src/adapters/key-store/open-key-store.js';
import { StoreUnavailable } from '../../../src/application/errors.js';
import type { PersonalKey } from '../../../src/application/ports/personal-keys.js';
import type { TableKeyStore as KeyStore } from '../../../src/adapters/key-store/table-key-store.js';
import type { WantedKey } from '../../../src/adapters/key-store/key-table.js';
import { keyStoreContract } from '../../contracts/key-store.contract.js';
import { startPostgres } from '../../../testing/embedded-postgres.js';
import { freePort } from '../../../testing/free-port.js';
import { UnreliableNetwork } from '../../support/doubles/unreliable-network.js';
import { eventually } from '../../support/watching/eventually.js';

/** 32 bytes, in hexadecimal. */
const masterKeys = { keys: ['5a'.repeat(32)], file: null };

/** Enough for two transactions to meet in every order. */
const ROUNDS = 50;

let postgres: Awaited<ReturnType<typeof startPostgres>>;

beforeAll(async () => {
  postgres = await startPostgres();
});
afterAll(() => postgres.stop());

keyStoreContract('PostgresKeyStore', async () => {
  const url = await postgres.newDatabase();
  const opened: KeyStore[] = [];
  return {
    open: (keys = masterKeys.keys) => {
      const store = openKeyStore({ kind: 'postgres', url }, { keys, file: null });
      opened.push(store);
      return store;
    },
    table: () => openKeyTable({ kind: 'postgres', url }),
    close: async () => {
      for (const store of opened) await store.close().catch(() => undefined);
    },
  };
});

it('is unavailable while the server is, and says so', async () => {
  const url = `postgres://waybill:waybill@127.0.0.1:${await freePort()}/none`;
  const store = openKeyStore({ kind: 'postgres', url }, masterKeys);
  await expect(store.keyedHash('contact', '4477')).rejects.toThrow(StoreUnavailable);
  await expect(store.findContactId('4477')).rejects.toThrow(
    /^the key store cannot be used: .*ECONNREFUSED/,
  );
  await store.close();
});

it('gives who returns a key that lasts, whatever an instance remembers of the person that another has erased', async () => {
  const url = await postgres.newDatabase();
  const [one, other] = [1, 2].map(() => openKeyStore({ kind: 'postgres', url }, masterKeys));
  const at = '2026-11-28T12:00:00.000Z';
  const asked = { number: '447700900001', mayReturn: true };
  await one?.sealingKey(asked, at);
  await other?.destroyKeys(asked.number);
  const returned = await one?.sealingKey(asked, at);
  expect(await other?.sealingKey({ ...asked, mayReturn: false }, at)).toEqual(returned);
  for (const store of [one, other]) await store?.close();
});

it('tells once more what it has destroyed, where the answer of the server was lost', async () => {
  const url = new URL(await postgres.newDatabase());
  const network = await UnreliableNetwork.before(url.host);
  const direct = openKeyStore({ kind: 'postgres', url: url.href }, masterKeys);
  url.host = network.address;
  const cutOff = openKeyStore({ kind: 'postgres', url: url.href }, masterKeys);
  const asked = { number: '447700900001', mayReturn: true };
  const { id } = (await cutOff.sealingKey(asked, '2026-10-28T12:00:00.000Z')) as PersonalKey;
  const [before = ''] = id.split('.');
  await cutOff.destroyKeys(asked.number);
  for (const month of ['10', '11', '12']) {
    await cutOff.sealingKey(asked, `2026-${month}-28T12:00:00.000Z`);
  }
  network.loseAnswerTo('COMMIT');
  await expect(cutOff.destroyKeys(asked.number)).rejects.toThrow(StoreUnavailable);
  for (const store of [cutOff, direct]) {
    expect(await store.destroyKeys(asked.number)).toMatchObject({ keys: 3, erasedBefore: before });
  }
  for (const store of [cutOff, direct]) await store.close();
  network.close();
});

it('keeps no instance waiting for another that wants the keys of the same persons', async () => {
  const url = await postgres.newDatabase();
  const tables = [1, 2].map(() => openKeyTable({ kind: 'postgres', url }));
  let month = 202611;
  const byNumber = (person: string): WantedKey => ({
    hash: Buffer.from(person),
    person,
    mayReturn: true,
    month,
    wrapped: Buffer.from('a key'),
  });
  // As for a report about an earlier message: its stream names the person.
  const byId = (person: string): WantedKey => ({ ...byNumber(person), hash: null });
  const [one, other] = ['one', 'other'] as const;
  await tables[0]?.keysFor([one, other].map(byNumber));
  for (let round = 0; round < ROUNDS; round++) {
    // Half of the rounds make new keys.
    month += round % 2;
    const [found, too] = await Promise.all([
      tables[0]?.keysFor([byId(one), byNumber(other)]),
      tables[1]?.keysFor([byId(other), byNumber(one)]),
    ]);
    expect(found).toMatchObject([{ person: one }, { person: other }]);
    expect(too).toMatchObject([{ person: other }, { person: one }]);
  }
  for (const table of tables) await table.close();
});

/** A table with one old key, and a transaction of another connection that has begun. */
async function besideTransaction() {
  const url = await postgres.newDatabase();
  const table = openKeyTable({ kind: 'postgres', url });
  const key = { hash: null, person: 'day-2024-01-01', mayReturn: false, month: 202_401 };
  await table.keysFor([{ ...key, wrapped: Buffer.alloc(64, 1) }]);
  const other = new Client({ connectionString: url });
  const watch = new Client({ connectionString: url });
  await other.connect();
  await watch.connect();
  await other.query('BEGIN');
  const untilWaiting = () =>
    eventually(async () => {
      const waiting = await watch.query(
        `SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`,
      );
      return waiting.rowCount === 1;
    });
  const end = async () => {
    await other.end();
    await watch.end();
  };
  return { url, table, other, untilWaiting, end };
}

it('destroys by age a key that a rotation of the master key exchanges at the same time', async () => {
  const { table, other: rotation, untilWaiting, end } = await besideTransaction();
  await rotation.query(`UPDATE waybill_keys.personal_keys SET wrapped = '\\x02'`);
  const destroyed = table.eraseBefore(202_402);
  await untilWaiting();
  await rotation.query('COMMIT');
  expect(await destroyed).toBe(1);
  expect(await table.keysAfter(undefined, 10)).toEqual([]);
  await end();
  await table.close();
});

it('gives up what is destroyed by age when the turn ends, and keeps no stop waiting', async () => {
  const { url, table, other: blocker, untilWaiting, end } = await besideTransaction();
  await blocker.query('LOCK TABLE waybill_keys.personal_keys');
  const turn = new AbortController();
  const destroyed = table.eraseBefore(202_402, turn.signal);
  const failed = destroyed.catch(String);
  await untilWaiting();
  turn.abort();
  expect(await failed).toContain('Connection terminated');
  await table.close();
  await blocker.query('COMMIT');
  const after = openKeyTable({ kind: 'postgres', url });
  expect(await after.eraseBefore(202_402, new AbortController().signal)).toBe(1);
  await expect(after.eraseBefore(202_402, turn.signal)).rejects.toThrow('aborted');
  await after.close();
  await end();
});

it('destroys by age where that takes longer than anybody waits for a key, as among many millions of keys', async () => {
  const url = await postgres.newDatabase();
  const table = openKeyTable({ kind: 'postgres', url });
  const key = { hash: null, person: 'day-2024-01-01', mayReturn: false, month: 202_401 };
  await table.keysFor([{ ...key, wrapped: Buffer.alloc(64, 1) }]);
  const operator = new Client({ connectionString: url });
  await operator.connect();
  await operator.query(`CREATE FUNCTION slowly() RETURNS trigger LANGUAGE plpgsql AS
    $$ BEGIN PERFORM pg_sleep(3.5); RETURN OLD; END $$`);
  await operator.query(`CREATE TRIGGER slowly BEFORE DELETE ON waybill_keys.personal_keys
    FOR EACH ROW EXECUTE FUNCTION slowly()`);
  expect(await table.eraseBefore(202_402)).toBe(1);
  await operator.end();
  await table.close();
});

describe('a copy of a key store', () => {
  const at = '2026-11-28T12:00:00.000Z';
  /** More than go together. */
  const PERSONS = 1_200;
  const numberOf = (person: number): string => String(447_700_900_000 + person);

  let directory: string;
  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'waybill-keys-'));
  });
  afterEach(() => rmSync(directory, { recursive: true }));

  const inDirectory = (name: string): KeyRowsConfig => ({
    kind: 'sqlite',
    directory: join(directory, name),
  });

  /** What a key store answers about some persons, of whom it has erased one. */
  async function known(rows: KeyRowsConfig): Promise<object> {
    const store = openKeyStore(rows, masterKeys);
    try {
      const sealed = await Promise.all(
        [0, 1, PERSONS - 1].map(async (person) =>
          store.sealingKey({ number: numberOf(person), mayReturn: false }, at),
        ),
      );
      return {
        fingerprint: await store.fingerprint(),
        contact: await store.findContactId(numberOf(1)),
        sealed: sealed.map((key) => ('erased' in key ? key : key.key.export().toString('hex'))),
      };
    } finally {
      await store.close();
    }
  }

  it('answers like the original, from SQLite to PostgreSQL and back, also once more after an erasure', async () => {
    const first = inDirectory('first');
    const shared: KeyRowsConfig = { kind: 'postgres', url: await postgres.newDatabase() };
    const back = inDirectory('back');
    const store = openKeyStore(first, masterKeys);
    await store.contactIdOf(numberOf(1));
    const persons = Array.from({ length: PERSONS }, (_, person) => numberOf(person));
    await Promise.all(
      persons.map(async (number) => store.sealingKey({ number, mayReturn: true }, at)),
    );
    await store.destroyKeys(numberOf(0));
    const counts = { persons: PERSONS, keys: PERSONS - 1 };
    expect(await copyKeyStore(first, shared, masterKeys, 'ledger')).toEqual(counts);
    expect(await copyKeyStore(shared, back, masterKeys, 'back')).toEqual(counts);
    const original = await known(first);
    expect(await known(shared)).toEqual(original);
    expect(await known(back)).toEqual(original);

    await store.destroyKeys(numberOf(1));
    await store.close();
    expect(await copyKeyStore(first, shared, masterKeys, 'ledger')).toMatchObject({
      keys: PERSONS - 2,
    });
    expect(await known(shared)).toEqual(await known(first));
    expect(await known(shared)).not.toEqual(original);
  });

  it('keeps who wrote again after an erasure that an earlier copy knew', async () => {
    const [first, copy] = [inDirectory('first'), inDirectory('copy')];
    const store = openKeyStore(first, masterKeys);
    await store.sealingKey({ number: numberOf(1), mayReturn: true }, at);
    await store.destroyKeys(numberOf(1));
    await copyKeyStore(first, copy, masterKeys, 'ledger');
    await store.sealingKey({ number: numberOf(1), mayReturn: true }, at);
    await store.close();
    expect(await copyKeyStore(first, copy, masterKeys, 'ledger')).toEqual({ persons: 1, keys: 1 });
    const again = openKeyStore(copy, masterKeys);
    expect(await again.destroyKeys(numberOf(1))).toMatchObject({ keys: 1 });
    await again.close();
  });

  it('is refused where a service uses it with another ledger, and replaces one of its own ledger', async () => {
    const old = inDirectory('old');
    const shared: KeyRowsConfig = { kind: 'postgres', url: await postgres.newDatabase() };
    const store = openKeyStore(old, masterKeys);
    await store.sealingKey({ number: numberOf(1), mayReturn: true }, at);
    await store.close();
    await copyKeyStore(old, shared, masterKeys, 'ledger/2026');
    const used = openKeyStore(shared, masterKeys);
    await used.destroyKeys(numberOf(1));
    await used.sealingKey({ number: numberOf(2), mayReturn: true }, at);
    await used.noteErasuresSeen(JSON.stringify({ ledger: 'ledger/2026', position: '7' }));
    await used.close();
    const before = await known(shared);
    for (const other of ['other', undefined]) {
      const copied = copyKeyStore(old, shared, masterKeys, other);
      await expect(copied).rejects.toThrow('with another ledger. It stays as it is');
    }
    expect(await known(shared)).toEqual(before);
    const copied = await copyKeyStore(old, shared, masterKeys, 'ledger/2026');
    expect(copied).toEqual({ persons: 1, keys: 1 });
  });

  it('is refused where another one is, which stays as it is', async () => {
    const [one, other] = [inDirectory('one'), inDirectory('other')];
    for (const rows of [one, other]) {
      const store = openKeyStore(rows, masterKeys);
      await store.sealingKey({ number: numberOf(1), mayReturn: true }, at);
      await store.close();
    }
    const before = await known(other);
    await expect(copyKeyStore(one, other, masterKeys, 'ledger')).rejects.toThrow(
      'of another ledger',
    );
    expect(await known(other)).toEqual(before);
  });

  it('is not made of nothing, nor into itself', async () => {
    const rows = inDirectory('none');
    expect(await copyKeyStore(rows, inDirectory('other'), masterKeys, undefined)).toBeUndefined();
    expect(await copyKeyStore(rows, rows, masterKeys, undefined)).toBeUndefined();
  });
});
