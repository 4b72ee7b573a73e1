import { messageStatuses } from '../../../domain/message/message-status.js';
import { refusalReasons } from '../../../domain/message/message-events.js';

export const text = { type: 'string' };
export const time = { type: 'string', format: 'date-time' };
export const count = { type: 'integer', minimum: 0 };
export const uuid = { type: 'string', format: 'uuid' };
export const nullable = (schema: object): object => ({ anyOf: [schema, { type: 'null' }] });

/** An object with all of these properties required. */
export const complete = <Properties extends object>(properties: Properties) => ({
  type: 'object',
  required: Object.keys(properties),
  properties,
});

/** The wait for repeated reports; null while nothing waits. */
export const awaitsReports = {
  ...nullable(complete({ since: time, until: time })),
  description:
    'After an outage, confirmation windows and second texts wait for reports that were not taken in and that Vonage repeats. ' +
    'Null while nothing waits, and on an instance that does not do the background work.',
};

/** An object of which only these properties may be missing. */
export const completeBut = <Properties extends object>(
  optional: readonly (keyof Properties)[],
  properties: Properties,
) => ({
  ...complete(properties),
  required: Object.keys(properties).filter((name) => !optional.includes(name as keyof Properties)),
});

/** The same object with further properties that may be missing. */
export const withOptional = (
  { properties, ...object }: ReturnType<typeof complete>,
  optional: object,
) => ({ ...object, properties: { ...properties, ...optional } });

/** An object that holds a list only. */
export const itemsOf = (items: object) => complete({ items: { type: 'array', items } });

/** The schema of an event's effect on its message: the status before and after, or the reason for the refusal. */
export const effect = complete({
  from: nullable({ enum: messageStatuses }),
  to: nullable({ enum: messageStatuses }),
  applied: { type: 'boolean' },
  reason: nullable({ enum: refusalReasons }),
});
