import { eventSources } from '../../../application/ports/event-store.js';
import { partStates } from '../../../application/ports/health.js';
import { priorities } from '../../../domain/message/priority.js';
import { suppressionStates } from '../../../domain/contacts/contact.js';
import { deliveryErrorClasses } from '../../../domain/delivery-errors/delivery-error.js';
import { resolvedOutcomes } from '../../../domain/message/message-events.js';
import { providers } from '../../../domain/sending/provider.js';
import { holdCauses } from '../../../domain/sending/sending-events.js';
import { keyStates } from '../../../application/access/manage-keys.js';
import { consentStates } from '../../../application/contacts/consent-view.js';
import { deliveryStates } from '../../../application/ports/delivery-store.js';
import { outgoingTypes } from '../../../domain/webhooks/endpoint-events.js';
import { scopes } from '../../../domain/keys/key-scopes.js';
import { messageStatuses } from '../../../domain/message/message-status.js';
import { problemSchema } from './problem-responses.js';
import { complete, effect, nullable, text, time } from './schema-parts.js';
import { reconciliation, stuckPlan } from './reconciliation-schema.js';

export const consentSources = ['keyword', 'error', 'operator', 'api'];

const segments = complete({
  encoding: { enum: ['GSM-7', 'UCS-2'] },
  count: { type: 'integer', minimum: 1, description: 'Each segment is billed.' },
});

const attempt = complete({
  number: { type: 'integer', minimum: 1 },
  channel: text,
  messageUuid: nullable({
    type: 'string',
    description: 'The name that Vonage gave to this attempt.',
  }),
  externalId: nullable({
    type: 'string',
    description:
      'The name under which the server of a channel beside Vonage knows this attempt, such as the Message-ID of an e-mail.',
  }),
  status: { enum: messageStatuses },
  error: nullable(
    complete({
      source: { enum: ['report', 'call'] },
      class: { enum: deliveryErrorClasses },
      code: nullable(text),
      title: nullable(text),
      detail: nullable(text),
      type: nullable(text),
      httpStatus: nullable({ type: 'integer' }),
    }),
  ),
  usage: nullable(complete({ currency: text, price: text })),
  networkCode: nullable(text),
  segmentCount: nullable({ type: 'integer' }),
  segments: {
    type: 'array',
    items: complete({ occurredAt: nullable(time), status: text, errorCode: nullable(text) }),
  },
  startedAt: nullable(time),
  recoveredAt: {
    ...nullable(time),
    description:
      'When a report proved that it was made, although this ledger, which was restored from an older copy, never started it.',
  },
  acceptedAt: nullable(time),
  submittedAt: nullable(time),
  deliveredAt: nullable(time),
});

const sendAnswer = {
  type: 'object',
  required: ['id', 'status', 'to', 'from', 'channel', 'segments', 'createdAt'],
  properties: {
    id: { type: 'string', format: 'uuid' },
    status: { enum: messageStatuses },
    to: text,
    from: text,
    channel: text,
    segments,
    createdAt: time,
    resendOf: {
      type: 'string',
      format: 'uuid',
      description: 'The message that it repeats, where there is one.',
    },
    attempts: { type: 'array', items: attempt, description: 'With `Prefer: wait` only.' },
  },
};

