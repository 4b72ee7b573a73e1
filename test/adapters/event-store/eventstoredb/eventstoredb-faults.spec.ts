import { randomUUID } from 'node:crypto';
import { openEventStoreDb } from '../../../../src/adapters/event-store/eventstoredb/open-eventstoredb.js';
import { monotonicClock } from '../../../../src/adapters/system/monotonic-clock.js';
import { appendWithRetry } from '../../../../src/application/append-with-retry.js';
import { InvalidAppend } from '../../../../src/application/errors.js';
import type { Position } from '../../../../src/application/ports/event-store.js';
import {
  expectUnwritable,
  failureOf,
  revisionOf,
} from '../../../support/watching/append-outcomes.js';
import { makeCertificate } from '../../../../testing/eventstoredb-double/certificate.js';
import { UnreliableNetwork } from '../../../support/doubles/unreliable-network.js';
import { eventually } from '../../../support/watching/eventually.js';
import { newEvent, newEvents } from '../../../../testing/events.js';
import { LedgerOnDouble } from '../../../support/worlds/ledger-on-double.js';

const APPENDED_MS_MAX = 30_000;

const newStream = (): string => `message-${randomUUID()}`;

let ledger: LedgerOnDouble;
let double: LedgerOnDouble['double'];
let store: LedgerOnDouble['store'];
let feed: LedgerOnDouble['feed'];
let network: UnreliableNetwork | undefined;

async function start(...options: Parameters<typeof LedgerOnDouble.start>): Promise<void> {
  ledger = await LedgerOnDouble.start(...options);
  ({ double, store, feed } = ledger);
}

afterEach(async () => {
  await ledger.close();
  network?.close();
});

describe('while the only node', () => {
  beforeEach(() => start());

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
    const follower = ledger.follow();
    await store.append(newStream(), newEvents(3), 'no-stream');
    await eventually(() => follower.length === 3);
    for (let drop = 1; drop <= 3; drop++) {
      double.leader.dropSubscriptions(how);
      await store.append(newStream(), newEvents(1), 'no-stream');
      await eventually(() => follower.length === 3 + drop);
    }
    expect(follower.map(({ id }) => id)).toEqual(ledger.storedIds());
  });

  it('passes over the events of the server itself and of other applications', async () => {
    const follower = ledger.follow();
    for (let index = 0; index < 10; index++) {
      double.ledger.appendSystemEvent('$stats-127.0.0.1:2113', '$statsCollected');
      double.ledger.appendSystemEvent('Orders-1', 'OrderPlaced');
      double.ledger.appendSystemEvent('$$message-1', '$metadata');
      await store.append(newStream(), newEvents(1), 'no-stream');
    }
    double.ledger.appendSystemEvent('$ce-message', '$>');
    await eventually(() => follower.length === 10);
    expect(follower.map(({ id }) => id)).toEqual(ledger.storedIds());
    expect(await feed.head()).toBe(follower.at(-1)?.position);
  });

  it('resumes after a checkpoint without missing what was written behind it', async () => {
    let checkpoint: Position | undefined;
    for (let index = 0; index < 300; index++)
      double.ledger.appendSystemEvent('Orders-1', 'OrderPlaced');
    for await (const batch of feed.follow({ prefixes: ['message-'], signal: ledger.signal })) {
      checkpoint = batch.position;
      break;
    }
    const { position } = await store.append(newStream(), newEvents(2), 'no-stream');
    expect(feed.comparePositions(checkpoint ?? '', position)).toBeLessThan(0);
    const follower = ledger.follow(checkpoint);
    await eventually(() => follower.length > 0);
    expect(follower.map(({ id }) => id)).toEqual(ledger.storedIds());
    const readAgain: string[] = [];
    for await (const { events } of feed.readAll({
      prefixes: ['message-'],
      signal: ledger.signal,
      ...(checkpoint === undefined ? {} : { after: checkpoint }),
    })) {
      readAgain.push(...events.map(({ id }) => id));
    }
    expect(readAgain).toEqual(ledger.storedIds());
  });

  it('holds no more than a bounded part of what a slow reader has yet to read', async () => {
    const event = newEvent('x'.repeat(2_000));
    for (let index = 0; index < 20; index++) {
      const events = Array.from({ length: 200 }, () => ({ ...event, id: randomUUID() }));
      // 400 kB of JSON may outlast the time of one append on a busy machine; the ids make a repeat harmless.
      const limit = { monotonic: monotonicClock, retryMs: APPENDED_MS_MAX };
      await appendWithRetry(store, newStream(), events, 'no-stream', limit);
    }
    const sentBefore = double.leader.counts.events;
    for await (const _ of feed.follow({
      prefixes: ['message-'],
      signal: ledger.signal,
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

  it('reads from the new leader, not from the one that it knew', async () => {
    const stream = newStream();
    await store.append(stream, newEvents(1), 'no-stream');
    await store.read(stream);
    const [old] = double.nodes;
    double.elect(2);
    const before = old?.counts.reads;
    expect((await store.read(stream)).revision).toBe(0n);
    const readsOfOld = (old?.counts.reads ?? 0) - (before ?? 0);
    // The old leader refuses once; all later calls go to the new one.
    await store.read(stream);
    expect((old?.counts.reads ?? 0) - (before ?? 0)).toBe(readsOfOld);
  });

  it('outlives all of them being down', async () => {
    const stream = newStream();
    await store.append(stream, newEvents(1), 'no-stream');
    for (const node of double.nodes) node.stop();
    const failures = await Promise.all(
      Array.from({ length: 20 }, () =>
        failureOf(store.append(newStream(), newEvents(1), 'no-stream')),
      ),
    );
    expect(failures).toHaveLength(20);
    for (const failure of failures) expectUnwritable(failure);
    for (const node of double.nodes) await node.start();
    await eventually(async () => (await revisionOf(store.append(stream, newEvents(1), 0n))) === 1n);
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
  const follower = ledger.follow();
  await eventually(() => follower.length === 1);

  const stranger = openEventStoreDb(double.url.replace(/&tlsCAFile=[^&]*/, ''));
  const failure = await failureOf(stranger.store.append(stream, newEvents(1), 0n));
  expectUnwritable(failure);
  expect(ledger.storedIds()).toHaveLength(1);
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
  await start({}, async ({ leader }) => {
    network = await UnreliableNetwork.before(leader.address);
    return `esdb://${network.address}?tls=false`;
  });
  const stream = newStream();
  await store.append(stream, newEvents(1), 'no-stream');
  const follower = ledger.follow();
  await eventually(() => follower.length === 1);
  network?.forgetConnections();
  // Both ends of the old connection are still up, but no data passes between them any more.
  await store.append(stream, newEvents(1), 0n);
  expect((await store.read(stream)).revision).toBe(1n);
});

/** Waits until a number no longer changes. */
async function settledCount(count: () => number): Promise<void> {
  let last = -1;
  await eventually(() => {
    const isSettled = count() === last;
    last = count();
    return isSettled;
  });
}
