import { randomUUID } from 'node:crypto';
import { copyFile, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { monotonicClock } from '../../../src/adapters/system/monotonic-clock.js';
import { openLedger, type Ledger } from '../../../src/adapters/event-store/event-store.module.js';
import { uuidIdentifiers } from '../../../src/adapters/system/uuid-identifiers.js';
import { AppendedCheckpoints } from '../../../src/adapters/transparency-log/appended-checkpoints.js';
import { SqliteLogStore } from '../../../src/adapters/transparency-log/sqlite/sqlite-log-store.js';
import type { LogStore } from '../../../src/application/ports/log-store.js';
import type { SignedLog } from '../../../src/application/proof/sign-log.js';
import { readCheckpoint } from '../../../src/application/proof/notes/checkpoint.js';
import { copyLedger } from '../../../src/application/migrating/copy-ledger.js';
import { holdRestoredOnce } from '../../../src/application/sending/hold-marked-copy.js';
import { SENDING_STREAM } from '../../../src/application/streams.js';
import { newEvents } from '../../../testing/events.js';
import { eventually } from '../../support/watching/eventually.js';
import { LogObserver } from '../../support/watching/log-observer.js';
import { systemClock } from '../../support/worlds/read-models.js';
import {
  logIn,
  newSigningKeys,
  RunningSigner,
  untilSigned,
} from '../../support/worlds/signed-ledger.js';

let directory: string;
let ledger: Ledger;
let store: LogStore;
let observer: LogObserver;
const signers: RunningSigner[] = [];
const keys = newSigningKeys();

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'waybill-log-'));
  ledger = await openLedger({ kind: 'sqlite', directory });
  store = new SqliteLogStore(join(directory, 'transparency-log.sqlite'));
  observer = new LogObserver();
});

afterEach(async () => {
  await stopSigning();
  await store.close();
  await ledger.store.close();
  await rm(directory, { recursive: true, force: true });
});

function sign(log: Partial<SignedLog> = {}): RunningSigner {
  const signer = new RunningSigner(ledger, store, { keys, holdRestored, ...log });
  signers.push(signer);
  return signer;
}

async function stopSigning(): Promise<void> {
  await Promise.all(signers.splice(0).map((signer) => signer.stop()));
}

const holdRestored: SignedLog['holdRestored'] = async (id, proof) => {
  await holdRestoredOnce(ledger.store, uuidIdentifiers.idOf('test', ...id), proof, {
    clock: systemClock,
    monotonic: monotonicClock,
  });
};

const append = async (count: number): Promise<void> => {
  await ledger.store.append(`message-${randomUUID()}`, newEvents(count), 'no-stream');
};

/** Changes the ledger's file as somebody does who is not Waybill. */
async function tamper(sql: string): Promise<void> {
  await ledger.store.close();
  const database = new DatabaseSync(join(directory, 'ledger.sqlite'));
  database.exec('DROP TRIGGER events_are_never_changed; DROP TRIGGER events_are_never_removed;');
  database.exec(sql);
  database.close();
  ledger = await openLedger({ kind: 'sqlite', directory });
}

async function release(provider?: 'email'): Promise<void> {
  const { revision } = await ledger.store.read(SENDING_STREAM);
  const occurredAt = systemClock.now().toISOString();
  const id = randomUUID();
  const ofProvider = provider === undefined ? {} : { provider };
  const said = { reason: 'resumed', waiting: 'unknown', by: null } as const;
  const data = { ...said, ...ofProvider, occurredAt };
  const metadata = {
    recordedAt: occurredAt,
    correlationId: id,
    causationId: id,
    source: 'cli',
  } as const;
  await ledger.store.append(
    SENDING_STREAM,
    [{ id, event: { type: 'SendingReleased', data }, metadata }],
    revision,
  );
}

it('signs the same history through restarts, over the edges of tiles', async () => {
  for (const [appended, signed] of [
    [3, 3],
    [253, 256],
    [1, 257],
    [300, 557],
  ] as const) {
    await append(appended);
    sign();
    await untilSigned(store, signed);
    await observer.look(logIn(store));
    await stopSigning();
  }
  expect(observer.seen.size).toBe(4);
});

