import { LRUCache } from 'lru-cache';
import { monotonicClock } from '../../../src/adapters/system/monotonic-clock.js';
import { MemoryEventStore } from '../../../src/adapters/event-store/memory/memory-event-store.js';
import { systemClock } from '../../../src/adapters/system/system-clock.js';
import { uuidIdentifiers } from '../../../src/adapters/system/uuid-identifiers.js';
import { AppendOutcomeUnknown, StoreUnavailable } from '../../../src/application/errors.js';
import type { EventStore, WebhookEvidence } from '../../../src/application/ports/event-store.js';
import { quarantineStream } from '../../../src/application/streams.js';
import { QuarantineWebhook } from '../../../src/application/tracking/quarantine-webhook.js';

const RECEIVED_AT = '2030-01-01T12:00:00.000Z';

const webhook = (sha256: string): WebhookEvidence => ({
  receivedAt: RECEIVED_AT,
  sha256,
  rawBody: 'not JSON',
  rawBodyEncoding: 'utf8',
});

/** The quarantine in the state of a process that has just started. */
const quarantineOn = (store: EventStore): QuarantineWebhook =>
  new QuarantineWebhook(
    store,
    { clock: systemClock, monotonic: monotonicClock, identifiers: uuidIdentifiers },
    new LRUCache({ max: 4 }),
    new LRUCache({ max: 100 }),
  );

const quarantined = async (store: EventStore): Promise<readonly (string | undefined)[]> => {
  const { events } = await store.read(quarantineStream(RECEIVED_AT));
  return events.map(({ metadata }) => metadata.webhook?.sha256);
};

test('a body that was quarantined is not quarantined again by the same process', async () => {
  const store = new MemoryEventStore();
  const quarantine = quarantineOn(store);

  expect(await quarantine.execute('status', 'not JSON', webhook('a'))).toBe('quarantined');
  expect(await quarantine.execute('status', 'not JSON', webhook('a'))).toBe('repeated');
  expect(await quarantined(store)).toStrictEqual(['a']);
});

test('a body that a process quarantined before it was killed is not quarantined again by the next', async () => {
  const store = new MemoryEventStore();
  const killed = quarantineOn(store);
  await killed.execute('status', 'not JSON', webhook('a'));
  await killed.execute('status', 'not JSON', webhook('b'));

  const next = quarantineOn(store);
  expect(await next.execute('status', 'not JSON', webhook('a'))).toBe('repeated');
  expect(await next.execute('status', 'not JSON', webhook('c'))).toBe('quarantined');
  expect(await next.execute('status', 'not JSON', webhook('b'))).toBe('repeated');
  expect(await quarantined(store)).toStrictEqual(['a', 'b', 'c']);
});

test('a body that one instance quarantined is not quarantined again by another', async () => {
  const store = new MemoryEventStore();
  const [one, other] = [quarantineOn(store), quarantineOn(store)];
  await one.execute('status', 'not JSON', webhook('a'));
  await other.execute('status', 'not JSON', webhook('b'));
  await one.execute('status', 'not JSON', webhook('c'));

  for (const body of ['a', 'b', 'c']) {
    for (const instance of [one, other]) {
      expect(await instance.execute('status', 'not JSON', webhook(body))).toBe('repeated');
    }
  }
  expect(await quarantined(store)).toStrictEqual(['a', 'b', 'c']);
});

/** A ledger with an outage: appends are written but never confirmed, and reads fail. */
class FailingStore extends MemoryEventStore {
  isUnavailable = false;

  override async append(...append: Parameters<EventStore['append']>) {
    const result = await super.append(...append);
    if (this.isUnavailable) throw new AppendOutcomeUnknown(append[0], 'no answer');
    return result;
  }

  override async read(stream: string) {
    if (this.isUnavailable) throw new StoreUnavailable('no answer');
    return super.read(stream);
  }
}

test('a body of which nobody knew whether it was kept is kept once', async () => {
  const store = new FailingStore();
  const quarantine = quarantineOn(store);
  await quarantine.execute('status', 'not JSON', webhook('a'));
  store.isUnavailable = true;
  const late = AbortSignal.abort();
  for (const failure of [AppendOutcomeUnknown, StoreUnavailable]) {
    await expect(
      quarantine.execute('status', 'not JSON', webhook('b'), late),
    ).rejects.toBeInstanceOf(failure);
  }
  store.isUnavailable = false;

  expect(await quarantine.execute('status', 'not JSON', webhook('b'))).toBe('repeated');
  expect(await quarantine.execute('status', 'not JSON', webhook('c'))).toBe('quarantined');
  expect(await quarantined(store)).toStrictEqual(['a', 'b', 'c']);
});
