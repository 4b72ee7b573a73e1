import type { IncomingMessage } from 'node:http';
import { Webhook } from 'standardwebhooks';
import type {
  SignedWebhook,
  WebhookOutcome,
  WebhookSender,
} from '../../application/ports/webhook-sender.js';
import { GuardedHttp, type GuardSettings } from '../guarded-http/guarded-http.js';

/** Standard Webhooks advises 15 to 30 s. */
const ATTEMPT_MS_MAX = 15_000;
/** More of an answer than this is not read: nothing in it is used. */
const ANSWER_BYTES_MAX = 64 * 1024;

/**
 * Posts webhooks. An address that leads into a private network is refused by `GuardedHttp`. Redirects are not followed,
 * and proxies of the environment are not used, because they would resolve names themselves.
 */
export class HttpWebhookSender implements WebhookSender {
  private readonly http: GuardedHttp;

  constructor(settings: GuardSettings) {
    this.http = new GuardedHttp(settings);
  }

  addressFault(url: string): string | undefined {
    return this.http.addressFault(url);
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
    this.http.close();
  }

  /** A timer and a listener cost a tenth of `AbortSignal.any` and `AbortSignal.timeout`, at thousands of posts a second. */
  private async post(
    url: URL,
    headers: Readonly<Record<string, string | number>>,
    body: string,
    stopping: AbortSignal,
  ): Promise<IncomingMessage> {
    const ending = new AbortController();
    const end = (): void => ending.abort();
    const timer = setTimeout(end, ATTEMPT_MS_MAX);
    stopping.addEventListener('abort', end);
    if (stopping.aborted) end();
    const release = (): void => {
      clearTimeout(timer);
      stopping.removeEventListener('abort', end);
    };
    try {
      const response = await this.http.post(url, headers, body, ending.signal);
      // The limit also ends an answer whose body does not.
      response.once('close', release);
      drain(response);
      return response;
    } catch (error) {
      release();
      throw error;
    }
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
