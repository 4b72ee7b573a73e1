import { generateKeyPairSync, randomUUID } from 'node:crypto';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { backUpLedger } from '../../../src/adapters/event-store/sqlite/back-up-ledger.js';
import { beginCopy } from '../../../src/adapters/event-store/sqlite/ledger-file.js';
import { SqliteEventStore } from '../../../src/adapters/event-store/sqlite/sqlite-event-store.js';
import { createPinoLogger } from '../../../src/adapters/logging/pino-logger.js';
import { parseConfig } from '../../../src/config.js';
import { startService } from '../../../src/service.js';
import { COMPILE_MS_MAX, compiledProgram } from '../../support/processes/compiled.js';
import { eventually } from '../../support/watching/eventually.js';
import { newEvent, newEvents, sampleEvents, sampleMetadata } from '../../../testing/events.js';
import { runCommand } from '../../support/processes/run-command.js';

const WRITERS = 16;

/** The appends that a writer under load has acknowledged before a backup begins, and again during it. */
const ACKNOWLEDGED_MIN = 300;

let directory: string;
let data: string;
let target: string;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'waybill-backup-'));
  data = join(directory, 'data');
  target = join(directory, 'backup');
});

afterEach(() => rmSync(directory, { recursive: true }));

/** A busy service: streams of three events, each appended one by one. */
function writeWithoutPause(store: SqliteEventStore): {
  readonly acknowledged: Map<string, bigint>;
  readonly stop: () => Promise<void>;
} {
  const acknowledged = new Map<string, bigint>();
  const stopping = new AbortController();
  const writer = async (): Promise<void> => {
    while (!stopping.signal.aborted) {
      const stream = `message-${randomUUID()}`;
      for (const expected of ['no-stream', 0n, 1n] as const) {
        const { revision } = await store.append(stream, newEvents(1), expected);
        acknowledged.set(stream, revision);
      }
    }
  };
  const writers = Array.from({ length: WRITERS }, writer);
  const stop = async (): Promise<void> => {
    stopping.abort();
    await Promise.all(writers);
  };
  return { acknowledged, stop };
}

describe('a backup that is taken while the ledger is written', () => {
  it('holds all that was acknowledged before it began, without gaps, and can be written on', async () => {
    const store = await SqliteEventStore.open(data);
    const load = writeWithoutPause(store);
    await eventually(() => load.acknowledged.size >= ACKNOWLEDGED_MIN);

    const before = new Map(load.acknowledged);
    const backup = await backUpLedger(data, target);
    await eventually(() => load.acknowledged.size >= before.size + ACKNOWLEDGED_MIN);
    await load.stop();
    await store.close();

    expect(backup.events).toBeGreaterThanOrEqual(eventsIn(before));
    expect(backup.events).toBeLessThan(eventsIn(load.acknowledged));
    expect(readdirSync(target)).toEqual(['ledger.sqlite']);
    const restored = await SqliteEventStore.open(target);
    for (const [stream, revision] of before) {
      const { events } = await restored.read(stream);
      const revisions = events.map((event) => event.revision);
      expect(revisions).toEqual(revisions.map((__, index) => BigInt(index)));
      expect(revisions.at(-1)).toBeGreaterThanOrEqual(revision);
    }
    await restored.append('message-new', newEvents(1), 'no-stream');
    await restored.close();
  });

  it('is one moment, although it takes many steps and others commit in between', async () => {
    const store = await SqliteEventStore.open(data);
    const large = Array.from({ length: 8 }, () => newEvent('x'.repeat(100_000)));
    for (let number = 0; number < 40; number++) {
      await store.append(`message-${number}`, large.map(renamed), 'no-stream');
    }
    let committed = 0;
    const commits: Promise<void>[] = [];
    const commit = async (): Promise<void> => {
      await store.append(`message-${randomUUID()}`, newEvents(1), 'no-stream');
      committed++;
    };
    const dones: number[] = [];
    const backup = await backUpLedger(data, target, (done) => {
      dones.push(done);
      commits.push(commit());
    });
    await Promise.all(commits);
    await store.close();

    expect(committed).toBeGreaterThan(2);
    expect(backup.events).toBe(320);
    // The progress never went back, so the backup never restarted.
    expect(dones).toEqual(dones.toSorted((one, other) => one - other));
  });
});

const eventsIn = (acknowledged: ReadonlyMap<string, bigint>): number =>
  [...acknowledged.values()].reduce((sum, revision) => sum + Number(revision) + 1, 0);

