import { MemoryEventStore } from '../../../src/adapters/event-store/memory/memory-event-store.js';
import { uuidIdentifiers } from '../../../src/adapters/system/uuid-identifiers.js';
import { systemClock } from '../../../src/adapters/system/system-clock.js';
import { ReadMessage } from '../../../src/application/auditing/read-message.js';
import { StoreUnavailable } from '../../../src/application/errors.js';
import type { NewEvent } from '../../../src/application/ports/event-store.js';
import { messageStream } from '../../../src/application/streams.js';
import type { MessageEvent } from '../../../src/domain/message/message-events.js';
import { newEvent } from '../../../testing/events.js';
import {
  MESSAGE_ID,
  reported,
  requested,
  started,
  took,
} from '../../support/facts/message-facts.js';
import { recordEvents } from '../../support/facts/record-events.js';
import { NOON } from '../../support/facts/scenario.js';
import {
  messageLedgerOn,
  noIndex,
  requestIdsOn,
  sendingOn,
} from '../../support/worlds/message-ledger.js';

const OTHER_ID = '01890a5d-ac96-774b-bcce-b302099a8058';
const forgotten: MessageEvent = {
  type: 'PersonalDataErased',
  data: { country: 'GB', inbound: null, occurredAt: NOON },
};

/** A ledger that goes away when the message is to be recorded that repeats another one. */
class BrokenOff extends MemoryEventStore {
  isAway = true;
  /** What another instance records on the old message as soon as this one has read it. */
  meanwhile: MessageEvent | undefined;

  override async read(stream: string) {
    const { meanwhile } = this;
    if (meanwhile !== undefined && stream !== messageStream(MESSAGE_ID)) {
      this.meanwhile = undefined;
      const { revision } = await super.read(messageStream(MESSAGE_ID));
      const { metadata } = newEvent();
      const id = uuidIdentifiers.newId();
      await super.append(messageStream(MESSAGE_ID), [{ id, event: meanwhile, metadata }], revision);
    }
    return super.read(stream);
  }

  override async append(...args: Parameters<MemoryEventStore['append']>) {
    const [, events] = args as readonly [string, readonly NewEvent[], ...unknown[]];
    const isNew = events.some(({ event }) => event.type === 'MessageRequested');
    if (this.isAway && isNew) throw new StoreUnavailable('the ledger is away');
    return super.append(...args);
  }
}

let store: BrokenOff;
let resend: (idempotencyKey: string) => Promise<{ readonly messageId: string }>;

beforeEach(async () => {
  store = new BrokenOff();
  store.isAway = false;
  await recordEvents(store, MESSAGE_ID, requested(), started(), took(), reported('rejected'));
  store.isAway = true;
  const messages = messageLedgerOn(store);
  const ids = requestIdsOn(messages);
  const { resending } = sendingOn(messages, ids);
  resend = (idempotencyKey) =>
    resending.execute(
      MESSAGE_ID,
      'An outage.',
      { actor: 'night' },
      { idempotencyKey, isCareful: true },
    );
});
afterEach(() => store.close());

const shown = () =>
  new ReadMessage(
    store,
    noIndex,
    {
      backOffs: { of: () => ({ until: () => undefined }) as never },
      steering: { currentOf: () => undefined, senderHold: () => undefined },
      withhold: { check: async () => {} },
      repeats: { leftMs: async () => 0 },
    },
    systemClock,
  ).execute(MESSAGE_ID, undefined);

it('says of a resend that was cut off that nothing was sent, and completes it under any key', async () => {
  await expect(resend('monday')).rejects.toThrow(StoreUnavailable);
  const before = await shown();
  expect(before.resentAs).toBeNull();
  expect(before.explanation).toMatch(
    /Sending it again as message \S+ was begun and not recorded, so nothing was sent\. If it stays so, ask for it again\.$/,
  );
  expect(before.explanation).not.toContain('was sent again');
  store.isAway = false;
  const { messageId } = await resend('tuesday');
  expect(before.explanation).toContain(messageId);
  const after = await shown();
  expect(after.resentAs).toBe(messageId);
  expect(after.explanation).toContain(`It was sent again as message ${messageId}.`);
  expect(await resend('monday')).toMatchObject({ messageId, repeated: true });
});

it.each([
  ['may have arrived', reported('delivered'), 'may have arrived'],
  ['was erased', forgotten, 'erased'],
])(
  'does not complete a resend that was cut off where the old one %s meanwhile',
  async (_, fact, why) => {
    await expect(resend('monday')).rejects.toThrow(StoreUnavailable);
    store.isAway = false;
    store.meanwhile = fact;
    await expect(resend('tuesday')).rejects.toThrow(why);
    expect((await shown()).resentAs).toBeNull();
  },
);

it('says of a resend that another one has begun that it is under way, because nothing may come of it', async () => {
  store.meanwhile = {
    type: 'MessageResent',
    data: { messageId: OTHER_ID, reason: 'An outage.', by: null, occurredAt: NOON },
  };
  await expect(resend('monday')).rejects.toThrow(`is being sent again as message ${OTHER_ID}`);
});
