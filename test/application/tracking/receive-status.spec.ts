import { randomUUID } from 'node:crypto';
import { MemoryEventStore } from '../../../src/adapters/event-store/memory/memory-event-store.js';
import { uuidIdentifiers } from '../../../src/adapters/system/uuid-identifiers.js';
import { ProjectorUnavailable, UndecodableEvent } from '../../../src/application/errors.js';
import type { MessageLedger } from '../../../src/application/message-ledger.js';
import type {
  EventStore,
  StoredStream,
  WebhookEvidence,
} from '../../../src/application/ports/event-store.js';
import type { MessageIndex } from '../../../src/application/ports/message-index.js';
import { messageStream } from '../../../src/application/streams.js';
import { AdoptReports } from '../../../src/application/tracking/adopt-reports.js';
import { ReceiveStatus } from '../../../src/application/tracking/receive-status.js';
import type { MessageEvent } from '../../../src/domain/message/message-events.js';
import {
  aReport,
  MESSAGE_ID,
  MESSAGE_UUID,
  lost,
  reported,
  requested,
  retryScheduled,
  started,
  took,
} from '../../support/facts/message-facts.js';
import { messageLedgerOn } from '../../support/worlds/message-ledger.js';
import { recordEvents } from '../../support/facts/record-events.js';
import { NOON } from '../../support/facts/scenario.js';

const webhook: WebhookEvidence = {
  receivedAt: NOON,
  sha256: 'a',
  rawBody: '{}',
  rawBodyEncoding: 'utf8',
};

const submitted = aReport('submitted', { attempt: null });

/** A ledger in which a newer build wrote one stream. */
class PartlyUnreadable extends MemoryEventStore {
  override async read(stream: string): Promise<StoredStream> {
    if (stream === messageStream(MESSAGE_UUID)) throw new UndecodableEvent('of a newer build');
    return super.read(stream);
  }
}

const receiveStatus = (
  store: EventStore,
  messages: MessageLedger,
  index: MessageIndex,
): ReceiveStatus =>
  new ReceiveStatus(messages, index, new AdoptReports(store, messages, index, uuidIdentifiers));

const typesOn = async (store: EventStore, messageId: string): Promise<readonly string[]> => {
  const { events } = await store.read(messageStream(messageId));
  return events.map(({ event }) => event.type);
};

test('the repeat of a stray that a kill kept from home brings it there, and is not recorded again', async () => {
  const store = new MemoryEventStore();
  const messages = messageLedgerOn(store);
  await recordEvents(store, MESSAGE_ID, requested(), started());

  const unknown = { messageIdOf: async () => undefined };
  const killed = receiveStatus(store, messages, unknown);
  expect(await killed.execute(submitted, NOON, webhook)).toBe('applied');
  await messages.handle(
    MESSAGE_ID,
    {
      type: 'RecordOutcome',
      attempt: 1,
      outcome: { kind: 'accepted', messageUuid: MESSAGE_UUID },
    },
    { source: 'dispatcher' },
  );

  const known = { messageIdOf: async () => MESSAGE_ID };
  const next = receiveStatus(store, messages, known);
  expect(await next.execute(submitted, NOON, webhook)).toBe('repeated');
  expect(await typesOn(store, MESSAGE_ID)).toStrictEqual([
    'MessageRequested',
    'AttemptStarted',
    'AttemptAccepted',
    'ReportAdopted',
  ]);
  expect(await typesOn(store, MESSAGE_UUID)).toStrictEqual(['StatusReported']);
});

test('a report is recorded while the index is made anew', async () => {
  const store = new MemoryEventStore();
  const index = { messageIdOf: () => Promise.reject(new ProjectorUnavailable('made anew')) };
  const receive = receiveStatus(store, messageLedgerOn(store), index);
  expect(await receive.execute(submitted, NOON, webhook)).toBe('applied');
  expect(await typesOn(store, MESSAGE_UUID)).toStrictEqual(['StatusReported']);
});

test('a stray that cannot be read does not keep a report from its message', async () => {
  const store = new PartlyUnreadable();
  const messages = messageLedgerOn(store);
  await recordEvents(store, MESSAGE_ID, requested(), started());
  const index = { messageIdOf: async () => MESSAGE_ID };
  const receive = receiveStatus(store, messages, index);
  expect(await receive.execute(submitted, NOON, webhook)).toBe('applied');
});

