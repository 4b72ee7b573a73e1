import { MemoryEventStore } from '../../../src/adapters/event-store/memory/memory-event-store.js';
import { ReadMessage } from '../../../src/application/auditing/read-message.js';
import { StoreUnavailable } from '../../../src/application/errors.js';
import { AwaitedRepeats } from '../../../src/application/health/awaited-repeats.js';
import { Outages } from '../../../src/application/health/outages.js';
import { RecordedOutages } from '../../../src/application/health/recorded-outages.js';
import { SettableTime } from '../../support/doubles/settable-time.js';
import {
  lost,
  MESSAGE_ID,
  requested,
  retryScheduled,
  started,
} from '../../support/facts/message-facts.js';
import { NOON } from '../../support/facts/scenario.js';
import { recordEvents } from '../../support/facts/record-events.js';
import { silent } from '../../support/worlds/read-models.js';

const MINUTE_MS = 60_000;

/** A ledger whose record of outages may be away. */
class OutagesAway extends MemoryEventStore {
  isAway = false;

  override async read(stream: string) {
    if (this.isAway && stream.startsWith('outages-')) throw new StoreUnavailable('away');
    return super.read(stream);
  }
}

it('says until when a second text waits for reports that nobody took in, and tells the rest where that is not known', async () => {
  const time = new SettableTime(Date.parse(NOON));
  const clock = { now: () => new Date(time.wallMs()) };
  const clocks = { clock, monotonic: time.monotonic };
  const store = new OutagesAway();
  await recordEvents(store, MESSAGE_ID, requested(), started(), lost(), retryScheduled());
  const outages = new Outages(time.monotonic);
  outages.refused();
  time.pass(MINUTE_MS);
  outages.refused();
  const delays = {
    backOffs: { of: () => ({ until: () => undefined }) as never },
    steering: { currentOf: () => undefined, senderHold: () => undefined },
    withhold: { check: async () => undefined },
    repeats: new AwaitedRepeats(
      new RecordedOutages(store, { ...clocks, logger: silent }),
      outages,
      clocks,
    ),
  };
  const reading = new ReadMessage(store, { messageIdOf: async () => undefined }, delays, clock);
  const { explanation } = await reading.execute(MESSAGE_ID, undefined);
  expect(explanation).toContain(
    'may be repeated until 2030-01-01T12:02:10.000Z, so attempt 2 waits until then.',
  );
  const before = await reading.execute(MESSAGE_ID, clock.now());
  expect(before.explanation).not.toContain('repeated until');
  store.isAway = true;
  time.pass(2_000);
  const without = await reading.execute(MESSAGE_ID, undefined);
  expect(without.explanation).toContain('Attempt 2 is due');
  await store.close();
});
