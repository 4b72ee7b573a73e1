/**
 * Bodies of webhooks of every channel with all optional parts, in the shapes of Vonage's specification 1.11.0 (and
 * 0.4.0 where a body says `v0.1`). The values are ours; the test sets the `message_uuid`.
 */
export type Shape = Readonly<Record<string, unknown>>;

const timestamp = '2026-11-20T08:15:30Z';
const phones = { to: '447700900123', from: '447700900001' };
const usage = { currency: 'EUR', price: '0.0333' };
const error = {
  type: 'https://developer.vonage.com/api-errors/messages#1120',
  title: '1120',
  detail: 'Out of reach',
  instance: 'bf0ca0bf927b3b52e3cb03217e1a1ddf',
};
const workflow = {
  id: '3TcNjguHxr2vcCZ9Ddsnq6tw8yQUpZ9rMHv9QXSxLan5',
  items_number: '1',
  items_total: '2',
};

const status = (channel: string, more: Shape = {}): Shape => ({
  ...phones,
  timestamp,
  status: 'delivered',
  channel,
  client_ref: 'campaign 7',
  error,
  usage,
  workflow,
  ...more,
});

export const statusShapes: readonly Shape[] = [
  status('sms', {
    destination: { network_code: '23410' },
    sms: {
      count_total: '2',
      segments: [
        { timestamp, status: 'delivered' },
        { timestamp, status: 'rejected', error_code: '1230' },
      ],
    },
  }),
  status('mms', { status: 'submitted' }),
  status('rcs', { status: 'rejected', rcs: { category: 'basic' } }),
  status('whatsapp', {
    status: 'read',
    whatsapp: {
      conversation: { id: 'c1', origin: { type: 'utility' } },
      pricing: { type: 'regular' },
    },
  }),
  status('messenger', { to: '1122334455', from: '9876543210' }),
  status('viber_service', { status: 'undeliverable' }),
  {
    // v0.1
    to: { type: 'sms', number: '447700900123' },
    from: { type: 'sms', number: '447700900001' },
    timestamp: '2026-11-20 08:15:30 +0000',
    status: 'rejected',
    error: { code: 1300, reason: 'Not part of the provider network' },
    usage,
    client_ref: 'campaign 7',
  },
];

const inbound = (channel: string, more: Shape): Shape => ({
  to: '447700900001',
  from: '447700900123',
  timestamp,
  channel,
  usage,
  ...more,
});
const media = { url: 'https://example.com/1.jpg', name: '1.jpg', caption: 'Our garden' };

export const inboundShapes: readonly Shape[] = [
  inbound('sms', {
    message_type: 'text',
    text: 'Stop it, please',
    sms: { num_messages: '2', keyword: 'STOP' },
    origin: { network_code: '23410' },
  }),
  inbound('mms', { message_type: 'image', image: media }),
  inbound('rcs', { message_type: 'reply', reply: { id: 'r1', title: 'Stop' } }),
  inbound('rcs', { message_type: 'location', location: { lat: 51.5, long: -0.1 } }),
  inbound('whatsapp', {
    message_type: 'button',
    button: { payload: 'stop', text: 'Stop' },
    context: { message_uuid: 'aaaaaaaa-bbbb-4ccc-8ddd-0123456789ab', message_from: '447700900001' },
    context_status: 'available',
    profile: { name: 'Ada' },
  }),
  inbound('whatsapp', {
    message_type: 'order',
    order: { catalog_id: 'c', product_items: [{ item_price: '9.9', quantity: '1' }] },
  }),
  inbound('messenger', { message_type: 'audio', audio: media, from: '1122334455' }),
  inbound('viber_service', { message_type: 'file', file: media }),
  {
    // v0.1
    to: { type: 'sms', number: '447700900001' },
    from: { type: 'sms', number: '447700900123' },
    timestamp,
    message: { content: { type: 'text', text: 'Hello there' }, sms: { num_messages: '1' } },
  },
];
