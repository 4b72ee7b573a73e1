import { randomUUID } from 'node:crypto';
import {
  openEventStoreDb,
  type EventStoreDbLedger,
} from '../../../src/adapters/event-store/eventstoredb/open-eventstoredb.js';
import {
  AppendOutcomeUnknown,
  InvalidAppend,
  StoreUnavailable,
} from '../../../src/application/errors.js';
import type { FeedBatch } from '../../../src/application/ports/event-feed.js';
import type {
  EventStore,
  Position,
  RecordedEvent,
  StoredStream,
} from '../../../src/application/ports/event-store.js';
import { eventually } from '../../support/eventually.js';
import {
  EventStoreDbDouble,
  type DoubleOptions,
} from '../../support/eventstoredb-double/eventstoredb-double.js';
import { makeCertificate } from '../../support/eventstoredb-double/certificate.js';
import type { DoubleNode } from '../../support/eventstoredb-double/node.js';
import { UnreliableNetwork } from '../../support/eventstoredb-double/unreliable-network.js';
import { newEvent, newEvents } from '../../support/events.js';

/** What a webhook may take in all. A read and an append are tried inside of it, one after the other. */
const WEBHOOK_MS = 3_000;

/** A health check waits no longer for its answer. */
const READINESS_MS = 1_500;

const newStream = (): string => `message-${randomUUID()}`;

let double: EventStoreDbDouble;
let store: EventStore;
let feed: EventStoreDbLedger['feed'];
let abort: AbortController;
let network: UnreliableNetwork | undefined;

async function start(options: DoubleOptions = {}): Promise<void> {
  double = await EventStoreDbDouble.start(options);
  ({ store, feed } = openEventStoreDb(double.url));
}

beforeEach(() => {
  abort = new AbortController();
});

afterEach(async () => {
  abort.abort();
  await store.close();
  network?.close();
  double.stop();
});

/** Ways for a single node to fail, and how it comes back. */
interface Fault {
  readonly name: string;
  readonly begin: (node: DoubleNode) => void;
  readonly end: (node: DoubleNode) => Promise<void> | void;
}

const faults: readonly Fault[] = [
  { name: 'is down', begin: (node) => node.stop(), end: (node) => node.start() },
  {
    name: 'is silent',
    begin: (node) => (node.faults.silent = true),
    end: (node) => void (node.faults.silent = false),
  },
  {
    name: 'ends every call cleanly',
    begin: (node) => (node.faults.halfClosing = true),
    end: (node) => void (node.faults.halfClosing = false),
  },
  {
    name: 'is not ready',
    begin: (node) => (node.faults.notReady = true),
    end: (node) => void (node.faults.notReady = false),
  },
  {
    name: 'commits and does not say so',
    begin: (node) => (node.faults.silentAfterCommit = true),
    end: (node) => void (node.faults.silentAfterCommit = false),
  },
  {
    name: 'gives up waiting for its own commits',
    begin: (node) => (node.faults.timesOut = true),
    end: (node) => void (node.faults.timesOut = false),
  },
  {
    name: 'is slower than anybody can wait',
    begin: (node) => (node.faults.answerDelayMs = 5_000),
    end: (node) => void (node.faults.answerDelayMs = 0),
  },
  {
    name: 'loses every connection after a commit',
    begin: (node) => (node.faults.cutsAfterCommit = Infinity),
    end: (node) => void (node.faults.cutsAfterCommit = 0),
  },
];

