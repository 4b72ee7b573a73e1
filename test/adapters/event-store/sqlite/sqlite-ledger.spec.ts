import { spawn, type ChildProcess } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { DatabaseSync } from 'node:sqlite';
import { fileURLToPath } from 'node:url';
import type { Worker } from 'node:worker_threads';
import { PagedEventFeed } from '../../../../src/adapters/event-store/paged-event-feed.js';
import { startWorker } from '../../../../src/adapters/event-store/sqlite/ledger-writer.js';
import {
  SqliteEventStore,
  type SqliteOptions,
} from '../../../../src/adapters/event-store/sqlite/sqlite-event-store.js';
import { AppendOutcomeUnknown, StoreUnavailable } from '../../../../src/application/errors.js';
import type { RecordedEvent } from '../../../../src/application/ports/event-store.js';
import { eventually } from '../../../support/watching/eventually.js';
import { newEvent, newEvents } from '../../../../testing/events.js';

const MEBIBYTE = 1024 * 1024;

let directory: string;
let file: string;
const opened: SqliteEventStore[] = [];

const open = async (options: Partial<SqliteOptions> = {}): Promise<SqliteEventStore> => {
  const store = await SqliteEventStore.open(directory, options);
  opened.push(store);
  return store;
};

/** Opens the ledger from another program, as an operator may. */
const otherProgram = (): DatabaseSync => new DatabaseSync(file);

const newStream = (): string => `message-${randomUUID()}`;

const append = (store: SqliteEventStore, bytes = 10) =>
  store.append(newStream(), [newEvent('x'.repeat(bytes))], 'no-stream');

const failureOf = (promise: Promise<unknown>): Promise<unknown> =>
  promise.then(
    () => undefined,
    (error: unknown) => error,
  );

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'waybill-ledger-'));
  file = join(directory, 'ledger.sqlite');
});

afterEach(async () => {
  await Promise.all(opened.splice(0).map((store) => store.close()));
  rmSync(directory, { recursive: true });
});

describe('the ledger file', () => {
  it('still holds everything when it is opened again, and goes on counting', async () => {
    const first = await open();
    const stream = newStream();
    const { position } = await first.append(stream, newEvents(2), 'no-stream');
    const before = await first.read(stream);
    await first.close();

    const second = await open();
    expect(await second.read(stream)).toEqual(before);
    const feed = new PagedEventFeed(second);
    expect(await feed.head()).toBe(position);
    const later = await second.append(stream, newEvents(1), 1n);
    expect(feed.comparePositions(position, later.position)).toBeLessThan(0);
  });

  it('is the only file that is needed once the ledger is closed', async () => {
    const store = await open();
    await append(store);
    await store.close();
    rmSync(`${file}.lock`);
    expect(readdirSync(directory)).toEqual(['ledger.sqlite']);
  });

  it('is created together with the directories that lead to it', async () => {
    const nested = join(directory, 'a', 'b');
    const store = await SqliteEventStore.open(nested);
    await store.close();
    expect(readdirSync(nested)).toContain('ledger.sqlite');
  });

  it.each(['UPDATE events SET data = data', 'DELETE FROM events'])(
    'does not let anyone do this: %s',
    async (sql) => {
      const store = await open();
      await append(store);
      const other = otherProgram();
      expect(() => other.exec(sql)).toThrow(/an event is never/);
      other.close();
    },
  );

  const refusalToOpen = async (): Promise<string> => {
    const failure = await failureOf(open());
    expect(failure).toBeInstanceOf(StoreUnavailable);
    return (failure as StoreUnavailable).message;
  };

  it('is not opened when a newer build has changed it', async () => {
    await (await open()).close();
    const other = otherProgram();
    other.exec('PRAGMA user_version = 99');
    other.close();
    const message = await refusalToOpen();
    expect(message).toContain(file);
    expect(message).toMatch(/newer build.*version 99.*knows 1/);
  });

  it('is not opened when it is the database of another program', async () => {
    const other = otherProgram();
    other.exec('CREATE TABLE addresses (name TEXT)');
    other.close();
    expect(await refusalToOpen()).toContain(`${file} is a database, but not a ledger`);
  });

  it('is not opened when it is no database at all', async () => {
    writeFileSync(file, 'Dear diary, '.repeat(1_000));
    const message = await refusalToOpen();
    expect(message).toContain(file);
    expect(message).toContain('not a database');
  });

  it('can be opened once what was wrong is put right', async () => {
    writeFileSync(file, 'Dear diary, '.repeat(1_000));
    await refusalToOpen();
    rmSync(file);
    expect(await append(await open())).toMatchObject({ revision: 0n });
  });

  it('is not opened where there can be no directory', async () => {
    writeFileSync(join(directory, 'occupied'), '');
    const failure = await failureOf(SqliteEventStore.open(join(directory, 'occupied', 'data')));
    expect(failure).toBeInstanceOf(StoreUnavailable);
    expect((failure as StoreUnavailable).message).toContain(join(directory, 'occupied'));
  });
});

