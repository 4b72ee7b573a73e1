import type {
  Delivery,
  DeliveryKey,
  DeliveryStore,
} from '../../src/application/ports/delivery-store.js';

export interface OpenDeliveryStores {
  /** Opens another instance on the same rows. */
  readonly open: () => DeliveryStore;
  readonly close: () => Promise<void>;
}

const delivery = (eventId: string, more: Partial<Delivery> = {}): Delivery => ({
  eventId,
  type: 'message.status_changed',
  stream: 'message-1',
  revision: 3,
  state: 'pending',
  attempts: 1,
  lastAt: 1_900_000_000_000,
  nextAt: 1_900_000_005_000,
  httpStatus: 500,
  error: 'the receiver answered 500',
  ...more,
});

/** The contract that every store of webhook deliveries must pass unchanged. */
export function deliveryStoreContract(
  name: string,
  openAll: () => Promise<OpenDeliveryStores>,
): void {
  describe(`${name} as a DeliveryStore`, () => {
    let stores: OpenDeliveryStores;
    let store: DeliveryStore;
    beforeEach(async () => {
      stores = await openAll();
      store = stores.open();
    });
    afterEach(() => stores.close());

    it('knows nothing of an endpoint at first', async () => {
      expect(await store.progress('a')).toEqual({});
      expect(await store.pending('a', 10)).toEqual([]);
      expect(await store.pendingCount('a')).toBe(0);
    });

    it('keeps the position and the deliveries together, also for another instance', async () => {
      await store.advance('a', '17', [delivery('1'), delivery('2', { nextAt: 1 })]);
      const other = stores.open();
      expect(await other.progress('a')).toEqual({ position: '17' });
      expect(await other.pending('a', 10)).toEqual([delivery('2', { nextAt: 1 }), delivery('1')]);
      expect(await other.pendingCount('a')).toBe(2);
      expect(await other.progress('b')).toEqual({});
    });

    it('replaces a delivery after another attempt', async () => {
      await store.put('a', [delivery('1')]);
      const taken = delivery('1', {
        state: 'delivered',
        attempts: 2,
        nextAt: null,
        httpStatus: 204,
        error: null,
      });
      await store.put('a', [taken]);
      expect(await store.list('a', undefined, 10)).toEqual([taken]);
      expect(await store.pendingCount('a')).toBe(0);
    });

    it('lists the newest first, page by page', async () => {
      await store.put(
        'a',
        [1, 2, 3].map((at) => delivery(`${at}`, { lastAt: at })),
      );
      const ids = async (before?: DeliveryKey) =>
        (await store.list('a', before, 2)).map(({ eventId }) => eventId);
      expect(await ids()).toEqual(['3', '2']);
      expect(await ids({ lastAt: 2, eventId: '' })).toEqual(['1']);
    });

    it('lists each once, page by page, though all have the same time', async () => {
      const all = ['a', 'B', 'c', 'D', '-', '0'];
      await store.put(
        'a',
        all.map((eventId) => delivery(eventId, { lastAt: 7 })),
      );
      const listed: string[] = [];
      for (;;) {
        const eventId = listed.at(-1);
        const before = eventId === undefined ? undefined : { lastAt: 7, eventId };
        const page = await store.list('a', before, 2);
        if (page.length === 0) break;
        listed.push(...page.map((one) => one.eventId));
      }
      expect(listed.toSorted()).toEqual(all.toSorted());
    });

    it('hastens what waits, one after the other, and nothing that is due already', async () => {
      const waiting = [5, 50, 60, 61].map((nextAt) => delivery(`${nextAt}`, { nextAt }));
      await store.put('a', waiting);
      await store.put('b', [delivery('1', { nextAt: 90 })]);
      await store.hasten('a', 10, 20);
      const times = async (id: string) => (await store.pending(id, 10)).map(({ nextAt }) => nextAt);
      expect(await times('a')).toEqual([5, 30, 50, 61]);
      expect(await times('b')).toEqual([90]);
    });

    it('keeps since when an endpoint fails, and what is to be replayed', async () => {
      await store.setFailingSince('a', 1_900_000_000_000);
      await store.requestReplay('a', 5);
      expect(await store.progress('a')).toEqual({
        failingSince: 1_900_000_000_000,
        replaySince: 5,
      });
      await store.setFailingSince('a', undefined);
      await store.endReplay('a', 5);
      expect(await store.progress('a')).toEqual({});
    });

    it.each([
      ['earlier', 3],
      ['the same', 5],
      ['later', 7],
    ])(
      'does not end a replay that was asked for during another one: since %s',
      async (_, sinceMs) => {
        await store.requestReplay('a', 5);
        await store.requestReplay('a', sinceMs);
        await store.endReplay('a', 5);
        const { replaySince = Infinity } = await store.progress('a');
        expect(replaySince).toBeLessThanOrEqual(Math.min(5, sinceMs));
        await store.endReplay('a', replaySince);
        expect(await store.progress('a')).toEqual({});
      },
    );

    it.each(['delivered', 'failed'] as const)(
      'forgets the oldest that are %s, also of one time, and none of another state',
      async (state) => {
        const other = state === 'failed' ? 'delivered' : 'failed';
        await store.put('a', [
          delivery('other', { state: other, lastAt: 0, nextAt: null }),
          delivery('pending', { lastAt: 0 }),
        ]);
        for (let round = 0; round < 60; round += 1) {
          const some = Array.from({ length: 30 }, (_, index) =>
            delivery(`${round} ${index}`, { state, lastAt: Math.min(20, round), nextAt: null }),
          );
          await (round % 2 === 0 ? store.put('a', some) : store.advance('a', String(round), some));
        }
        const kept = await store.list('a', undefined, 10_000);
        expect(kept.length).toBeGreaterThanOrEqual(1_000);
        expect(kept.length).toBeLessThan(1_502);
        expect(kept.slice(-2).map(({ eventId }) => eventId)).toEqual(['pending', 'other']);
      },
    );

    it('forgets the oldest ones of each endpoint, also of two that advance in turn', async () => {
      for (let round = 0; round < 60; round += 1) {
        const some = Array.from({ length: 30 }, (_, index) =>
          delivery(`${round} ${index}`, { state: 'delivered', lastAt: 1 + round, nextAt: null }),
        );
        await store.advance('a', String(round), some);
        await store.advance('b', String(round), []);
      }
      expect((await store.list('a', undefined, 10_000)).length).toBeLessThan(1_500);
    });

    it('forgets single deliveries as it keeps others', async () => {
      await store.put('a', [delivery('1'), delivery('2'), delivery('3')]);
      await store.put('b', [delivery('1')]);
      await store.put('a', [delivery('4')], ['1', '3']);
      const kept = (await store.pending('a', 10)).map(({ eventId }) => eventId);
      expect(kept.toSorted()).toEqual(['2', '4']);
      expect(await store.pendingCount('b')).toBe(1);
    });

    it('takes the place that was kept for a ledger, once', async () => {
      await store.advance('a', '17', []);
      await store.keepPlace('a', 'copy', '20');
      await store.keepPlace('a', 'copy', '23');
      await store.takePlace('a', 'original');
      expect(await store.progress('a')).toMatchObject({ position: '17' });
      await store.takePlace('a', 'copy');
      expect(await store.progress('a')).toMatchObject({ position: '23' });
      await store.advance('a', '31', []);
      await store.keepPlace('a', 'copy', '25');
      await store.takePlace('a', 'copy');
      expect(await store.progress('a')).toMatchObject({ position: '31' });
      // And back.
      await store.keepPlace('a', 'original', '19');
      await store.takePlace('a', 'original');
      expect(await store.progress('a')).toMatchObject({ position: '19' });
      await store.keepPlace('a', 'copy', '33');
      await store.takePlace('a', 'copy');
      expect(await store.progress('a')).toMatchObject({ position: '33' });
    });

    it('forgets a removed endpoint', async () => {
      await store.advance('a', '17', [delivery('1')]);
      await store.forget('a');
      expect(await store.progress('a')).toEqual({});
      expect(await store.list('a', undefined, 10)).toEqual([]);
    });

    it('serves callers at the same time', async () => {
      const rounds = Array.from({ length: 20 }, (_, index) =>
        store.advance(`${index % 4}`, String(index), [delivery(`${index}`)]),
      );
      await Promise.all([...rounds, store.progress('0'), store.pending('1', 5)]);
      expect(await store.pendingCount('0')).toBe(5);
    });
  });
}