const ofMessage = complete({
  id: { type: 'string', format: 'uuid' },
  status: { enum: messageStatuses },
  statusSince: time,
  final: { type: 'boolean', description: 'Nothing more is due.' },
  contradicted: { type: 'boolean', description: 'A report denied a final status.' },
  origin: { enum: ['waybill', 'external'] },
  to: text,
  from: text,
  country: nullable({ type: 'string', description: 'ISO 3166-1 alpha-2.' }),
  channel: text,
  text: nullable(text),
  segments: nullable(segments),
  reference: nullable(text),
  priority: {
    ...nullable({ enum: priorities }),
    description: 'The lane in which it waits; null when Waybill did not send it.',
  },
  sendAt: nullable(time),
  expiresAt: nullable(time),
  resendOf: {
    ...nullable({ type: 'string', format: 'uuid' }),
    description: 'The message that this one repeats.',
  },
  inReplyTo: {
    ...nullable({ type: 'string', format: 'uuid' }),
    description: 'The received message that this one answers.',
  },
  resentAs: {
    ...nullable({ type: 'string', format: 'uuid' }),
    description: 'The message that repeats this one; the latest, where there are several.',
  },
  resolution: {
    ...nullable(
      complete({
        attempt: { type: 'integer', minimum: 1 },
        outcome: { enum: resolvedOutcomes },
        reason: text,
        by: nullable({ type: 'string', description: 'Name of the API key.' }),
        at: time,
      }),
    ),
    description: 'What a person decided about its unknown outcome last.',
  },
  attempts: { type: 'array', items: attempt },
  revision: { type: 'integer', minimum: 0 },
  createdAt: time,
  explanation: { type: 'string', description: 'Why it is in this status and what happens next.' },
});

const message = {
  ...ofMessage,
  properties: {
    ...ofMessage.properties,
    traceId: {
      type: 'string',
      description:
        'The trace of the request that made it, where OpenTelemetry is configured. In the answer of `GET` only.',
    },
  },
};

const anyObject = { type: 'object', additionalProperties: true };

const metadata = {
  type: 'object',
  description: 'Parts of it may be missing where the event is damaged.',
  properties: {
    recordedAt: time,
    correlationId: { ...text, description: 'Connects all that followed from one request.' },
    causationId: { ...text, description: 'The event, request or webhook that led to this one.' },
    source: { enum: eventSources },
    actor: { ...text, description: 'Name of the API key.' },
    webhook: {
      type: 'object',
      description: 'The webhook as it was signed and received.',
      required: ['receivedAt', 'sha256', 'rawBody', 'rawBodyEncoding'],
      properties: {
        token: { ...text, description: 'The token by which Vonage signed it, a JWT.' },
        jti: { ...text, description: 'The id of its token.' },
        iat: { type: 'number', description: 'When it was signed, in seconds since 1970.' },
        receivedAt: time,
        digest: { ...text, description: 'Keyed hash of the body.' },
        sha256: text,
        rawBody: text,
        rawBodyEncoding: { enum: ['utf8', 'base64'] },
      },
    },
    traceparent: { ...text, description: 'W3C trace context, where OpenTelemetry is configured.' },
  },
};

const event = {
  type: 'object',
  required: [
    'id',
    'stream',
    'revision',
    'position',
    'type',
    'version',
    'recordedAt',
    'data',
    'metadata',
  ],
  properties: {
    id: { type: 'string', format: 'uuid' },
    stream: text,
    revision: { type: 'integer', minimum: 0 },
    position: { type: 'string', description: 'Opaque; pass it as `after`.' },
    type: text,
    version: { type: 'integer', minimum: 1 },
    recordedAt: time,
    data: { ...nullable(anyObject), description: 'Null where the event is damaged.' },
    damaged: {
      type: 'string',
      description: 'Why it cannot be read; absent for one that is whole.',
    },
    metadata,
    effect: {
      description:
        'What it did to the message; in a replay only. Null from the first event on that is damaged.',
      ...nullable(effect),
    },
  },
};

const partProperties = {
  state: {
    enum: partStates,
    description:
      '`standby`: another instance does it. `held`: an operator has stopped it. `behind`: it moves on, but late. ' +
      '`damaged`: the ledger takes in, but a part of what it holds cannot be read. `failing`: it stands still. `rebuilding`: it stands still until it has been made anew.',
  },
  since: time,
  reason: { type: 'string', description: 'Why; absent while it is `working`.' },
};

const part = { type: 'object', required: ['state', 'since'], properties: partProperties } as const;

