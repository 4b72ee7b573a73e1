import { MemoryEventStore } from '../../../src/adapters/event-store/memory/memory-event-store.js';
import { uuidIdentifiers } from '../../../src/adapters/system/uuid-identifiers.js';
import { AppendOutcomeUnknown, StoreUnavailable } from '../../../src/application/errors.js';
import { PAGE_EVENTS_MAX, QuotaLedger } from '../../../src/application/guards/quota-ledger.js';
import type { EventStore } from '../../../src/application/ports/event-store.js';
import { SettableTime } from '../../support/doubles/settable-time.js';
import { eventually } from '../../support/watching/eventually.js';
import { systemClock } from '../../../src/adapters/system/system-clock.js';
import { systemTime } from '../../../src/adapters/system/system-time.js';

const one = { need: { messages: 1, cost: 0 }, reportedCost: 0 };

const ledgerOn = (
  store: EventStore,
  messages: number,
  { monotonic = systemTime.monotonic, cost = null as number | null } = {},
) =>
  new QuotaLedger(
    {
      store,
      clock: systemClock,
      monotonic,
      identifiers: uuidIdentifiers,
    },
    (page) => `limit-all:2026-03-04:${page}`,
    { messages, cost },
  );

const grantedBy = async (ledgers: readonly QuotaLedger[], wishes: number): Promise<number> => {
  const verdicts = await Promise.all(
    Array.from({ length: wishes }, (_, index) =>
      (ledgers[index % ledgers.length] as QuotaLedger).reserve(one),
    ),
  );
  return verdicts.filter((exceeded) => exceeded === undefined).length;
};

