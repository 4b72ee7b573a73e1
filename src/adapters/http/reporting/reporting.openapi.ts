import { ApiHeader, ApiParam, ApiQuery, ApiResponse } from '@nestjs/swagger';
import { TEXTS_MAX } from '../../../application/auditing/read-texts.js';
import { REPORT_GROUPS_MAX, reportDimensions } from '../../../application/ports/delivery-totals.js';
import { projectionNames } from '../../../application/ports/projection-store.js';
import { HOURLY_REPORT_DAYS_MAX } from '../../../application/reporting/delivery-report.js';
import { LIST_LIMIT_DEFAULT, LIST_LIMIT_MAX } from '../../../application/reporting/message-list.js';
import { messageStatuses } from '../../../domain/message/message-status.js';
import { ENDING_NUMBERS_MAX } from '../../../application/ports/message-search.js';
import { SEARCHED_DIGITS_MIN } from '../../../domain/contacts/searched-address.js';
import { AS_OF_HEADER } from './as-of-header.js';
import { answer, operation, query } from '../documentation/operation.js';
import { complete, itemsOf, nullable, text, time, uuid } from '../documentation/schema-parts.js';

export const moment = {
  type: 'string',
  description:
    'A time, to the minute at least, or a day: 2030-01-31T09:30Z, 2030-01-31T09:30, 2030-01-31.',
};
export const timeZone = query(
  'timeZone',
  'Of times and days without a zone, for example `Europe/London`. Without it days are UTC, and times need a zone.',
);
const range = [
  query('since', 'From this time on.', moment),
  query('until', 'Before this time.', moment),
  timeZone,
];

const address = (name: string, who: string): MethodDecorator =>
  query(
    name,
    `${who}: a number as people write it (\`+\` as %2B, 00, national with DEFAULT_COUNTRY), at least ` +
      `${SEARCHED_DIGITS_MIN} of its last digits, or an id or name. Last digits of more than ` +
      `${ENDING_NUMBERS_MAX} numbers are refused.`,
  );

/** The size of a page. */
export const limit = (most: number, usual = LIST_LIMIT_DEFAULT): MethodDecorator =>
  query('limit', 'Rows of a page.', { type: 'integer', minimum: 1, maximum: most, default: usual });

const paging = [
  limit(LIST_LIMIT_MAX),
  query('cursor', '`nextCursor` of the page before, with the same filters.'),
];

export const asOf = {
  description: 'How fresh the answer is.',
  ...complete({
    time: { ...nullable(time), description: 'Everything before is included.' },
    behindEvents: { type: 'integer' },
    behindSeconds: { type: 'number' },
  }),
};

/** Headers of exports and CSV. */
const fileHeaders = {
  [AS_OF_HEADER]: {
    description: 'Of exports and CSV: everything acknowledged before is included.',
    schema: time,
  },
  'Content-Disposition': {
    description: 'Of exports and CSV: a name for the file.',
    schema: text,
  },
};

const textOrNull = nullable(text);
const numberOrNull = nullable({ type: 'number' });

/** @param more fields that the page has beside its items */
export const pageOf = (items: object, more: Readonly<Record<string, object>> = {}) =>
  complete({ items: { type: 'array', items }, nextCursor: textOrNull, asOf, ...more });

/** A page of JSON, or all rows in another format. */
const pageOrExport = (row: object): MethodDecorator =>
  ApiResponse({
    status: 200,
    description: 'A page.',
    headers: fileHeaders,
    content: {
      'application/json': { schema: pageOf(row) },
      'text/csv': { schema: text },
      'application/x-ndjson': { schema: row },
    },
  });

/** Precision of each price; sums of prices are exact up to that limit too. */
const COST_PRECISION =
  'Decimal. Each price counts to eight decimals, half up; one beyond 90 million units does not count.';

const cost = {
  type: 'array',
  items: complete({ currency: text, amount: { type: 'string', description: COST_PRECISION } }),
};

export const listedMessage = complete({
  id: text,
  status: { enum: [...messageStatuses] },
  statusSince: time,
  final: { type: 'boolean' },
  contradicted: { type: 'boolean' },
  origin: { enum: ['waybill', 'external'] },
  to: text,
  from: text,
  channel: text,
  country: textOrNull,
  networkCode: textOrNull,
  errorCode: textOrNull,
  reference: textOrNull,
  segments: { type: 'integer' },
  attempts: { type: 'integer' },
  cost,
  createdAt: time,
  submittedAt: textOrNull,
  deliveredAt: textOrNull,
  timeToDeliveryMs: numberOrNull,
});

