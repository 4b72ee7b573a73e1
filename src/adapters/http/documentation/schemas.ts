import { consent, inboundText, outboundText } from './contact-schemas.js';
import { endpointProperties, webhookDelivery } from './endpoint-schemas.js';
import { event } from './event-schema.js';
import { createdKey, keyProperties, limits } from './key-schemas.js';
import { bulkAnswer, message, sendAnswer } from './message-schemas.js';
import { preview } from './preview-schema.js';
import { problemSchema } from './problem-responses.js';
import { readiness } from './readiness-schema.js';
import { reconciliation, stuckPlan } from './reconciliation-schema.js';
import { complete } from './schema-parts.js';
import { sending } from './sending-schema.js';

/** Named schemas of the OpenAPI document, for answers; DTOs describe the requests. */
export const schemas = {
  Problem: problemSchema,
  SendAnswer: sendAnswer,
  Message: message,
  Event: event,
  Readiness: readiness,
  Sending: sending,
  Preview: preview,
  Reconciliation: reconciliation,
  StuckPlan: stuckPlan,
  Limits: limits,
  Consent: consent,
  OutboundText: outboundText,
  InboundText: inboundText,
  BulkAnswer: bulkAnswer,
  WebhookEndpoint: complete(endpointProperties),
  CreatedWebhookEndpoint: complete({
    ...endpointProperties,
    secret: { type: 'string', description: 'Shown only now.', example: 'whsec_…' },
  }),
  WebhookDelivery: webhookDelivery,
  ApiKey: complete(keyProperties),
  CreatedKey: createdKey,
};

export const schemaOf = (name: keyof typeof schemas): { $ref: string } => ({
  $ref: `#/components/schemas/${name}`,
});