it('signs nothing over an event that was altered, and names it', async () => {
  await append(5);
  sign();
  const { checkpoint } = await untilSigned(store, 5);
  await stopSigning();
  await tamper(`UPDATE events SET data = replace(data, '"', ' "') WHERE position = 3`);
  await append(1);
  const signer = sign();
  await eventually(() => signer.state === 'damaged');
  expect(signer.reason).toMatch(
    /^event 2 of message-\S+ \(entry 2 of the log\) was altered: its data differs/,
  );
  expect((await store.state())?.checkpoint).toBe(checkpoint);
});

it('waits for a decision in an older ledger, and then begins a log of another name', async () => {
  await append(4);
  const older = join(directory, 'older.sqlite');
  await ledger.store.close();
  await copyFile(join(directory, 'ledger.sqlite'), older);
  ledger = await openLedger({ kind: 'sqlite', directory });
  await append(3);
  sign();
  const { origin } = await untilSigned(store, 7);
  await stopSigning();

  await ledger.store.close();
  await copyFile(older, join(directory, 'ledger.sqlite'));
  ledger = await openLedger({ kind: 'sqlite', directory });
  const signer = sign();
  await eventually(() => signer.state === 'held');
  expect((await store.state())?.origin).toBe(origin);
  await append(9);
  await release();
  const state = await eventually(async () => {
    const now = await store.state();
    return now !== undefined && now.origin !== origin && now.size === 15 ? now : undefined;
  });
  expect(state.replaces).toContain(`${origin} at 7 entries`);
});

it('goes on with its log in a restored ledger that has lost nothing', async () => {
  await append(4);
  sign();
  const { origin } = await untilSigned(store, 4);
  await stopSigning();
  await holdRestored(['a copy'], 'it is a backup');
  await release('email');
  const signer = sign();
  await eventually(() => signer.state === 'held');
  await release();
  const state = await untilSigned(store, 7);
  expect(state).toMatchObject({ origin, replaces: undefined });
});

it('goes on with its log in a copy of the ledger, whose positions are others', async () => {
  await append(4);
  await tamper(`UPDATE events SET position = -position * 2; UPDATE events SET position = -position;
    UPDATE sqlite_sequence SET seq = seq * 2`);
  sign();
  const { origin } = await untilSigned(store, 4);
  await observer.look(logIn(store));
  await stopSigning();
  const elsewhere = join(directory, 'elsewhere');
  const copy = await openLedger({ kind: 'sqlite', directory: elsewhere });
  await copyLedger(ledger, copy, {
    signal: new AbortController().signal,
    onProgress: () => undefined,
  });
  const signer = new RunningSigner(copy, store, { keys, holdRestored });
  signers.push(signer);
  await copy.store.append(`message-${randomUUID()}`, newEvents(300), 'no-stream');
  const state = await untilSigned(store, 304);
  await observer.look(logIn(store));
  await stopSigning();
  await copy.store.close();
  expect(state).toMatchObject({ origin, replaces: undefined });
});

it('signs no second history when it finds a newer checkpoint outside', async () => {
  const file = new AppendedCheckpoints(join(directory, 'checkpoints'));
  await append(2);
  sign({ file });
  const { origin } = await untilSigned(store, 2);
  await stopSigning();
  const older = join(directory, 'older-log.sqlite');
  await store.close();
  await copyFile(join(directory, 'transparency-log.sqlite'), older);
  store = new SqliteLogStore(join(directory, 'transparency-log.sqlite'));
  await append(2);
  sign({ file });
  await untilSigned(store, 4);
  await stopSigning();

  await store.close();
  await copyFile(older, join(directory, 'transparency-log.sqlite'));
  store = new SqliteLogStore(join(directory, 'transparency-log.sqlite'));
  const signer = sign({ file });
  await eventually(() => signer.state === 'held');
  await release();
  const state = await eventually(async () => {
    const now = await store.state();
    return now !== undefined && now.origin !== origin ? now : undefined;
  });
  expect(state.replaces).toContain('a checkpoint of 4 entries was signed, and the log has 2');
});

