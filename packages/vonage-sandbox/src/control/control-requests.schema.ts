import { shapeNames } from '../callbacks/shapes.js';
import { SEED_MAX } from '../options.js';
import { refusalStatuses, storyNames } from '../stories/stories.js';

const CALLBACKS_MAX = 100;
const COPIES_MAX = 100;
const BLOCKED_MAX = 100;
const AFTER_MS_MAX = 7 * 24 * 60 * 60 * 1_000;

const text = { type: 'string', minLength: 1 };
const anyText = { type: 'string' };
const boolean = { type: 'boolean' };
const oneOf = (values: readonly unknown[]) => ({ enum: values });
const integer = (maximum: number) => ({ type: 'integer', minimum: 1, maximum });
const webAddress = { type: 'string', format: 'url', description: 'an http or https URL' };
const orNull = (schema: object & { readonly type: string }) => ({
  ...schema,
  type: [schema.type, 'null'],
});
const blocked = { type: 'array', items: text, maxItems: BLOCKED_MAX };
const errorCode = { type: 'string', pattern: '^\\d{4}$', description: 'four digits' };
const afterMs = { type: 'number', minimum: 0, maximum: AFTER_MS_MAX };

/** A field that nobody reads is a mistake of the writer. */
const closed = (properties: object, required: readonly string[] = []) => ({
  type: 'object',
  properties,
  required,
  additionalProperties: false,
});

const segments = {
  type: 'array',
  minItems: 1,
  maxItems: CALLBACKS_MAX,
  items: closed({ status: text, errorCode }, ['status']),
};

const howToSend = {
  shape: oneOf(shapeNames),
  signing: oneOf(['signed', 'unsigned', 'unsigned-first', 'wrong-secret', 'wrong-hash']),
  copies: integer(COPIES_MAX),
  fields: { type: 'object' },
};

const plannedCallback = closed(
  {
    status: text,
    afterMs,
    occurredAfterMs: afterMs,
    code: errorCode,
    atExpiry: boolean,
    together: boolean,
    segments,
    ...howToSend,
  },
  ['status', 'afterMs'],
);

/** The further fields of each kind of answer. */
const answers: Readonly<Record<string, object>> = {
  accepted: { afterMs, body: oneOf(['json', 'slow', 'empty', 'text', 'without-uuid']) },
  'accepted-last': {},
  'accepted-reset': {},
  'accepted-silence': {},
  reset: {},
  silence: {},
  refused: { status: oneOf(refusalStatuses), body: oneOf(['problem', 'html']) },
  redirect: { status: oneOf([302, 307]) },
};

const answer = {
  type: 'object',
  required: ['kind'],
  properties: { kind: oneOf(Object.keys(answers)) },
  discriminator: { propertyName: 'kind' },
  oneOf: Object.entries(answers).map(([kind, fields]) =>
    closed(
      { kind: { const: kind }, ...fields },
      Object.keys(fields).filter((name) => name === 'status'),
    ),
  ),
};

/** The bodies of the control routes, as JSON Schema. */
export const controlRequests = {
  $id: 'control-requests',
  $defs: {
    StoryRequest: closed({
      to: text,
      uses: orNull(integer(1_000_000)),
      story: oneOf(storyNames),
      code: errorCode,
      answer,
      callbacks: { type: 'array', maxItems: CALLBACKS_MAX, items: plannedCallback },
    }),
    StatusRequest: closed(
      {
        status: text,
        message_uuid: text,
        client_ref: text,
        channel: text,
        to: text,
        from: anyText,
        timestamp: text,
        code: errorCode,
        segments,
        url: webAddress,
        raw: anyText,
        ...howToSend,
      },
      ['status'],
    ),
    InboundRequest: closed(
      {
        from: text,
        to: text,
        text: anyText,
        channel: text,
        message_uuid: text,
        timestamp: text,
        url: webAddress,
        raw: anyText,
        ...howToSend,
      },
      ['from', 'to', 'text'],
    ),
    SettingsRequest: closed({
      statusUrl: orNull(webAddress),
      inboundUrl: orNull(webAddress),
      requestsPerSecond: orNull(integer(SEED_MAX)),
      signatureSecret: text,
      defaultStory: oneOf(storyNames),
      failoverMessageUuid: oneOf(['own', 'shared']),
      repeatToken: boolean,
      hasCredit: boolean,
      acceptsCredentials: boolean,
      isApplicationBlocked: boolean,
      blockedSenders: blocked,
      blockedChannels: blocked,
    }),
  },
};
