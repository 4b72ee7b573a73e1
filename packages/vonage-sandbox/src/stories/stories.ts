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

const refusal = (
  status: RefusalStatus,
  tells: string,
  body: 'problem' | 'html' = 'problem',
): NamedStory => ({
  digits: String(status),
  tells,
  answer: { kind: 'refused', status, body },
  callbacks: [],
});

const shaped = (
  digits: string,
  shape: Shape,
  tells: string,
  last: PlannedCallback = delivered,
): NamedStory => ({
  digits,
  tells,
  answer: accepted,
  callbacks: [
    { ...submitted, shape },
    { ...last, shape },
  ],
});

/** All behaviours that the sandbox offers for a message. `GET /sandbox` lists them. */
export const stories = {
  delivered: {
    digits: '000',
    tells: 'Submitted, then delivered.',
    answer: accepted,
    callbacks: wasDelivered,
  },
  'no-receipt': {
    digits: '001',
    tells: 'Submitted, and then nothing is ever heard of it.',
    answer: accepted,
    callbacks: [submitted],
  },
  rejected: {
    digits: '002',
    tells: 'Submitted, then rejected (1280, blocked by the carrier; any other code by 99CCCC).',
    answer: accepted,
    callbacks: [submitted, failed('rejected', '1280')],
  },
  undeliverable: {
    digits: '003',
    tells: 'Undeliverable (1260, destination unreachable; any other code by 97CCCC).',
    answer: accepted,
    callbacks: [failed('undeliverable', '1260')],
  },
  'out-of-order': {
    digits: '004',
    tells: 'Delivered arrives first; the submitted that preceded it arrives afterwards.',
    answer: accepted,
    callbacks: [
      delivered,
      { ...submitted, afterMs: FINAL_AFTER_MS + 500, occurredAfterMs: SUBMITTED_AFTER_MS },
    ],
  },
  duplicated: {
    digits: '005',
    tells: 'Each callback is sent twice at the same moment, byte for byte the same.',
    answer: accepted,
    callbacks: wasDelivered.map((callback) => ({ ...callback, copies: 2 })),
  },
  contradicted: {
    digits: '006',
    tells: 'Delivered, and then rejected (1330).',
    answer: accepted,
    callbacks: [
      ...wasDelivered,
      { ...failed('rejected', '1330'), afterMs: FINAL_AFTER_MS + 1_500 },
    ],
  },
  'before-accepted': {
    digits: '007',
    tells: 'Submitted and delivered arrive and are answered before the 202 is written.',
    answer: { kind: 'accepted-last' },
    callbacks: [
      { ...submitted, afterMs: 0 },
      { ...delivered, afterMs: 100 },
    ],
  },
  'slow-accepted': {
    digits: '008',
    tells: 'The 202 comes after 20 s; the callbacks come when they are due, before it.',
    answer: { kind: 'accepted', afterMs: SLOW_ANSWER_MS },
    callbacks: wasDelivered,
  },
  'accepted-reset': {
    digits: '009',
    tells: 'The message is taken, but the connection is reset instead of a 202; callbacks come.',
    answer: { kind: 'accepted-reset' },
    callbacks: wasDelivered,
  },
  'unsigned-first': {
    digits: '010',
    tells: 'The first try of each callback has no signature; a 5xx brings a signed retry.',
    answer: accepted,
    callbacks: wasDelivered.map((callback) => ({ ...callback, signing: 'unsigned-first' })),
  },
  'multi-segment': {
    digits: '011',
    tells: 'Delivered, with the result of each of two or more segments.',
    answer: accepted,
    callbacks: [
      submitted,
      { ...delivered, segments: [{ status: 'delivered' }, { status: 'delivered' }] },
    ],
  },
  'segment-timeout': {
    digits: '012',
    tells: 'Rejected with 1490: one segment was delivered, the fate of the other is unknown.',
    answer: accepted,
    callbacks: [
      submitted,
      {
        ...failed('rejected', '1490'),
        segments: [{ status: 'delivered' }, { status: 'rejected', errorCode: '1230' }],
      },
    ],
  },
  'late-delivery': {
    digits: '013',
    tells: 'Delivered, but 45 minutes after it was sent.',
    answer: accepted,
    callbacks: [submitted, { ...delivered, afterMs: LATE_AFTER_MS }],
  },
  expired: {
    digits: '014',
    tells: 'Rejected with 1360 when the message expires: after its `ttl`, or after 72 hours.',
    answer: accepted,
    callbacks: [
      submitted,
      { ...failed('rejected', '1360'), afterMs: EXPIRED_AFTER_MS, atExpiry: true },
    ],
  },
  read: {
    digits: '015',
    tells: 'Submitted, delivered, read.',
    answer: accepted,
    callbacks: [...wasDelivered, { status: 'read', afterMs: FINAL_AFTER_MS + 1_500 }],
  },
  'read-only': {
    digits: '016',
    tells: 'Submitted, then read, and never delivered.',
    answer: accepted,
    callbacks: [submitted, { status: 'read', afterMs: FINAL_AFTER_MS }],
  },
  'delivered-only': {
    digits: '017',
    tells: 'Delivered; submitted never comes.',
    answer: accepted,
    callbacks: [delivered],
  },
  'rejected-then-delivered': {
    digits: '018',
    tells: 'Rejected (1330), and then delivered after all.',
    answer: accepted,
    callbacks: [
      submitted,
      failed('rejected', '1330'),
      { ...delivered, afterMs: FINAL_AFTER_MS + 1_500 },
    ],
  },
  sparse: {
    digits: '019',
    tells: 'Delivered, with no field that Vonage does not require.',
    answer: accepted,
    callbacks: wasDelivered.map((callback) => ({ ...callback, shape: 'sparse' })),
  },
  'accepted-silence': {
    digits: '020',
    tells: 'The message is taken, but the request is never answered; callbacks come.',
    answer: { kind: 'accepted-silence' },
    callbacks: wasDelivered,
  },
  silence: {
    digits: '021',
    tells: 'The request is never answered and the message is not taken.',
    answer: { kind: 'silence' },
    callbacks: [],
  },
  reset: {
    digits: '022',
    tells: 'The connection is reset and the message is not taken.',
    answer: { kind: 'reset' },
    callbacks: [],
  },
  'slow-body': {
    digits: '023',
    tells: '202 at once, but the rest of its body comes after 20 s.',
    answer: { kind: 'accepted', body: 'slow' },
    callbacks: wasDelivered,
  },
  'empty-body': {
    digits: '024',
    tells: '202 with an empty body.',
    answer: { kind: 'accepted', body: 'empty' },
    callbacks: wasDelivered,
  },
  'text-body': {
    digits: '025',
    tells: '202 with a body of text/plain.',
    answer: { kind: 'accepted', body: 'text' },
    callbacks: wasDelivered,
  },
  'body-without-uuid': {
    digits: '026',
    tells: '202 with JSON that holds no `message_uuid`.',
    answer: { kind: 'accepted', body: 'without-uuid' },
    callbacks: wasDelivered,
  },
  'rejected-once': {
    digits: '030',
    tells: 'The first message to a number is rejected as throttled (1000), the next is delivered.',
    firstMessages: 1,
    answer: accepted,
    callbacks: [submitted, failed('rejected', '1000')],
  },
  'rejected-twice': {
    digits: '031',
    tells: 'The first two messages to a number are rejected (1331), the next is delivered.',
    firstMessages: 2,
    answer: accepted,
    callbacks: [submitted, failed('rejected', '1331')],
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
  'unknown-status': {
    digits: '112',
    tells: 'Submitted, then a status word that no specification lists, then delivered.',
    answer: accepted,
    callbacks: [submitted, { status: 'buffered', afterMs: 1_500 }, delivered],
  },
  'legacy-receipt': shaped(
    '113',
    'legacy-receipt',
    'Receipts of the old SMS API, as an account with the wrong default setting sends them.',
  ),
  'not-json': shaped('114', 'not-json', 'Callbacks that are signed but are not JSON.'),
  redirect: {
    digits: '302',
    tells: '302 to an address that answers 302 again.',
    answer: { kind: 'redirect', status: 302 },
    callbacks: [],
  },
  'redirect-once': {
    digits: '307',
    tells: '307 back to the same place, where the message is then delivered.',
    firstMessages: 1,
    answer: { kind: 'redirect', status: 307 },
    callbacks: [],
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
