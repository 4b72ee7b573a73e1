import { SEED_MAX, type AdjustableSettings } from '../options.js';
import type { InboundRequest } from '../callbacks/inbound-callback.js';
import type { StatusRequest, StoryRequest } from './operations.js';
import {
  boolean,
  integer,
  isJsonObject,
  listOf,
  matching,
  nullable,
  number,
  object,
  oneOf,
  optional,
  strictObject,
  text,
  webAddress,
  type Fault,
  type Rule,
} from '../validation/rules.js';
import { shapeNames } from '../callbacks/shapes.js';
import { refusalStatuses, storyNames, type StoryName } from '../stories/stories.js';

/** The parsed request to a control route, or all of its faults. */
export type Read<Request> =
  | { readonly kind: 'read'; readonly request: Request }
  | { readonly kind: 'faulty'; readonly faults: readonly Fault[] };

const CALLBACKS_MAX = 100;
const COPIES_MAX = 100;
const AFTER_MS_MAX = 7 * 24 * 60 * 60 * 1_000;

const errorCode = matching(/^\d{4}$/, 'must be four digits');
const afterMs = number(0, AFTER_MS_MAX);
const anyFields = object({});
const signing = oneOf('signed', 'unsigned', 'unsigned-first', 'wrong-secret', 'wrong-hash');

const segments = listOf(strictObject({ status: text(), errorCode: optional(errorCode) }), {
  min: 1,
  max: CALLBACKS_MAX,
});

const howToSend = {
  shape: optional(oneOf(...shapeNames)),
  signing: optional(signing),
  copies: optional(integer(1, COPIES_MAX)),
  fields: optional(anyFields),
};

const plannedCallback = strictObject({
  status: text(),
  afterMs,
  occurredAfterMs: optional(afterMs),
  code: optional(errorCode),
  atExpiry: optional(boolean),
  together: optional(boolean),
  segments: optional(segments),
  ...howToSend,
});

const statusOneOf =
  (statuses: readonly number[]): Rule =>
  (value, name) =>
    statuses.includes(Number(value)) && typeof value === 'number'
      ? []
      : [{ name, reason: `must be one of ${statuses.join(', ')}` }];

const answerFields: Readonly<Record<string, Readonly<Record<string, Rule>>>> = {
  accepted: {
    afterMs: optional(afterMs),
    body: optional(oneOf('json', 'slow', 'empty', 'text', 'without-uuid')),
  },
  'accepted-last': {},
  'accepted-reset': {},
  'accepted-silence': {},
  reset: {},
  silence: {},
  refused: { status: statusOneOf(refusalStatuses), body: optional(oneOf('problem', 'html')) },
  redirect: { status: statusOneOf([302, 307]) },
};

const answer: Rule = (value, name) => {
  const kind = isJsonObject(value) ? String(value['kind']) : '';
  return strictObject({ kind: oneOf(...Object.keys(answerFields)), ...answerFields[kind] })(
    value,
    name,
  );
};

const story = oneOf(...storyNames);

const storyRequest = strictObject({
  to: optional(text()),
  uses: optional(nullable(integer(1, 1_000_000))),
  story: optional(story),
  code: optional(errorCode),
  answer: optional(answer),
  callbacks: optional(listOf(plannedCallback, { max: CALLBACKS_MAX })),
});

const statusRequest = strictObject({
  status: text(),
  message_uuid: optional(text()),
  client_ref: optional(text()),
  channel: optional(text()),
  to: optional(text()),
  from: optional(text({ min: 0 })),
  timestamp: optional(text()),
  code: optional(errorCode),
  segments: optional(segments),
  url: optional(webAddress),
  raw: optional(text({ min: 0 })),
  ...howToSend,
});

const inboundRequest = strictObject({
  from: text(),
  to: text(),
  text: text({ min: 0 }),
  channel: optional(text()),
  message_uuid: optional(text()),
  timestamp: optional(text()),
  url: optional(webAddress),
  raw: optional(text({ min: 0 })),
  ...howToSend,
});

const settingsRequest = strictObject({
  statusUrl: optional(nullable(webAddress)),
  inboundUrl: optional(nullable(webAddress)),
  requestsPerSecond: optional(nullable(integer(1, SEED_MAX))),
  signatureSecret: optional(text()),
  defaultStory: optional(story),
  failoverMessageUuid: optional(oneOf('own', 'shared')),
  repeatToken: optional(boolean),
});

/** The two ways to name a story exclude each other, and one of them is required. */
export function readStoryRequest(body: unknown): Read<StoryRequest> {
  const read = readBy<StoryRequest>(storyRequest, body);
  if (read.kind === 'faulty') return read;
  const { story: name, code, answer: own, callbacks } = read.request;
  const faults: Fault[] = [];
  if (name === undefined && own === undefined && callbacks === undefined) {
    faults.push({ name: 'story', reason: 'is required, unless there are `answer` or `callbacks`' });
  }
  if (name !== undefined && (own !== undefined || callbacks !== undefined)) {
    faults.push({ name: 'story', reason: 'excludes `answer` and `callbacks`' });
  }
  if (code !== undefined && !takesCode(name)) {
    faults.push({ name: 'code', reason: 'needs the story `rejected` or `undeliverable`' });
  }
  return faults.length === 0 ? read : { kind: 'faulty', faults };
}

const takesCode = (name: StoryName | undefined): boolean =>
  name === 'rejected' || name === 'undeliverable';

export const readStatusRequest = (body: unknown): Read<StatusRequest> =>
  readBy(statusRequest, body);

export const readInboundRequest = (body: unknown): Read<InboundRequest> =>
  readBy(inboundRequest, body);

export const readSettingsRequest = (body: unknown): Read<Partial<AdjustableSettings>> =>
  readBy(settingsRequest, body);

/** Validates the body by the rule; the type holds because the rule found no fault. */
function readBy<Request>(rule: Rule, body: unknown): Read<Request> {
  const faults = rule(body, '');
  return faults.length === 0
    ? { kind: 'read', request: body as Request }
    : { kind: 'faulty', faults };
}