const readiness = complete({
  status: { enum: ['ready', 'not-ready'], description: 'Of the parts that were asked for.' },
  accepting: { type: 'boolean', description: 'What is acknowledged now will be in the ledger.' },
  sending: { type: 'boolean', description: 'Messages are handed to Vonage.' },
  parts: complete({
    ledger: part,
    readModels: {
      type: 'object',
      required: ['state', 'since', 'behindEvents', 'behindSeconds'],
      properties: {
        ...partProperties,
        behindEvents: { type: 'integer', description: 'Known to wait; there may be more.' },
        behindSeconds: { type: 'number' },
      },
    },
    sending: {
      type: 'object',
      required: ['state', 'since', 'heldProviders'],
      properties: {
        ...partProperties,
        heldProviders: {
          type: 'array',
          description:
            'The providers that get nothing now. The state is that of what goes to Vonage.',
          items: complete({ provider: { enum: providers }, since: time, reason: text }),
        },
      },
    },
    proof: part,
    deliveries: part,
    erasure: part,
  }),
});

const waitingInLane = { type: 'integer', minimum: 0 };

const nextTry = { ...time, description: 'When the next message is tried.' };

const pace = complete({ permitted: { type: 'number' }, current: { type: 'number' } });

const flow = {
  state: {
    enum: ['flowing', 'held', 'backing-off'],
    description: '`backing-off`: the provider asked for slower sending (HTTP 429).',
  },
  since: nullable(time),
  cause: nullable({
    enum: holdCauses,
    description: '`configuration`: the provider refused the account; the hold ends by itself.',
  }),
  reason: nullable(text),
  by: nullable({
    type: 'string',
    description: 'Name of the API key, or `the service` where it held by itself.',
  }),
  until: nullable(nextTry),
};

const sending = complete({
  ...flow,
  heldSenders: {
    type: 'array',
    description: 'Senders whose messages wait, because their providers refused them (HTTP 403).',
    items: complete({
      channel: text,
      from: text,
      since: time,
      reason: text,
      by: text,
      until: nextTry,
    }),
  },
  waiting: {
    ...complete({ high: waitingInLane, normal: waitingInLane, bulk: waitingInLane }),
    description: 'Messages that are due to be sent, by lane. 10001 means more than 10,000.',
  },
  oldestWaitingSeconds: nullable({ type: 'number' }),
  pace: {
    ...pace,
    description: 'Calls to Vonage a second: those configured, and those made at most now.',
  },
  providers: {
    type: 'array',
    description:
      'The providers that are set up, and others that are held. The fields above are those of all of sending, and of Vonage.',
    items: complete({ provider: { enum: providers }, ...flow, pace }),
  },
});

const previewedCharacter = complete({
  character: text,
  codePoints: { type: 'array', items: { type: 'string', example: 'U+2019' } },
  count: { type: 'integer', minimum: 1 },
  firstAt: { type: 'integer', minimum: 0, description: 'In UTF-16 code units.' },
  instead: nullable({
    type: 'string',
    description: 'What looks alike in GSM-7; empty for what is not seen; null where nothing does.',
  }),
});