describe('a feed of large events', () => {
  it('reads few of them at once, since requests are answered on the same thread', async () => {
    const store = await open();
    for (let event = 0; event < 20; event++) await append(store, MEBIBYTE / 8);

    const sizes: number[] = [];
    const options = { prefixes: ['message-'], signal: new AbortController().signal };
    for await (const { events } of new PagedEventFeed(store).readAll(options)) {
      sizes.push(events.length);
    }

    expect(sizes.reduce((sum, size) => sum + size, 0)).toBe(20);
    // The event that exceeds half a mebibyte is the last of its page.
    expect(Math.max(...sizes)).toBeLessThanOrEqual(5);
  });
});

describe('the owner of a ledger', () => {
  const children: ChildProcess[] = [];

  afterEach(() => {
    for (const child of children.splice(0)) child.kill('SIGKILL');
  });

  /** Starts a process of its own; yields its lines as they arrive. */
  const startProcess = (task: 'write' | 'close' | 'open') => {
    const support = (name: string): string =>
      fileURLToPath(new URL(`../../../support/${name}`, import.meta.url));
    const child = spawn(
      process.execPath,
      [
        '--import',
        support('typescript-hooks.mjs'),
        support('processes/ledger-process.ts'),
        directory,
        task,
      ],
      { stdio: ['ignore', 'pipe', 'inherit'] },
    );
    children.push(child);
    const lines: string[] = [];
    const reader = createInterface(child.stdout);
    reader.on('line', (line) => lines.push(line));
    const ended = Promise.all([once(child, 'exit'), once(reader, 'close')]);
    return { child, lines, ended };
  };

  const inUse = (): unknown => expect.stringContaining(`${file} is in use by another process`);

  it('is one instance in a process', async () => {
    const first = await open();
    expect(await failureOf(open())).toMatchObject({ code: 'store-unavailable', message: inUse() });
    expect(await append(first)).toMatchObject({ revision: 0n });
    await first.close();
    expect(await append(await open())).toMatchObject({ revision: 0n });
  });

  it('is one process', async () => {
    await open();
    const other = startProcess('open');
    await other.ended;
    expect(other.lines).toEqual([inUse()]);
  });

  it('ends by itself once it has closed the ledger', async () => {
    const other = startProcess('close');
    await other.ended;
    expect(other.child.exitCode).toBe(0);
    const [, stream = ''] = other.lines;
    expect((await (await open()).read(stream)).revision).toBe(2n);
  });

  it('may be killed at any moment, and nothing that it acknowledged is lost', async () => {
    const other = startProcess('write');
    await eventually(() => other.lines.length > 200);
    other.child.kill('SIGKILL');
    await other.ended;

    const store = await open();
    const [, ...acknowledged] = other.lines;
    for (const stream of acknowledged) expect((await store.read(stream)).revision).toBe(2n);

    // Appends without an acknowledgement must be stored wholly or not at all.
    const revisions = new Map<string, bigint>();
    const feed = new PagedEventFeed(store);
    const everything = { prefixes: ['message-'], signal: new AbortController().signal };
    for await (const { events } of feed.readAll(everything)) {
      for (const { stream, revision } of events) revisions.set(stream, revision);
    }
    expect(new Set(revisions.values())).toEqual(new Set([2n]));
    expect(revisions.size).toBeGreaterThanOrEqual(acknowledged.length);
  });
});

