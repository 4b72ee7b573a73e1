import * as fc from 'fast-check';
import { readInboundWebhook } from '../../../../src/adapters/http/webhooks/read-inbound-webhook.js';
import type { Inbound } from '../../../../src/domain/inbound-events.js';
import { sha256Of, webhookFixture } from '../../../support/facts/webhook-fixtures.js';

const receivedAt = '2031-05-05T05:05:05.555Z';
const read = (body: Buffer) => readInboundWebhook(body, { sha256: sha256Of(body), receivedAt });

const messageUuid = '3f2b8c1e-5d4a-4e6f-9b70-1a2c3d4e5f60';
const plain: Inbound = {
  messageUuid,
  channel: 'sms',
  from: '447700900042',
  to: '447700900001',
  messageType: 'text',
  text: null,
  keyword: null,
  segmentCount: null,
  networkCode: null,
  usage: null,
};

const wordsBesideText: Readonly<Record<string, string>> = {
  'inbound-whatsapp-button-v0.1': 'Yes',
  'inbound-mms-image': 'broken',
};

describe('an inbound webhook', () => {
  it.each<[string, Partial<Inbound>]>([
    [
      'inbound-sms',
      {
        text: 'stop, please',
        keyword: 'STOP',
        segmentCount: 1,
        networkCode: '23410',
        usage: { currency: 'EUR', price: '0.0059' },
      },
    ],
    [
      'inbound-sms-v0.1',
      {
        text: '  Stop! I have had enough',
        keyword: 'STOP',
        segmentCount: 2,
        usage: { currency: 'EUR', price: '0.0059' },
      },
    ],
    [
      'inbound-whatsapp-from-bsuid',
      {
        channel: 'whatsapp',
        from: 'GB.48120937465520193847',
        text: '¿Dónde está mi paquete?',
        keyword: 'DÓNDE',
      },
    ],
    [
      'inbound-whatsapp-button-v0.1',
      { channel: 'whatsapp', messageType: 'button', keyword: 'YES' },
    ],
    [
      'inbound-mms-image',
      {
        channel: 'mms',
        from: '12025550142',
        to: '12025550100',
        messageType: 'image',
        keyword: 'BROKEN',
        networkCode: '310260',
      },
    ],
    [
      'inbound-messenger',
      { channel: 'messenger', from: '6401283355', to: '2299108845', text: '👍' },
    ],
    ['inbound-viber-without-type', { channel: 'viber_service', to: '16273', text: '' }],
    ['inbound-rcs-location', { channel: 'rcs', to: 'WaybillAgent', messageType: 'location' }],
  ])('is read: %s', (name, differences) => {
    const body = webhookFixture(name);
    expect(read(body)).toEqual({
      kind: 'inbound',
      inbound: { ...plain, ...differences },
      occurredAt: '2030-01-01T12:00:00.000Z',
      words: wordsBesideText[name] ?? differences.text ?? null,
      factIds: {
        id: expect.stringMatching(/^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab]/),
        formerId: expect.any(String),
      },
    });
    expect(read(body)).toEqual(read(body));
  });

  it('of the older form names Viber as the newer form does', () => {
    const body = {
      message_uuid: messageUuid,
      from: { type: 'viber_service_msg', number: '447700900042' },
      to: { type: 'viber_service_msg', id: '16273' },
      message: { content: { type: 'text', text: 'Stop' } },
    };
    expect(read(Buffer.from(JSON.stringify(body)))).toMatchObject({
      inbound: { channel: 'viber_service', from: '447700900042', to: '16273' },
    });
  });

  it.each([
    [{ channel: ' SMS ' }, 'sms'],
    [{ channel: ' ', from: { type: 'WhatsApp', number: '447700900042' } }, 'whatsapp'],
  ])('names its channel in lower case: %j', (changes, channel) => {
    const body = JSON.stringify({ message_uuid: messageUuid, ...changes });
    expect(read(Buffer.from(body))).toMatchObject({ inbound: { channel } });
  });

  it('may hold nothing but an id', () => {
    expect(read(Buffer.from(`{"message_uuid":"${messageUuid}"}`))).toMatchObject({
      inbound: { ...plain, channel: 'unknown', messageType: 'unknown', from: '', to: '' },
      occurredAt: receivedAt,
    });
  });

  it('is read without the characters that no database takes, and keeps all others', () => {
    const body = { message_uuid: messageUuid, from: 'a\u0000', text: '\u0000x\ud800 👍' };
    expect(read(Buffer.from(JSON.stringify(body)))).toMatchObject({
      kind: 'inbound',
      inbound: { from: 'a\ufffd', text: '\ufffdx\ufffd 👍' },
    });
  });

  it.each([
    ['a button beside an empty text', { text: '', button: { text: 'Stop', payload: 'x' } }],
    ['a button beside a symbol', { text: '👉', button: { text: 'Stop', payload: 'x' } }],
    ['the payload of a button without a label', { button: { text: '', payload: 'Stop' } }],
    ['an entry of a list', { text: ' ', reply: { id: 'x', title: 'Stop' } }],
    ['the keyword alone', { text: '', sms: { keyword: 'Stop' } }],
    ['the words under a picture', { image: { url: 'https://example.com/1', caption: 'Stop' } }],
    ['the words under a video', { text: '', video: { caption: 'Stop' } }],
  ])('says what its keyword says: %s', (_name, content) => {
    const body = Buffer.from(JSON.stringify({ message_uuid: messageUuid, ...content }));
    expect(read(body)).toMatchObject({ words: 'Stop', inbound: { keyword: 'STOP' } });
  });

  it('keeps a long text whole', () => {
    const text = 'a long story '.repeat(400);
    const body = Buffer.from(JSON.stringify({ message_uuid: messageUuid, text }));
    expect(read(body)).toMatchObject({ inbound: { text, messageType: 'text', keyword: 'A' } });
  });

  it.each([
    ['no JSON', Buffer.from('hello'), 'not a JSON object'],
    ['no message', Buffer.from('{"text":"hello"}'), 'names no message_uuid'],
    [
      'a status report',
      webhookFixture('status-sms-submitted'),
      'a status report at the address for inbound messages',
    ],
    [
      'a message of the older API',
      webhookFixture('legacy-inbound'),
      'an inbound message of the older SMS API: in the Vonage dashboard',
    ],
    [
      'a message of the older API as a form',
      Buffer.from('msisdn=447700900042&to=447700900001&messageId=1C&text=Hi+there&keyword=HI'),
      'an inbound message of the older SMS API: in the Vonage dashboard',
    ],
  ])('is not understood, and says why: %s', (_name, body, reason) => {
    const result = read(body);
    expect(result).toEqual({ kind: 'not-understood', reason: expect.stringContaining(reason) });
    expect(JSON.stringify(result)).not.toContain('447700900042');
  });

  it('is answered with a value, whatever arrives', () => {
    const bytes = fc.uint8Array({ maxLength: 300 }).map((array) => Buffer.from(array));
    const fields = fc.dictionary(
      fc.constantFrom('to', 'from', 'text', 'message', 'sms', 'channel', 'timestamp', 'usage'),
      fc.jsonValue(),
    );
    const near = fields.map((value) =>
      Buffer.from(JSON.stringify({ message_uuid: messageUuid, ...value })),
    );
    fc.assert(
      fc.property(near, (body) => {
        expect(read(body).kind).toBe('inbound');
      }),
    );
    fc.assert(
      fc.property(
        fc.oneof(
          bytes,
          fc.json().map((text) => Buffer.from(text)),
        ),
        (body) => {
          expect(['inbound', 'not-understood']).toContain(read(body).kind);
        },
      ),
    );
  });
});