const renamed = <Event extends { readonly id: string }>(event: Event): Event => ({
  ...event,
  id: randomUUID(),
});

describe('a restored backup', () => {
  it('is what the service starts on, without read models, and it knows every message', async () => {
    const messageId = randomUUID();
    const store = await SqliteEventStore.open(data);
    const requested = { ...newEvent(), event: sampleEvents.MessageRequested };
    await store.append(
      `message-${messageId}`,
      [{ ...requested, metadata: sampleMetadata }],
      'no-stream',
    );
    await backUpLedger(data, target);
    await store.close();

    const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
    const config = parseConfig({
      PORT: '0',
      DATA_DIR: target,
      VONAGE_API_KEY: 'abcd1234',
      VONAGE_API_SECRET: 'fake',
      VONAGE_APPLICATION_ID: randomUUID(),
      VONAGE_PRIVATE_KEY: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
      VONAGE_NUMBER: '447700900000',
      VONAGE_SIGNATURE_SECRET: 'fake',
      // Nothing listens at this address, so nothing is sent.
      VONAGE_API_HOST: 'http://127.0.0.1:9',
    });
    if (config.vonage === null) throw new Error('the account is set');
    const service = await startService(
      { ...config, vonage: config.vonage },
      createPinoLogger('silent'),
    );
    try {
      const shown = await fetch(`${service.url}/v1/messages/${messageId}`);
      expect(shown.status).toBe(200);
      const list = await eventually(async () => {
        const answer = await fetch(`${service.url}/v1/messages`);
        const { items } = (await answer.json()) as { items: readonly { id: string }[] };
        return items.length > 0 ? items : undefined;
      });
      expect(list.map(({ id }) => id)).toEqual([messageId]);
    } finally {
      await service.stop();
    }
  });
});

describe('backUpLedger', () => {
  it('works on a ledger that nobody has open', async () => {
    const store = await SqliteEventStore.open(data);
    await store.append('message-1', newEvents(3), 'no-stream');
    await store.close();
    expect(await backUpLedger(data, target)).toMatchObject({
      events: 3,
      newestRecordedAt: '2026-03-04T05:06:07.890Z',
    });
  });

  it('replaces no ledger', async () => {
    const store = await SqliteEventStore.open(data);
    await store.close();
    mkdirSync(target);
    writeFileSync(join(target, 'ledger.sqlite'), 'precious');
    await expect(backUpLedger(data, target)).rejects.toThrow(/replaces nothing/);
  });

  it('keeps no copy of a damaged ledger', async () => {
    const store = await SqliteEventStore.open(data);
    await store.append('message-1', newEvents(3), 'no-stream');
    await store.close();
    const database = new DatabaseSync(join(data, 'ledger.sqlite'));
    database.exec(`DROP TRIGGER events_are_never_removed;
      DELETE FROM events WHERE revision = 1`);
    database.close();
    await expect(backUpLedger(data, target)).rejects.toThrow(/lacks events of message-1/);
    expect(readdirSync(target)).toEqual([]);
  });
});