const preview = complete({
  optedOut: {
    description: 'Why nothing may be sent to the recipient; null: it may.',
    ...nullable(
      complete({
        state: { enum: suppressionStates },
        source: { enum: consentSources },
        since: time,
        sender: nullable({ ...text, description: 'Null: all our senders.' }),
      }),
    ),
  },
  allowed: { type: 'boolean', description: 'A send of the same body would be recorded.' },
  refusal: {
    description: 'The limit that would refuse it now; null where none would.',
    ...nullable(complete({ type: { ...text, example: '/problems/spend-limit' }, detail: text })),
  },
  faults: { ...problemSchema.properties.errors, description: 'Those that a send would name.' },
  to: nullable(
    complete({
      address: { type: 'string', description: 'Digits, or an id of the channel.' },
      country: nullable({ type: 'string', description: 'ISO 3166-1 alpha-2.' }),
      readAs: {
        enum: ['international', 'national', 'id'],
        description: '`national`: the country code is that of DEFAULT_COUNTRY.',
      },
    }),
  ),
  from: nullable(text),
  channel: nullable(text),
  segments: nullable(segments),
  unicode: {
    description: 'What keeps the text of an SMS out of GSM-7; null where nothing does.',
    ...nullable(
      complete({
        characters: { type: 'array', items: previewedCharacter, description: 'The first 50.' },
        more: { type: 'integer', minimum: 0, description: 'How many further characters.' },
        replaced: {
          description: 'With look-alikes; null where some character has none.',
          ...nullable(complete({ text, segments })),
        },
      }),
    ),
  },
  estimatedCost: {
    description: 'Null where it is not known.',
    ...nullable({
      type: 'array',
      items: complete({
        currency: text,
        amount: text,
        each: {
          type: 'string',
          description: 'Of one segment, or of one message without segments.',
        },
      }),
    }),
  },
  costBasis: {
    type: 'string',
    description: 'Where the estimate comes from, or why there is none.',
  },
  fallback: nullable({
    type: 'array',
    items: complete({
      channel: text,
      when: { enum: ['failure', 'unconfirmed'] },
      from: text,
      to: text,
      text: nullable({ type: 'string', description: 'Null: the text of the message.' }),
    }),
  }),
  sendAt: nullable({ ...time, description: 'Null: at once.' }),
  expiresAt: nullable(time),
  held: {
    description: 'Why nothing is handed to Vonage now; null while sending flows.',
    ...nullable(
      complete({
        since: time,
        cause: { enum: holdCauses },
        reason: text,
        by: nullable({ type: 'string', description: 'Name of the API key.' }),
      }),
    ),
  },
  explanation: { type: 'string', description: 'When it would be sent.' },
});

const consent = complete({
  number: text,
  state: { enum: consentStates },
  since: nullable(time),
  source: nullable({ enum: consentSources }),
  keyword: nullable({ ...text, description: 'The word that decided it.' }),
  errorCode: nullable({ ...text, description: "Vonage's code that decided it." }),
  reason: nullable(text),
  by: nullable({ ...text, description: 'Name of the API key.' }),
  bySender: {
    type: 'array',
    description: 'What is otherwise for one of our senders.',
    items: complete({ sender: text, state: { enum: ['opted-in', 'opted-out'] }, since: time }),
  },
  barredChannels: {
    type: 'array',
    description: 'Where Vonage or the carrier delivers nothing to the number.',
    items: text,
  },
  reviewSince: {
    ...nullable(time),
    description: 'Since when a text that may be a wish to stop waits for a person.',
  },
});

const endpointProperties = {
  id: text,
  url: text,
  events: { type: 'array', items: { enum: outgoingTypes } },
  description: text,
  createdAt: time,
  overlapUntil: { ...nullable(time), description: 'Until then the secret before signs too.' },
  enabled: { type: 'boolean' },
  disabledBecause: nullable(text),
  disabledAt: nullable(time),
};

const webhookDelivery = complete({
  eventId: { ...text, description: 'The `webhook-id`.' },
  type: text,
  stream: text,
  revision: { type: 'integer' },
  state: { enum: deliveryStates },
  attempts: { type: 'integer' },
  lastAt: time,
  nextAt: { ...nullable(time), description: 'When it is tried again.' },
  httpStatus: nullable({ type: 'integer' }),
  error: nullable(text),
});

const keyProperties = {
  name: text,
  state: {
    enum: keyStates,
    description:
      '`replaced`: API_KEYS has a key of this name, which takes its place. `damaged`: its events cannot be read, so ' +
      'that it is refused.',
  },
  source: { enum: ['ledger', 'API_KEYS'] },
  scopes: { type: 'array', items: { enum: scopes } },
  limits: complete({
    requestsPerSecond: nullable({ type: 'integer', minimum: 1, description: 'Per instance.' }),
    messagesPerDay: nullable({ type: 'integer', minimum: 0 }),
    costPerDay: nullable({ ...text, description: "In the account's currency." }),
    countriesAllowed: nullable({ type: 'array', items: text }),
    countriesBlocked: { type: 'array', items: text },
  }),
  createdAt: nullable(time),
  createdBy: nullable({ ...text, description: 'Name of the API key that made it.' }),
  expiresAt: { ...nullable(time), description: 'Null: never.' },
  revokedAt: nullable(time),
  revokedBy: nullable(text),
  lastUsedAt: {
    ...nullable(time),
    description: 'To the hour where another instance saw it. Null: never, or not for 13 months.',
  },
};

