import { randomUUID } from 'node:crypto';
import { MemoryEventStore } from '../../../src/adapters/event-store/memory/memory-event-store.js';
import { mayBeTold, OutgoingEvents } from '../../../src/application/webhooks/outgoing-event.js';
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
  expect(mayBeTold(stream, [told])).toBe(true);
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

it('tells of a cap the documented fields, and not which other one was reached before', async () => {
  const store = new MemoryEventStore();
  const { data } = sampleEvents.LimitReached;
  const event = {
    type: 'LimitReached' as const,
    data: { ...data, reached: { messages: null, cost: 7 } },
  };
  await store.append('limit-all', [{ ...newEvent(), event }], 'no-stream');
  const [recorded] = (await store.read('limit-all')).events;
  if (recorded === undefined) throw new Error('nothing was recorded');
  const [told] = await new OutgoingEvents(store, new LRUCache({ max: 10 })).of(recorded);
  const { limit, cap, used } = data;
  expect(told?.data).toEqual({ stream: 'limit-all', revision: 0, limit, cap, used });
});

it('tells the same of a message with its earlier events in the cache, and without', async () => {
  const store = new MemoryEventStore();
  const { data: report } = sampleEvents.StatusReported;
  const reported = (['submitted', 'delivered', 'read'] as const).map((status) => ({
    type: 'StatusReported' as const,
    data: { ...report, status, reportId: randomUUID(), error: null },
  }));
  const { MessageRequested, AttemptStarted, AttemptAccepted, PersonalDataErased } = sampleEvents;
  const life = [MessageRequested, AttemptStarted, AttemptAccepted, ...reported, PersonalDataErased];
  const events = life.map((event) => ({ ...newEvent(), event }));
  await store.append('message-1', events, 'no-stream');
  const { events: recorded } = await store.read('message-1');
  const warm = new OutgoingEvents(store, new LRUCache({ max: 10 }));
  const statuses: unknown[] = [];
  for (const one of recorded) {
    const told = await warm.of(one);
    expect(await new OutgoingEvents(store, new LRUCache({ max: 10 })).of(one)).toEqual(told);
    // A second receiver, at the same place.
    expect(await warm.of(one)).toEqual(told);
    expect(told.every(({ type }) => mayBeTold('message-1', [type]))).toBe(true);
    const changes = told.filter(({ type }) => type === 'message.status_changed');
    statuses.push(...changes.map(({ data }) => [data['previousStatus'], data['status']]));
  }
  expect(statuses).toEqual([
    [null, 'scheduled'],
    ['scheduled', 'sending'],
    ['sending', 'sent'],
    ['sent', 'submitted'],
    ['submitted', 'delivered'],
    ['delivered', 'read'],
  ]);
});
