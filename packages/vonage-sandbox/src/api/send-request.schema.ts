// The request of POST /v1/messages by Vonage's OpenAPI document of the Messages API, version 1.11.0, with its names of
// schemas and fields. Bounds and fields that its API reference 1.20.0 added since are taken from there: the lengths of
// texts and of client_ref, ttl of SMS and RCS, participants, suggestions, business-scoped user ids, trusted_recipient,
// and the channel email. A description completes the sentence that begins with must be.

const string = { type: 'string' };
const boolean = { type: 'boolean' };
const text = (maxLength?: number) => ({
  type: 'string',
  minLength: 1,
  ...(maxLength === undefined ? {} : { maxLength }),
});
const integer = (minimum: number, maximum: number) => ({ type: 'integer', minimum, maximum });
const matching = (pattern: string, description: string) => ({
  type: 'string',
  pattern,
  description,
});
const oneOf = (...values: readonly string[]) => ({ enum: values });
const anyObject = { type: 'object' };
const object = (properties: object, required: readonly string[] = []) => ({
  type: 'object',
  required,
  properties,
});
const listOf = (items: object) => ({ type: 'array', items });

const toNumber = matching('^(?!00)\\d{7,15}$', '7 to 15 digits, without a leading `+` or `00`');
const fromNumber = matching(
  '^(?!\\+|00)[^]{1,50}$',
  '1 to 50 characters, without a leading `+` or `00`',
);
const pageOrUserId = text(50);
const emailAddress = matching('^[^\\s@]+@[^\\s@]+\\.[^\\s@]+$', 'an e-mail address');
const ref = (name: string) => ({ $ref: `#/$defs/${name}` });
const url = ref('Url');
const media = ref('Media');
const captionedMedia = ref('CaptionedMedia');
const caption = text(3000);
const message = ref('Message');

/** A message type of a channel. Its content is in the field of the same name. */
const messageType = (
  name: string,
  content: object,
  further: object = {},
  required: readonly string[] = [name],
) => ({
  name,
  schema: { required, properties: { message_type: { const: name }, [name]: content, ...further } },
});

const custom = messageType('custom', anyObject, {}, []);

/** A channel, with its own fields and the message types that it takes. */
const channel = (
  name: string,
  fields: object,
  types: readonly ReturnType<typeof messageType>[],
  required: readonly string[] = [],
) => ({
  name,
  schema: {
    required: ['message_type', ...required],
    properties: {
      channel: { const: name },
      message_type: { enum: types.map((type) => type.name) },
      ...fields,
    },
    discriminator: { propertyName: 'message_type' },
    oneOf: types.map(({ schema }) => schema),
  },
});

const outboundSms = channel(
  'sms',
  {
    to: toNumber,
    from: fromNumber,
    ttl: integer(20, 604_800),
    sms: object({
      encoding_type: oneOf('text', 'unicode', 'auto'),
      content_id: string,
      entity_id: string,
      pool_id: string,
    }),
    trusted_recipient: boolean,
    trusted_sender: boolean,
  },
  [messageType('text', text(3200))],
);

const outboundMms = channel(
  'mms',
  {
    to: toNumber,
    from: fromNumber,
    ttl: integer(300, 259_200),
    mms: object({ participants: listOf(toNumber) }),
    trusted_recipient: boolean,
    trusted_sender: boolean,
  },
  [
    messageType('text', text()),
    messageType('image', captionedMedia),
    messageType('vcard', captionedMedia),
    messageType('audio', captionedMedia),
    messageType('video', captionedMedia),
    messageType('file', captionedMedia),
    messageType('content', {
      type: 'array',
      minItems: 1,
      items: object({ type: oneOf('image', 'audio', 'video', 'vcard', 'file'), url, caption }, [
        'type',
        'url',
      ]),
    }),
  ],
);

const outboundRcs = channel(
  'rcs',
  {
    to: toNumber,
    from: fromNumber,
    ttl: integer(20, 259_200),
    rcs: object({
      category: oneOf(
        'authentication',
        'transaction',
        'promotion',
        'service-request',
        'acknowledgement',
      ),
      card_orientation: string,
      image_alignment: string,
      card_width: string,
    }),
    suggestions: { type: 'array', maxItems: 11, items: anyObject },
  },
  [
    messageType('text', text(3072)),
    messageType('image', media),
    messageType('video', media),
    messageType('file', media),
    messageType('card', anyObject),
    messageType('carousel', anyObject),
    custom,
  ],
);

