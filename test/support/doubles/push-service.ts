import {
  createDecipheriv,
  createECDH,
  createHmac,
  generateKeyPairSync,
  randomBytes,
  type ECDH,
} from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { importJWK, jwtVerify } from 'jose';

/** A browser's subscription, and the messages that its push service received for it. */
export interface Browser {
  /** The text of `JSON.stringify(subscription)`. */
  readonly subscription: string;
  readonly received: readonly PushedMessage[];
}

export interface PushedMessage {
  readonly headers: IncomingMessage['headers'];
  readonly payload: Readonly<Record<string, unknown>>;
  /** The subject of whoever signed it, by the key of the subscription. */
  readonly subject: string | undefined;
}

export interface PushAnswer {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  /** `cut`: the connection ends after the request was read. */
  readonly fault?: 'cut';
}

/** A push service of browsers: it checks the signature, and decrypts as the browser would. */
export interface PushService {
  readonly url: string;
  answer: PushAnswer;
  newBrowser(vapidPublicKey: string): Browser;
  close(): Promise<void>;
}

export async function startPushService(): Promise<PushService> {
  const browsers = new Map<
    string,
    { key: ECDH; auth: Buffer; vapidPublicKey: string; received: PushedMessage[] }
  >();
  const receive = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const body = await bytesOf(request);
    const browser = browsers.get(request.url ?? '');
    if (double.answer.fault === 'cut') return void response.destroy();
    if (browser === undefined) return void response.writeHead(404).end();
    const [, token = ''] = /^vapid t=([^,]+)/.exec(request.headers.authorization ?? '') ?? [];
    const raw = Buffer.from(browser.vapidPublicKey, 'base64url');
    const key = await importJWK({
      alg: 'ES256',
      kty: 'EC',
      crv: 'P-256',
      x: raw.subarray(1, 33).toString('base64url'),
      y: raw.subarray(33).toString('base64url'),
    });
    const verified = await jwtVerify(token, key, { audience: server.url }).catch(() => undefined);
    if (verified === undefined) return void response.writeHead(403).end();
    const { status, headers } = double.answer;
    if (status === 201) {
      browser.received.push({
        headers: request.headers,
        payload: JSON.parse(decrypted(body, browser.key, browser.auth)) as PushedMessage['payload'],
        subject: verified.payload.sub,
      });
    }
    response.writeHead(status, { location: `${server.url}/message/1`, ...headers }).end();
  };
  const server = await serveBytes(receive);
  const double: PushService = {
    url: server.url,
    answer: { status: 201 },
    newBrowser(vapidPublicKey) {
      const key = createECDH('prime256v1');
      key.generateKeys();
      const auth = randomBytes(16);
      const path = `/push/${randomBytes(12).toString('hex')}`;
      const received: PushedMessage[] = [];
      browsers.set(path, { key, auth, vapidPublicKey, received });
      const keys = { p256dh: key.getPublicKey('base64url'), auth: auth.toString('base64url') };
      return {
        subscription: JSON.stringify({ endpoint: server.url + path, expirationTime: null, keys }),
        received,
      };
    },
    close: () => server.close(),
  };
  return double;
}

/** Decrypts one record of `aes128gcm` (RFC 8188) with the key that a browser derives (RFC 8291). */
function decrypted(body: Buffer, key: ECDH, auth: Buffer): string {
  const salt = body.subarray(0, 16);
  const keyLength = body.readUInt8(20);
  const sender = body.subarray(21, 21 + keyLength);
  const sealed = body.subarray(21 + keyLength);
  const shared = key.computeSecret(sender);
  const info = Buffer.concat([Buffer.from('WebPush: info\0'), key.getPublicKey(), sender]);
  const secret = expanded(hmac(auth, shared), info, 32);
  const seed = hmac(salt, secret);
  const contentKey = expanded(seed, Buffer.from('Content-Encoding: aes128gcm\0'), 16);
  const nonce = expanded(seed, Buffer.from('Content-Encoding: nonce\0'), 12);
  const decipher = createDecipheriv('aes-128-gcm', contentKey, nonce);
  decipher.setAuthTag(sealed.subarray(-16));
  const padded = Buffer.concat([decipher.update(sealed.subarray(0, -16)), decipher.final()]);
  // The last record ends with 2 and padding.
  return padded.subarray(0, padded.lastIndexOf(2)).toString('utf8');
}

