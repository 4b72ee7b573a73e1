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
  eventId: {
    ...text,
    description: 'The `webhook-id`; the id in the ledger where the event cannot be read yet.',
  },
  type: {
    ...text,
    description: 'As it is told; the type in the ledger where the event cannot be read yet.',
  },
  stream: text,
  revision: { type: 'integer' },
  state: { enum: deliveryStates },
  attempts: { type: 'integer' },
  lastAt: time,
  nextAt: { ...nullable(time), description: 'When it is tried again.' },
  httpStatus: nullable({ type: 'integer' }),
  error: nullable(text),
});
