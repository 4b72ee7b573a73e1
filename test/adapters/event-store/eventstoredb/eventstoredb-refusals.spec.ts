import { once } from 'node:events';
import { createServer, type AddressInfo, type Socket } from 'node:net';
import { openEventStoreDb } from '../../../../src/adapters/event-store/eventstoredb/open-eventstoredb.js';
import { StoreUnavailable } from '../../../../src/application/errors.js';
import type { EventFeed } from '../../../../src/application/ports/event-feed.js';
import { failureOf } from '../../../support/watching/append-outcomes.js';
import { makeCertificate } from '../../../../testing/eventstoredb-double/certificate.js';
import { eventually } from '../../../support/watching/eventually.js';
import { newEvents } from '../../../../testing/events.js';
import { LedgerOnDouble } from '../../../support/worlds/ledger-on-double.js';

const STREAM = 'message-1';

let ledger: LedgerOnDouble;

afterEach(() => ledger.close());

describe('an account that may not read $all', () => {
  beforeEach(async () => {
    ledger = await LedgerOnDouble.start();
    ledger.double.faults.refusesAll = true;
  });

  it('is told so by everything that needs it, and can use its streams', async () => {
    const { store, feed } = ledger;
    await store.append(STREAM, newEvents(2), 'no-stream');
    expect((await store.read(STREAM)).revision).toBe(1n);
    for (const failure of [
      await failureOf(drained(feed)),
      await failureOf(feed.head()),
      await failureOf(readAll(feed)),
    ]) {
      expect(failure).toBeInstanceOf(StoreUnavailable);
      expect(String(failure)).toContain('read $all');
    }
  });

  it('is asked once each time, not again and again', async () => {
    const { feed, double } = ledger;
    await failureOf(drained(feed));
    expect(double.count('subscriptions')).toBe(1);
    await failureOf(feed.head());
    await failureOf(readAll(feed));
    expect(double.count('looks')).toBe(2);
    expect(double.count('reads')).toBe(0);
  });

  it('can be followed once it has been given the right', async () => {
    const { store, feed, double } = ledger;
    await failureOf(drained(feed));
    await store.append(STREAM, newEvents(2), 'no-stream');
    double.faults.refusesAll = false;
    expect(await drained(feed)).toBe(2);
  });
});

it('an account that may not append is told so, and the append is sent once', async () => {
  ledger = await LedgerOnDouble.start();
  ledger.double.faults.refusesAppends = true;
  const failure = await failureOf(ledger.store.append(STREAM, newEvents(1), 'no-stream'));
  expect(failure).toBeInstanceOf(StoreUnavailable);
  expect(String(failure)).toContain('access is denied');
  expect(ledger.double.count('appends')).toBe(1);
  await expect(ledger.store.checkWritable()).rejects.toThrow('access is denied');
  expect(ledger.double.count('appends')).toBe(2);
});

it('a wrong password is said at once, by whatever is called', async () => {
  ledger = await LedgerOnDouble.start({ certificate: makeCertificate(), password: 'right' });
  const url = ledger.double.url.replace(':right@', ':wr0ng-secret@');
  const { store, feed } = openEventStoreDb(url);
  const failures = [
    await failureOf(store.append(STREAM, newEvents(1), 'no-stream')),
    await failureOf(store.checkWritable()),
    await failureOf(store.read(STREAM)),
    await failureOf(feed.head()),
    await failureOf(readAll(feed)),
    await failureOf(drained(feed)),
  ];
  await store.close();
  for (const failure of failures) {
    expect(failure).toBeInstanceOf(StoreUnavailable);
    expect(String(failure)).toContain('refuses the user name or the password');
    expect(String(failure)).not.toContain('wr0ng-secret');
  }
  expect(ledger.double.count('unauthenticated')).toBe(failures.length);
  await ledger.store.append(STREAM, newEvents(1), 'no-stream');
});

it('a certificate that nobody vouches for is said at once', async () => {
  ledger = await LedgerOnDouble.start({ certificate: makeCertificate() });
  const { store, feed } = openEventStoreDb(ledger.double.url.replace(/&tlsCAFile=[^&]*/, ''));
  for (const call of [
    () => store.read(STREAM),
    () => store.checkWritable(),
    () => readAll(feed),
    () => drained(feed),
  ]) {
    await expect(call()).rejects.toThrow(/certificate is not accepted .* tlsCAFile/);
  }
  await store.close();
});

it('a server without TLS is said at once where the connection string wants it', async () => {
  ledger = await LedgerOnDouble.start();
  const { store } = openEventStoreDb(ledger.double.url.replace('tls=false', 'tls=true'));
  await expect(store.checkWritable()).rejects.toThrow('tls=false');
  await store.close();
});

it('a server that is too old is named', async () => {
  ledger = await LedgerOnDouble.start({ version: '22.10' });
  const failure = await failureOf(drained(ledger.feed));
  expect(failure).toBeInstanceOf(StoreUnavailable);
  expect(String(failure)).toContain('EventStoreDB 22.10.5: Waybill needs 23.10 or newer');
});

