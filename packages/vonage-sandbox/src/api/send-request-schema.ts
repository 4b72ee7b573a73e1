import {
  boolean,
  integer,
  integerText,
  isJsonObject,
  listOf,
  matching,
  number,
  object,
  oneOf,
  optional,
  text,
  webAddress,
  type Fields,
  type Rule,
} from '../validation/rules.js';

/** The fields of one channel: those of every message, and those of each message type. */
interface ChannelSchema {
  readonly common: Fields;
  readonly types: Readonly<Record<string, Fields>>;
}

const CLIENT_REF_LENGTH_MAX = 100;

const phoneNumber = matching(
  /^(?!00)\d{7,15}$/,
  'must be 7 to 15 digits, without a leading `+` or `00`',
);

/** A number, or a name where the country allows one. */
const sender = matching(
  /^(?!\+|00).{1,50}$/s,
  'must be 1 to 50 characters, without a leading `+` or `00`',
);

/** WhatsApp also identifies recipients by a business-scoped id, for example `US.1349…`. */
const whatsappRecipient = matching(
  /^(?:(?!00)\d{7,15}|[A-Z]{2}\.[A-Za-z0-9]{1,128})$/,
  'must be 7 to 15 digits, or a business-scoped user id',
);

const pageOrUserId = text({ max: 50 });

const emailAddress = matching(/^[^\s@]+@[^\s@]+\.[^\s@]+$/, 'must be an e-mail address');

const anyObject = object({});
const anyText = text({ min: 0 });
const url = webAddress;
const caption = optional(text({ max: 3_000 }));
const media = object({ url, caption });
const plainMedia = object({ url });
/** The only address with a length limit. */
const whatsappAudio = object({
  url: (value, name) =>
    [...text({ min: 10, max: 2_000 })(value, name), ...url(value, name)].slice(0, 1),
});

const webhooks: Fields = {
  client_ref: optional(text({ min: 0, max: CLIENT_REF_LENGTH_MAX })),
  webhook_url: optional(url),
  webhook_version: optional(oneOf('v0.1', 'v1')),
};

const fraudProtection: Fields = {
  trusted_recipient: optional(boolean),
  trusted_sender: optional(boolean),
};

const suggestions = optional(listOf(anyObject, { max: 11 }));

const viberOptions: Fields = {
  category: optional(oneOf('transaction', 'promotion')),
  ttl: optional(integer(30, 259_200)),
  type: optional(anyText),
};
const viberWithButton = optional(
  object({
    ...viberOptions,
    action: optional(object({ url, text: text({ max: 30 }) })),
  }),
);

const sticker: Rule = (value, name) =>
  isJsonObject(value) && (value['url'] === undefined) === (value['id'] === undefined)
    ? [{ name, reason: 'must have either `url` or `id`' }]
    : object({ url: optional(url), id: optional(anyText) })(value, name);

const reaction: Rule = (value, name) =>
  object({
    action: oneOf('react', 'unreact'),
    emoji: isJsonObject(value) && value['action'] === 'react' ? text() : optional(anyText),
  })(value, name);

/**
 * Vonage's specification of `POST /v1/messages` (1.20.0, and 1.11.0 where only that version is known
 * in full). Fields that it does not name pass, as they do at Vonage.
 */
const schemas: Readonly<Record<string, ChannelSchema>> = {
  sms: {
    common: {
      to: phoneNumber,
      from: sender,
      ttl: optional(integer(20, 604_800)),
      sms: optional(
        object({
          encoding_type: optional(oneOf('text', 'unicode', 'auto')),
          content_id: optional(anyText),
          entity_id: optional(anyText),
          pool_id: optional(anyText),
        }),
      ),
      ...fraudProtection,
    },
    types: { text: { text: text({ max: 3_200 }) } },
  },
  mms: {
    common: {
      to: phoneNumber,
      from: sender,
      ttl: optional(integer(300, 259_200)),
      mms: optional(object({ participants: optional(listOf(phoneNumber)) })),
      ...fraudProtection,
    },
    types: {
      text: { text: text() },
      image: { image: media },
      vcard: { vcard: media },
      audio: { audio: media },
      video: { video: media },
      file: { file: media },
      content: {
        content: listOf(
          object({ type: oneOf('image', 'audio', 'video', 'vcard', 'file'), url, caption }),
          { min: 1 },
        ),
      },
    },
  },
  rcs: {
    common: {
      to: phoneNumber,
      from: sender,
      ttl: optional(integer(20, 259_200)),
      rcs: optional(
        object({
          category: optional(
            oneOf(
              'authentication',
              'transaction',
              'promotion',
              'service-request',
              'acknowledgement',
            ),
          ),
          card_orientation: optional(anyText),
          image_alignment: optional(anyText),
          card_width: optional(anyText),
        }),
      ),
      suggestions,
    },
    types: {
      text: { text: text({ max: 3_072 }) },
      image: { image: plainMedia },
      video: { video: plainMedia },
      file: { file: plainMedia },
      card: { card: anyObject },
      carousel: { carousel: anyObject },
      custom: { custom: optional(anyObject) },
    },
  },
  whatsapp: {
    common: {
      to: whatsappRecipient,
      from: sender,
      context: optional(object({ message_uuid: text() })),
    },
    types: {
      text: { text: text({ max: 4_096 }) },
      image: { image: media },
      audio: { audio: whatsappAudio },
      video: { video: media },
      file: { file: object({ url, caption, name: optional(anyText) }) },
      template: {
        template: object({ name: text(), parameters: optional(listOf(anyText)) }),
        whatsapp: object({ policy: optional(oneOf('deterministic')), locale: text() }),
      },
      sticker: { sticker },
      reaction: { reaction, context: object({ message_uuid: text() }) },
      custom: { custom: optional(anyObject) },
    },
  },
  messenger: {
    common: {
      to: pageOrUserId,
      from: pageOrUserId,
      messenger: optional(
        object({
          category: optional(oneOf('response', 'update', 'message_tag')),
          tag: optional(anyText),
        }),
      ),
    },
    types: {
      text: { text: text({ max: 640 }) },
      image: { image: plainMedia },
      audio: { audio: plainMedia },
      video: { video: plainMedia },
      file: { file: plainMedia },
    },
  },
  viber_service: {
    common: { to: phoneNumber, from: pageOrUserId },
    types: {
      text: { text: text({ max: 1_000 }), viber_service: viberWithButton },
      image: { image: media, viber_service: viberWithButton },
      video: {
        video: object({ url, caption, thumb_url: text({ max: 1_000 }) }),
        viber_service: object({
          ...viberOptions,
          duration: integerText(1, 600),
          file_size: integerText(1, 200),
        }),
      },
      file: {
        file: object({ url, name: optional(text({ max: 25 })) }),
        viber_service: optional(object(viberOptions)),
      },
    },
  },
  email: {
    common: {
      to: emailAddress,
      from: emailAddress,
      email: object({
        subject: text(),
        cc: optional(listOf(emailAddress)),
        bcc: optional(listOf(emailAddress)),
        priority: optional(number(0, 10)),
      }),
    },
    types: {
      text: { text: text() },
      html: { html: text() },
      content: { content: listOf(anyObject, { min: 1 }) },
    },
  },
};

export const channels: readonly string[] = Object.keys(schemas);

export const messageTypesOf = (channel: string): readonly string[] =>
  Object.keys(schemas[channel]?.types ?? {});

/** All fields that are validated for a message of this channel and type. */
export const fieldsOf = (channel: string, messageType: string): Fields => {
  const schema = schemas[channel];
  return { ...webhooks, ...schema?.common, ...schema?.types[messageType] };
};
