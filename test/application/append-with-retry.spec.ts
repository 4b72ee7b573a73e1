import { monotonicClock as monotonic } from '../../src/adapters/system/monotonic-clock.js';
import { MemoryEventStore } from '../../src/adapters/event-store/memory/memory-event-store.js';
import { appendWithRetry } from '../../src/application/append-with-retry.js';
import { AppendOutcomeUnknown, StoreUnavailable } from '../../src/application/errors.js';
import type { EventStore } from '../../src/application/ports/event-store.js';
import { newEvents } from '../../testing/events.js';

const STREAM = 'message-1';

/** Applies one fate to each append in order; later appends succeed. */
class FailingStore extends MemoryEventStore {
  constructor(private readonly fates: ('answer lost' | 'unavailable')[]) {
    super();
  }

  override async append(...append: Parameters<EventStore['append']>) {
    const fate = this.fates.shift();
    if (fate === 'unavailable') throw new StoreUnavailable('it is down');
    const result = await super.append(...append);
    if (fate === 'answer lost') throw new AppendOutcomeUnknown(STREAM, 'no answer');
    return result;
  }
}

test('an append whose answer was lost is found again behind an outage, and is there once', async () => {
  const store = new FailingStore(['answer lost', 'unavailable', 'answer lost']);
  const events = newEvents(2);
  const { revision } = await appendWithRetry(store, STREAM, events, 'no-stream', { monotonic });
  expect(revision).toBe(1n);
  const stored = (await store.read(STREAM)).events.map(({ id }) => id);
  expect(stored).toEqual(events.map(({ id }) => id));
});

test('that a repeat was not written does not mean that the first was not', async () => {
  const store = new FailingStore(['answer lost', 'unavailable', 'unavailable']);
  const append = appendWithRetry(store, STREAM, newEvents(1), 'no-stream', {
    monotonic,
    retryMs: 50,
  });
  await expect(append).rejects.toBeInstanceOf(AppendOutcomeUnknown);
});

test('what was certainly not written is not repeated here: the caller decides anew', async () => {
  const store = new FailingStore(['unavailable']);
  const append = appendWithRetry(store, STREAM, newEvents(1), 'no-stream', { monotonic });
  await expect(append).rejects.toBeInstanceOf(StoreUnavailable);
  expect((await store.read(STREAM)).events).toEqual([]);
});

test('nothing is asked again when nobody waits for it any more', async () => {
  const store = new FailingStore(['answer lost']);
  const signal = AbortSignal.abort();
  const append = appendWithRetry(store, STREAM, newEvents(1), 'no-stream', { monotonic, signal });
  await expect(append).rejects.toBeInstanceOf(AppendOutcomeUnknown);
});

test('an append is not repeated once its caller has changed its mind', async () => {
  const store = new FailingStore(['answer lost']);
  let isHeld = false;
  const beforeAppend = () => {
    if (isHeld) throw new Error('held');
    isHeld = true;
  };
  const append = () =>
    appendWithRetry(store, STREAM, newEvents(1), 'no-stream', { monotonic, beforeAppend });
  await expect(append()).rejects.toBeInstanceOf(AppendOutcomeUnknown);
  await expect(append()).rejects.toThrow('held');
});
