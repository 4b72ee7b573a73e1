import { MemoryEventStore } from '../../../src/adapters/event-store/memory/memory-event-store.js';
import { OutgoingEvents } from '../../../src/application/webhooks/outgoing-event.js';
import { newEvent, sampleEvents } from '../../../testing/events.js';
import { LRUCache } from 'lru-cache';

it.each([
  ['LimitReached', 'limit-2031-03-04', 'limit.reached'],
  ['SendingHeld', 'sending-main', 'sending.held'],
  ['SendingReleased', 'sending-main', 'sending.released'],
  ['CheckpointShared', 'checkpoints-main', 'log.checkpoint'],
  ['OptedOut', 'contact-1', 'contact.opted_out'],
  ['ContactBarred', 'contact-1', 'contact.opted_out'],
  ['OptedIn', 'contact-1', 'contact.opted_in'],
  ['InboundReceived', 'inbound-1', 'inbound.received'],
  ['ErasureCompleted', 'person-1', 'contact.erased'],
] as const)('tells %s on %s as %s, with its place', async (type, stream, told) => {
  const store = new MemoryEventStore();
  const event = { ...newEvent(), event: sampleEvents[type] };
  await store.append(stream, [event], 'no-stream');
  const [recorded] = (await store.read(stream)).events;
  if (recorded === undefined) throw new Error('nothing was recorded');
  const outgoing = await new OutgoingEvents(store, new LRUCache({ max: 10 })).of(recorded);
  expect(outgoing).toEqual([
    expect.objectContaining({
      type: told,
      id: `${event.id}_${told.replace('.', '_')}`,
      timestamp: sampleEvents[type].data.occurredAt,
      data: expect.objectContaining({ stream, revision: 0 }),
    }),
  ]);
});