describe('while the only node', () => {
  beforeEach(() => start());

  it.each(faults)(
    '$name: neither loses nor repeats anything',
    async ({ begin, end }) => {
      const load = new Load(store);
      const follower = follow();
      await eventually(() => load.acknowledged > 50);
      begin(double.leader);
      await eventually(() => load.failures.length > 0);
      await expect(store.checkWritable()).rejects.toBeInstanceOf(StoreUnavailable);
      await end(double.leader);
      const before = load.acknowledged;
      await eventually(() => load.acknowledged > before + 50);
      await load.stop();
      await store.checkWritable();

      for (const failure of load.failures) expectUnwritable(failure);
      expect(load.slowestMs).toBeLessThan(WEBHOOK_MS);
      expect(await load.stored()).toEqual(load.written);
      await eventually(() => follower.length >= idsInLedger().length);
      expect(follower.map(({ id }) => id)).toEqual(idsInLedger());
    },
    30_000,
  );

  it.each(faults)(
    '$name: says so within the time of a webhook',
    async ({ begin, end }) => {
      const stream = newStream();
      const [first, second] = [newEvents(1), newEvents(2)];
      await store.append(stream, first, 'no-stream');
      begin(double.leader);

      // A webhook reads, appends, and is checked for readiness meanwhile.
      const startedAtMs = performance.now();
      const readiness = elapsedOf(failureOf(store.checkWritable()));
      const read = await outcomeOf(store.read(stream));
      const failure = await failureOf(store.append(stream, second, 0n));
      expect(performance.now() - startedAtMs).toBeLessThan(WEBHOOK_MS);
      expectUnwritable(failure);
      expect([StoreUnavailable.name, 0n]).toContain(read);
      expect(await readiness).toBeLessThan(READINESS_MS);

      await end(double.leader);
      await eventually(async () => (await revisionOf(store.append(stream, second, 0n))) === 2n);
      expect(idsInLedger()).toEqual([...first, ...second].map(({ id }) => id));
    },
    30_000,
  );

  it('restarts, it does not even notice', async () => {
    const stream = newStream();
    await store.append(stream, newEvents(1), 'no-stream');
    await double.leader.restart();
    await store.append(stream, newEvents(1), 0n);
    await double.leader.restart();
    expect((await store.read(stream)).revision).toBe(1n);
    await double.leader.restart();
    expect(await feed.head()).toBeDefined();
  });

  it('loses the connection after a commit, it finds out that it was committed', async () => {
    const stream = newStream();
    await store.append(stream, newEvents(1), 'no-stream');
    double.faults.cutsAfterCommit = 1;
    expect(await revisionOf(store.append(stream, newEvents(2), 0n))).toBe(2n);
    expect((await store.read(stream)).revision).toBe(2n);
  });

  it('has no answer to an append, the others that wait are not kept from theirs', async () => {
    await store.append(newStream(), newEvents(1), 'no-stream');
    double.faults.silentAfterCommit = true;
    const lost = store.append(newStream(), newEvents(1), 'no-stream');
    await eventually(() => double.ledger.records.length > 2);
    double.faults.silentAfterCommit = false;
    const others = Array.from({ length: 20 }, () =>
      store.append(newStream(), newEvents(1), 'no-stream'),
    );
    await Promise.all(others);
    expect((await lost).revision).toBe(0n);
  });
});

describe('a follower', () => {
  beforeEach(() => start());

  it.each(['error', 'end'] as const)('subscribes again after an %s', async (how) => {
    const follower = follow();
    await store.append(newStream(), newEvents(3), 'no-stream');
    await eventually(() => follower.length === 3);
    for (let drop = 1; drop <= 3; drop++) {
      double.leader.dropSubscriptions(how);
      await store.append(newStream(), newEvents(1), 'no-stream');
      await eventually(() => follower.length === 3 + drop);
    }
    expect(follower.map(({ id }) => id)).toEqual(idsInLedger());
  });

  it('passes over the events of the server itself and of other applications', async () => {
    const follower = follow();
    for (let index = 0; index < 10; index++) {
      double.ledger.appendSystemEvent('$stats-127.0.0.1:2113', '$statsCollected');
      double.ledger.appendSystemEvent('Orders-1', 'OrderPlaced');
      double.ledger.appendSystemEvent('$$message-1', '$metadata');
      await store.append(newStream(), newEvents(1), 'no-stream');
    }
    double.ledger.appendSystemEvent('$ce-message', '$>');
    await eventually(() => follower.length === 10);
    expect(follower.map(({ id }) => id)).toEqual(idsInLedger());
    expect(await feed.head()).toBe(follower.at(-1)?.position);
  });

  it('resumes after a checkpoint without missing what was written behind it', async () => {
    let checkpoint: Position | undefined;
    for (let index = 0; index < 300; index++)
      double.ledger.appendSystemEvent('Orders-1', 'OrderPlaced');
    for await (const batch of feed.follow({ prefixes: ['message-'], signal: abort.signal })) {
      checkpoint = batch.position;
      break;
    }
    const { position } = await store.append(newStream(), newEvents(2), 'no-stream');
    expect(feed.comparePositions(checkpoint ?? '', position)).toBeLessThan(0);
    const follower = follow(checkpoint);
    await eventually(() => follower.length > 0);
    expect(follower.map(({ id }) => id)).toEqual(idsInLedger());
    const readAgain: string[] = [];
    for await (const { events } of feed.readAll({
      prefixes: ['message-'],
      signal: abort.signal,
      ...(checkpoint === undefined ? {} : { after: checkpoint }),
    })) {
      readAgain.push(...events.map(({ id }) => id));
    }
    expect(readAgain).toEqual(idsInLedger());
  });

  it('holds no more than a bounded part of what a slow reader has yet to read', async () => {
    const event = newEvent('x'.repeat(2_000));
    for (let index = 0; index < 20; index++) {
      const events = Array.from({ length: 200 }, () => ({ ...event, id: randomUUID() }));
      await store.append(newStream(), events, 'no-stream');
    }
    const sentBefore = double.leader.counts.events;
    for await (const _ of feed.follow({
      prefixes: ['message-'],
      signal: abort.signal,
      batchEventsMax: 10,
    })) {
      await settledCount(() => double.leader.counts.events);
      break;
    }
    expect(double.leader.counts.events - sentBefore).toBeLessThan(2_000);
  });
});

