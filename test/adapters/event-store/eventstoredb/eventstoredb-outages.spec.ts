import { randomUUID } from 'node:crypto';
import { StoreUnavailable } from '../../../../src/application/errors.js';
import type { StoredStream } from '../../../../src/application/ports/event-store.js';
import { AppendLoad } from '../../../support/processes/append-load.js';
import {
  expectUnwritable,
  failureOf,
  revisionOf,
} from '../../../support/watching/append-outcomes.js';
import type { EventStoreDbDouble } from '../../../../testing/eventstoredb-double/eventstoredb-double.js';
import type { DoubleNode } from '../../../../testing/eventstoredb-double/node.js';
import { eventually } from '../../../support/watching/eventually.js';
import { newEvents } from '../../../../testing/events.js';
import { LedgerOnDouble } from '../../../support/worlds/ledger-on-double.js';

// An outage is mostly waiting, so all run side by side, each with a double of its own.

/** Long, because the other outages keep the process busy meanwhile. */
const EVENTUALLY = { withinMs: 60_000 };

const TEST_MS = 240_000;

const ledgers = new Set<LedgerOnDouble>();

afterAll(async () => {
  for (const ledger of ledgers) await ledger.close();
});

/** A way for a single node to fail, and to come back. */
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
  it.concurrent.each(faults)(
    '$name: neither loses nor repeats anything',
    async ({ begin, end }) => {
      const ledger = await startLedger();
      const { store, double } = ledger;
      const load = new AppendLoad(store);
      const follower = ledger.follow();
      await eventually(() => load.acknowledged > 50, EVENTUALLY);
      begin(double.leader);
      await eventually(() => load.failures.length > 0, EVENTUALLY);
      await expect(store.checkWritable()).rejects.toBeInstanceOf(StoreUnavailable);
      await end(double.leader);
      await expectRecovery(ledger, load, follower);
      await store.checkWritable();
    },
    TEST_MS,
  );

  it.concurrent.each(faults)(
    '$name: says so while it lasts, and goes on after it',
    async ({ begin, end }) => {
      const ledger = await startLedger();
      const { store, double } = ledger;
      const stream = `message-${randomUUID()}`;
      const [first, second] = [newEvents(1), newEvents(2)];
      await store.append(stream, first, 'no-stream');
      begin(double.leader);

      // A webhook needs a read, an append, and meanwhile a readiness check.
      const readiness = failureOf(store.checkWritable());
      const read = await outcomeOf(store.read(stream));
      const failure = await failureOf(store.append(stream, second, 0n));
      expectUnwritable(failure);
      expect([StoreUnavailable.name, 0n]).toContain(read);
      expect(await readiness).toBeInstanceOf(StoreUnavailable);

      await end(double.leader);
      await eventually(
        async () => (await revisionOf(store.append(stream, second, 0n))) === 2n,
        EVENTUALLY,
      );
      expect(ledger.storedIds()).toEqual([...first, ...second].map(({ id }) => id));
    },
    TEST_MS,
  );
});

const moves: readonly {
  readonly name: string;
  readonly move: (double: EventStoreDbDouble) => void;
}[] = [
  { name: 'dies', move: ({ leader }) => leader.stop() },
  { name: 'becomes a follower', move: () => {} },
];

it.concurrent.each(moves)(
  'in a set of three nodes goes on with the next leader when the leader $name',
  async ({ move }) => {
    const ledger = await startLedger(3);
    const { store, double } = ledger;
    const load = new AppendLoad(store);
    const follower = ledger.follow();
    await eventually(() => load.acknowledged > 50 && follower.length > 50, EVENTUALLY);
    move(double);
    double.elect(undefined);
    await eventually(() => load.failures.length > 0, EVENTUALLY);
    double.elect(1);
    await expectRecovery(ledger, load, follower);
    expect(load.failures).not.toEqual([]);
  },
  TEST_MS,
);

async function startLedger(nodes: 1 | 3 = 1): Promise<LedgerOnDouble> {
  const ledger = await LedgerOnDouble.start({ nodes });
  ledgers.add(ledger);
  return ledger;
}

async function expectRecovery(
  ledger: LedgerOnDouble,
  load: AppendLoad,
  follower: readonly { readonly id: string }[],
): Promise<void> {
  const before = load.acknowledged;
  await eventually(() => load.acknowledged > before + 50, EVENTUALLY);
  await load.stop();
  for (const failure of load.failures) expectUnwritable(failure);
  expect(await load.stored()).toEqual(load.written);
  await eventually(() => follower.length >= ledger.storedIds().length, EVENTUALLY);
  expect(follower.map(({ id }) => id)).toEqual(ledger.storedIds());
}

/** Returns the revision that was read, or the name of the failure. */
const outcomeOf = (read: Promise<StoredStream>): Promise<unknown> =>
  read.then(
    ({ revision }) => revision,
    (error: unknown) => (error instanceof Error ? error.name : error),
  );