const timeToDelivery = {
  description: 'Percentiles are within 3.2 % of the true ones.',
  ...complete({
    measured: { type: 'integer', description: 'Messages whose time is known.' },
    implausible: {
      type: 'integer',
      description:
        'Messages delivered, by a carrier’s clock, before they were sent or after the report came. They are not measured.',
    },
    p50Ms: numberOrNull,
    p95Ms: numberOrNull,
    p99Ms: numberOrNull,
  }),
};

/** The filters of the message list, and its pages. */
export const messageFilters = [
  query(
    'status',
    `Where it stands now, one or several with commas between: ${messageStatuses.join(', ')}.`,
  ),
  address('to', 'Recipient'),
  address('from', 'Sender'),
  query('country', 'Of the recipient, ISO 3166-1 alpha-2.'),
  query('errorCode', 'Vonage’s code of the failure.'),
  query('channel', 'For example `sms`.'),
  query('messageUuid', 'Vonage’s `message_uuid` of any of its attempts.', uuid),
  query('reference', 'Exactly as it was given.', { type: 'string', maxLength: 500 }),
  query('inReplyTo', 'The `messageUuid` of the received message that they answer.', uuid),
  query('contradicted', 'A report denied its final status.', { type: 'boolean' }),
  ...range,
  ...paging,
];

export const DescribeMessageList = operation({
  tag: 'reporting',
  operationId: 'listMessages',
  summary: 'Messages, newest first',
  description:
    'A page of JSON; or, by `Accept: text/csv` or `application/x-ndjson`, all that match, without ' +
    '`limit` and `cursor`. A page may hold fewer than `limit` although there is more, when what ' +
    'matches is rare: only `nextCursor: null` says that there is no more.',
  parts: [...messageFilters, pageOrExport(listedMessage)],
});

export const DescribeTexts = operation({
  tag: 'reporting',
  operationId: 'listTexts',
  summary: 'The first words of several messages',
  description:
    'For a list on a screen; the whole text is in the message itself. Where a person in the window asks, that is recorded.',
  parts: [
    ApiQuery({
      name: 'ids',
      required: true,
      description: `1 to ${TEXTS_MAX} ids of messages, with commas between.`,
      schema: { type: 'string' },
    }),
    answer(
      'One for each id, in their order.',
      itemsOf(
        complete({
          id: text,
          text: {
            ...textOrNull,
            description: 'Null: no message has this id, it has no text, or it cannot be read.',
          },
        }),
      ),
    ),
  ],
});

export const DescribeDeliveryReport = operation({
  tag: 'reporting',
  operationId: 'getDeliveryReport',
  summary: 'Counts, shares, cost and times to delivery',
  description:
    'JSON, or CSV by `Accept: text/csv`. ' +
    `By \`hour\` it needs \`since\` and \`until\`, at most ${HOURLY_REPORT_DAYS_MAX} days apart. ` +
    `No report has more than ${REPORT_GROUPS_MAX} rows.`,
  parts: [
    query(
      'groupBy',
      `Any of ${reportDimensions.join(', ')}, separated by commas. Hours and days are of UTC, also with \`timeZone\`.`,
    ),
    query('country', 'Only messages to this country, ISO 3166-1 alpha-2.'),
    query('from', 'Only messages from this sender: a name, or a whole number as people write it.'),
    ...range,
    ApiResponse({
      status: 200,
      description: 'A row for each group. Whole hours are counted.',
      headers: fileHeaders,
      content: {
        'application/json': {
          schema: complete({
            groupBy: { type: 'array', items: { enum: [...reportDimensions] } },
            rows: {
              type: 'array',
              items: complete({
                group: { type: 'object', additionalProperties: textOrNull },
                messages: { type: 'integer' },
                byStatus: {
                  type: 'object',
                  additionalProperties: complete({
                    messages: { type: 'integer' },
                    share: { type: 'number' },
                  }),
                },
                deliveredShare: numberOrNull,
                unconfirmedShare: numberOrNull,
                deliveredByOperator: {
                  type: 'integer',
                  description:
                    'By the word of a person: counted in `byStatus`, and not in `deliveredShare`.',
                },
                contradictions: { type: 'integer' },
                segments: { type: 'integer' },
                cost,
                timeToDelivery,
              }),
            },
            asOf,
          }),
        },
        'text/csv': { schema: text },
      },
    }),
  ],
});

const confidenceRow = complete({
  country: textOrNull,
  networkCode: textOrNull,
  messages: { type: 'integer' },
  deliveredShare: numberOrNull,
  unconfirmedShare: numberOrNull,
  timeToDelivery,
  receipts: { enum: ['reliable', 'limited', 'unknown'] },
  basis: {
    enum: ['measured', 'hint'],
    description: 'A hint stands only where too little was measured.',
  },
  hint: { enum: ['reliable', 'limited', 'unknown'] },
});