describe('the keyword of an inbound message', () => {
  const keywordOf = (body: object) => {
    const webhook = read(Buffer.from(JSON.stringify({ message_uuid: messageUuid, ...body })));
    return webhook.kind === 'inbound' ? webhook.inbound.keyword : undefined;
  };

  it.each([
    ['a button of WhatsApp', { message_type: 'button', button: { payload: 'p1', text: 'Stop' } }],
    ['a button of RCS', { message_type: 'button', button: { payload: 'x', text: '⛔️ stop' } }],
    ['a reply to a list', { message_type: 'reply', reply: { id: 'r1', title: 'Stop all' } }],
    ['a button without text', { message_type: 'button', button: { payload: 'STOP' } }],
    [
      'a button of the older form',
      { message: { content: { type: 'button', button: { payload: 'p', text: 'Stop' } } } },
    ],
    ['the keyword that Vonage found', { text: 'x', sms: { keyword: '\u200bstop' } }],
    ['a keyword of Vonage without a word', { text: '⛔️ STOP', sms: { keyword: '⛔️' } }],
  ])('is that of %s', (_, body) => {
    expect(keywordOf(body)).toBe('STOP');
  });

  it('is none where a button says nothing that can be read', () => {
    expect(keywordOf({ message_type: 'button', button: { payload: { flow: 1 } } })).toBeNull();
  });
});
