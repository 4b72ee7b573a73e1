import { randomUUID } from 'node:crypto';
import * as fc from 'fast-check';
import type { Position } from '../../../../src/application/ports/event-store.js';
import { newEvents } from '../../../../testing/events.js';
import { LedgerOnDouble } from '../../../support/worlds/ledger-on-double.js';

/**
 * A subscription may begin after the position of one of our events, of a foreign record, or of a
 * checkpoint. Servers before 24.2 skip the first matching event unless the position is that of one of our events.
 */

/** Lengths of runs of our events and of foreign records, alternating; foreign runs also exceed a search window. */
const runs = fc.array(
  fc.record({ ours: fc.integer({ min: 0, max: 40 }), others: fc.nat({ max: 300 }) }),
  { minLength: 1, maxLength: 5 },
);

let ledger: LedgerOnDouble;

afterEach(() => ledger.close());

describe.each(['23.10', '24.2'] as const)('on a server of version %s', (version) => {
  beforeEach(async () => {
    ledger = await LedgerOnDouble.start({ version });
  });

  it('a follower goes on after any position without missing or repeating anything', async () => {
    await fc.assert(
      fc.asyncProperty(runs, async (pattern) => {
        const { double, store } = ledger;
        for (const { ours, others } of pattern) {
          for (let index = 0; index < ours; index++) {
            await store.append(`message-${randomUUID()}`, newEvents(1), 'no-stream');
          }
          for (let index = 0; index < others; index++) {
            double.ledger.appendSystemEvent('Orders-1', 'OrderPlaced');
          }
        }
        const { records } = double.ledger;
        for (const index of [0, 1, 2, 3].map((part) => Math.floor((records.length * part) / 4))) {
          const record = records[index];
          const next = records[index + 1];
          if (record === undefined || next === undefined) continue;
          const matching = records.filter(({ stream }) => stream.startsWith('message-'));
          const expected = matching
            .filter(({ position }) => position > record.position)
            .map(({ id }) => id);
          expect(await followedAfter(`${record.position}`)).toEqual(expected);
          // A checkpoint: everything before the next record was examined.
          expect(await followedAfter(`${next.position}/0`)).toEqual(expected);
        }
      }),
      { numRuns: 6, endOnFailure: true },
    );
  }, 240_000);

  it('a follower that begins at the head, which is not ours, gets the very next event', async () => {
    const { double, store, feed } = ledger;
    double.ledger.appendSystemEvent('Orders-1', 'OrderPlaced');
    const head = await feed.head();
    await store.append('message-1', newEvents(1), 'no-stream');
    expect(await followedAfter(head ?? '')).toEqual(ledger.storedIds());
  });

  it('the head of our streams is not moved by what others write', async () => {
    const { double, store, feed } = ledger;
    const ours = ['message-', 'inbound-'];
    const writeOthers = (count: number): void => {
      for (let index = 0; index < count; index++) {
        double.ledger.appendSystemEvent('Orders-1', 'OrderPlaced');
      }
    };
    writeOthers(1_500);
    expect(await feed.head(ours)).toBeUndefined();
    for (const others of [0, 1, 1_500]) {
      const { position } = await store.append(`message-${others}`, newEvents(1), 'no-stream');
      writeOthers(others);
      expect(await feed.head(ours)).toBe(position);
      expect(await feed.head(ours)).toBe(position);
    }
  });

  it('the first of our events is looked for by the server, whatever others wrote before', async () => {
    const { double, store, feed, signal } = ledger;
    const first = async () => (await feed.firstEvent(['message-', 'inbound-'], signal))?.id;
    for (let index = 0; index < 3_000; index++) {
      double.ledger.appendSystemEvent('Orders-1', 'OrderPlaced');
    }
    expect(await first()).toBeUndefined();
    await store.append('message-1', newEvents(2), 'no-stream');
    await store.append('inbound-1', newEvents(1), 'no-stream');
    const before = double.count('events');
    expect(await first()).toBe(ledger.storedIds()[0]);
    expect(double.count('events') - before).toBe(1);
  });

  it('the search for it ends when nobody wants it any more', async () => {
    const { double, feed } = ledger;
    await ledger.store.append('message-1', newEvents(1), 'no-stream');
    double.faults.silent = true;
    const unwanted = new AbortController();
    const first = feed.firstEvent(['message-'], unwanted.signal);
    unwanted.abort(new Error('the turn has ended'));
    await expect(first).rejects.toThrow('the turn has ended');
  });

  it('a stream that was soft-deleted reads as new, and its revisions go on counting', async () => {
    const { double, store } = ledger;
    await store.append('message-1', newEvents(3), 'no-stream');
    double.ledger.softDelete('message-1');
    expect(await store.read('message-1')).toEqual({ events: [], revision: 'no-stream' });
    const again = await store.append('message-1', newEvents(1), 'no-stream');
    expect(again.revision).toBe(3n);
    expect((await store.read('message-1')).events.map(({ revision }) => revision)).toEqual([3n]);
    expect((await store.append('message-1', newEvents(1), again.revision)).revision).toBe(4n);
  });

  it('a server whose stream of the writability check somebody deleted is still found writable', async () => {
    const { double, store } = ledger;
    await store.checkWritable();
    double.ledger.softDelete('Waybill-writable');
    // The first check writes to the stream again; from then on the server finds the event that nobody can read.
    await store.checkWritable();
    await expect(store.checkWritable()).resolves.toBeUndefined();
  });
});

async function followedAfter(after: Position): Promise<readonly string[]> {
  const ids: string[] = [];
  const over = new AbortController();
  const options = { prefixes: ['message-'], signal: over.signal, after };
  for await (const { events, caughtUp } of ledger.feed.follow(options)) {
    ids.push(...events.map(({ id }) => id));
    if (caughtUp) over.abort();
  }
  return ids;
}
