import { invalidMessageType, invalidParams, unsupportedChannel, type Problem } from './problems.js';
import {
  isJsonObject,
  listOf,
  object,
  oneOf,
  optional,
  type Fault,
  type Rule,
} from '../validation/rules.js';
import { channels, fieldsOf, messageTypesOf } from './send-request-schema.js';

/**
 * Null when Vonage would take the request. An unknown channel or message type has its own problem,
 * because nothing else can be checked without them; all other faults are named together.
 */
export function validateSendRequest(body: unknown): Problem | null {
  if (isJsonObject(body)) {
    const { channel, message_type: messageType } = body;
    if (typeof channel === 'string') {
      if (!channels.includes(channel)) return unsupportedChannel();
      if (typeof messageType === 'string' && !messageTypesOf(channel).includes(messageType)) {
        return invalidMessageType();
      }
    }
  }
  const faults = [...message(body, ''), ...failover(body)];
  return faults.length === 0 ? null : invalidParams(faults);
}

/** One complete message; those of a failover are no different, except that they hold no failover. */
const message: Rule = (value, name) => {
  const { channel, message_type: messageType } = isJsonObject(value) ? value : {};
  const known = typeof channel === 'string' && channels.includes(channel) ? channel : null;
  return object({
    channel: oneOf(...channels),
    message_type: known === null ? anyWord : oneOf(...messageTypesOf(known)),
    ...(known === null ? partiesOf : fieldsOf(known, String(messageType))),
  })(value, name);
};

const anyWord: Rule = oneOf(...new Set(channels.flatMap(messageTypesOf)));

/** Without a channel nobody knows what a party looks like, only that there must be two. */
const partiesOf = {
  to: (value: unknown, name: string): readonly Fault[] =>
    value === undefined ? [{ name, reason: 'is required' }] : [],
  from: (value: unknown, name: string): readonly Fault[] =>
    value === undefined ? [{ name, reason: 'is required' }] : [],
};

const failover = (body: unknown): readonly Fault[] =>
  isJsonObject(body) ? optional(listOf(message, { min: 1 }))(body['failover'], 'failover') : [];
