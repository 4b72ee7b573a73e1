import { isJsonObject, type Json } from '../validation/json.js';

const asJson =
  (change: (body: Json) => Json) =>
  (body: Json): string =>
    JSON.stringify(change(body));

/**
 * The observed forms of callbacks, besides the specified one: from fixtures of Vonage's own libraries,
 * from its guides, and from reports of other developers.
 */
export const shapes = {
  v1: asJson((body) => body),

  sparse: asJson(({ message_uuid, to, from, timestamp, status, channel }) => ({
    message_uuid,
    to,
    from,
    timestamp,
    status,
    channel,
  })),

  'numeric-title': asJson((body) =>
    changed(body, 'error', (error) => ({ ...error, title: Number(error['title']) })),
  ),

  'nested-error': asJson((body) => changed(body, 'error', (error) => ({ error }))),

  'olympus-type': asJson((body) =>
    changed(body, 'error', (error) => ({
      ...error,
      type: `https://developer.nexmo.com/api-errors/messages-olympus#${String(error['title'])}`,
    })),
  ),

  'total-count': asJson((body) =>
    changed(body, 'sms', ({ count_total, ...rest }) => ({ total_count: count_total, ...rest })),
  ),

  'workflow-item-number': asJson((body) => withWorkflow(body, 'total_items')),

  'workflow-items-total': asJson((body) => withWorkflow(body, 'items_total')),

  'unknown-keys': asJson((body) => ({
    ...body,
    _self: { href: 'https://api.nexmo.com/v1/messages' },
    context_status: 'none',
    experiment: { group: 7, tags: ['a', null] },
  })),

  'v0.1': asJson((body) => toV01(body)),

  'timestamp-milliseconds': asJson((body) => ({
    ...body,
    timestamp: String(body['timestamp']).replace(/Z$/, '.010Z'),
  })),

  'timestamp-words': asJson((body) => ({
    ...body,
    timestamp: String(body['timestamp']).replace('T', ' ').replace(/Z$/, ' UTC'),
  })),

  escaped: (body: Json) => escaped(JSON.stringify({ ...body, note: 'Zürich/Žižkov' })),

  'legacy-receipt': asJson((body) => toLegacyReceipt(body)),

  'not-json': (body: Json) =>
    `message_uuid=${String(body['message_uuid'])}&status=${String(body['status'])}`,
};

export type Shape = keyof typeof shapes;

export const shapeNames = Object.keys(shapes) as readonly Shape[];

/** Changes one object inside a body; returns a body without that object unchanged. */
function changed(body: Json, field: string, change: (part: Json) => Json): Json {
  const part = body[field];
  return isJsonObject(part) ? { ...body, [field]: change(part) } : body;
}

/**
 * Names the workflow's parts otherwise. A message without failover counts as the first message of a workflow of
 * one.
 */
function withWorkflow(body: Json, totalName: string): Json {
  const {
    workflow_id: id = body['message_uuid'],
    items_number: item_number = '1',
    items_total: total = '1',
  } = isJsonObject(body['workflow']) ? body['workflow'] : {};
  return { ...body, workflow: { id, item_number, [totalName]: total } };
}

/** The form before v1: parties are objects, an error is a number and a reason, no channel. */
function toV01(body: Json): Json {
  const { message_uuid, to, from, timestamp, status, error, usage, client_ref } = body;
  const type = body['channel'];
  return {
    message_uuid,
    to: { type, number: to },
    from: { type, number: from },
    timestamp: String(timestamp).replace(/Z$/, '.000Z'),
    status,
    ...(isJsonObject(error)
      ? { error: { code: Number(error['title']), reason: error['detail'] } }
      : {}),
    // A field without a value is left out of the JSON.
    usage,
    client_ref,
  };
}

/** The receipt of the SMS API, sent when the account's default SMS setting is not the Messages API. */
const toLegacyReceipt = ({ message_uuid, to, from, status, timestamp }: Json): Json => ({
  'err-code': status === 'rejected' ? '1' : '0',
  'message-timestamp': String(timestamp).replace('T', ' ').replace(/Z$/, ''),
  messageId: String(message_uuid).replaceAll('-', '').slice(0, 16).toUpperCase(),
  msisdn: to,
  'network-code': '23410',
  price: '0.03330000',
  status: status === 'submitted' ? 'accepted' : status,
  to: from,
});

/** Escapes every character that JSON allows to escape: the hash differs from that of re-serialised JSON. */
const escaped = (json: string): string =>
  json
    .replaceAll('/', '\\/')
    .replaceAll(
      /[\u007f-\uffff]/g,
      (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
    );