describe('a quota in the ledger', () => {
  it('is granted exactly up to its cap by three instances together', async () => {
    const store = new MemoryEventStore();
    const ledgers = [1, 2, 3].map(() => ledgerOn(store, 100));
    expect(await grantedBy(ledgers, 1_000)).toBe(100);
    expect(await grantedBy(ledgers, 30)).toBe(0);
    expect((await ledgerOn(store, 100).look()).used.messages).toBe(100);
  });

  it('costs few events when many ask at once', async () => {
    const store = new MemoryEventStore();
    expect(await grantedBy([ledgerOn(store, 10_000)], 5_000)).toBe(5_000);
    expect((await store.read('limit-all:2026-03-04:1')).events.length).toBeLessThan(20);
  });

  it('goes on from page to page, and a new instance finds the last one', async () => {
    const store = new MemoryEventStore();
    const ledger = ledgerOn(store, 10_000);
    const events = PAGE_EVENTS_MAX * 5 + 3;
    for (let index = 0; index < events; index++) await ledger.reserve(one);
    expect((await store.read('limit-all:2026-03-04:6')).events.length).toBe(3);
    const other = ledgerOn(store, 10_000);
    expect((await other.look()).used.messages).toBe(events);
    expect(await grantedBy([ledger, other], 100)).toBe(100);
    expect((await ledgerOn(store, 10_000).look()).used.messages).toBe(events + 100);
  });

  it('knows from the last page that a cap was recorded as reached, and does not record it again', async () => {
    const store = new MemoryEventStore();
    const ledger = ledgerOn(store, 10);
    expect(await grantedBy([ledger], 11)).toBe(10);
    for (let index = 0; index < PAGE_EVENTS_MAX / 2; index++) {
      ledger.giveBack(one.need);
      expect(await ledger.reserve(one)).toBeUndefined();
    }
    expect(await grantedBy([ledgerOn(store, 10)], 1)).toBe(0);
    const pages = [1, 2].map((page) => store.read(`limit-all:2026-03-04:${page}`));
    const types = (await Promise.all(pages)).map(({ events }) =>
      events.flatMap(({ event }) => (event?.type === 'LimitReached' ? [event.type] : [])),
    );
    expect(types).toEqual([['LimitReached'], []]);
  });

  it('knows from a page that begins with a reached cap that the other one was recorded as reached', async () => {
    const store = new MemoryEventStore();
    const money = { need: { messages: 0, cost: 1 }, reportedCost: 0 };
    const [ledger, other] = [1, 2].map(() => ledgerOn(store, 1, { cost: 0 }));
    if (ledger === undefined || other === undefined) throw new Error('none');
    expect(await ledger.reserve(money)).toBe('cost');
    expect(await ledger.reserve(one)).toBeUndefined();
    for (let index = 2; index < PAGE_EVENTS_MAX; index += 2) {
      ledger.giveBack(one.need);
      expect(await ledger.reserve(one)).toBeUndefined();
    }
    expect(await ledger.reserve(one)).toBe('messages');
    const [first] = (await store.read('limit-all:2026-03-04:2')).events;
    expect(first?.event?.type).toBe('LimitReached');
    expect((await other.look()).reached).toEqual({ messages: 1, cost: 0 });
  });

  it('gives what was returned to whoever asks next, on any instance', async () => {
    const store = new MemoryEventStore();
    const [first, second] = [ledgerOn(store, 10), ledgerOn(store, 10)];
    expect(await grantedBy([first], 10)).toBe(10);
    expect(await grantedBy([second], 1)).toBe(0);
    first.giveBack(one.need);
    // Another instance may refuse by what it knew for a second.
    await eventually(async () => (await second.reserve(one)) === undefined);
    expect((await second.look()).used.messages).toBe(10);
  });

  it('refuses after one reading, however slow the ledger is', async () => {
    const memory = new MemoryEventStore();
    const time = new SettableTime();
    let reads = 0;
    const store: EventStore = {
      async read(stream) {
        time.pass(1_500);
        // The test would hang otherwise.
        if (reads++ > 20) throw new Error('it is read again and again');
        return memory.read(stream);
      },
      append: (stream, events, expected) => memory.append(stream, events, expected),
      checkWritable: () => memory.checkWritable(),
      close: () => memory.close(),
    };
    const ledger = ledgerOn(store, 10, { monotonic: time.monotonic });
    expect(await grantedBy([ledger], 11)).toBe(10);
    time.pass(60_000);
    const before = reads;
    expect(await ledger.reserve(one)).toBe('messages');
    expect(reads - before).toBe(1);
  });

  it('grants nothing while the ledger is unavailable, and returns what it owes afterwards', async () => {
    const memory = new MemoryEventStore();
    let isDown = false;
    const store: EventStore = {
      read: (stream) => memory.read(stream),
      append: (stream, events, expected) =>
        isDown
          ? Promise.reject(new StoreUnavailable('test'))
          : memory.append(stream, events, expected),
      checkWritable: () => memory.checkWritable(),
      close: () => memory.close(),
    };
    const ledger = ledgerOn(store, 10);
    expect(await grantedBy([ledger], 10)).toBe(10);
    isDown = true;
    ledger.giveBack(one.need);
    await expect(ledger.reserve(one)).rejects.toThrow(StoreUnavailable);
    isDown = false;
    expect(await grantedBy([ledger], 5)).toBe(1);
  });

  it.each([
    ['was written', true],
    ['was not written', false],
  ])(
    'wastes nothing and grants nothing twice after an append that %s without an answer',
    async (_, isWritten) => {
      const memory = new MemoryEventStore();
      let isSilent = false;
      const store: EventStore = {
        read: (stream) => memory.read(stream),
        append: async (stream, events, expected) => {
          if (!isSilent) return memory.append(stream, events, expected);
          if (isWritten) await memory.append(stream, events, expected);
          throw new AppendOutcomeUnknown(stream, 'test');
        },
        checkWritable: () => memory.checkWritable(),
        close: () => memory.close(),
      };
      const [ledger, other] = [ledgerOn(store, 10), ledgerOn(memory, 10)];
      expect(await grantedBy([ledger], 4)).toBe(4);
      isSilent = true;
      ledger.giveBack(one.need);
      await expect(Promise.all([ledger.reserve(one), ledger.reserve(one)])).rejects.toThrow(
        AppendOutcomeUnknown,
      );
      isSilent = false;
      // Another instance moves the stream on, so that the append can never be written any more.
      expect(await grantedBy([other], 1)).toBe(1);
      expect(await grantedBy([ledger], 20)).toBe(10 - 3 - 1);
      expect((await ledgerOn(memory, 10).look()).used.messages).toBe(10);
    },
    10_000,
  );
});
