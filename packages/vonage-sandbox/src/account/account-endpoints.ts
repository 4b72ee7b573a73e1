import type { IncomingMessage, ServerResponse } from 'node:http';
import { authenticate } from '../api/authentication.js';
import { readBody, writeJson, writeProblem } from '../api/http.js';
import { notFound, unauthorized } from '../api/problems.js';
import type { Settings } from '../options.js';

/** In EUR, as Vonage's example has it. */
const BALANCE = 10.28;

/** Vonage's default, where the sandbox has no limit. */
const REQUESTS_PER_SECOND = 30;

/** Returns true when the path is one of the Account or Application API, which take Basic credentials only. */
export function isAccountPath(path: string): boolean {
  return path.startsWith('/account/') || path.startsWith('/v2/applications/');
}

/** `GET /account/get-balance`, `POST /account/settings` and `GET /v2/applications/{id}`. */
export async function handleAccount(
  path: string,
  request: IncomingMessage,
  response: ServerResponse,
  settings: Settings,
): Promise<void> {
  const body = (await readBody(request))?.toString('utf8') ?? '';
  const authentication = authenticate(request.headers.authorization, settings, Date.now());
  const isAccount = authentication.kind === 'known' && authentication.caller.kind === 'account';
  if (!isAccount) {
    writeProblem(response, unauthorized());
    return;
  }
  const answer = answerOf(`${request.method} ${path}`, body, settings);
  if (answer === null) writeProblem(response, notFound(`There is nothing at ${path}.`));
  else writeJson(response, 200, answer);
}

function answerOf(route: string, body: string, settings: Settings): object | null {
  switch (route) {
    case 'GET /account/get-balance':
      return { value: settings.hasCredit ? BALANCE : 0, autoReload: false };
    case 'POST /account/settings':
      // Other settings than these cannot be changed here, so a body is not taken.
      return body === '' ? accountSettings(settings) : null;
    case `GET /v2/applications/${settings.applicationId}`:
      return application(settings);
    default:
      return null;
  }
}

/** Callbacks of the account go where those of the application go. */
const accountSettings = ({ requestsPerSecond, statusUrl, inboundUrl }: Settings): object => ({
  'mo-callback-url': inboundUrl ?? '',
  'dr-callback-url': statusUrl ?? '',
  'max-outbound-request': requestsPerSecond ?? REQUESTS_PER_SECOND,
  'max-inbound-request': REQUESTS_PER_SECOND,
  'max-calls-per-second': REQUESTS_PER_SECOND,
});

const application = ({ applicationId, publicKey, statusUrl, inboundUrl }: Settings): object => ({
  id: applicationId,
  name: 'Sandbox',
  keys: { public_key: publicKey },
  privacy: { improve_ai: false },
  capabilities: {
    messages: {
      version: 'v1',
      authenticate_inbound_media: false,
      webhooks: {
        inbound_url: { address: inboundUrl ?? '', http_method: 'POST' },
        status_url: { address: statusUrl ?? '', http_method: 'POST' },
      },
    },
  },
  _links: { self: { href: `/v2/applications/${applicationId}` } },
});