describe('commits', () => {
  it('take along everything that arrives while another commit is waiting', async () => {
    const store = await open({ busyTimeoutMs: 10_000 });
    // The writer's start is not predictable; behind another transaction it waits until all appends have arrived.
    const other = otherProgram();
    other.exec('BEGIN IMMEDIATE');
    const appends: Promise<unknown>[] = [];
    for (let turn = 0; turn < 100; turn++) {
      for (let index = 0; index < 5; index++) appends.push(append(store));
      await new Promise(setImmediate);
    }
    other.exec('ROLLBACK');
    other.close();
    await Promise.all(appends);
    const { commits, eventsCommitted, queuedAppends, queuedBytes } = store.statistics();
    expect({ eventsCommitted, queuedAppends, queuedBytes }).toEqual({
      eventsCommitted: 500,
      queuedAppends: 0,
      queuedBytes: 0,
    });
    expect(commits).toBeLessThanOrEqual(2);
  });

  it('are seen by whoever is told of them, also in the turn in which others have read before', async () => {
    const store = await open();
    const stream = newStream();
    let { revision } = await store.append(stream, newEvents(1), 'no-stream');
    // A read runs in every turn, so a snapshot from before the commit is open at each notification.
    const stopping = new AbortController();
    const reading = (async () => {
      while (!stopping.signal.aborted) {
        await store.read(stream);
        await new Promise(setImmediate);
      }
    })();
    for (let index = 0; index < 100; index++) {
      ({ revision } = await store.append(stream, newEvents(1), revision));
      expect((await store.read(stream)).revision).toBe(revision);
    }
    stopping.abort();
    await reading;
  });
});

describe('the queue before the writer', () => {
  it('refuses at once what is beyond its number of appends, and takes more when it has run down', async () => {
    const store = await open({ queuedAppendsMax: 3 });
    const outcomes = await Promise.all(
      Array.from({ length: 5 }, () => append(store)).map(failureOf),
    );
    expect(outcomes.slice(0, 3)).toEqual([undefined, undefined, undefined]);
    for (const refusal of outcomes.slice(3)) {
      expect(refusal).toMatchObject({
        code: 'store-unavailable',
        message: expect.stringContaining('too many appends are waiting') as string,
      });
    }
    expect(await append(store)).toMatchObject({ revision: 0n });
  });

  it('refuses at once what is beyond its bytes', async () => {
    const store = await open({ queuedBytesMax: MEBIBYTE });
    const outcomes = await Promise.all(
      Array.from({ length: 3 }, () => append(store, 400 * 1024)).map(failureOf),
    );
    expect(outcomes.slice(0, 2)).toEqual([undefined, undefined]);
    expect(outcomes[2]).toBeInstanceOf(StoreUnavailable);
    expect(await append(store, 400 * 1024)).toMatchObject({ revision: 0n });
  });
});

describe('a ledger that cannot be written', () => {
  it('refuses appends while the disk is full, keeps what it has, and recovers by itself', async () => {
    const store = await open({ ledgerPagesMax: 400 });
    const stream = newStream();
    await store.append(stream, newEvents(2), 'no-stream');
    const before = await store.read(stream);

    let refusal: unknown;
    for (let index = 0; refusal === undefined && index < 10; index++) {
      refusal = await failureOf(append(store, 400 * 1024));
    }
    expect(refusal).toMatchObject({
      code: 'store-unavailable',
      message: expect.stringContaining('full') as string,
    });
    expect(await store.read(stream)).toEqual(before);
    // A smaller append still fits, so the refused one has left nothing behind.
    expect(await store.append(stream, newEvents(1), 1n)).toMatchObject({ revision: 2n });
  });

  it('refuses the whole commit when one append of it does not fit', async () => {
    const store = await open({ ledgerPagesMax: 400 });
    const streams = Array.from({ length: 10 }, newStream);
    const large = newEvent('x'.repeat(400 * 1024));
    const outcomes = await Promise.all(
      streams.map((stream) => failureOf(store.append(stream, [large], 'no-stream'))),
    );
    for (const outcome of outcomes) expect(outcome).toBeInstanceOf(StoreUnavailable);
    for (const stream of streams) expect((await store.read(stream)).revision).toBe('no-stream');
  });

  it('says so while another program holds it, and recovers when that one lets go', async () => {
    const store = await open({ busyTimeoutMs: 20 });
    const other = otherProgram();
    other.exec('BEGIN IMMEDIATE');
    expect(await failureOf(append(store))).toMatchObject({
      code: 'store-unavailable',
      message: expect.stringContaining('locked') as string,
    });
    expect(await failureOf(store.checkWritable())).toBeInstanceOf(StoreUnavailable);
    other.exec('ROLLBACK');
    other.close();
    expect(await store.checkWritable()).toBeUndefined();
    expect(await append(store)).toMatchObject({ revision: 0n });
  });

  it('proves with every check that a transaction can be committed', async () => {
    const store = await open();
    const before = store.statistics().commits;
    await store.checkWritable();
    expect(store.statistics().commits).toBe(before + 1);
  });
});

