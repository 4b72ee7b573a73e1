import type { OpenAPIObject } from '@nestjs/swagger';
import { schemaOf } from '../documentation/schemas.js';

/** The security scheme of the webhooks. */
export const VONAGE_SIGNATURE = 'vonageSignature';

type Paths = OpenAPIObject['paths'];

const problem = (description: string) => ({
  description,
  content: { 'application/problem+json': { schema: schemaOf('Problem') } },
});

const webhook = (name: string, summary: string): Paths[string] => ({
  post: {
    operationId: `receive${name}`,
    security: [{ [VONAGE_SIGNATURE]: [] }],
    tags: ['webhooks'],
    summary,
    description:
      "For Vonage, not for you: `Authorization` carries Vonage's signature over exactly this body.",
    requestBody: {
      required: true,
      content: { 'application/json': { schema: { type: 'object' } } },
    },
    responses: {
      204: { description: 'It is safe with us: recorded, recorded before, or in quarantine.' },
      401: problem('It does not prove that Vonage sent it.'),
      413: problem('It is larger than 256 KiB.'),
      503: {
        ...problem('It is unsigned, too many are under way, or a store is away; send it again.'),
        headers: { 'Retry-After': { description: 'Seconds.', schema: { type: 'integer' } } },
      },
    },
  },
});

/** The webhooks are served before Nest, so Nest cannot describe them. */
export const webhookPaths: Paths = {
  '/webhooks/status': webhook('Status', 'Takes what became of a message'),
  '/webhooks/inbound': webhook('Inbound', 'Takes a message that somebody sent'),
};