describe('npm run backup', () => {
  beforeAll(compiledProgram, COMPILE_MS_MAX);

  it('copies the ledger of DATA_DIR and says what is in it', async () => {
    const store = await SqliteEventStore.open(data);
    await store.append('message-1', newEvents(3), 'no-stream');
    const result = await runCommand('commands/backup.js', [target], { DATA_DIR: data });
    await store.close();
    expect(result).toMatchObject({ exitCode: 0 });
    expect(result.output).toContain('holds 3 events');
    expect(existsSync(join(target, 'ledger.sqlite'))).toBe(true);
  });

  it('says what is wrong', async () => {
    const missing = await runCommand('commands/backup.js', [target], { DATA_DIR: data });
    expect(missing).toMatchObject({ exitCode: 1, output: '' });
    expect(missing.errors).toMatch(/There is no ledger in/);
    expect(await runCommand('commands/backup.js', [])).toMatchObject({ exitCode: 2 });
  });

  it('copies no copy that migrate-ledger has not finished: a service would start on it', async () => {
    await beginCopy(data);
    const store = await SqliteEventStore.open(data);
    await store.append('message-1', newEvents(3), 'no-stream');
    await store.close();
    const refused = await runCommand('commands/backup.js', [target], { DATA_DIR: data });
    expect(refused).toMatchObject({ exitCode: 1, output: '' });
    expect(refused.errors).toContain('is a copy that is not finished');
    expect(existsSync(target)).toBe(false);
  });

  it('leaves no ledger where its key store cannot be copied, and is simply given again', async () => {
    const store = await SqliteEventStore.open(data);
    await store.append('message-1', newEvents(3), 'no-stream');
    await store.close();
    const keys = join(data, 'keys.sqlite');
    writeFileSync(keys, 'x'.repeat(4096));
    const failed = await runCommand('commands/backup.js', [target], { DATA_DIR: data });
    expect(failed).toMatchObject({ exitCode: 1, output: '' });
    expect(failed.errors).toContain(`${keys} cannot be copied to ${join(target, 'keys.sqlite')}`);
    expect(readdirSync(target)).toEqual([]);

    rmSync(keys);
    const copied = await runCommand('commands/backup.js', [target], { DATA_DIR: data });
    expect([copied.exitCode, copied.errors]).toEqual([0, '']);
  });

  it('replaces no key store', async () => {
    const store = await SqliteEventStore.open(data);
    await store.close();
    writeFileSync(join(data, 'keys.sqlite'), '');
    mkdirSync(target);
    const precious = join(target, 'keys.sqlite');
    writeFileSync(precious, 'precious');
    const { exitCode, errors } = await runCommand('commands/backup.js', [target], {
      DATA_DIR: data,
    });
    expect([exitCode, errors]).toEqual([1, expect.stringMatching(/keys\.sqlite exists, and/)]);
    expect(readFileSync(precious, 'utf8')).toBe('precious');
  });

  it('is given again where it was cut off between the key store and the ledger', async () => {
    const store = await SqliteEventStore.open(data);
    await store.append('message-1', newEvents(3), 'no-stream');
    await store.close();
    new DatabaseSync(join(data, 'keys.sqlite')).close();
    mkdirSync(target);
    for (const name of ['ledger.sqlite.unfinished', 'keys.sqlite']) {
      writeFileSync(join(target, name), 'cut off');
    }
    const { exitCode, errors } = await runCommand('commands/backup.js', [target], {
      DATA_DIR: data,
    });
    expect([exitCode, errors]).toEqual([0, '']);
    expect(readdirSync(target).toSorted()).toEqual(['keys.sqlite', 'ledger.sqlite']);
    expect(readFileSync(join(target, 'keys.sqlite'), 'utf8')).not.toBe('cut off');
  });

  it('says that the key store is missing which the ledger names', async () => {
    const store = await SqliteEventStore.open(data);
    const bound = { ...newEvent(), event: sampleEvents.KeyStoreBound };
    await store.append('keystore-main', [bound], 'no-stream');
    await store.close();
    const { exitCode, output, errors } = await runCommand('commands/backup.js', [target], {
      DATA_DIR: data,
    });
    expect(output).toContain('holds 1 events');
    expect(errors).toContain(`${join(data, 'keys.sqlite')} is missing`);
    expect(exitCode).toBe(1);
  });

  it('takes an empty word for none, and an empty DATA_DIR as the service does', async () => {
    const store = await SqliteEventStore.open(data);
    await store.close();
    const nowhere = await runCommand('commands/backup.js', [''], { DATA_DIR: data }, directory);
    expect(nowhere).toMatchObject({ exitCode: 2, output: '' });
    expect(readdirSync(directory)).toEqual(['data']);
    const copied = await runCommand('commands/backup.js', [target], { DATA_DIR: ' ' }, directory);
    expect([copied.exitCode, copied.errors]).toEqual([0, '']);
  });

  it('takes no old file in DATA_DIR for the ledger of a service that uses a server', async () => {
    const store = await SqliteEventStore.open(data);
    await store.append('message-1', newEvents(3), 'no-stream');
    await store.close();
    const environment = { DATA_DIR: data, EVENT_STORE: 'eventstoredb' };
    const refused = await runCommand('commands/backup.js', [target], environment);
    expect(refused).toMatchObject({ exitCode: 1, output: '' });
    expect(refused.errors).toMatch(/^The ledger is on EventStoreDB .* waybill_keys .*--from/s);
    expect(existsSync(target)).toBe(false);

    const asked = ['--from', data, target];
    const copied = await runCommand('commands/backup.js', asked, environment);
    expect(copied).toMatchObject({ exitCode: 0 });
  });
});
