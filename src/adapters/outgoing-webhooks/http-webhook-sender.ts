import { lookup as resolveName } from 'node:dns/promises';
import type { LookupAddress } from 'node:dns';
import { Agent as HttpAgent, request as requestHttp, type IncomingMessage } from 'node:http';
import { Agent as HttpsAgent, request as requestHttps } from 'node:https';
import type { LookupFunction, Socket } from 'node:net';
import { Webhook } from 'standardwebhooks';
import type {
  SignedWebhook,
  WebhookOutcome,
  WebhookSender,
} from '../../application/ports/webhook-sender.js';
import { isForbiddenAddress, isLocalName, literalOf } from './forbidden-address.js';

/** Standard Webhooks advises 15 to 30 s. */
const ATTEMPT_MS_MAX = 15_000;
/** More of an answer than this is not read: nothing in it is used. */
const ANSWER_BYTES_MAX = 64 * 1024;
const SOCKETS_MAX = 256;
const URL_CHARACTERS_MAX = 2_000;

type Resolve = (hostname: string) => Promise<readonly LookupAddress[]>;

const resolveAll: Resolve = (hostname) => resolveName(hostname, { all: true });

export interface SenderSettings {
  /** `WEBHOOK_PRIVATE_NETWORKS=allow`. */
  readonly allowsPrivateNetworks: boolean;
  /** Resolves names; the system by default. */
  readonly resolve?: Resolve;
}

/**
 * Posts webhooks. An address that leads into a private network is refused three times: as it is written, after every
 * resolution of its name, and once more by the address of the connected socket. Redirects are not followed, and proxies
 * of the environment are not used, because they would resolve names themselves.
 */
export class HttpWebhookSender implements WebhookSender {
  private readonly allowsPrivateNetworks: boolean;
  private readonly resolve: Resolve;
  private readonly http: HttpAgent;
  private readonly https: HttpsAgent;

  constructor({ allowsPrivateNetworks, resolve = resolveAll }: SenderSettings) {
    this.allowsPrivateNetworks = allowsPrivateNetworks;
    this.resolve = resolve;
    const options = { keepAlive: true, maxSockets: SOCKETS_MAX };
    this.http = new HttpAgent(options);
    this.https = new HttpsAgent(options);
  }

  addressFault(url: string): string | undefined {
    const parsed = URL.parse(url);
    if (parsed === null || url.length > URL_CHARACTERS_MAX) return 'is not an address';
    const { protocol, hostname, username, password } = parsed;
    if (protocol !== 'https:' && protocol !== 'http:') return 'must begin with https://';
    if (username !== '' || password !== '') return 'must not hold a user name or password';
    if (this.allowsPrivateNetworks) return undefined;
    if (protocol === 'http:') return 'must begin with https://';
    const literal = literalOf(hostname);
    const isForbidden = literal === undefined ? isLocalName(hostname) : isForbiddenAddress(literal);
    return isForbidden
      ? 'leads to this machine or a private network (WEBHOOK_PRIVATE_NETWORKS=allow permits that)'
      : undefined;
  }

  async send(webhook: SignedWebhook, signal: AbortSignal): Promise<WebhookOutcome> {
    const { url, secrets, id, at, body } = webhook;
    const fault = this.addressFault(url);
    if (fault !== undefined) return failed(`the address ${fault}`);
    const headers = {
      'content-type': 'application/json',
      'content-length': Buffer.byteLength(body),
      'user-agent': 'waybill-webhooks',
      'webhook-id': id,
      'webhook-timestamp': String(Math.floor(at.getTime() / 1000)),
      'webhook-signature': secrets
        .map((secret) => new Webhook(secret).sign(id, at, body))
        .join(' '),
    };
    try {
      return outcomeOf(await this.post(new URL(url), headers, body, signal));
    } catch (error) {
      return failed(reasonOf(error));
    }
  }

  close(): void {
    this.http.destroy();
    this.https.destroy();
  }

  private post(
    url: URL,
    headers: Readonly<Record<string, string | number>>,
    body: string,
    stopping: AbortSignal,
  ): Promise<IncomingMessage> {
    const signal = AbortSignal.any([stopping, AbortSignal.timeout(ATTEMPT_MS_MAX)]);
    const options = { method: 'POST', headers, signal, lookup: this.lookup };
    return new Promise((resolve, reject) => {
      const request =
        url.protocol === 'https:'
          ? requestHttps(url, { ...options, agent: this.https })
          : requestHttp(url, { ...options, agent: this.http });
      request.on('socket', (socket) => this.guard(socket));
      request.on('response', (response) => {
        drain(response);
        resolve(response);
      });
      request.on('error', reject);
      request.end(body);
    });
  }

  private readonly lookup: LookupFunction = (hostname, options, callback) => {
    void this.answer(hostname, options.all === true, callback);
  };

  /** Hands only checked addresses to the socket, so that a name cannot change its meaning in between. */
  private async answer(
    hostname: string,
    wantsAll: boolean,
    callback: Parameters<LookupFunction>[2],
  ): Promise<void> {
    let addresses: readonly LookupAddress[];
    try {
      addresses = await this.resolve(hostname);
    } catch (error) {
      callback(error as NodeJS.ErrnoException, []);
      return;
    }
    const [first] = addresses;
    const isForbidden = addresses.some(({ address }) => this.isForbidden(address));
    if (isForbidden || first === undefined) {
      const reason = isForbidden ? 'leads to a private network' : 'has no address';
      callback(new Error(`the name of the host ${reason}`), []);
    } else if (wantsAll) callback(null, [...addresses]);
    else callback(null, first.address, first.family);
  }

  private guard(socket: Socket): void {
    if (!socket.connecting) return;
    // Registered before anything is written, so the socket is destroyed before a byte leaves.
    socket.prependOnceListener('connect', () => {
      if (this.isForbidden(socket.remoteAddress ?? '')) {
        socket.destroy(new Error('the connection leads to a private network'));
      }
    });
  }

  private isForbidden(address: string): boolean {
    return !this.allowsPrivateNetworks && isForbiddenAddress(address);
  }
}

function drain(response: IncomingMessage): void {
  let bytes = 0;
  response.on('data', (chunk: Buffer) => {
    bytes += chunk.length;
    if (bytes > ANSWER_BYTES_MAX) response.destroy();
  });
  // The status is all that counts; a connection that breaks afterwards changes nothing.
  response.on('error', () => undefined);
}

function outcomeOf({ statusCode = 0, headers }: IncomingMessage): WebhookOutcome {
  const isTaken = statusCode >= 200 && statusCode < 300;
  const seconds = Number(headers['retry-after']);
  return {
    httpStatus: statusCode,
    error: isTaken ? null : `the receiver answered ${statusCode}`,
    retryAfterMs: Number.isFinite(seconds) && seconds > 0 ? seconds * 1000 : null,
  };
}

const failed = (error: string): WebhookOutcome => ({ httpStatus: null, error, retryAfterMs: null });

function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if (error.name === 'AbortError' || error.name === 'TimeoutError') {
    return `no answer within ${ATTEMPT_MS_MAX / 1000} s`;
  }
  if (error instanceof AggregateError) return error.errors.map(reasonOf).join(', ');
  return error.message;
}