it('refuses to sign with a key that is not the log’s, and takes a new one with the old one behind it', async () => {
  await append(1);
  sign();
  const { origin } = await untilSigned(store, 1);
  await stopSigning();
  const signer = sign({ keys: newSigningKeys() });
  await eventually(() => signer.state === 'damaged');
  expect(signer.reason).toContain('signed with another key');
  expect(signer.errors).toEqual([expect.stringMatching(/^The signing key is not that of the/)]);
  await stopSigning();
  expect((await store.state())?.origin).toBe(origin);
});

it('signs one history although a hash above the leaves was damaged in the store of the log', async () => {
  await append(300);
  sign();
  await untilSigned(store, 300);
  await observer.look(logIn(store));
  await stopSigning();
  const database = new DatabaseSync(join(directory, 'transparency-log.sqlite'));
  database.exec('UPDATE tiles SET hashes = zeroblob(32) WHERE level = 1');
  database.close();
  await append(1);
  sign();
  await untilSigned(store, 301);
  await expect(observer.look(logIn(store))).resolves.toMatchObject({ size: 301 });
});

it.each([20, 60, 120])(
  'goes on behind a checkpoint that was cut off in its file after %s bytes',
  async (bytes) => {
    const path = join(directory, 'checkpoints');
    const file = new AppendedCheckpoints(path);
    await append(1);
    sign({ file });
    await untilSigned(store, 1);
    await stopSigning();
    await writeFile(path, (await readFile(path, 'utf8')).slice(0, bytes));
    for (const size of [2, 3]) {
      await append(1);
      sign({ file });
      await untilSigned(store, size);
      await stopSigning();
    }
    const sizes = (await file.notes()).map((note) => readCheckpoint(note).size);
    expect(sizes).toEqual(expect.arrayContaining([2, 3]));
  },
);

it('signs one history when two instances sign at once', async () => {
  const other = new SqliteLogStore(join(directory, 'transparency-log.sqlite'));
  const [first, second] = [sign(), new RunningSigner(ledger, other, { keys, holdRestored })];
  signers.push(second);
  for (let round = 0; round < 15; round++) {
    await append(7);
    await observer.look(logIn(store));
  }
  await untilSigned(store, 105);
  await observer.look(logIn(store));
  await stopSigning();
  await other.close();
  const failures = [...first.failures, ...second.failures] as Error[];
  expect(failures.filter((error) => error.name !== 'LogHasMoved')).toEqual([]);
  expect((await store.state())?.size).toBe(105);
});

it('says that it fails until it has signed again, not from one try to the next', async () => {
  await append(7);
  let faults = 0;
  const full = heldBefore('grow', () => {
    faults += 1;
    return faults <= 3 ? Promise.reject(new Error('the disk is full')) : Promise.resolve();
  });
  const signer = new RunningSigner(ledger, full, { keys, holdRestored });
  signers.push(signer);
  await untilSigned(store, 7);
  await eventually(() => signer.state === 'working');
  expect(signer.states).toEqual(['standby', 'failing', 'working']);
});

it('says that no checkpoint reaches the file outside, until one does', async () => {
  await append(7);
  const file = new AppendedCheckpoints(join(directory, 'none', 'checkpoints'));
  const signer = sign({ file });
  await untilSigned(store, 7);
  await eventually(() => signer.fileFault?.includes('a checkpoint cannot be written: ENOENT'));
  expect(signer.state).toBe('working');
  await stopSigning();
  expect(signer.fileFault).toBeUndefined();
});

it('is on standby when its turn ends while another instance has gone on', async () => {
  await append(7);
  const [reached, released] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  const held = heldBefore('grow', async () => {
    reached.resolve();
    await released.promise;
  });
  const paused = new RunningSigner(ledger, held, { keys, holdRestored });
  await reached.promise;
  sign();
  await untilSigned(store, 7);
  const stopped = paused.stop();
  released.resolve();
  await stopped;
  expect(paused.failures).toMatchObject([{ name: 'LogHasMoved' }]);
  expect(paused.state).toBe('standby');
});

/** Returns the same store, where the method waits first. */
const heldBefore = (method: keyof LogStore, wait: () => Promise<void>): LogStore =>
  new Proxy(store, {
    get: (target, name: keyof LogStore) => {
      const call = target[name].bind(target) as (...given: unknown[]) => unknown;
      return name === method
        ? async (...given: unknown[]) => {
            await wait();
            return call(...given);
          }
        : call;
    },
  });