describe('in a set of three nodes', () => {
  beforeEach(() => start({ nodes: 3 }));

  const moves: readonly { readonly name: string; readonly move: () => void }[] = [
    { name: 'dies', move: () => double.leader.stop() },
    { name: 'becomes a follower', move: () => {} },
  ];

  it.each(moves)('goes on with the next leader when the leader $name', async ({ move }) => {
    const load = new Load(store);
    const follower = follow();
    await eventually(() => load.acknowledged > 50 && follower.length > 50);
    move();
    double.elect(undefined);
    await eventually(() => load.failures.length > 0);
    double.elect(1);
    const before = load.acknowledged;
    await eventually(() => load.acknowledged > before + 50);
    await load.stop();
    for (const failure of load.failures) expectUnwritable(failure);
    expect(load.slowestMs).toBeLessThan(WEBHOOK_MS);
    expect(await load.stored()).toEqual(load.written);
    await eventually(async () => follower.length === idsInLedger().length);
    expect(follower.map(({ id }) => id)).toEqual(idsInLedger());
  });

  it('reads from the new leader, not from the one that it knew', async () => {
    const stream = newStream();
    await store.append(stream, newEvents(1), 'no-stream');
    await store.read(stream);
    const [old] = double.nodes;
    double.elect(2);
    const before = old?.counts.reads;
    expect((await store.read(stream)).revision).toBe(0n);
    const readsOfOld = (old?.counts.reads ?? 0) - (before ?? 0);
    // The old leader refuses once; whatever comes later goes to the new one.
    await store.read(stream);
    expect((old?.counts.reads ?? 0) - (before ?? 0)).toBe(readsOfOld);
  });

  it('outlives all of them being down', async () => {
    const stream = newStream();
    await store.append(stream, newEvents(1), 'no-stream');
    for (const node of double.nodes) node.stop();
    const startedAtMs = performance.now();
    const failures = await Promise.all(
      Array.from({ length: 20 }, () =>
        failureOf(store.append(newStream(), newEvents(1), 'no-stream')),
      ),
    );
    expect(performance.now() - startedAtMs).toBeLessThan(WEBHOOK_MS);
    for (const failure of failures) expectUnwritable(failure);
    for (const node of double.nodes) await node.start();
    await eventually(
      async () => (await revisionOf(store.append(stream, newEvents(1), 0n))) === 1n,
      {
        withinMs: 15_000,
      },
    );
  });
});

it('says of a stream that was deleted for ever that nothing can be appended', async () => {
  await start();
  const stream = newStream();
  await store.append(stream, newEvents(1), 'no-stream');
  double.ledger.tombstone(stream);
  expect(await store.read(stream)).toEqual({ events: [], revision: 'no-stream' });
  await expect(store.append(stream, newEvents(1), 0n)).rejects.toBeInstanceOf(InvalidAppend);
});

it('speaks TLS, and believes only in the given certificate', async () => {
  await start({ certificate: makeCertificate() });
  const stream = newStream();
  await store.append(stream, newEvents(1), 'no-stream');
  expect((await store.read(stream)).revision).toBe(0n);
  const follower = follow();
  await eventually(() => follower.length === 1);

  const stranger = openEventStoreDb(double.url.replace(/&tlsCAFile=[^&]*/, ''));
  const failure = await failureOf(stranger.store.append(stream, newEvents(1), 0n));
  expectUnwritable(failure);
  expect(idsInLedger()).toHaveLength(1);
  await stranger.store.close();
});

describe('what does not need a round trip', () => {
  beforeEach(() => start());

  it('reads a stream in one round trip', async () => {
    const stream = newStream();
    await store.append(stream, newEvents(5), 'no-stream');
    const before = { ...double.leader.counts };
    await store.read(stream);
    expect(double.leader.counts).toEqual({
      ...before,
      reads: before.reads + 1,
      events: before.events + 5,
    });
  });

  it('spares the server appends that are certain to conflict', async () => {
    const stream = newStream();
    await store.append(stream, newEvents(1), 'no-stream');
    const before = double.leader.counts.appends;
    const outcomes = await Promise.allSettled(
      Array.from({ length: 50 }, () => store.append(stream, newEvents(1), 0n)),
    );
    expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    expect(double.leader.counts.appends - before).toBe(1);
  });
});