export const DescribeConfidence = operation({
  tag: 'reporting',
  operationId: 'getReceiptConfidence',
  summary: 'Report the trust in receipts, by country and network',
  description:
    'Some networks report delivery that never happened, or never report it. `basis` says whether the rating is measured.',
  parts: [
    ...range,
    answer(
      'Measured shares and times, beside a rough hint.',
      complete({
        countries: { type: 'array', items: confidenceRow },
        networks: { type: 'array', items: confidenceRow },
        asOf,
      }),
    ),
  ],
});

export const inbound = complete({
  messageUuid: text,
  channel: text,
  from: text,
  to: text,
  messageType: text,
  text: textOrNull,
  keyword: textOrNull,
  segmentCount: nullable({ type: 'integer' }),
  networkCode: textOrNull,
  usage: nullable(complete({ currency: text, price: text })),
  occurredAt: time,
  claimedAt: {
    ...textOrNull,
    description:
      'Vonage’s own timestamp where it cannot be true; then `occurredAt` is the time of receipt.',
  },
  recordedAt: time,
});

export const DescribeInboundList = operation({
  tag: 'reporting',
  operationId: 'listInboundMessages',
  summary: 'Received messages, newest first',
  description:
    'Messages that people sent to our numbers: a page of JSON, where `nextCursor: null` says that there ' +
    'is no more; or, by `Accept: text/csv` or `application/x-ndjson`, all that match, without `limit` ' +
    'and `cursor`.',
  parts: [
    address('to', 'Our number'),
    address('from', 'Who wrote'),
    query('keyword', 'First word of the text, in any case.'),
    query(
      'text',
      'For a person in the window, who otherwise gets no texts: they are shown, and that is recorded. Programs always get them.',
      { enum: ['shown'] },
    ),
    ...range,
    ...paging,
    pageOrExport(inbound),
  ],
});

export const DescribeInbound = operation({
  tag: 'reporting',
  operationId: 'getInboundMessage',
  summary: 'One received message',
  description: 'By the `message_uuid` that Vonage gave to it.',
  parts: [
    ApiParam({ name: 'uuid', description: 'Vonage’s `message_uuid`, in any case.' }),
    answer(
      'The message.',
      complete({
        ...inbound.properties,
        answers: {
          type: 'array',
          description: 'The messages that answer it, newest first; at most 20.',
          items: complete({ id: text, status: { enum: [...messageStatuses] }, createdAt: time }),
        },
        asOf,
      }),
    ),
  ],
  problems: [400, 404],
});

export const DescribeStream = operation({
  tag: 'reporting',
  operationId: 'streamChanges',
  summary: 'Changes as they happen, server-sent events',
  description:
    'Resume with `Last-Event-ID`: no change is missing and none comes twice. Without it, the first ' +
    'thing sent is an id without data: where to resume before the first change.',
  parts: [
    query('after', 'Begin behind this position instead of now.'),
    ApiHeader({
      name: 'Last-Event-ID',
      required: false,
      description:
        'The last id that was received; browsers send it by themselves. Goes before `after`.',
      schema: text,
    }),
    ApiResponse({
      status: 200,
      description: 'Events, and a comment now and then to keep the connection open.',
      content: { 'text/event-stream': { schema: text } },
    }),
  ],
});

const quarantinedWebhook = complete({
  eventId: text,
  webhook: { enum: ['status', 'inbound'] },
  reason: text,
  receivedAt: time,
  sha256: textOrNull,
  stream: text,
  revision: text,
});

export const DescribeQuarantine = operation({
  tag: 'operations',
  operationId: 'listQuarantinedWebhooks',
  summary: 'Signed webhooks that were not understood',
  description:
    'Vonage signed them, so they are kept whole, with the reason why they could not be read. One that a replay has recorded is listed no more.',
  parts: [...paging, answer('A page.', pageOf(quarantinedWebhook))],
});

const parkedEvent = complete({
  projection: { enum: [...projectionNames] },
  eventId: text,
  eventType: text,
  stream: text,
  revision: text,
  position: text,
  recordedAt: text,
  error: text,
});

export const DescribeParked = operation({
  tag: 'operations',
  operationId: 'listParkedEvents',
  summary: 'Events that could not be projected, and why',
  description:
    'They are in the ledger and show in the message itself; lists and reports lack them until they are taken in.',
  parts: [
    answer(
      'Counts by projection, and the first of them.',
      complete({
        items: { type: 'array', items: parkedEvent },
        counts: { type: 'object', additionalProperties: { type: 'integer' } },
      }),
    ),
  ],
});

export const DescribeRetry = operation({
  tag: 'operations',
  operationId: 'retryParkedEvents',
  summary: 'Try parked events again',
  description: 'After the cause is mended. Events that still cannot be projected stay parked.',
  parts: [
    answer(
      'What became of it.',
      complete({ streams: { type: 'integer' }, stillParked: { type: 'integer' } }),
    ),
  ],
  problems: [],
});
