import { MemoryEventStore } from '../../../src/adapters/event-store/memory/memory-event-store.js';
import { UndecodableEvent } from '../../../src/application/errors.js';
import type {
  EventStore,
  StoredStream,
  WebhookEvidence,
} from '../../../src/application/ports/event-store.js';
import { messageStream } from '../../../src/application/streams.js';
import { AdoptReports } from '../../../src/application/tracking/adopt-reports.js';
import { ReceiveStatus } from '../../../src/application/tracking/receive-status.js';
import {
  aReport,
  MESSAGE_ID,
  MESSAGE_UUID,
  requested,
  started,
} from '../../support/message-facts.js';
import { messageLedgerOn } from '../../support/message-ledger.js';
import { recordEvents } from '../../support/record-events.js';
import { NOON } from '../../support/scenario.js';

const webhook: WebhookEvidence = {
  receivedAt: NOON,
  sha256: 'a',
  rawBody: '{}',
  rawBodyEncoding: 'utf8',
};

const submitted = aReport('submitted', { attempt: null });

/** A ledger one stream of which was written by a newer build. */
class PartlyUnreadable extends MemoryEventStore {
  override async read(stream: string): Promise<StoredStream> {
    if (stream === messageStream(MESSAGE_UUID)) throw new UndecodableEvent('of a newer build');
    return super.read(stream);
  }
}

const typesOn = async (store: EventStore, messageId: string): Promise<readonly string[]> => {
  const { events } = await store.read(messageStream(messageId));
  return events.map(({ event }) => event.type);
};

test('the repeat of a stray that a kill kept from home brings it there, and is not recorded again', async () => {
  const store = new MemoryEventStore();
  const messages = messageLedgerOn(store);
  const adopt = new AdoptReports(store, messages);
  await recordEvents(store, MESSAGE_ID, requested(), started());

  const unknown = { messageIdOf: async () => undefined };
  const killed = new ReceiveStatus(messages, unknown, adopt);
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
  const next = new ReceiveStatus(messages, known, adopt);
  expect(await next.execute(submitted, NOON, webhook)).toBe('repeated');
  expect(await typesOn(store, MESSAGE_ID)).toStrictEqual([
    'MessageRequested',
    'AttemptStarted',
    'AttemptAccepted',
    'ReportAdopted',
  ]);
  expect(await typesOn(store, MESSAGE_UUID)).toStrictEqual(['StatusReported']);
});

test('a stray that cannot be read does not keep a report from its message', async () => {
  const store = new PartlyUnreadable();
  const messages = messageLedgerOn(store);
  await recordEvents(store, MESSAGE_ID, requested(), started());
  const index = { messageIdOf: async () => MESSAGE_ID };
  const receive = new ReceiveStatus(messages, index, new AdoptReports(store, messages));
  expect(await receive.execute(submitted, NOON, webhook)).toBe('applied');
});
