import { openDeliveryStore } from '../../../src/adapters/delivery-store/delivery-store.module.js';
import { MemoryEventStore } from '../../../src/adapters/event-store/memory/memory-event-store.js';
import { CopyDeliveries } from '../../../src/application/migrating/copy-deliveries.js';
import { ENDPOINTS_STREAM } from '../../../src/application/streams.js';
import { damagedEvent, newEvent, sampleEvents } from '../../../testing/events.js';

it('takes along how far an endpoint is, though another event of the endpoints is damaged', async () => {
  const { EndpointCreated, EndpointChanged } = sampleEvents;
  const events = [{ ...newEvent(), event: EndpointCreated }, damagedEvent(EndpointChanged)];
  const source = new MemoryEventStore();
  await source.append(ENDPOINTS_STREAM, events, 'no-stream');
  const inMemory = { kind: 'sqlite', directory: null } as const;
  const [from, to] = [openDeliveryStore(inMemory), openDeliveryStore(inMemory)];
  const { id } = EndpointCreated.data;
  await from.advance(id, '7', []);
  const copying = await CopyDeliveries.begin(from, to, source, (a, b) => Number(a) - Number(b));
  copying.seen('7', '9');
  expect(await copying.finish(undefined)).toBe(1);
  expect(await to.progress(id)).toMatchObject({ position: '9' });
  await copying.close();
});