describe('the death of the writer', () => {
  const workers: Worker[] = [];
  const remembered: Partial<SqliteOptions> = {
    startWorker: (options) => {
      const worker = startWorker(options);
      workers.push(worker);
      return worker;
    },
  };

  beforeEach(() => workers.splice(0));

  it('leaves the outcome of what was under way unknown, and a repeat finds it out', async () => {
    const store = await open({ ...remembered, busyTimeoutMs: 200 });
    const other = otherProgram();
    other.exec('BEGIN IMMEDIATE');
    const stream = newStream();
    const events = newEvents(2);
    const underWay = failureOf(store.append(stream, events, 'no-stream'));
    // By this turn the append has been sent, and the writer waits for the other program.
    await new Promise(setImmediate);
    await workers.at(-1)?.terminate();
    expect(await underWay).toBeInstanceOf(AppendOutcomeUnknown);
    expect(await failureOf(append(store))).toBeInstanceOf(StoreUnavailable);
    expect(await failureOf(store.checkWritable())).toBeInstanceOf(StoreUnavailable);
    other.exec('ROLLBACK');
    other.close();

    const { revision } = await eventually(() => store.append(stream, events, 'no-stream'));
    expect(revision).toBe(1n);
    expect((await store.read(stream)).events).toHaveLength(2);
    expect(store.statistics()).toMatchObject({ restarts: 1, queuedAppends: 0, queuedBytes: 0 });
  });

  it('leaves reading and following as they were', async () => {
    const store = await open(remembered);
    const feed = new PagedEventFeed(store);
    const abort = new AbortController();
    const seen: RecordedEvent[] = [];
    const following = (async () => {
      const options = { prefixes: ['message-'], signal: abort.signal };
      for await (const { events } of feed.follow(options)) seen.push(...events);
    })();
    const stream = newStream();
    await store.append(stream, newEvents(2), 'no-stream');
    // A message that the writer cannot interpret makes it fail for good.
    workers.at(-1)?.postMessage(null);
    await eventually(async () => (await failureOf(append(store))) !== undefined);
    expect((await store.read(stream)).revision).toBe(1n);
    await eventually(() => store.append(stream, newEvents(1), 1n));
    await eventually(() => seen.filter((event) => event.stream === stream).length === 3);
    abort.abort();
    await following;
    expect(new Set(seen.map(({ id }) => id)).size).toBe(seen.length);
  });

  it('is followed by further attempts when it cannot be started again', async () => {
    let starts = 0;
    const store = await open({
      startWorker: (options) => {
        const isBroken = ++starts === 2 || starts === 3;
        const worker = startWorker(
          isBroken ? { ...options, file: join(directory, 'missing', 'ledger.sqlite') } : options,
        );
        workers.push(worker);
        return worker;
      },
    });
    await workers.at(-1)?.terminate();
    const { revision } = await eventually(() => append(store));
    expect(revision).toBe(0n);
    expect(store.statistics().restarts).toBe(3);
  });

  it('does not keep the ledger from being closed, nor gives it away before that', async () => {
    const store = await open(remembered);
    await workers.at(-1)?.terminate();
    expect(await failureOf(open())).toBeInstanceOf(StoreUnavailable);
    await store.close();
    expect(await append(await open())).toMatchObject({ revision: 0n });
  });
});