const createdKey = complete({
  ...keyProperties,
  key: { type: 'string', description: 'Shown only now.', example: 'wb_shop_4fzz…' },
});

const countries = { type: 'array', items: text, description: 'ISO 3166-1 alpha-2.' };

const dayLimits = {
  messagesPerDay: nullable(
    complete({
      cap: { type: 'integer', minimum: 0 },
      used: { type: 'integer', minimum: 0 },
      left: { type: 'integer', minimum: 0 },
      resetsAt: time,
    }),
  ),
  costPerDay: nullable(
    complete({
      cap: text,
      used: {
        type: 'string',
        description:
          'What the messages are expected to cost, or what reports name where that is more.',
      },
      left: text,
      currency: nullable({
        type: 'string',
        description: 'Null while no report named a price: until then the cap refuses nothing.',
      }),
      resetsAt: time,
    }),
  ),
  countriesAllowed: nullable(countries),
  countriesBlocked: countries,
};

const limits = complete({
  all: complete({
    ...dayLimits,
    messagesPerRecipientHour: nullable({ type: 'integer', minimum: 1 }),
  }),
  key: {
    description: 'Of the API key that asks; null where none was sent.',
    ...nullable(
      complete({
        name: text,
        requestsPerSecond: nullable({ type: 'integer', minimum: 1 }),
        ...dayLimits,
      }),
    ),
  },
});

const bulkAnswer = complete({
  dryRun: { type: 'boolean' },
  counts: complete({
    matched: { type: 'integer', description: 'Messages of this page.' },
    done: { type: 'integer' },
    repeated: { type: 'integer' },
    refused: { type: 'integer' },
  }),
  items: {
    type: 'array',
    items: {
      type: 'object',
      required: ['id', 'result'],
      properties: {
        id: text,
        result: {
          enum: ['done', 'repeated', 'refused'],
          description: '`repeated`: it was done before, and is not done again.',
        },
        status: { enum: [...messageStatuses], description: 'After a resolution.' },
        resentAs: { type: 'string', description: 'Id of the message that sends it again.' },
        problem: problemSchema,
      },
    },
  },
  nextCursor: nullable(text),
});

/** A message that we sent, in a conversation. */
const outboundText = complete({
  direction: { enum: ['outbound'] },
  at: { ...time, description: 'When it was requested.' },
  id: text,
  status: { ...nullable({ enum: [...messageStatuses] }), description: 'Null: it is damaged.' },
  statusSince: nullable(time),
  final: { type: 'boolean' },
  contradicted: { type: 'boolean' },
  channel: nullable(text),
  from: nullable(text),
  inReplyTo: nullable({ ...text, description: 'The received message that it answers.' }),
  text: nullable(text),
});

/** A message that we received, in a conversation. */
const inboundText = complete({
  direction: { enum: ['inbound'] },
  at: time,
  messageUuid: text,
  channel: text,
  to: text,
  messageType: text,
  text: nullable(text),
  keyword: nullable(text),
});

/** Named schemas of the OpenAPI document, for answers; DTOs describe the requests. */
export const schemas = {
  Problem: problemSchema,
  SendAnswer: sendAnswer,
  Message: message,
  Event: event,
  Readiness: readiness,
  Sending: sending,
  Preview: preview,
  Reconciliation: reconciliation,
  StuckPlan: stuckPlan,
  Limits: limits,
  Consent: consent,
  OutboundText: outboundText,
  InboundText: inboundText,
  BulkAnswer: bulkAnswer,
  WebhookEndpoint: complete(endpointProperties),
  CreatedWebhookEndpoint: complete({
    ...endpointProperties,
    secret: { type: 'string', description: 'Shown only now.', example: 'whsec_…' },
  }),
  WebhookDelivery: webhookDelivery,
  ApiKey: complete(keyProperties),
  CreatedKey: createdKey,
};

export const schemaOf = (name: keyof typeof schemas): { $ref: string } => ({
  $ref: `#/components/schemas/${name}`,
});
