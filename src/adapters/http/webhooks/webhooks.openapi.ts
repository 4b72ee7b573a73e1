import type { OpenAPIObject } from '@nestjs/swagger';
import { schemaOf } from '../documentation/schemas.js';

type Paths = OpenAPIObject['paths'];

const problem = (description: string) => ({
  description,
  content: { 'application/problem+json': { schema: schemaOf('Problem') } },
});

const webhook = (name: string, summary: string): Paths[string] => ({
  post: {
    operationId: `Webhooks_${name}`,
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
      503: problem('It is unsigned, or cannot be recorded now; send it again.'),
    },
  },
});

/** The webhooks are served before Nest, which therefore cannot describe them. */
export const webhookPaths: Paths = {
  '/webhooks/status': webhook('status', 'Takes what became of a message'),
  '/webhooks/inbound': webhook('inbound', 'Takes a message that somebody sent'),
};