describe('the write-ahead log', () => {
  const walBytes = (): number => statSync(`${file}-wal`).size;

  it('stays small under sustained writing and reading', async () => {
    const store = await open({ walBytesMax: MEBIBYTE });
    const feed = new PagedEventFeed(store);
    const abort = new AbortController();
    const following = (async () => {
      const options = { prefixes: ['message-'], signal: abort.signal, batchEventsMax: 5 };
      for await (const _ of feed.follow(options)) if (abort.signal.aborted) return;
    })();
    // How far it grows depends on the threads' turns, so the limit is half of what is written.
    for (let round = 0; round < 20; round++) {
      await Promise.all(Array.from({ length: 10 }, () => append(store, 100 * 1024)));
      expect(walBytes()).toBeLessThan(10 * MEBIBYTE);
    }
    abort.abort();
    await following;
    expect(statSync(file).size).toBeGreaterThan(15 * MEBIBYTE);
  });

  it('is written back beside the commits, long before a commit would have to do it', async () => {
    const store = await open({ walBytesMax: 4 * MEBIBYTE });
    for (let round = 0; round < 12; round++) await append(store, 100 * 1024);
    await eventually(() => {
      expect(statSync(file).size).toBeGreaterThan(MEBIBYTE / 2);
      return true;
    });
  });

  it('is written back beside small commits too, which fill it with much more than they say', async () => {
    const store = await open({ walBytesMax: 4 * MEBIBYTE });
    const emptyBytes = statSync(file).size;
    for (let round = 0; round < 100; round++) await append(store);
    await eventually(() => {
      expect(statSync(file).size).toBeGreaterThan(emptyBytes);
      return true;
    });
  });

  it('is gone after the end, also when it was just being written back', async () => {
    const store = await open({ walBytesMax: 4 * MEBIBYTE });
    for (let round = 0; round < 12; round++) await append(store, 100 * 1024);
    await store.close();
    expect(readdirSync(directory)).not.toContain('ledger.sqlite-wal');
    expect(statSync(file).size).toBeGreaterThan(12 * 100 * 1024);
  });

  it('stays small also when there is never a moment without a reader', async () => {
    const store = await open({ walBytesMax: MEBIBYTE });
    const readers = [otherProgram(), otherProgram()];
    const beginToRead = (reader: DatabaseSync | undefined): void => {
      reader?.exec('BEGIN; SELECT count(*) FROM events');
    };
    beginToRead(readers[0]);
    const takeTurns = setInterval(() => {
      const resting = readers.find(({ isTransaction }) => !isTransaction);
      const reading = readers.find(({ isTransaction }) => isTransaction);
      beginToRead(resting);
      reading?.exec('COMMIT');
    }, 10);
    try {
      for (let round = 0; round < 60; round++) {
        await Promise.all(Array.from({ length: 5 }, () => append(store, 100 * 1024)));
      }
      // Half of what was written, as above.
      expect(walBytes()).toBeLessThan(15 * MEBIBYTE);
    } finally {
      clearInterval(takeTurns);
      for (const reader of readers) reader.close();
    }
  });

  it('grows while another program holds a read open, and shrinks again after that', async () => {
    const store = await open({ walBytesMax: MEBIBYTE });
    const other = otherProgram();
    other.exec('BEGIN');
    other.prepare('SELECT count(*) FROM events').get();
    for (let round = 0; round < 5; round++) {
      await Promise.all(Array.from({ length: 10 }, () => append(store, 100 * 1024)));
    }
    expect(walBytes()).toBeGreaterThan(4 * MEBIBYTE);
    other.exec('COMMIT');
    other.close();
    await eventually(async () => {
      await append(store, 100 * 1024);
      return walBytes() <= 2 * MEBIBYTE;
    });
  });
});

it('hands large events over in small batches', async () => {
  const store = await open();
  for (let index = 0; index < 24; index++) await append(store, 500 * 1024);
  const sizes: number[] = [];
  const options = { prefixes: ['message-'], signal: new AbortController().signal };
  for await (const { events } of new PagedEventFeed(store).readAll(options))
    sizes.push(events.length);
  expect(sizes.reduce((sum, size) => sum + size, 0)).toBe(24);
  expect(Math.max(...sizes)).toBeLessThan(20);
});
