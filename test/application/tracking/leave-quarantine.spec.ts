import { MemoryEventStore } from '../../../src/adapters/event-store/memory/memory-event-store.js';
import { uuidIdentifiers } from '../../../src/adapters/system/uuid-identifiers.js';
import { LeaveQuarantine } from '../../../src/application/tracking/leave-quarantine.js';
import { damagedEvent, newEvent, sampleEvents } from '../../../testing/events.js';
import { SettableTime } from '../../support/doubles/settable-time.js';

it('lets a webhook leave quarantine once, though another event of that day is damaged', async () => {
  const store = new MemoryEventStore();
  const stream = 'quarantine-2026-03-04';
  const { WebhookQuarantined } = sampleEvents;
  const kept = [damagedEvent(WebhookQuarantined), { ...newEvent(), event: WebhookQuarantined }];
  await store.append(stream, kept, 'no-stream');
  const [, quarantined] = (await store.read(stream)).events;
  if (quarantined === undefined) throw new Error('nothing was kept');
  const time = new SettableTime();
  const clock = { now: () => new Date(time.wallMs()) };
  const surroundings = { clock, monotonic: time.monotonic, identifiers: uuidIdentifiers };
  const leaving = new LeaveQuarantine(store, surroundings);
  for (const _ of ['first', 'again']) await leaving.execute(quarantined, 'applied', undefined);
  const { events } = await store.read(stream);
  expect(events.slice(2).map(({ event }) => event.type)).toEqual(['WebhookReplayed']);
});
