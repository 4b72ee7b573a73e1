import { withFields, type Json } from '../validation/json.js';
import { segmentCount } from './segments.js';
import { shapes, type Shape } from './shapes.js';
import type { Signing } from '../stories/stories.js';

/** An inbound message to a number of the account. */
export interface InboundRequest {
  readonly from: string;
  readonly to: string;
  readonly text: string;
  /** `sms` when it is not given. */
  readonly channel?: string;
  readonly message_uuid?: string;
  /** Written to the body unchanged; the current time when it is not given. */
  readonly timestamp?: string;
  readonly shape?: Shape;
  readonly signing?: Signing;
  /** The number of byte-identical copies that are sent at the same moment. */
  readonly copies?: number;
  readonly url?: string;
  /** Replaces fields of the body; null removes one. */
  readonly fields?: Json;
  /** The exact bytes of the whole body; all other options for the body are then ignored. */
  readonly raw?: string;
}

/** The bytes of one inbound callback, with the fields that real ones were seen to carry. */
export function inboundCallbackBody(uuid: string, request: InboundRequest, now: string): string {
  const { shape = 'v1', fields = {} } = request;
  const body = withFields(inboundBody(uuid, request, now), fields);
  return shape === 'v0.1' ? JSON.stringify(toV01(body)) : shapes[shape](body);
}

function inboundBody(uuid: string, request: InboundRequest, now: string): Json {
  const { from, to, text, channel = 'sms', timestamp = now } = request;
  const segments = String(segmentCount(text));
  return {
    channel,
    message_uuid: uuid,
    to,
    from,
    timestamp,
    message_type: 'text',
    text,
    context_status: 'none',
    ...(channel === 'sms'
      ? {
          sms: {
            num_messages: segments,
            count_total: segments,
            keyword: text.trim().split(/\s+/, 1)[0]?.toUpperCase(),
          },
          usage: { currency: 'EUR', price: '0.0059' },
          origin: { network_code: '23410' },
        }
      : {}),
  };
}

/** The form before v1: the text lies inside `message.content`. */
function toV01({ message_uuid, channel: type, to, from, timestamp, text, usage }: Json): Json {
  return {
    message_uuid,
    timestamp: String(timestamp).replace(/Z$/, '.000Z'),
    to: { type, number: to },
    from: { type, number: from },
    message: { content: { type: 'text', text } },
    usage,
  };
}
