import { randomUUID, sign } from 'node:crypto';
import { credentials } from './setting.js';

const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');

/** A three-part token with any header and claims; `signer` computes the signature over the first two parts. */
export const token = (
  header: object,
  claims: object,
  signer: (signed: Buffer) => Buffer,
): string => {
  const signed = `${part(header)}.${part(claims)}`;
  return `${signed}.${signer(Buffer.from(signed)).toString('base64url')}`;
};

export const goodClaims = (): Record<string, unknown> => {
  const now = Math.floor(Date.now() / 1_000);
  const { applicationId } = credentials;
  return { application_id: applicationId, jti: randomUUID(), iat: now, exp: now + 900 };
};

/** A bearer token as the SDK makes it, or with other claims. */
export const bearer = (claims: object = {}, privateKey = credentials.privateKey): string => {
  const signer = (signed: Buffer) => sign('RSA-SHA256', signed, privateKey);
  return `Bearer ${token({ alg: 'RS256', typ: 'JWT' }, { ...goodClaims(), ...claims }, signer)}`;
};

/** Avoids a signature for each request in a test with many. */
export const basic = (): string =>
  `Basic ${Buffer.from(`${credentials.apiKey}:${credentials.apiSecret}`).toString('base64')}`;

/** The claims of a token, unchecked. */
export const claimsIn = (authorization: string | null): Record<string, unknown> =>
  JSON.parse(
    Buffer.from((authorization ?? '').split('.')[1] ?? '', 'base64url').toString('utf8'),
  ) as Record<string, unknown>;

export interface WireAnswer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  readonly body: Record<string, unknown>;
}

/** Sends one request over plain HTTP, for requests that the SDK would not send. */
export async function call(
  url: string,
  {
    method = 'POST',
    body,
    headers = {},
  }: { method?: string; body?: unknown; headers?: object } = {},
): Promise<WireAnswer> {
  const response = await fetch(url, {
    method,
    redirect: 'manual',
    headers: { 'content-type': 'application/json', ...headers },
    ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
  });
  const text = await response.text();
  const isJson = /json/.test(response.headers.get('content-type') ?? '') && text !== '';
  return {
    status: response.status,
    headers: response.headers,
    text,
    body: isJson ? (JSON.parse(text) as Record<string, unknown>) : {},
  };
}

export const send = (url: string, body: unknown, authorization = bearer()): Promise<WireAnswer> =>
  call(`${url}/v1/messages`, { body, headers: { authorization } });

/** A complete SMS as it stands on the wire. */
export const smsTo = (to: string, more: object = {}): Record<string, unknown> => ({
  channel: 'sms',
  message_type: 'text',
  to,
  from: '447700900001',
  text: 'Your parcel is here.',
  ...more,
});
