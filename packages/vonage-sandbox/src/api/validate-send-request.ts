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
 * Returns null when Vonage would accept the request. An unknown channel or message type has its own problem,
 * because nothing else can be checked without them; all other faults are reported together.
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

/** Checks one complete message. A failover message follows the same rules, but holds no failover. */
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

/** Without a channel the format of a party is unknown; both parties are required all the same. */
const partiesOf = {
  to: (value: unknown, name: string): readonly Fault[] =>
    value === undefined ? [{ name, reason: 'is required' }] : [],
  from: (value: unknown, name: string): readonly Fault[] =>
    value === undefined ? [{ name, reason: 'is required' }] : [],
};

const failover = (body: unknown): readonly Fault[] =>
  isJsonObject(body) ? optional(listOf(message, { min: 1 }))(body['failover'], 'failover') : [];