const hmac = (key: Buffer, data: Buffer): Buffer => createHmac('sha256', key).update(data).digest();
const expanded = (seed: Buffer, info: Buffer, length: number): Buffer =>
  hmac(seed, Buffer.concat([info, Buffer.from([1])])).subarray(0, length);

/** Hands on every request before its body is read, which is not always text. */
async function serveBytes(
  answer: (request: IncomingMessage, response: ServerResponse) => Promise<void>,
): Promise<{ readonly url: string; close(): Promise<void> }> {
  const server = createServer((request, response) => {
    answer(request, response).catch(() => response.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

async function bytesOf(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
  return Buffer.concat(chunks);
}

/** Google's token server and its messaging, at one address. */
export interface FcmDouble {
  readonly url: string;
  /** The content of the service account's JSON file. */
  readonly account: Readonly<Record<string, string>>;
  answer: {
    readonly status: number;
    readonly body?: unknown;
    readonly retryAfter?: string;
    readonly fault?: 'cut';
  };
  tokenStatus: number;
  /** In place of a token. */
  tokenAnswer: string | undefined;
  readonly tokensGiven: () => number;
  readonly received: readonly Readonly<Record<string, unknown>>[];
  close(): Promise<void>;
}

export const FCM_PROJECT = 'shop-example';

export async function startFcm(): Promise<FcmDouble> {
  const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const received: Readonly<Record<string, unknown>>[] = [];
  let tokens = 0;
  const giveToken = async (body: Buffer, response: ServerResponse): Promise<void> => {
    const form = new URLSearchParams(body.toString());
    const asked = await jwtVerify(form.get('assertion') ?? '', publicKey, {
      audience: `${server.url}/token`,
      issuer: 'sender@shop.example',
    }).catch(() => undefined);
    const isRight =
      form.get('grant_type') === 'urn:ietf:params:oauth:grant-type:jwt-bearer' &&
      asked?.payload['scope'] === 'https://www.googleapis.com/auth/firebase.messaging';
    const status = isRight ? double.tokenStatus : 400;
    response.writeHead(status, { 'content-type': 'application/json' });
    if (double.tokenAnswer !== undefined) return void response.end(double.tokenAnswer);
    if (status === 200) tokens++;
    response.end(JSON.stringify({ access_token: `token-${tokens}`, expires_in: 3_599 }));
  };
  const receive = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const body = await bytesOf(request);
    if (request.url === '/token') return giveToken(body, response);
    const { status, body: answer, retryAfter, fault } = double.answer;
    if (fault === 'cut') return void response.destroy();
    const isRight =
      request.url === `/v1/projects/${FCM_PROJECT}/messages:send` &&
      request.headers.authorization === `Bearer token-${tokens}`;
    if (!isRight) return void response.writeHead(401).end('{}');
    if (status === 200) {
      received.push((JSON.parse(body.toString()) as { message: Record<string, unknown> }).message);
    }
    response.writeHead(status, retryAfter === undefined ? {} : { 'retry-after': retryAfter });
    response.end(
      typeof answer === 'string'
        ? answer
        : JSON.stringify(answer ?? { name: `projects/${FCM_PROJECT}/messages/0:1%2` }),
    );
  };
  const server = await serveBytes(receive);
  const double: FcmDouble = {
    url: server.url,
    account: {
      project_id: FCM_PROJECT,
      client_email: 'sender@shop.example',
      private_key: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
      private_key_id: 'key-1',
      token_uri: `${server.url}/token`,
    },
    answer: { status: 200 },
    tokenStatus: 200,
    tokenAnswer: undefined,
    tokensGiven: () => tokens,
    received,
    close: () => server.close(),
  };
  return double;
}
