import { isJsonObject, type Json } from '../validation/json.js';

export const shapeNames = [
  'v1',
  'sparse',
  'numeric-title',
  'nested-error',
  'olympus-type',
  'total-count',
  'workflow-item-number',
  'workflow-items-total',
  'unknown-keys',
  'v0.1',
  'timestamp-milliseconds',
  'timestamp-words',
  'escaped',
  'legacy-receipt',
  'not-json',
] as const;

export type Shape = (typeof shapeNames)[number];

/**
 * The observed forms of callbacks, besides the specified one: from fixtures of Vonage's own libraries,
 * from its guides, and from reports of other developers.
 */
export const shapes: Readonly<Record<Shape, (body: Json) => string>> = {
  v1: (body) => JSON.stringify(body),

  sparse: ({ message_uuid, to, from, timestamp, status, channel }) =>
    JSON.stringify({ message_uuid, to, from, timestamp, status, channel }),

  'numeric-title': (body) =>
    JSON.stringify(
      changed(body, 'error', (error) => ({ ...error, title: Number(error['title']) })),
    ),

  'nested-error': (body) => JSON.stringify(changed(body, 'error', (error) => ({ error }))),

  'olympus-type': (body) =>
    JSON.stringify(
      changed(body, 'error', (error) => ({
        ...error,
        type: `https://developer.nexmo.com/api-errors/messages-olympus#${String(error['title'])}`,
      })),
    ),

  'total-count': (body) =>
    JSON.stringify(
      changed(body, 'sms', ({ count_total, ...rest }) => ({ total_count: count_total, ...rest })),
    ),

  'workflow-item-number': (body) =>
    JSON.stringify({
      ...body,
      workflow: {
        id: workflowOf(body).id,
        item_number: workflowOf(body).item,
        total_items: workflowOf(body).of,
      },
    }),

  'workflow-items-total': (body) =>
    JSON.stringify({
      ...body,
      workflow: {
        id: workflowOf(body).id,
        item_number: workflowOf(body).item,
        items_total: workflowOf(body).of,
      },
    }),

  'unknown-keys': (body) =>
    JSON.stringify({
      ...body,
      _self: { href: 'https://api.nexmo.com/v1/messages' },
      context_status: 'none',
      experiment: { group: 7, tags: ['a', null] },
    }),

  'v0.1': (body) => JSON.stringify(toV01(body)),

  'timestamp-milliseconds': (body) =>
    JSON.stringify({ ...body, timestamp: String(body['timestamp']).replace(/Z$/, '.010Z') }),

  'timestamp-words': (body) =>
    JSON.stringify({
      ...body,
      timestamp: String(body['timestamp']).replace('T', ' ').replace(/Z$/, ' UTC'),
    }),

  escaped: (body) => escaped(JSON.stringify({ ...body, note: 'Zürich/Žižkov' })),

  'legacy-receipt': (body) => JSON.stringify(toLegacyReceipt(body)),

  'not-json': (body) =>
    `message_uuid=${String(body['message_uuid'])}&status=${String(body['status'])}`,
};

/** Changes one object inside a body; returns a body without that object unchanged. */
function changed(body: Json, field: string, change: (part: Json) => Json): Json {
  const part = body[field];
  return isJsonObject(part) ? { ...body, [field]: change(part) } : body;
}

/** A message without failover counts as the first message of a workflow of one. */
function workflowOf({ workflow, message_uuid }: Json) {
  const {
    workflow_id: id = message_uuid,
    items_number: item = '1',
    items_total: of = '1',
  } = isJsonObject(workflow) ? workflow : {};
  return { id, item, of };
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
