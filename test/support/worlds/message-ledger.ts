import { createHmac } from 'node:crypto';
import { LRUCache } from 'lru-cache';
import { systemClock, systemClocks } from '../../../src/adapters/system/system-clock.js';
import { uuidIdentifiers } from '../../../src/adapters/system/uuid-identifiers.js';
import type { Admission } from '../../../src/application/guards/admission.js';
import { MessageLedger, type MessageAsOf } from '../../../src/application/message-ledger.js';
import type { Clock } from '../../../src/application/ports/clock.js';
import type { EventStore } from '../../../src/application/ports/event-store.js';
import type { KeyStore } from '../../../src/application/ports/key-store.js';
import { RequestIds } from '../../../src/application/sending/request-ids.js';
import { ResendMessage } from '../../../src/application/sending/resend-message.js';
import { SendMessage } from '../../../src/application/sending/send-message.js';
import { defaultRetryPolicy } from '../../../src/domain/message/retry-policy.js';
import { admitsAll } from '../doubles/admits-all.js';

/** A message ledger in the state of a process that has just started. */
export const messageLedgerOn = (store: EventStore): MessageLedger =>
  new MessageLedger(
    store,
    { ...systemClocks, identifiers: uuidIdentifiers, random: Math.random },
    defaultRetryPolicy,
    new LRUCache<string, MessageAsOf>({ max: 10 }),
  );

/** The ids of requests, under a secret that is known. */
export const requestIdsOn = (messages: MessageLedger): RequestIds =>
  new RequestIds(messages, knownSecret, uuidIdentifiers);

const knownSecret: Pick<KeyStore, 'keyedHash'> = {
  keyedHash: (purpose, text) =>
    createHmac('sha256', 'a secret').update(`${purpose} ${text}`).digest(),
};

/** An index in which no message is found by its uuid. */
export const noIndex = { messageIdOf: async () => undefined };

/** Sending and sending again, of a process that has the message ledger. */
export function sendingOn(
  messages: MessageLedger,
  requestIds: RequestIds,
  {
    clock = systemClock,
    admission = admitsAll,
  }: { readonly clock?: Clock; readonly admission?: Pick<Admission, 'around'> } = {},
): { readonly sending: SendMessage; readonly resending: ResendMessage } {
  const defaults = {
    from: '447700900001',
    confirmWithinSeconds: 1_800,
    country: null,
    retainPersonalDays: null,
  };
  const sending = new SendMessage(messages, requestIds, clock, defaults, admission);
  return { sending, resending: new ResendMessage(messages, noIndex, sending, requestIds, clock) };
}