test('a report about a message that the index knows costs two appends and no read', async () => {
  const store = new CountingStore();
  const messages = messageLedgerOn(store);
  await recordEvents(store, MESSAGE_ID, requested(), started(), took());
  await messages.read(MESSAGE_ID);
  store.calls.length = 0;
  const receive = receiveStatus(store, messages, { messageIdOf: async () => MESSAGE_ID });
  expect(await receive.execute(submitted, NOON, webhook)).toBe('applied');
  expect(store.calls).toStrictEqual([
    `append ${messageStream(MESSAGE_UUID)}`,
    `append ${messageStream(MESSAGE_ID)}`,
  ]);
});

test.each([
  ['with our client ref', MESSAGE_ID, aReport('submitted')],
  ['about a message of others', MESSAGE_UUID, submitted],
])('a report %s costs one append and nothing else', async (_, messageId, report) => {
  const store = new CountingStore();
  const messages = messageLedgerOn(store);
  await recordEvents(store, MESSAGE_ID, requested(), started(), took());
  await messages.read(MESSAGE_ID);
  store.calls.length = 0;
  const receive = receiveStatus(store, messages, { messageIdOf: async () => undefined });
  await receive.execute(report, NOON, webhook);
  expect(store.calls).toStrictEqual([`append ${messageStream(messageId)}`]);
});

test('a stray that an earlier version recorded here too is not counted as a message of its own', async () => {
  const store = new MemoryEventStore();
  const messages = messageLedgerOn(store);
  const direct = reported('submitted', { attempt: null });
  await recordEvents(store, MESSAGE_ID, requested(), started(), took(), direct);
  await recordEvents(store, MESSAGE_UUID, direct);
  const index = { messageIdOf: async () => MESSAGE_ID };
  const adopt = new AdoptReports(store, messages, index, uuidIdentifiers);
  expect(await adopt.adoptAllFor(MESSAGE_ID)).toBe(true);
  expect(await adopt.adoptAllFor(MESSAGE_ID)).toBe(true);
  const { events } = await store.read(messageStream(MESSAGE_ID));
  expect(events.slice(4).map(({ event }) => event)).toMatchObject([
    {
      type: 'StatusRefused',
      data: { reason: 'repeat', adoptedFrom: { stream: messageStream(MESSAGE_UUID) } },
    },
  ]);
  expect(new Set(events.map(({ id }) => id)).size).toBe(events.length);
});

/** An unanswered call whose uuid is known from a report must not stop the search for the others. */
test('an attempt without a 202 does not hide the strays of another one', async () => {
  const store = new MemoryEventStore();
  const messages = messageLedgerOn(store);
  const earlier = randomUUID();
  const failed: MessageEvent = {
    type: 'StatusReported',
    data: { ...aReport('rejected', { code: '1000' }), messageUuid: earlier, occurredAt: NOON },
  };
  const history = [requested(), started(), lost(), failed, retryScheduled(), started(2), took(2)];
  await recordEvents(store, MESSAGE_ID, ...history);
  await recordEvents(store, MESSAGE_UUID, reported('submitted', { attempt: null }));
  const index = {
    messageIdOf: async (uuid: string) => (uuid === MESSAGE_UUID ? MESSAGE_ID : undefined),
  };
  const adopt = new AdoptReports(store, messages, index, uuidIdentifiers);
  expect(await adopt.adoptAllFor(MESSAGE_ID)).toBe(true);
  expect((await typesOn(store, MESSAGE_ID)).at(-1)).toBe('ReportAdopted');
});

test('the agenda looks for strays without reading the message again, unless the cache lacks its newest 202', async () => {
  const store = new CountingStore();
  const messages = messageLedgerOn(store);
  await recordEvents(store, MESSAGE_ID, requested(), started(), took());
  await messages.read(MESSAGE_ID);
  const adopt = new AdoptReports(
    store,
    messages,
    { messageIdOf: async () => MESSAGE_ID },
    uuidIdentifiers,
  );
  const callsAt = async (acceptedAt: string): Promise<readonly string[]> => {
    store.calls.length = 0;
    expect(await adopt.adoptAllFor(MESSAGE_ID, acceptedAt)).toBe(true);
    return [...store.calls];
  };
  const strays = `read ${messageStream(MESSAGE_UUID)}`;
  expect(await callsAt(took().data.occurredAt)).toStrictEqual([strays]);
  expect(await callsAt('2040-01-01T00:00:00.000Z')).toStrictEqual([
    `read ${messageStream(MESSAGE_ID)}`,
    strays,
  ]);
});

class CountingStore extends MemoryEventStore {
  readonly calls: string[] = [];

  override read(stream: string): Promise<StoredStream> {
    this.calls.push(`read ${stream}`);
    return super.read(stream);
  }

  override append(...[stream, ...rest]: Parameters<EventStore['append']>) {
    this.calls.push(`append ${stream}`);
    return super.append(stream, ...rest);
  }
}
