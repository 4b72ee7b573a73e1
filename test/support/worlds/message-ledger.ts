import { createHmac } from 'node:crypto';
import { LRUCache } from 'lru-cache';
import { systemClocks } from '../../../src/adapters/system/system-clock.js';
import { uuidIdentifiers } from '../../../src/adapters/system/uuid-identifiers.js';
import { MessageLedger, type MessageAsOf } from '../../../src/application/message-ledger.js';
import type { EventStore } from '../../../src/application/ports/event-store.js';
import type { KeyStore } from '../../../src/application/ports/key-store.js';
import { RequestIds } from '../../../src/application/sending/request-ids.js';
import { defaultRetryPolicy } from '../../../src/domain/message/retry-policy.js';

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