describe.each(['23.10', '24.2'] as const)('on a server of version %s', (version) => {
  beforeEach(async () => {
    ledger = await LedgerOnDouble.start({ version });
    await ledger.store.append(STREAM, newEvents(3), 'no-stream');
  });

  it('a read outlives a pause of the whole server', async () => {
    const { store, double, feed } = ledger;
    // The server continues after one more request; a machine that paused gets another turn.
    await eventually(async () => {
      double.leader.pause();
      const both = Promise.all([store.read(STREAM), feed.head()]);
      both.catch(() => {});
      await eventually(() => double.leader.kept > 2);
      double.leader.resume();
      const [stream] = await both;
      expect(stream).toMatchObject({ revision: 2n });
      return true;
    });
  });

  it('what nobody waits for outlives an outage that is longer than a caller is kept waiting', async () => {
    const { store, feed, double } = ledger;
    double.leader.stop();
    const reading = readAll(feed);
    for (let calls = 0; calls < 2; calls++) {
      expect(await failureOf(store.read(STREAM))).toBeInstanceOf(StoreUnavailable);
    }
    await double.leader.start();
    expect(await reading).toBe(3);
  });

  it('a reader that gives up during an outage is not kept waiting', async () => {
    const { feed, double } = ledger;
    double.leader.stop();
    const leaving = new AbortController();
    const reading = readAll(feed, leaving.signal);
    leaving.abort();
    expect(await reading).toBe(0);
  });
});

it('goes to the leader that a follower names, also where only the follower is known', async () => {
  ledger = await LedgerOnDouble.start({ nodes: 3 }, ({ nodes }) => {
    return `esdb://${nodes[1]?.address}?tls=false`;
  });
  await ledger.store.append(STREAM, newEvents(1), 'no-stream');
  expect((await ledger.store.read(STREAM)).revision).toBe(0n);
  ledger.double.elect(2);
  await ledger.store.append(STREAM, newEvents(1), 0n);
  expect((await ledger.store.read(STREAM)).revision).toBe(1n);
});

it('says what to look at where no node of a set answers', async () => {
  ledger = await LedgerOnDouble.start({ nodes: 3 }, ({ url }) => `${url}&maxDiscoverAttempts=1`);
  ledger.double.stop();
  const failure = await failureOf(ledger.store.checkWritable());
  expect(String(failure)).toContain('no node in EVENTSTORE_URL told which one leads');
});

it('says the same where the nodes of a set take connections and never answer', async () => {
  ledger = await LedgerOnDouble.start({ nodes: 3 }, ({ url }) => `${url}&gossipTimeout=60`);
  for (const node of ledger.double.nodes) node.faults.silent = true;
  const failures = await Promise.all(
    [
      ledger.store.checkWritable(),
      ledger.store.append(STREAM, newEvents(1), 'no-stream'),
      ledger.store.read(STREAM),
      ledger.feed.head(),
    ].map(failureOf),
  );
  for (const failure of failures) {
    expect(failure).toBeInstanceOf(StoreUnavailable);
    expect(String(failure)).toContain('no node in EVENTSTORE_URL told which one leads');
  }
});

it.each(['append', 'read'] as const)(
  'tells the cause that the first try met, though later ones only ran out of time: %s',
  async (call) => {
    ledger = await LedgerOnDouble.start();
    // Where the client notices the lost connection before its first call, it connects again without a failure.
    await eventually(async () => {
      const server = await breakingFirstConnection();
      const { store } = openEventStoreDb(server.url);
      const failure = await failureOf(
        call === 'append' ? store.append(STREAM, newEvents(1), 'no-stream') : store.read(STREAM),
      );
      await store.close();
      server.close();
      expect(server.connections()).toBeGreaterThan(1);
      return String(failure).includes('UNAVAILABLE');
    });
  },
);

/** Closes the first connection at once; accepts all others and never answers on them. */
async function breakingFirstConnection(): Promise<{
  readonly url: string;
  readonly connections: () => number;
  readonly close: () => void;
}> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    socket.on('error', () => {});
    sockets.add(socket);
    if (sockets.size === 1) socket.destroy();
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    url: `esdb://127.0.0.1:${port}?tls=false`,
    connections: () => sockets.size,
    close: () => {
      for (const socket of sockets) socket.destroy();
      server.close();
    },
  };
}

/** Follows until it is caught up. @returns the number of events */
async function drained(feed: EventFeed): Promise<number> {
  const over = new AbortController();
  let count = 0;
  const options = { prefixes: ['message-'], signal: over.signal };
  for await (const { events, caughtUp } of feed.follow(options)) {
    count += events.length;
    if (caughtUp) over.abort();
  }
  return count;
}

/** @returns the number of events */
async function readAll(
  feed: EventFeed,
  signal: AbortSignal = new AbortController().signal,
): Promise<number> {
  let count = 0;
  for await (const { events } of feed.readAll({ prefixes: ['message-'], signal })) {
    count += events.length;
  }
  return count;
}