it('finds the way around a network that swallows everything on the old connections', async () => {
  double = await EventStoreDbDouble.start();
  network = await UnreliableNetwork.before(double.leader.address);
  ({ store, feed } = openEventStoreDb(`esdb://${network.address}?tls=false`));
  const stream = newStream();
  await store.append(stream, newEvents(1), 'no-stream');
  const follower = follow();
  await eventually(() => follower.length === 1);
  network.forgetConnections();
  // Both ends of the old connection are still up, and neither hears the other any more.
  await store.append(stream, newEvents(1), 0n);
  expect((await store.read(stream)).revision).toBe(1n);
});

/** Writes to streams of its own as fast as it is answered, and repeats what was not acknowledged. */
class Load {
  acknowledged = 0;
  slowestMs = 0;
  readonly failures: unknown[] = [];
  readonly #store: EventStore;
  /** The ids that each stream must hold, in order. */
  readonly written = new Map<string, readonly string[]>();
  readonly #writers: readonly Promise<void>[];
  #isStopping = false;

  constructor(target: EventStore) {
    this.#store = target;
    this.#writers = Array.from({ length: 16 }, () => this.#write(newStream()));
  }

  async stop(): Promise<void> {
    this.#isStopping = true;
    await Promise.all(this.#writers);
  }

  /** The ids that each stream does hold. */
  async stored(): Promise<ReadonlyMap<string, readonly string[]>> {
    const stored = new Map<string, readonly string[]>();
    for (const stream of this.written.keys()) {
      const { events } = await this.#store.read(stream);
      stored.set(
        stream,
        events.map(({ id }) => id),
      );
    }
    return stored;
  }

  async #write(stream: string): Promise<void> {
    const ids: string[] = [];
    this.written.set(stream, ids);
    while (!this.#isStopping || ids.length === 0) {
      const event = newEvent('load');
      while (!(await this.#append(stream, event, ids.length)));
      ids.push(event.id);
      this.acknowledged++;
    }
  }

  /** What is not acknowledged is repeated, as Vonage repeats a webhook. */
  async #append(
    stream: string,
    event: ReturnType<typeof newEvent>,
    length: number,
  ): Promise<boolean> {
    const startedAtMs = performance.now();
    try {
      await this.#store.append(stream, [event], length === 0 ? 'no-stream' : BigInt(length - 1));
      return true;
    } catch (error) {
      this.failures.push(error);
      return false;
    } finally {
      this.slowestMs = Math.max(this.slowestMs, performance.now() - startedAtMs);
    }
  }
}

/** Follows all messages in the background; the events are added to the array. */
function follow(after?: Position): RecordedEvent[] {
  const events: RecordedEvent[] = [];
  const run = async (batches: AsyncIterable<FeedBatch>): Promise<void> => {
    for await (const batch of batches) events.push(...batch.events);
  };
  const options = { prefixes: ['message-'], signal: abort.signal };
  void run(feed.follow(after === undefined ? options : { ...options, after })).catch(() => {});
  return events;
}

/** What the double itself holds, so that no fault of the adapter can hide in the comparison. */
const idsInLedger = (): readonly string[] =>
  double.ledger.records.filter(({ stream }) => stream.startsWith('message-')).map(({ id }) => id);

function expectUnwritable(failure: unknown): void {
  const isExpected = failure instanceof StoreUnavailable || failure instanceof AppendOutcomeUnknown;
  if (!isExpected) throw new Error('the failure has another shape', { cause: failure });
}

/** The revision, or undefined when the append failed. */
const revisionOf = (append: Promise<{ readonly revision: bigint }>): Promise<bigint | undefined> =>
  append.then(
    ({ revision }) => revision,
    () => undefined,
  );

const failureOf = (work: Promise<unknown>): Promise<unknown> =>
  work.then(
    () => undefined,
    (error: unknown) => error,
  );

/** The revision that was read, or the name of the failure. */
const outcomeOf = (read: Promise<StoredStream>): Promise<unknown> =>
  read.then(
    ({ revision }) => revision,
    (error: unknown) => (error instanceof Error ? error.name : error),
  );

/** How long something took, ms. */
const elapsedOf = async (work: Promise<unknown>): Promise<number> => {
  const startedAtMs = performance.now();
  await work;
  return performance.now() - startedAtMs;
};

/** Waits until a number no longer changes. */
async function settledCount(count: () => number): Promise<void> {
  let last = -1;
  await eventually(() => {
    const isSettled = count() === last;
    last = count();
    return isSettled;
  });
}
