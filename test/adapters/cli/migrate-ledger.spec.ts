import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openEventStoreDb } from '../../../src/adapters/event-store/eventstoredb/open-eventstoredb.js';
import { SqliteEventStore } from '../../../src/adapters/event-store/sqlite/sqlite-event-store.js';
import { COMPILE_MS_MAX, compiledProgram } from '../../support/compiled.js';
import { newEvents } from '../../support/events.js';
import { EventStoreDbDouble } from '../../support/eventstoredb-double/eventstoredb-double.js';
import { runCommand } from '../../support/run-command.js';

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
