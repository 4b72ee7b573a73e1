import type { Shape } from '../callbacks/shapes.js';

/** The words of Vonage's status callbacks; a story may also use a word that Vonage never sends. */
export type CallbackStatus =
  'submitted' | 'delivered' | 'read' | 'rejected' | 'undeliverable' | (string & {});

export type Signing =
  | 'signed'
  /** No Authorization header: Vonage admits that this happens. */
  | 'unsigned'
  /** The first attempt is unsigned, every retry is signed. */
  | 'unsigned-first'
  /** Signed with a secret that is not the account's. */
  | 'wrong-secret'
  /** A valid signature over the hash of another body. */
  | 'wrong-hash';

export interface SegmentPlan {
  readonly status: string;
  readonly errorCode?: string;
}

/** One status callback of a story. Times count from acceptance and are multiplied by the scale. */
export interface PlannedCallback {
  readonly status: CallbackStatus;
  /** The time of sending. Callbacks of one story are first tried in the order of their list. */
  readonly afterMs: number;
  /** The time that the callback states, if it differs from the time of sending. */
  readonly occurredAfterMs?: number;
  /** The error code of a failure, for example `1170`. */
  readonly code?: string;
  readonly shape?: Shape;
  readonly signing?: Signing;
  /** Sent when the message's `ttl` expires; without a `ttl`, `afterMs` applies. */
  readonly atExpiry?: boolean;
  /** The number of byte-identical copies that are sent at the same moment. */
  readonly copies?: number;
  /** Sent at the same time as the callback before it, without waiting for the answer to that one. */
  readonly together?: boolean;
  readonly segments?: readonly SegmentPlan[];
  /** Replaces fields of the body; null removes one. */
  readonly fields?: Readonly<Record<string, unknown>>;
}

/** The answer of `POST /v1/messages`. Only the first four kinds accept the message. */
export type Answer =
  | {
      readonly kind: 'accepted';
      readonly afterMs?: number;
      readonly body?: 'json' | 'slow' | 'empty' | 'text' | 'without-uuid';
    }
  /** The 202 is written after every callback has been answered. */
  | { readonly kind: 'accepted-last' }
  | { readonly kind: 'accepted-reset' }
  | { readonly kind: 'accepted-silence' }
  | { readonly kind: 'reset' }
  | { readonly kind: 'silence' }
  | { readonly kind: 'refused'; readonly status: RefusalStatus; readonly body?: 'problem' | 'html' }
  | { readonly kind: 'redirect'; readonly status: 302 | 307 };

export const refusalStatuses = [401, 402, 403, 404, 422, 429, 500, 502, 503, 504] as const;
export type RefusalStatus = (typeof refusalStatuses)[number];

export interface Story {
  readonly answer: Answer;
  readonly callbacks: readonly PlannedCallback[];
}

export interface NamedStory extends Story {
  /** Three digits: a recipient that ends in 980 and these digits chooses the story. */
  readonly digits: string;
  readonly tells: string;
  /** Applies to this many first messages to a number; the next message is delivered, then the count restarts. */
  readonly firstMessages?: number;
}

const SUBMITTED_AFTER_MS = 400;
const FINAL_AFTER_MS = 2_500;
/** Longer than a client that waits half an hour for a receipt. */
const LATE_AFTER_MS = 45 * 60 * 1_000;
/** Vonage gives up on a receipt after 72 h, unless the message has its own `ttl`. */
const EXPIRED_AFTER_MS = 72 * 60 * 60 * 1_000;
const SLOW_ANSWER_MS = 20_000;

const accepted: Answer = { kind: 'accepted' };

const submitted: PlannedCallback = { status: 'submitted', afterMs: SUBMITTED_AFTER_MS };
const delivered: PlannedCallback = { status: 'delivered', afterMs: FINAL_AFTER_MS };
const failed = (status: 'rejected' | 'undeliverable', code: string): PlannedCallback => ({
  status,
  code,
  afterMs: FINAL_AFTER_MS,
});
const wasDelivered = [submitted, delivered];

/** A story whose send is answered by a plain 202, unless another answer is given. */
const story = (
  digits: string,
  tells: string,
  callbacks: readonly PlannedCallback[],
  answer: Answer = accepted,
): NamedStory => ({ digits, tells, answer, callbacks });

const refusal = (
  status: RefusalStatus,
  tells: string,
  body: 'problem' | 'html' = 'problem',
): NamedStory => story(String(status), tells, [], { kind: 'refused', status, body });

const shaped = (
  digits: string,
  shape: Shape,
  tells: string,
  last: PlannedCallback = delivered,
): NamedStory =>
  story(digits, tells, [
    { ...submitted, shape },
    { ...last, shape },
  ]);

