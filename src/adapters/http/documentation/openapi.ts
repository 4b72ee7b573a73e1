import type { INestApplication } from '@nestjs/common';
import { DocumentBuilder, SwaggerModule, type OpenAPIObject } from '@nestjs/swagger';
import { webhookPaths } from '../webhooks/webhooks.openapi.js';
import { schemas } from './schemas.js';

/** Serves the document at `/openapi.json` and a page for people at `/docs`. */
export function serveDocumentation(app: INestApplication, version: string): void {
  SwaggerModule.setup('docs', app, () => describe(app, version), {
    jsonDocumentUrl: 'openapi.json',
    yamlDocumentUrl: 'openapi.yaml',
    customSiteTitle: 'Waybill API',
  });
}

function describe(app: INestApplication, version: string): OpenAPIObject {
  const config = new DocumentBuilder()
    .setTitle('Waybill')
    .setDescription(
      'Sends SMS through the Vonage Messages API and knows what became of every message.',
    )
    .setVersion(version)
    .addBearerAuth({ type: 'http', scheme: 'bearer', description: 'An API key' })
    .build();
  const document = SwaggerModule.createDocument(app, config);
  const described = document.components?.schemas ?? {};
  return {
    ...document,
    openapi: '3.1.0',
    paths: { ...document.paths, ...webhookPaths },
    // Ours are 3.1 schemas, where null is a type; Nest's types know 3.0 only.
    components: { ...document.components, schemas: { ...described, ...(schemas as object) } },
  };
}
