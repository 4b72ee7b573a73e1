import { MemoryEventStore } from '../../../src/adapters/event-store/memory/memory-event-store.js';
import { PagedEventFeed } from '../../../src/adapters/event-store/paged-event-feed.js';
import { ApplicationError } from '../../../src/application/errors.js';
import type { FeedOptions } from '../../../src/application/ports/event-feed.js';
import { newEvents } from '../../../testing/events.js';

describe('a feed that is read in pages', () => {
  const signal = new AbortController().signal;

  const batches = async (store: MemoryEventStore, options: Partial<FeedOptions>) => {
    const collected = [];
    const all = { prefixes: ['message-'], signal, ...options };
    for await (const batch of new PagedEventFeed(store).readAll(all)) collected.push(batch);
    return collected;
  };

  it.each([
    '',
    'abc',
    '-1',
    '1.5',
    '1e3',
    '0x10',
    ' 1',
    '99999999999999999999',
    '1; DROP TABLE events',
  ])('refuses the position %j, which it never gave out', async (after) => {
    const failure = await batches(new MemoryEventStore(), { after }).catch(
      (error: unknown) => error,
    );
    expect(failure).toBeInstanceOf(ApplicationError);
    expect(failure).toHaveProperty('code', 'invalid-request');
  });

  it.each([0, -1, 1.5, 10_001, Number.NaN])(
    'refuses batches of %d events',
    async (batchEventsMax) => {
      await expect(batches(new MemoryEventStore(), { batchEventsMax })).rejects.toThrow(RangeError);
    },
  );

  it('refuses to look for no prefix at all', async () => {
    await expect(batches(new MemoryEventStore(), { prefixes: [] })).rejects.toThrow(RangeError);
  });

  it('compares positions as numbers', () => {
    const feed = new PagedEventFeed(new MemoryEventStore());
    expect(feed.comparePositions('9', '10')).toBeLessThan(0);
    expect(feed.comparePositions('10', '9')).toBeGreaterThan(0);
    expect(feed.comparePositions('10', '10')).toBe(0);
  });

  it('has no head as long as the ledger is empty, and waits before the first event', async () => {
    const store = new MemoryEventStore();
    expect(await new PagedEventFeed(store).head()).toBeUndefined();
    const [batch] = await batches(store, {});
    expect(batch).toMatchObject({ events: [], caughtUp: true });
    await store.append('message-1', newEvents(1), 'no-stream');
    const [next] = await batches(store, { after: batch?.position ?? '' });
    expect(next?.events).toHaveLength(1);
  });
});
