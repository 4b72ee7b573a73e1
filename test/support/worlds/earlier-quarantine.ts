import { createHash, randomUUID } from 'node:crypto';
import { openLedger } from '../../../src/adapters/event-store/event-store.module.js';

const RECEIVED_AT = '2026-03-04T05:06:07.000Z';

/**
 * Sets a webhook aside as an earlier version would that did not understand it and kept no token. No service may run on
 * the ledger. Returns where it is kept.
 */
export async function quarantineAsEarlier(
  directory: string,
  body: object,
  webhook: 'status' | 'inbound' = 'status',
): Promise<{ readonly stream: string; readonly revision: number }> {
  const rawBody = JSON.stringify(body);
  const evidence = {
    receivedAt: RECEIVED_AT,
    sha256: createHash('sha256').update(rawBody).digest('hex'),
    rawBody,
    rawBodyEncoding: 'utf8' as const,
  };
  const metadata = {
    recordedAt: RECEIVED_AT,
    correlationId: randomUUID(),
    causationId: randomUUID(),
    source: 'webhook' as const,
    webhook: evidence,
  };
  const data = {
    webhook,
    reason: 'No such status yet',
    occurredAt: RECEIVED_AT,
  } as const;
  const event = { type: 'WebhookQuarantined', data } as const;
  const stream = `quarantine-${RECEIVED_AT.slice(0, 10)}`;
  const { store } = await openLedger({ kind: 'sqlite', directory });
  await store.append(stream, [{ id: randomUUID(), event, metadata }], 'no-stream');
  await store.close();
  return { stream, revision: 0 };
}
