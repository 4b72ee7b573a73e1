import { ORDINARY_NUMBER } from './setting.js';
import { smsTo } from './wire.js';

const to = ORDINARY_NUMBER;
const from = '447700900002';
const url = 'https://example.com/a.jpg';
export const sms = (more: object = {}) => smsTo(to, more);
const of = (channel: string, message_type: string, more: object = {}) => ({
  channel,
  message_type,
  to,
  from,
  ...more,
});
const mms = (type: string, more: object = {}) => of('mms', type, more);
const rcs = (type: string, more: object = {}) => of('rcs', type, { from: 'Vonage', ...more });
const whatsapp = (type: string, more: object = {}) => of('whatsapp', type, more);
const messenger = (type: string, more: object = {}) =>
  of('messenger', type, { to: '0123456789', from: '9876543210', ...more });
const viber = (type: string, more: object = {}) =>
  of('viber_service', type, { from: '17', ...more });
const email = (type: string, more: object = {}) =>
  of('email', type, {
    to: 'a@example.com',
    from: 'b@example.com',
    email: { subject: 'Hi' },
    ...more,
  });
const template = { name: 'otp', parameters: ['1234'] };

/** Requests that Vonage takes, by what is special about them. */
export const goodRequests: readonly (readonly [string, object])[] = [
  ['an SMS', sms()],
  ['the longest text', sms({ text: 'a'.repeat(3_200) })],
  [
    'the shortest and the longest number',
    sms({ failover: [smsTo('1234567'), smsTo('123456789012345')] }),
  ],
  ['an alphanumeric sender', sms({ from: 'Waybill' })],
  ['the bounds of ttl', sms({ ttl: 20, failover: [sms({ ttl: 604_800 })] })],
  [
    'all options of SMS',
    sms({
      sms: { encoding_type: 'unicode', content_id: '1', entity_id: '2', pool_id: '3' },
      trusted_recipient: true,
    }),
  ],
  ['the longest client_ref', sms({ client_ref: 'r'.repeat(100) })],
  [
    'both webhook versions',
    sms({ webhook_version: 'v0.1', failover: [sms({ webhook_version: 'v1' })] }),
  ],
  ['a webhook_url', sms({ webhook_url: 'http://127.0.0.1:1/status' })],
  ['fields that nobody knows', sms({ experiment: { group: 7 } })],
  ['mms text', mms('text', { text: 'a' })],
  ['mms image', mms('image', { image: { url, caption: 'c' } })],
  ['mms vcard', mms('vcard', { vcard: { url } })],
  ['mms audio', mms('audio', { audio: { url } })],
  ['mms video', mms('video', { video: { url } })],
  ['mms file', mms('file', { file: { url } })],
  [
    'mms content',
    mms('content', {
      content: [
        { type: 'image', url },
        { type: 'vcard', url },
      ],
    }),
  ],
  [
    'mms with bounds of ttl and participants',
    mms('text', { text: 'a', ttl: 300, mms: { participants: [to] } }),
  ],
  [
    'rcs text with suggestions',
    rcs('text', { text: 'a'.repeat(3_072), suggestions: [{ type: 'reply' }] }),
  ],
  ['rcs image', rcs('image', { image: { url }, rcs: { category: 'promotion' } })],
  ['rcs video', rcs('video', { video: { url } })],
  ['rcs file', rcs('file', { file: { url }, ttl: 259_200 })],
  ['rcs card', rcs('card', { card: { title: 't' } })],
  ['rcs carousel', rcs('carousel', { carousel: { cards: [] } })],
  ['rcs custom', rcs('custom', { custom: { contentMessage: {} } })],
  ['whatsapp text', whatsapp('text', { text: 'a'.repeat(4_096), context: { message_uuid: 'x' } })],
  ['whatsapp to a business-scoped user id', whatsapp('text', { to: 'US.1349', text: 'a' })],
  ['whatsapp image', whatsapp('image', { image: { url } })],
  ['whatsapp audio', whatsapp('audio', { audio: { url } })],
  ['whatsapp video', whatsapp('video', { video: { url } })],
  ['whatsapp file', whatsapp('file', { file: { url, name: 'a.pdf' } })],
  [
    'whatsapp template',
    whatsapp('template', { template, whatsapp: { policy: 'deterministic', locale: 'en_GB' } }),
  ],
  ['whatsapp sticker by url', whatsapp('sticker', { sticker: { url } })],
  ['whatsapp sticker by id', whatsapp('sticker', { sticker: { id: 'x' } })],
  [
    'whatsapp reaction',
    whatsapp('reaction', {
      reaction: { action: 'react', emoji: '👍' },
      context: { message_uuid: 'x' },
    }),
  ],
  [
    'whatsapp reaction withdrawn',
    whatsapp('reaction', { reaction: { action: 'unreact' }, context: { message_uuid: 'x' } }),
  ],
  ['whatsapp custom', whatsapp('custom', { custom: {} })],
  [
    'messenger text',
    messenger('text', { text: 'a'.repeat(640), messenger: { category: 'message_tag', tag: 'X' } }),
  ],
  ['messenger image', messenger('image', { image: { url } })],
  ['messenger audio', messenger('audio', { audio: { url } })],
  ['messenger video', messenger('video', { video: { url } })],
  ['messenger file', messenger('file', { file: { url } })],
  [
    'viber text with a button',
    viber('text', {
      text: 'a'.repeat(1_000),
      viber_service: {
        category: 'transaction',
        ttl: 30,
        type: 'template',
        action: { url, text: 'Go' },
      },
    }),
  ],
  ['viber image', viber('image', { image: { url } })],
  [
    'viber video',
    viber('video', {
      video: { url, thumb_url: url },
      viber_service: { duration: '600', file_size: '200' },
    }),
  ],
  ['viber file', viber('file', { file: { url, name: 'a.pdf' } })],
  ['email text', email('text', { text: 'a' })],
  [
    'email html',
    email('html', {
      html: '<p>a</p>',
      email: { subject: 's', cc: ['c@example.com'], bcc: [], priority: 1 },
    }),
  ],
  ['email content', email('content', { content: [{ type: 'text' }] })],
];

