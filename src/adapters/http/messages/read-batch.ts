import { furtherFaults, InvalidRequest, type Fault } from '../../../application/errors.js';
import type { SoundMessage } from '../../../application/sending/compose-request.js';
import { priorities, type Priority } from '../../../domain/message/priority.js';
import { JsonRanges } from '../bodies/json-ranges.js';
import { parseJson } from '../bodies/json-text.js';
import { BODY_BYTES_MAX } from '../bodies/takes-body.js';
import type { FaultRoom } from '../problems/fault-room.js';
import { HttpProblem } from '../problems/http-problem.js';
import { toProblem, type Problem } from '../problems/problem.js';
import { loopTurns } from '../turns/loop-turns.js';
import { UNKNOWN_FIELDS_NAMED_MAX, unknownField } from '../validate.js';

const BATCH_MESSAGES_MAX = 1_000;

/** One message of a batch, or its faults. */
export type ReadItem =
  { readonly message: SoundMessage; readonly problem?: undefined } | { readonly problem: Problem };

/** The messages of a body, and the faults of the body as a whole. */
export interface ReadBatch {
  readonly items: readonly ReadItem[];
  readonly faults: readonly Fault[];
}

/** The lane of all messages that name none. Undefined when the body names none either; null is as if absent. */
function readPriority(bytes: Buffer, faults: Fault[]): Priority | undefined {
  const value = parseJson(bytes);
  if (value === null) return undefined;
  const priority = priorities.find((one) => one === value);
  if (priority !== undefined) return priority;
  const detail = `priority must be one of ${priorities.join(', ')}`;
  faults.push({ pointer: '/priority', detail });
  return undefined;
}

function withPriority(item: ReadItem, priority: Priority): ReadItem {
  if (item.problem !== undefined || item.message.draft.priority !== undefined) return item;
  return { message: { ...item.message, request: { ...item.message.request, priority } } };
}

/**
 * Reads `{"messages": […], "priority"?}` message by message, so that a body of megabytes does not block the event loop. Nothing is
 * sent before the whole body was read.
 * @param messageOf reads one message; @throws InvalidRequest
 * @param room for the faults of all messages
 * @throws HttpProblem 400 when the body is not JSON, 413 when one message alone is too large
 */
export async function readBatch(
  bytes: Buffer,
  messageOf: (message: unknown) => SoundMessage,
  room: FaultRoom,
): Promise<ReadBatch> {
  const text = new JsonRanges(bytes, BODY_BYTES_MAX);
  const faults: Fault[] = [];
  if (!text.isObject()) {
    return { items: [], faults: [{ pointer: '', detail: 'The body must be a JSON object.' }] };
  }
  let items: ReadItem[] | undefined;
  let priority: Priority | undefined;
  let unknownFields = 0;
  for (const nameBytes of text.names()) {
    const name = parseJson(nameBytes) as string;
    if (name === 'priority') {
      priority = readPriority(text.value(), faults);
    } else if (name !== 'messages') {
      unknownFields += 1;
      if (unknownFields <= UNKNOWN_FIELDS_NAMED_MAX) faults.push(unknownField('', name));
      text.value();
    } else if (items === undefined) {
      items = await readMessages(text, messageOf, { room, faults });
    } else {
      throw new HttpProblem(400, 'The body has `messages` twice.');
    }
    await loopTurns.giveWay();
  }
  text.end();
  if (unknownFields > UNKNOWN_FIELDS_NAMED_MAX) {
    faults.push({ detail: furtherFaults(unknownFields - UNKNOWN_FIELDS_NAMED_MAX) });
  }
  if (items === undefined) faults.push(faultOfMessages('is missing'));
  const lane = priority;
  const inLane = lane === undefined ? items : items?.map((item) => withPriority(item, lane));
  return { items: inLane ?? [], faults };
}

async function readMessages(
  text: JsonRanges,
  messageOf: (message: unknown) => SoundMessage,
  { room, faults }: { room: FaultRoom; faults: Fault[] },
): Promise<ReadItem[]> {
  const items: ReadItem[] = [];
  if (!text.isArray()) {
    parseJson(text.value());
    faults.push(faultOfMessages('must be an array'));
    return items;
  }
  let count = 0;
  for (const item of text.items()) {
    count += 1;
    if (count <= BATCH_MESSAGES_MAX) items.push(readItem(item, messageOf, room));
    await loopTurns.giveWay();
  }
  if (count === 0) faults.push(faultOfMessages('must be one message at least'));
  if (count > BATCH_MESSAGES_MAX) {
    faults.push(faultOfMessages(`must be ${BATCH_MESSAGES_MAX} messages at most`));
  }
  return items;
}

function readItem(
  bytes: Buffer,
  messageOf: (message: unknown) => SoundMessage,
  room: FaultRoom,
): ReadItem {
  const message = parseJson(bytes);
  try {
    return { message: messageOf(message) };
  } catch (error) {
    if (!(error instanceof InvalidRequest)) throw error;
    return { problem: toProblem(error, room) };
  }
}

const faultOfMessages = (predicate: string): Fault => ({
  pointer: '/messages',
  detail: `messages ${predicate}`,
});
