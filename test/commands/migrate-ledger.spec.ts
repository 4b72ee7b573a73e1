import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openLedger } from '../../src/adapters/event-store/event-store.module.js';
import { openEventStoreDb } from '../../src/adapters/event-store/eventstoredb/open-eventstoredb.js';
import { backUpLedger } from '../../src/adapters/event-store/sqlite/back-up-ledger.js';
import { openKeyStore } from '../../src/adapters/key-store/open-key-store.js';
import { SqliteEventStore } from '../../src/adapters/event-store/sqlite/sqlite-event-store.js';
import { COMPILE_MS_MAX, compiledProgram } from '../support/processes/compiled.js';
import { newEvents } from '../../testing/events.js';
import { EventStoreDbDouble } from '../../testing/eventstoredb-double/eventstoredb-double.js';
import { runCommand } from '../support/processes/run-command.js';

let directory: string;
let double: EventStoreDbDouble;
let source: SqliteEventStore;

beforeAll(compiledProgram, COMPILE_MS_MAX);

beforeEach(async () => {
  directory = mkdtempSync(join(tmpdir(), 'waybill-migrate-'));
  double = await EventStoreDbDouble.start();
  source = await SqliteEventStore.open(directory);
  await source.append('message-1', newEvents(3), 'no-stream');
  await source.append('inbound-1', newEvents(1), 'no-stream');
});

afterEach(async () => {
  await source.close();
  double.stop();
  rmSync(directory, { recursive: true });
});

const migrate = (...args: readonly string[]) =>
  runCommand('commands/migrate-ledger.js', args, {
    DATA_DIR: directory,
    EVENTSTORE_URL: double.url,
  });

describe('npm run migrate-ledger', () => {
  it('moves the ledger of DATA_DIR to EVENTSTORE_URL, and may be repeated', async () => {
    await source.close();
    const first = await migrate();
    expect(first).toMatchObject({ exitCode: 0 });
    expect(first.output).toContain('the same 4 events');
    const again = await migrate();
    expect(again).toMatchObject({ exitCode: 0 });
    expect(again.output).toContain('4 of them had been copied');

    const { store } = openEventStoreDb(double.url);
    expect((await store.read('message-1')).revision).toBe(2n);
    await store.close();
  });

  it('refuses a ledger that a running service holds, and writes nothing', async () => {
    const result = await migrate();
    expect(result).toMatchObject({ exitCode: 1, output: '' });
    expect(result.errors).toMatch(/is in use by another process/);
    expect(double.count('appends')).toBe(0);
  });

  it('moves it to another directory when it is told to', async () => {
    await source.close();
    const other = join(directory, 'other');
    expect(await migrate('--to', other)).toMatchObject({ exitCode: 0 });
    const copy = await SqliteEventStore.open(other);
    expect((await copy.read('message-1')).events).toHaveLength(3);
    await copy.close();
  });

  it('lets nobody open a copy that was cut off before its end, until it is repeated', async () => {
    await source.close();
    const other = join(directory, 'other');
    const config = { kind: 'sqlite', directory: other } as const;
    // Another key store stands in the way at the end.
    for (const place of [directory, other]) {
      const rows = { kind: 'sqlite', directory: place } as const;
      const store = openKeyStore(rows, { keys: null, file: join(place, 'master-key') });
      await store.contactIdOf('447700900123');
      await store.close();
    }
    expect(await migrate('--to', other)).toMatchObject({ exitCode: 1 });
    await expect(openLedger(config)).rejects.toThrow(/other\/ledger\.sqlite is a copy that is not/);
    const used = await runCommand('commands/accept-key-store.js', ['--lost'], { DATA_DIR: other });
    expect(used.errors).toContain('give migrate-ledger again');

    for (const name of readdirSync(other)) {
      if (name.startsWith('keys.sqlite') || name === 'master-key') rmSync(join(other, name));
    }
    expect(await migrate('--to', other)).toMatchObject({ exitCode: 0 });
    const copy = await openLedger(config);
    expect((await copy.store.read('message-1')).events).toHaveLength(3);
    await copy.store.close();
  });

  it('takes the key store and the files of keys along to another directory', async () => {
    await source.close();
    const file = join(directory, 'master-key');
    const store = openKeyStore({ kind: 'sqlite', directory }, { keys: null, file });
    const id = await store.contactIdOf('447700900123');
    await store.close();
    const other = join(directory, 'other');
    const { output } = await migrate('--to', other);
    expect(output).toContain('The key store went along: 0 keys of 0 persons');
    const copy = openKeyStore(
      { kind: 'sqlite', directory: other },
      { keys: null, file: join(other, 'master-key') },
    );
    expect(await copy.findContactId('447700900123')).toBe(id);
    await copy.close();
    // The key store of DATA_DIR serves an EventStoreDB too, until PostgreSQL is configured.
    const remote = await migrate();
    expect(remote.exitCode).toBe(0);
    expect(remote.output).not.toContain('The key store went along');
  });

  it('blames the key store in the way, and not the master key, where the target was started before', async () => {
    await source.close();
    const other = join(directory, 'other');
    for (const place of [directory, other]) {
      const rows = { kind: 'sqlite', directory: place } as const;
      const store = openKeyStore(rows, { keys: null, file: join(place, 'master-key') });
      await store.contactIdOf('447700900123');
      await store.close();
    }
    const { exitCode, errors } = await migrate('--to', other);
    expect(errors).toContain('The key store to copy to is that of another ledger.');
    expect(exitCode).toBe(1);
  });

  it('holds sending in a backup and in its copy, once, and says so', async () => {
    await source.close();
    const kept = join(directory, 'kept');
    await backUpLedger(directory, kept);
    const first = await migrate('--from', kept);
    expect(first).toMatchObject({ exitCode: 0 });
    expect(first.output).toContain('sending is held in it and in its copy');
    const again = await migrate('--from', kept);
    expect(again.output).not.toContain('sending is held in it');
    expect(again.output).toContain('start the new one with SENDING=held');

    const { store } = openEventStoreDb(double.url);
    const { events } = await store.read('sending-main');
    expect(events.map(({ event }) => event)).toMatchObject([
      { type: 'SendingHeld', data: { cause: 'restored-copy' } },
    ]);
    await store.close();
  });

  it('holds nothing in a copy of an original, and says when to', async () => {
    await source.close();
    const { output } = await migrate();
    expect(output).toContain('start the new one with SENDING=held');
    const { store } = openEventStoreDb(double.url);
    expect((await store.read('sending-main')).events).toEqual([]);
    await store.close();
  });

  it.each([
    ['there is no ledger to copy', ['--from', '/nowhere'], /no ledger in \/nowhere/],
    ['an option is not known', ['--form', '/nowhere'], /--form/],
  ])('says so when %s', async (_, args, message) => {
    const result = await migrate(...args);
    expect(result).toMatchObject({ exitCode: 2, output: '' });
    expect(result.errors).toMatch(message);
  });

  it('does not copy a ledger into itself', async () => {
    await source.close();
    const result = await migrate('--to', `${directory}/.`);
    expect(result.errors).toMatch(/into itself/);
  });
});
