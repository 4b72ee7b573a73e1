import { MemoryEventStore } from '../../../src/adapters/event-store/memory/memory-event-store.js';
import { uuidIdentifiers } from '../../../src/adapters/system/uuid-identifiers.js';
import { messageStream } from '../../../src/application/streams.js';
import { requireSound } from '../../../src/application/sending/compose-request.js';
import { ResolveOutcome } from '../../../src/application/sending/resolve-outcome.js';
import type { SentRequest } from '../../../src/application/sending/send-message.js';
import type { MessageEvent } from '../../../src/domain/message/message-events.js';
import { admitsAll } from '../../support/doubles/admits-all.js';
import { lost, MESSAGE_ID, requested, started } from '../../support/facts/message-facts.js';
import {
  messageLedgerOn,
  noIndex,
  requestIdsOn,
  sendingOn,
} from '../../support/worlds/message-ledger.js';

const CALLER = { actor: 'shop' };
/** A key that names a person, as many callers write them. */
const KEY = 'reminder-447700900123';
const REASON = 'asked by the customer';

let store: MemoryEventStore;

beforeEach(() => {
  store = new MemoryEventStore();
});
afterEach(() => store.close());

/** A process that has just started on the ledger. */
function freshProcess() {
  const messages = messageLedgerOn(store);
  const ids = requestIdsOn(messages);
  const { sending, resending } = sendingOn(messages, ids);
  const resolving = new ResolveOutcome(messages, noIndex, ids, admitsAll);
  return {
    send: (): Promise<SentRequest> => {
      const draft = { to: '447700900123', text: 'Your code is 123456' };
      return sending.execute(requireSound(sending.compose(draft)), CALLER, KEY);
    },
    resend: () => resending.execute(MESSAGE_ID, REASON, CALLER, { idempotencyKey: KEY }),
    resolve: () =>
      resolving.execute(MESSAGE_ID, { outcome: 'resend', reason: REASON }, CALLER, KEY),
  };
}

let written = 0;

async function record(messageId: string, ...events: readonly MessageEvent[]): Promise<void> {
  const stream = messageStream(messageId);
  const metadata = {
    recordedAt: '2030-01-01T12:00:00.000Z',
    correlationId: messageId,
    causationId: messageId,
    source: 'api' as const,
  };
  const { revision } = await store.read(stream);
  await store.append(
    stream,
    events.map((event) => ({ id: uuidIdentifiers.idOf(String(written++)), event, metadata })),
    revision,
  );
}

const decided = (requestId: string): MessageEvent => ({
  type: 'OutcomeResolved',
  data: {
    attempt: 1,
    outcome: 'resend',
    reason: REASON,
    by: 'shop',
    requestId,
    occurredAt: '2030-01-01T12:00:00.000Z',
  },
});

const cancelled: MessageEvent = {
  type: 'MessageCancelled',
  data: { reason: REASON, occurredAt: '2030-01-01T12:00:00.000Z' },
};

/** The ids that versions before made of the same words: anybody can try all numbers. */
const former = {
  message: uuidIdentifiers.messageIdFor('shop', KEY),
  resent: uuidIdentifiers.idOf('resend', MESSAGE_ID, 'shop', KEY),
  decision: uuidIdentifiers.idOf('resolve', MESSAGE_ID, 'shop', KEY),
};

describe('the ids that an Idempotency-Key names', () => {
  it('is the same for every repeat, and cannot be found by trying all numbers', async () => {
    const first = await freshProcess().send();
    expect(await freshProcess().send()).toEqual({ ...first, repeated: true });
    expect(first.messageId).not.toBe(former.message);
    await record(MESSAGE_ID, requested(), cancelled);
    const again = await freshProcess().resend();
    expect((await freshProcess().resend()).messageId).toBe(again.messageId);
    expect(again.messageId).not.toBe(former.resent);
  });

  it('of a decision too', async () => {
    await record(MESSAGE_ID, requested(), started(), lost());
    const { message } = await freshProcess().resolve();
    expect(message.status).toBe('retrying');
    expect((await freshProcess().resolve()).repeated).toBe(true);
    const { events } = await store.read(messageStream(MESSAGE_ID));
    expect(JSON.stringify(events.at(-1)?.event)).not.toContain(former.decision);
  });

  it('stays the former one for what an earlier version recorded, so that a repeat sends nothing', async () => {
    await record(former.message, requested());
    expect(await freshProcess().send()).toMatchObject({
      messageId: former.message,
      repeated: true,
    });
    await record(MESSAGE_ID, requested(), cancelled);
    await record(former.resent, requested({ resendOf: MESSAGE_ID }));
    expect(await freshProcess().resend()).toMatchObject({
      messageId: former.resent,
      repeated: true,
    });
  });

  it('stays the former one for a decision, also when the next attempt is unknown too', async () => {
    await record(MESSAGE_ID, requested(), started(), lost(), decided(former.decision));
    await record(MESSAGE_ID, started(2), lost(2));
    expect((await freshProcess().resolve()).repeated).toBe(true);
  });
});
