import { deliveryStates } from '../../../application/ports/delivery-store.js';
import { outgoingTypes } from '../../../domain/webhooks/endpoint-events.js';
import { complete, nullable, text, time } from './schema-parts.js';

export const endpointProperties = {
  id: text,
  url: text,
  events: { type: 'array', items: { enum: outgoingTypes } },
  description: text,
  createdAt: time,
  overlapUntil: { ...nullable(time), description: 'Until then the secret before signs too.' },
  enabled: { type: 'boolean' },
  disabledBecause: nullable(text),
  disabledAt: nullable(time),
};

export const webhookDelivery = complete({
  eventId: { ...text, description: 'The `webhook-id`.' },
  type: text,
  stream: text,
  revision: { type: 'integer' },
  state: { enum: deliveryStates },
  attempts: { type: 'integer' },
  lastAt: time,
  nextAt: { ...nullable(time), description: 'When it is tried again.' },
  httpStatus: nullable({ type: 'integer' }),
  error: nullable(text),
});
