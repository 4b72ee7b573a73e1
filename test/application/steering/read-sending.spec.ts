import { MemoryEventStore } from '../../../src/adapters/event-store/memory/memory-event-store.js';
import { PagedEventFeed } from '../../../src/adapters/event-store/paged-event-feed.js';
import { monotonicClock } from '../../../src/adapters/system/monotonic-clock.js';
import { systemClock } from '../../../src/adapters/system/system-clock.js';
import { uuidIdentifiers } from '../../../src/adapters/system/uuid-identifiers.js';
import { DoubtWaiting } from '../../../src/application/sending/doubt-waiting.js';
import { Probes } from '../../../src/application/steering/probes.js';
import { ReadSending } from '../../../src/application/steering/read-sending.js';
import { SteerSending } from '../../../src/application/steering/steer-sending.js';
import { noHealth } from '../../support/doubles/no-health.js';
import { messageLedgerOn } from '../../support/worlds/message-ledger.js';
import { silent } from '../../support/worlds/read-models.js';

it('tells of one moment, also where sending is released while the waiting are counted', async () => {
  const store = new MemoryEventStore();
  const doubt = new DoubtWaiting(store, new PagedEventFeed(store), messageLedgerOn(store), silent);
  const steering = new SteerSending(store, doubt, {
    clock: systemClock,
    monotonic: monotonicClock,
    identifiers: uuidIdentifiers,
    logger: silent,
    health: noHealth,
  });
  await steering.hold({ cause: 'operator', reason: 'Stop.', by: null, source: 'api' });
  await steering.holdSender('sms', '447700900002', 'Refused.');
  const empty = { entries: 0, oldestDueAt: undefined };
  const sendBacklog = async () => {
    await steering.release({ reason: 'Go on.', waiting: null, by: null });
    return { high: empty, normal: empty, bulk: empty };
  };
  const brakes = {
    backOffs: { of: () => ({ current: () => undefined }) },
    paces: { of: () => ({ rate: { permitted: 30, current: 30 } }) },
    probes: new Probes(systemClock, monotonicClock, 120_000),
    heldForReports: { current: () => undefined },
  };
  const reading = new ReadSending(steering, brakes, { sendBacklog }, systemClock, ['vonage']);
  const held = { state: 'held', reason: 'Stop.' };
  expect(await reading.execute()).toMatchObject({
    ...held,
    heldSenders: [{ from: '447700900002' }],
    providers: [held],
  });
});