const required = 'is required';
const digits = 'must be 7 to 15 digits, without a leading `+` or `00`';
const between = (min: number, max: number) => `must be an integer between ${min} and ${max}`;

/** Requests that Vonage refuses, with the beginning of each reason by the parameter's name. */
export const badRequests: readonly (readonly [string, object, Readonly<Record<string, string>>])[] =
  [
    [
      'no recipient and no sender',
      sms({ to: undefined, from: undefined }),
      { to: required, from: required },
    ],
    ['no channel', sms({ channel: undefined }), { channel: required }],
    ['no message type', sms({ message_type: undefined }), { message_type: required }],
    ['no text', sms({ text: undefined }), { text: required }],
    ['an empty text', sms({ text: '' }), { text: 'must not be empty' }],
    [
      'a text that is too long',
      sms({ text: 'a'.repeat(3_201) }),
      { text: 'must have at most 3200 characters' },
    ],
    ['a text that is a number', sms({ text: 7 }), { text: 'must be a string' }],
    ['a leading plus', sms({ to: '+447700900001' }), { to: digits }],
    ['a leading 00', sms({ to: '00447700900001' }), { to: digits }],
    ['a number with 6 digits', sms({ to: '123456' }), { to: digits }],
    ['a number with 16 digits', sms({ to: '1234567890123456' }), { to: digits }],
    ['a number that is a number', sms({ to: 447_700_900_001 }), { to: digits }],
    [
      'a sender with a plus',
      sms({ from: '+447700900001' }),
      { from: 'must be 1 to 50 characters' },
    ],
    ['an empty sender', sms({ from: '' }), { from: 'must be 1 to 50 characters' }],
    ['a ttl that is too short', sms({ ttl: 19 }), { ttl: between(20, 604_800) }],
    ['a ttl that is too long', sms({ ttl: 604_801 }), { ttl: between(20, 604_800) }],
    ['a ttl that is no integer', sms({ ttl: 20.5 }), { ttl: between(20, 604_800) }],
    [
      'an unknown encoding',
      sms({ sms: { encoding_type: 'ebcdic' } }),
      { 'sms.encoding_type': 'must be one of `text`, `unicode`, `auto`' },
    ],
    ['options that are no object', sms({ sms: 'text' }), { sms: 'must be an object' }],
    [
      'a trusted_recipient that is a word',
      sms({ trusted_recipient: 'yes' }),
      { trusted_recipient: 'must be true or false' },
    ],
    [
      'a client_ref that is too long',
      sms({ client_ref: 'r'.repeat(101) }),
      { client_ref: 'must have at most 100 characters' },
    ],
    [
      'a webhook_url that is none',
      sms({ webhook_url: 'ftp://example.com' }),
      { webhook_url: 'must be an http or https URL' },
    ],
    [
      'an unknown webhook version',
      sms({ webhook_version: 'v2' }),
      { webhook_version: 'must be one of `v0.1`, `v1`' },
    ],
    ['a failover that is no list', sms({ failover: {} }), { failover: 'must be an array' }],
    ['an empty failover', sms({ failover: [] }), { failover: 'must not be empty' }],
    [
      'faults in a failover',
      sms({ failover: [sms(), rcs('text', { to: 'x' }), { channel: 'fax' }] }),
      {
        'failover[1].to': digits,
        'failover[1].text': required,
        'failover[2].channel': 'must be one of',
        'failover[2].message_type': required,
        'failover[2].to': required,
        'failover[2].from': required,
      },
    ],
    [
      'an mms ttl that is too short',
      mms('text', { text: 'a', ttl: 299 }),
      { ttl: between(300, 259_200) },
    ],
    [
      'mms participants that are no numbers',
      mms('text', { text: 'a', mms: { participants: ['x'] } }),
      { 'mms.participants[0]': digits },
    ],
    ['an mms image without a url', mms('image', { image: {} }), { 'image.url': required }],
    ['an mms image without anything', mms('image'), { image: required }],
    [
      'a caption that is too long',
      mms('file', { file: { url, caption: 'c'.repeat(3_001) } }),
      { 'file.caption': 'must have at most 3000 characters' },
    ],
    [
      'a url that is too long',
      whatsapp('audio', { audio: { url: `${url}?${'q'.repeat(2_000)}` } }),
      { 'audio.url': 'must have at most 2000 characters' },
    ],
    [
      'mms content of an unknown type',
      mms('content', { content: [{ type: 'fax', url }] }),
      { 'content[0].type': 'must be one of' },
    ],
    [
      'an rcs text that is too long',
      rcs('text', { text: 'a'.repeat(3_073) }),
      { text: 'must have at most 3072 characters' },
    ],
    [
      'an rcs ttl that is too long',
      rcs('text', { text: 'a', ttl: 259_201 }),
      { ttl: between(20, 259_200) },
    ],
    [
      'an rcs category that is unknown',
      rcs('text', { text: 'a', rcs: { category: 'fun' } }),
      { 'rcs.category': 'must be one of' },
    ],
    [
      'too many suggestions',
      rcs('text', { text: 'a', suggestions: Array.from({ length: 12 }, () => ({})) }),
      { suggestions: 'must have at most 11 items' },
    ],
    ['an rcs card that is a word', rcs('card', { card: 'c' }), { card: 'must be an object' }],
    [
      'a whatsapp text that is too long',
      whatsapp('text', { text: 'a'.repeat(4_097) }),
      { text: 'must have at most 4096 characters' },
    ],
    [
      'a whatsapp recipient that is neither',
      whatsapp('text', { text: 'a', to: 'us.1' }),
      { to: 'must be 7 to 15 digits, or a business-scoped user id' },
    ],
    [
      'a whatsapp context without a message',
      whatsapp('text', { text: 'a', context: {} }),
      { 'context.message_uuid': required },
    ],
    ['a template without a locale', whatsapp('template', { template }), { whatsapp: required }],
    [
      'a template without a name',
      whatsapp('template', { template: {}, whatsapp: {} }),
      { 'template.name': required, 'whatsapp.locale': required },
    ],
    [
      'template parameters that are no strings',
      whatsapp('template', {
        template: { name: 'otp', parameters: [7] },
        whatsapp: { locale: 'en' },
      }),
      { 'template.parameters[0]': 'must be a string' },
    ],
    [
      'a sticker with both',
      whatsapp('sticker', { sticker: { url, id: 'x' } }),
      { sticker: 'must be an object with either `url` or `id`' },
    ],
    [
      'a reaction without an emoji',
      whatsapp('reaction', { reaction: { action: 'react' }, context: { message_uuid: 'x' } }),
      { 'reaction.emoji': required },
    ],
    [
      'a reaction to nothing',
      whatsapp('reaction', { reaction: { action: 'unreact' } }),
      { context: required },
    ],
    [
      'a messenger text that is too long',
      messenger('text', { text: 'a'.repeat(641) }),
      { text: 'must have at most 640 characters' },
    ],
    [
      'a messenger id that is too long',
      messenger('text', { text: 'a', to: '1'.repeat(51) }),
      { to: 'must have at most 50 characters' },
    ],
    [
      'a messenger category that is unknown',
      messenger('text', { text: 'a', messenger: { category: 'x' } }),
      { 'messenger.category': 'must be one of' },
    ],
    [
      'a viber text that is too long',
      viber('text', { text: 'a'.repeat(1_001) }),
      { text: 'must have at most 1000 characters' },
    ],
    [
      'a viber ttl that is too short',
      viber('text', { text: 'a', viber_service: { ttl: 29 } }),
      { 'viber_service.ttl': between(30, 259_200) },
    ],
    [
      'a viber button that says too much',
      viber('text', { text: 'a', viber_service: { action: { url, text: 'x'.repeat(31) } } }),
      { 'viber_service.action.text': 'must have at most 30 characters' },
    ],
    [
      'a viber video without its measures',
      viber('video', { video: { url } }),
      { 'video.thumb_url': required, viber_service: required },
    ],
    [
      'a viber video that is too long',
      viber('video', {
        video: { url, thumb_url: url },
        viber_service: { duration: '601', file_size: 3 },
      }),
      {
        'viber_service.duration': 'must be a string that holds an integer between 1 and 600',
        'viber_service.file_size': 'must be a string that holds an integer between 1 and 200',
      },
    ],
    [
      'an e-mail without a subject',
      email('text', { text: 'a', email: {} }),
      { 'email.subject': required },
    ],
    [
      'an e-mail address that is none',
      email('text', { text: 'a', to: 'nobody' }),
      { to: 'must be an e-mail address' },
    ],
    [
      'an e-mail priority that is a word',
      email('text', { text: 'a', email: { subject: 's', priority: 'high' } }),
      { 'email.priority': 'must be a number between 0 and 10' },
    ],
  ];