/** All behaviours that the sandbox offers for a message. `GET /sandbox` lists them. */
export const stories = {
  delivered: story('000', 'Submitted, then delivered.', wasDelivered),
  'no-receipt': story('001', 'Submitted, and then nothing is ever heard of it.', [submitted]),
  rejected: story(
    '002',
    'Submitted, then rejected (1280, blocked by the carrier; any other code by 99CCCC).',
    [submitted, failed('rejected', '1280')],
  ),
  undeliverable: story(
    '003',
    'Undeliverable (1260, destination unreachable; any other code by 97CCCC).',
    [failed('undeliverable', '1260')],
  ),
  'out-of-order': story(
    '004',
    'Delivered arrives first; the submitted that preceded it arrives afterwards.',
    [
      delivered,
      { ...submitted, afterMs: FINAL_AFTER_MS + 500, occurredAfterMs: SUBMITTED_AFTER_MS },
    ],
  ),
  duplicated: story(
    '005',
    'Each callback is sent twice at the same moment, byte for byte the same.',
    wasDelivered.map((callback) => ({ ...callback, copies: 2 })),
  ),
  contradicted: story('006', 'Delivered, and then rejected (1330).', [
    ...wasDelivered,
    { ...failed('rejected', '1330'), afterMs: FINAL_AFTER_MS + 1_500 },
  ]),
  'before-accepted': story(
    '007',
    'Submitted and delivered arrive and are answered before the 202 is written.',
    [
      { ...submitted, afterMs: 0 },
      { ...delivered, afterMs: 100 },
    ],
    { kind: 'accepted-last' },
  ),
  'slow-accepted': story(
    '008',
    'The 202 comes after 20 s; the callbacks come when they are due, before it.',
    wasDelivered,
    { kind: 'accepted', afterMs: SLOW_ANSWER_MS },
  ),
  'accepted-reset': story(
    '009',
    'The message is taken, but the connection is reset instead of a 202; callbacks come.',
    wasDelivered,
    { kind: 'accepted-reset' },
  ),
  'unsigned-first': story(
    '010',
    'The first try of each callback has no signature; a 5xx brings a signed retry.',
    wasDelivered.map((callback) => ({ ...callback, signing: 'unsigned-first' })),
  ),
  'multi-segment': story('011', 'Delivered, with the result of each of two or more segments.', [
    submitted,
    { ...delivered, segments: [{ status: 'delivered' }, { status: 'delivered' }] },
  ]),
  'segment-timeout': story(
    '012',
    'Rejected with 1490: one segment was delivered, the fate of the other is unknown.',
    [
      submitted,
      {
        ...failed('rejected', '1490'),
        segments: [{ status: 'delivered' }, { status: 'rejected', errorCode: '1230' }],
      },
    ],
  ),
  'late-delivery': story('013', 'Delivered, but 45 minutes after it was sent.', [
    submitted,
    { ...delivered, afterMs: LATE_AFTER_MS },
  ]),
  expired: story(
    '014',
    'Rejected with 1360 when the message expires: after its `ttl`, or after 72 hours.',
    [submitted, { ...failed('rejected', '1360'), afterMs: EXPIRED_AFTER_MS, atExpiry: true }],
  ),
  read: story('015', 'Submitted, delivered, read.', [
    ...wasDelivered,
    { status: 'read', afterMs: FINAL_AFTER_MS + 1_500 },
  ]),
  'read-only': story('016', 'Submitted, then read, and never delivered.', [
    submitted,
    { status: 'read', afterMs: FINAL_AFTER_MS },
  ]),
  'delivered-only': story('017', 'Delivered; submitted never comes.', [delivered]),
  'rejected-then-delivered': story('018', 'Rejected (1330), and then delivered after all.', [
    submitted,
    failed('rejected', '1330'),
    { ...delivered, afterMs: FINAL_AFTER_MS + 1_500 },
  ]),
  sparse: story(
    '019',
    'Delivered, with no field that Vonage does not require.',
    wasDelivered.map((callback) => ({ ...callback, shape: 'sparse' })),
  ),
  'accepted-silence': story(
    '020',
    'The message is taken, but the request is never answered; callbacks come.',
    wasDelivered,
    { kind: 'accepted-silence' },
  ),
  silence: story('021', 'The request is never answered and the message is not taken.', [], {
    kind: 'silence',
  }),
  reset: story('022', 'The connection is reset and the message is not taken.', [], {
    kind: 'reset',
  }),
  'slow-body': story(
    '023',
    '202 at once, but the rest of its body comes after 20 s.',
    wasDelivered,
    { kind: 'accepted', body: 'slow' },
  ),
  'empty-body': story('024', '202 with an empty body.', wasDelivered, {
    kind: 'accepted',
    body: 'empty',
  }),
  'text-body': story('025', '202 with a body of text/plain.', wasDelivered, {
    kind: 'accepted',
    body: 'text',
  }),
  'body-without-uuid': story('026', '202 with JSON that holds no `message_uuid`.', wasDelivered, {
    kind: 'accepted',
    body: 'without-uuid',
  }),
  'rejected-once': {
    ...story(
      '030',
      'The first message to a number is rejected as throttled (1000), the next is delivered.',
      [submitted, failed('rejected', '1000')],
    ),
    firstMessages: 1,
  },
  'rejected-twice': {
    ...story(
      '031',
      'The first two messages to a number are rejected (1331), the next is delivered.',
      [submitted, failed('rejected', '1331')],
    ),
    firstMessages: 2,
  },
  'numeric-title': shaped(
    '101',
    'numeric-title',
    'Rejected; `error.title` is a number.',
    failed('rejected', '1260'),
  ),
  'nested-error': shaped(
    '102',
    'nested-error',
    'Rejected; the error is nested a second time, in `error.error`.',
    failed('rejected', '1260'),
  ),
  'olympus-type': shaped(
    '103',
    'olympus-type',
    'Rejected; `error.type` is of the older form `…/messages-olympus#CCCC`.',
    failed('rejected', '1260'),
  ),
  'total-count': shaped('104', 'total-count', 'Delivered; `sms.total_count`, not `count_total`.'),
  'workflow-item-number': shaped(
    '105',
    'workflow-item-number',
    'Delivered; the workflow is `{id, item_number, total_items}`.',
  ),
  'workflow-items-total': shaped(
    '106',
    'workflow-items-total',
    'Delivered; the workflow is `{id, item_number, items_total}`.',
  ),
  'unknown-keys': shaped('107', 'unknown-keys', 'Delivered; with fields that nobody knows.'),
  'v0.1': shaped(
    '108',
    'v0.1',
    'Rejected; the body has the older v0.1 form.',
    failed('rejected', '1300'),
  ),
  'timestamp-milliseconds': shaped(
    '109',
    'timestamp-milliseconds',
    'Delivered; the timestamp has milliseconds.',
  ),
  'timestamp-words': shaped(
    '110',
    'timestamp-words',
    'Delivered; the timestamp is `2020-01-01 14:00:00 UTC`.',
  ),
  escaped: shaped('111', 'escaped', 'Delivered; the JSON is written with \\u escapes and `\\/`.'),
  'unknown-status': story(
    '112',
    'Submitted, then a status word that no specification lists, then delivered.',
    [submitted, { status: 'buffered', afterMs: 1_500 }, delivered],
  ),
  'legacy-receipt': shaped(
    '113',
    'legacy-receipt',
    'Receipts of the old SMS API, as an account with the wrong default setting sends them.',
  ),
  'not-json': shaped('114', 'not-json', 'Callbacks that are signed but are not JSON.'),
  redirect: story('302', '302 to an address that answers 302 again.', [], {
    kind: 'redirect',
    status: 302,
  }),
  'redirect-once': {
    ...story('307', '307 back to the same place, where the message is then delivered.', [], {
      kind: 'redirect',
      status: 307,
    }),
    firstMessages: 1,
  },
  unauthorized: refusal(401, '401, although the credentials are right.'),
  'low-balance': refusal(402, '402, the account has no money left.'),
  forbidden: refusal(403, '403, the account may not do this.'),
  'invalid-params': refusal(422, '422, although nothing is wrong with the request.'),
  throttled: {
    ...refusal(429, '429 twice with Retry-After; the third is delivered.'),
    firstMessages: 2,
  },
  'always-throttled': { ...refusal(429, '429 with Retry-After, always.'), digits: '430' },
  'internal-error': refusal(500, '500 with a page of HTML.', 'html'),
  'internal-error-problem': { ...refusal(500, '500 with a problem document.'), digits: '501' },
  'bad-gateway': refusal(502, '502 with a page of HTML.', 'html'),
  unavailable: refusal(503, '503.'),
  'unavailable-once': {
    ...refusal(503, '503 once; the second is delivered.'),
    digits: '530',
    firstMessages: 1,
  },
  'gateway-timeout': refusal(504, '504 with a page of HTML.', 'html'),
} as const satisfies Readonly<Record<string, NamedStory>>;

/** `mixed` is a weighted draw among the stories, see `story-choice.ts`. */
export type StoryName = keyof typeof stories | 'mixed';

export const storyNames = [...Object.keys(stories), 'mixed'] as readonly StoryName[];

export const isStoryName = (value: unknown): value is StoryName =>
  typeof value === 'string' && (storyNames as readonly string[]).includes(value);

/** Rejected or undeliverable with a code of the caller's choice. */
export const failedWith = (status: 'rejected' | 'undeliverable', code: string): Story => ({
  answer: accepted,
  callbacks: status === 'rejected' ? [submitted, failed(status, code)] : [failed(status, code)],
});
