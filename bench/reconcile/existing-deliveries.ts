import { createWriteStream } from 'node:fs';
import { once } from 'node:events';
import { monotonicClock } from '../../src/adapters/system/monotonic-clock.js';
import { openLedger } from '../../src/adapters/event-store/event-store.module.js';
import { uuidIdentifiers } from '../../src/adapters/system/uuid-identifiers.js';
import { appendWithRetry } from '../../src/application/append-with-retry.js';
import { messageStream } from '../../src/application/streams.js';
import type { MessageEvent } from '../../src/domain/message/message-events.js';
import { clientRefOf } from '../../src/domain/message/client-ref.js';
import { acceptedMessage, type ExistingMessage } from '../ingest/existing-messages.js';

const APPENDS_AT_ONCE = 200;

/** Of a thousand messages: webhooks that were lost, and rows that deny what the ledger says. */
export const LOST_PER_MILLE = 5;
export const ALTERED_PER_MILLE = 1;

const HEADER =
  '"account_id","message_id","client_ref","direction","from","to","country","country_name","provider","network",' +
  '"network_name","session_type","session_id","date_received","date_finalized","latency","status","error_code",' +
  '"currency","estimated_price","total_price","id"\n';

/** Writes delivered messages into a ledger, and a report of Vonage about the same messages. */
export async function writeDeliveries(
  directory: string,
  file: string,
  accountId: string,
  count: number,
): Promise<void> {
  const { store } = await openLedger({ kind: 'sqlite', directory });
  const csv = createWriteStream(file);
  csv.write(HEADER);
  for (let from = 0; from < count; from += APPENDS_AT_ONCE) {
    const numbers = Array.from(
      { length: Math.min(APPENDS_AT_ONCE, count - from) },
      (_, index) => from + index,
    );
    const rows = await Promise.all(
      numbers.map(async (number) => {
        const message = {
          id: uuidIdentifiers.newMessageId(),
          messageUuid: uuidIdentifiers.newId(),
        };
        const isLost = number % 1_000 < LOST_PER_MILLE;
        const isAltered = number % 1_000 >= 1_000 - ALTERED_PER_MILLE;
        const { at, events } = acceptedMessage(message, isLost ? [] : [delivered(message)]);
        await appendWithRetry(store, messageStream(message.id), events, 'no-stream', {
          monotonic: monotonicClock,
        });
        return rowOf(message, accountId, at, isAltered ? 'rejected' : 'delivered');
      }),
    );
    if (!csv.write(rows.join(''))) await once(csv, 'drain');
  }
  csv.end();
  await once(csv, 'close');
  await store.close();
}

const delivered = ({ id, messageUuid }: ExistingMessage): MessageEvent => ({
  type: 'StatusReported',
  data: {
    reportId: uuidIdentifiers.newId(),
    messageUuid,
    attempt: 1,
    status: 'delivered',
    to: '447700900123',
    from: '447700900001',
    channel: 'sms',
    clientRef: clientRefOf(id, 1),
    error: null,
    usage: { currency: 'EUR', price: '0.04839' },
    networkCode: '23415',
    segmentCount: 1,
    segments: [],
    workflow: null,
    occurredAt: new Date().toISOString(),
  },
});

function rowOf(
  { id, messageUuid }: ExistingMessage,
  accountId: string,
  at: string,
  status: string,
): string {
  const time = at.replace(/\.\d+Z$/, '+00:00');
  const code = status === 'rejected' ? '1170' : '';
  return (
    `"${accountId}","${messageUuid}","${clientRefOf(id, 1)}","outbound","447700900001","447700900123","GB",` +
    `"United Kingdom","sms","23415","Vodafone Limited","","","${time}","${time}","6357","${status}","${code}",` +
    `"EUR","0.04839","0.04839","${messageUuid}"\n`
  );
}
