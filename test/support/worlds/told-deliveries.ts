import type { WebhookReceiver } from '../doubles/webhook-receiver.js';
import { eventually } from '../watching/eventually.js';
import { recipient, type Waybill } from './waybill.js';

/** Makes an endpoint for the statuses of messages, and returns its id. */
export async function toldEndpoint({ api }: Waybill, { url }: WebhookReceiver): Promise<string> {
  const made = await api.post('/v1/webhook-endpoints', { url, events: ['message.status_changed'] });
  return made.as<{ readonly id: string }>(201).id;
}

/** The statuses that the receiver has got of a message. */
export const told = (receiver: WebhookReceiver, id: string): number =>
  receiver.received.filter(({ data }) => data['id'] === id).length;

/** Waits until all are kept as delivered: what was only posted may be posted again after a stop. */
export async function untilKept(waybill: Waybill, endpointId: string, id: string): Promise<void> {
  await eventually(async () => {
    const list = await waybill.api.get(`/v1/webhook-endpoints/${endpointId}/deliveries`);
    const { items } = list.as<{ items: readonly { stream: string; state: string }[] }>(200);
    return (
      items.filter((one) => one.stream === `message-${id}` && one.state === 'delivered').length ===
      5
    );
  });
}

/** Sends a message, and returns its id once all of its statuses are kept as delivered to the endpoint. */
export async function sendTold(waybill: Waybill, endpointId: string): Promise<string> {
  const id = await waybill.send(recipient());
  await waybill.until(id, 'delivered');
  await untilKept(waybill, endpointId, id);
  return id;
}
