import type { ValidateFunction } from 'ajv';
import type { InboundRequest } from '../callbacks/inbound-callback.js';
import type { AdjustableSettings } from '../options.js';
import type { StoryName } from '../stories/stories.js';
import { errorsOf, faultsOf, type Fault } from '../validation/faults.js';
import * as validators from '../validation/validators.js';
import type { StatusRequest, StoryRequest } from './operations.js';

/** The parsed request to a control route, or all of its faults. */
export type Read<Request> =
  | { readonly kind: 'read'; readonly request: Request }
  | { readonly kind: 'faulty'; readonly faults: readonly Fault[] };

/** The two ways to name a story exclude each other, and one of them is required. */
export function readStoryRequest(body: unknown): Read<StoryRequest> {
  const read = readBy<StoryRequest>(validators.storyRequest, body);
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
  readBy(validators.statusRequest, body);

export const readInboundRequest = (body: unknown): Read<InboundRequest> =>
  readBy(validators.inboundRequest, body);

export const readSettingsRequest = (body: unknown): Read<Partial<AdjustableSettings>> =>
  readBy(validators.settingsRequest, body);

/** A body without errors has the type that its schema describes. */
function readBy<Request>(validate: ValidateFunction, body: unknown): Read<Request> {
  const errors = errorsOf(validate, body);
  return errors.length === 0
    ? { kind: 'read', request: body as Request }
    : { kind: 'faulty', faults: faultsOf(errors) };
}
