import { meaningOf } from './delivery-errors.js';
import { newInstance } from '../api/problems.js';
import { isJsonObject, withFields, type Json } from '../validation/json.js';
import { segmentCount } from './segments.js';
import { shapes } from './shapes.js';
import type { PlannedCallback } from '../stories/stories.js';

/** The fields of a message that its callbacks carry. */
export interface SentMessage {
  readonly uuid: string;
  readonly clientRef: string | null;
  readonly channel: string;
  readonly to: string;
  readonly from: string;
  readonly workflow: { readonly id: string; readonly item: number; readonly of: number } | null;
  readonly webhookVersion: 'v0.1' | 'v1';
  /** The recipient's network, the same in every callback; null where no network of the country is known. */
  readonly networkCode: string | null;
  readonly request: Json;
}

/** The channels whose callbacks may carry each optional field, by Vonage's specification. */
const channelsWithUsage = ['sms', 'mms', 'whatsapp', 'messenger', 'viber_service'];
const channelsWithNetwork = ['sms', 'mms', 'rcs'];

const PRICE_PER_SEGMENT = 0.0333;

/** The bytes of one status callback, in the shape that the story and the message ask for. */
export function statusCallbackBody(
  message: SentMessage,
  planned: PlannedCallback,
  occurredAt: Date,
): string {
  const body = withFields(statusBody(message, planned, occurredAt), planned.fields ?? {});
  const shape = planned.shape ?? (message.webhookVersion === 'v0.1' ? 'v0.1' : 'v1');
  return shapes[shape](body);
}

function statusBody(message: SentMessage, planned: PlannedCallback, occurredAt: Date): Json {
  const { channel, workflow } = message;
  const count = Math.max(segmentsOf(message), planned.segments?.length ?? 0);
  return {
    message_uuid: message.uuid,
    to: message.to,
    from: message.from,
    timestamp: wireTime(occurredAt),
    status: planned.status,
    ...(planned.code === undefined ? {} : { error: errorOf(planned.code) }),
    ...(message.clientRef === null ? {} : { client_ref: message.clientRef }),
    ...(workflow === null
      ? {}
      : {
          workflow: {
            workflow_id: workflow.id,
            items_number: String(workflow.item),
            items_total: String(workflow.of),
          },
        }),
    ...(channelsWithUsage.includes(channel)
      ? { usage: { currency: 'EUR', price: priceOf(count) } }
      : {}),
    channel,
    ...(channelsWithNetwork.includes(channel) && message.networkCode !== null
      ? { destination: { network_code: message.networkCode } }
      : {}),
    ...(channel === 'sms'
      ? {
          sms: {
            count_total: String(count),
            ...(planned.segments === undefined
              ? {}
              : {
                  segments: planned.segments.map(({ status, errorCode }) => ({
                    timestamp: wireTime(occurredAt),
                    status,
                    ...(errorCode === undefined ? {} : { error_code: errorCode }),
                  })),
                }),
          },
        }
      : {}),
    ...(channel === 'whatsapp' && planned.status === 'delivered'
      ? {
          whatsapp: {
            pricing: { type: 'regular', pricing_model: 'PMP', category: 'utility' },
            conversation: { id: message.uuid, origin: { type: 'utility' } },
          },
        }
      : {}),
  };
}

const priceOf = (segments: number): string => (segments * PRICE_PER_SEGMENT).toFixed(4);

/** The price of a message in EUR, as its callbacks tell it; null on channels that tell none. */
export const chargeOf = (message: Pick<SentMessage, 'channel' | 'request'>): string | null =>
  channelsWithUsage.includes(message.channel) ? priceOf(segmentsOf(message)) : null;

/** Vonage writes whole seconds. */
export const wireTime = (date: Date): string => date.toISOString().replace(/\.\d{3}Z$/, 'Z');

const errorOf = (code: string): Json => ({
  type: `https://developer.vonage.com/api-errors/messages#${code}`,
  title: code,
  detail: meaningOf(code),
  instance: newInstance(),
});

function segmentsOf({
  channel,
  request: { text, sms },
}: Pick<SentMessage, 'channel' | 'request'>): number {
  const encoding = isJsonObject(sms) ? sms['encoding_type'] : undefined;
  return channel === 'sms' && typeof text === 'string' ? segmentCount(text, encoding) : 1;
}
