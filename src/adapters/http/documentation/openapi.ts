import type { INestApplication } from '@nestjs/common';
import type { Express, RequestHandler } from 'express';
import type { ApiKeyCheck } from '../auth/api-key-check.js';
import { DocumentBuilder, SwaggerModule, type OpenAPIObject } from '@nestjs/swagger';
import { VONAGE_SIGNATURE, webhookPaths } from '../webhooks/webhooks.openapi.js';
import { schemas } from './schemas.js';

type Paths = OpenAPIObject['paths'];

/** Every tag of an operation, in the order of the page. */
const tags = {
  messages: 'Send a message, see where it is and why, withdraw it.',
  reporting: 'Lists, reports, received messages and changes as they happen.',
  'webhooks-out': 'Have events posted to other systems.',
  contacts: 'People, and whether they want our messages.',
  window: 'Sessions of people who sign in to the window in a browser.',
  keys: 'API keys: made, listed and revoked without a restart.',
  audit: 'Everything that was recorded, as it was recorded.',
  operations: 'How the service is, and what it could not take in.',
  problems: 'What the type of a problem document means.',
  webhooks: 'For Vonage.',
};

export type Tag = keyof typeof tags;

/**
 * Serves the document at `/openapi.json` and a page for people at `/docs`. With API keys, any of
 * them opens both to whoever may ask from elsewhere, also as the password that a browser asks for.
 */
export function serveDocumentation(
  app: INestApplication,
  version: string,
  keys: ApiKeyCheck,
): void {
  const server = app.getHttpAdapter().getInstance() as Express;
  if (!keys.isKeyless) server.use(['/docs', '/openapi.json', '/openapi.yaml'], askForKey(keys));
  let document: OpenAPIObject | undefined;
  const described = (): OpenAPIObject => (document ??= describe(app, version));
  let json: string | undefined;
  server.get('/openapi.json', (_request, response) => {
    response.type('application/json').send((json ??= JSON.stringify(described())));
  });
  let yaml: string | undefined;
  server.get('/openapi.yaml', async (_request, response) => {
    // In the bundle a package in the older module format has its default export alone.
    const { default: format } = await import('yaml');
    response
      .type('text/yaml')
      .send((yaml ??= format.stringify(described(), { aliasDuplicateObjects: false })));
  });
  SwaggerModule.setup('docs', app, described, { raw: false, customSiteTitle: 'Waybill API' });
}

const askForKey =
  (keys: ApiKeyCheck): RequestHandler =>
  async (request, response, next) => {
    if (keys.isFromHere(request)) {
      next();
      return;
    }
    response.setHeader('WWW-Authenticate', 'Basic realm="waybill", charset="UTF-8"');
    await keys.authenticatePerson(request);
    response.removeHeader('WWW-Authenticate');
    next();
  };

function describe(app: INestApplication, version: string): OpenAPIObject {
  const config = new DocumentBuilder()
    .setTitle('Waybill')
    .setDescription(
      'Sends SMS through the Vonage Messages API and knows what became of every message.',
    )
    .setVersion(version)
    .setLicense('MIT', 'https://spdx.org/licenses/MIT.html')
    .addServer('/', 'The service that serves this document')
    .addSecurity('bearer', {
      type: 'http',
      scheme: 'bearer',
      description:
        'An API key, `wb_…`. With a limit, answers carry RateLimit and RateLimit-Policy.',
    })
    .addSecurity(VONAGE_SIGNATURE, {
      type: 'http',
      scheme: 'bearer',
      bearerFormat: 'JWT',
      description: 'Signed by Vonage with the signature secret of the account.',
    });
  for (const [name, description] of Object.entries(tags)) config.addTag(name, description);
  const document = SwaggerModule.createDocument(app, config.build(), { autoTagControllers: false });
  const described = document.components?.schemas ?? {};
  return {
    ...document,
    openapi: '3.1.0',
    paths: { ...withPublicOperations(document.paths), ...webhookPaths },
    // Our schemas are 3.1, where null is a type; Nest's types know 3.0 only.
    components: { ...document.components, schemas: { ...described, ...(schemas as object) } },
  };
}

/** Marks operations without a key explicitly: an absent `security` may also be an oversight. */
const withPublicOperations = (paths: Paths): Paths =>
  Object.fromEntries(
    Object.entries(paths).map(([path, operations]) => [
      path,
      Object.fromEntries(
        Object.entries(operations).map(([method, operation]) => [
          method,
          { security: [], ...(operation as object) },
        ]),
      ),
    ]),
  );