const sticker = {
  ...object({ url, id: string }),
  not: {
    anyOf: [{ required: ['url', 'id'] }, { properties: { url: false, id: false } }],
  },
  description: 'an object with either `url` or `id`',
};

const reaction = {
  ...object({ action: oneOf('react', 'unreact'), emoji: string }, ['action']),
  if: { required: ['action'], properties: { action: { const: 'react' } } },
  // oxlint-disable-next-line unicorn/no-thenable
  then: { required: ['emoji'], properties: { emoji: { minLength: 1 } } },
};

const outboundWhatsApp = channel(
  'whatsapp',
  {
    to: matching(
      '^(?:(?!00)\\d{7,15}|[A-Z]{2}\\.[A-Za-z0-9]{1,128})$',
      '7 to 15 digits, or a business-scoped user id',
    ),
    from: fromNumber,
    context: object({ message_uuid: text() }, ['message_uuid']),
  },
  [
    messageType('text', text(4096)),
    messageType('image', captionedMedia),
    messageType(
      'audio',
      object({ url: { type: 'string', minLength: 10, maxLength: 2000, format: 'url' } }, ['url']),
    ),
    messageType('video', captionedMedia),
    messageType('file', object({ url, caption, name: string }, ['url'])),
    messageType(
      'template',
      object({ name: text(), parameters: listOf(string) }, ['name']),
      { whatsapp: object({ policy: oneOf('deterministic'), locale: text() }, ['locale']) },
      ['template', 'whatsapp'],
    ),
    messageType('sticker', sticker),
    messageType('reaction', reaction, {}, ['reaction', 'context']),
    custom,
  ],
);

const outboundMessenger = channel(
  'messenger',
  {
    to: pageOrUserId,
    from: pageOrUserId,
    messenger: object({ category: oneOf('response', 'update', 'message_tag'), tag: string }),
  },
  [
    messageType('text', text(640)),
    messageType('image', media),
    messageType('audio', media),
    messageType('video', media),
    messageType('file', media),
  ],
);

const viberWithButton = {
  viber_service: object({ action: object({ url, text: text(30) }, ['url', 'text']) }),
};

const outboundViber = channel(
  'viber_service',
  {
    to: toNumber,
    from: pageOrUserId,
    viber_service: object({
      category: oneOf('transaction', 'promotion'),
      ttl: integer(30, 259_200),
      type: string,
    }),
  },
  [
    messageType('text', text(1000), viberWithButton),
    messageType('image', captionedMedia, viberWithButton),
    messageType(
      'video',
      object({ url, caption, thumb_url: text(1000) }, ['url', 'thumb_url']),
      {
        viber_service: object(
          {
            duration: matching(
              '^0*(?:[1-9]\\d?|[1-5]\\d\\d|600)$',
              'a string that holds an integer between 1 and 600',
            ),
            file_size: matching(
              '^0*(?:[1-9]\\d?|1\\d\\d|200)$',
              'a string that holds an integer between 1 and 200',
            ),
          },
          ['duration', 'file_size'],
        ),
      },
      ['video', 'viber_service'],
    ),
    messageType('file', object({ url, name: text(25) }, ['url'])),
  ],
);

const outboundEmail = channel(
  'email',
  {
    to: emailAddress,
    from: emailAddress,
    email: object(
      {
        subject: text(),
        cc: listOf(emailAddress),
        bcc: listOf(emailAddress),
        priority: { type: 'number', minimum: 0, maximum: 10 },
      },
      ['subject'],
    ),
  },
  [
    messageType('text', text()),
    messageType('html', text()),
    messageType('content', { type: 'array', minItems: 1, items: anyObject }),
  ],
  ['email'],
);

const channels = [
  outboundSms,
  outboundMms,
  outboundRcs,
  outboundWhatsApp,
  outboundMessenger,
  outboundViber,
  outboundEmail,
];

export const sendRequest = {
  $id: 'send-request',
  ...message,
  properties: { failover: { type: 'array', minItems: 1, items: message } },
  // Shared definitions: ajv compiles each into one function.
  $defs: {
    Url: { type: 'string', format: 'url', description: 'an http or https URL' },
    Media: object({ url }, ['url']),
    CaptionedMedia: object({ url, caption }, ['url']),
    Message: {
      type: 'object',
      required: ['channel', 'message_type', 'to', 'from'],
      properties: {
        channel: { enum: channels.map(({ name }) => name) },
        client_ref: { type: 'string', maxLength: 100 },
        webhook_url: url,
        webhook_version: oneOf('v0.1', 'v1'),
      },
      discriminator: { propertyName: 'channel' },
      oneOf: channels.map(({ schema }) => schema),
    },
  },
};
