import { eventSources } from '../../../application/ports/event-store.js';
import { completeBut, count, effect, nullable, text, time, uuid } from './schema-parts.js';

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

export const event = completeBut(['damaged', 'effect'], {
  id: uuid,
  stream: text,
  revision: count,
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
});
