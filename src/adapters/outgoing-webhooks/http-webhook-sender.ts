import { reasonOf } from '../../application/errors.js';
import type { ClientRequest, IncomingMessage } from 'node:http';
import { LRUCache } from 'lru-cache';
import { Webhook } from 'standardwebhooks';
import type {
  SignedWebhook,
  WebhookOutcome,
  WebhookSender,
} from '../../application/ports/webhook-sender.js';
import {
  GuardedHttp,
  targetOf,
  type GuardSettings,
  type Target,
} from '../guarded-http/guarded-http.js';
import { retryAfterMsIn } from '../guarded-http/retry-after.js';
import { OpenAttempts } from './open-attempts.js';

/** Standard Webhooks advises 15 to 30 s. */
const ATTEMPT_MS_MAX = 15_000;
const NO_ANSWER = `no answer within ${ATTEMPT_MS_MAX / 1000} s`;
/** More of an answer than this is not read: nothing in it is used. */
const ANSWER_BYTES_MAX = 64 * 1024;

/** Addresses and secrets that are prepared for further deliveries. */
const PREPARED_MAX = 1_000;

/**
 * Posts webhooks. An address that leads into a private network is refused by `GuardedHttp`. Redirects are not followed,
 * and proxies of the environment are not used, because they would resolve names themselves.
 */
export class HttpWebhookSender implements WebhookSender {
  private readonly http: GuardedHttp;
  private readonly open = new OpenAttempts(ATTEMPT_MS_MAX);
  private readonly targets = new LRUCache<string, Target>({ max: PREPARED_MAX });
  private readonly signers = new LRUCache<string, Webhook>({
    max: PREPARED_MAX,
    memoMethod: (secret) => new Webhook(secret),
  });

  constructor(settings: GuardSettings) {
    this.http = new GuardedHttp(settings);
  }

  addressFault(url: string): string | undefined {
    return this.http.addressFault(url);
  }

  async send(webhook: SignedWebhook, signal: AbortSignal): Promise<WebhookOutcome> {
    const { url, secrets, id, at, body } = webhook;
    let target = this.targets.get(url);
    if (target === undefined) {
      const fault = this.addressFault(url);
      if (fault !== undefined) return failed(`the address ${fault}`);
      target = targetOf(new URL(url));
      this.targets.set(url, target);
    }
    const headers = {
      'content-type': 'application/json',
      'content-length': Buffer.byteLength(body),
      'user-agent': 'waybill-webhooks',
      'webhook-id': id,
      'webhook-timestamp': String(Math.floor(at.getTime() / 1000)),
      'webhook-signature': secrets
        .map((secret) => this.signers.memo(secret).sign(id, at, body))
        .join(' '),
    };
    try {
      return outcomeOf(await this.post(target, headers, body, signal));
    } catch (error) {
      return failed(reasonOf(error));
    }
  }

  close(): void {
    this.http.close();
  }

  private post(
    target: Target,
    headers: Readonly<Record<string, string | number>>,
    body: string,
    stopping: AbortSignal,
  ): Promise<IncomingMessage> {
    return new Promise((resolve, reject) => {
      const request = this.http.open(target, headers);
      const attempt = this.open.begin(stopping, () => request.destroy(new Error(NO_ANSWER)));
      let isAnswered = false;
      request.on('response', (response) => {
        isAnswered = true;
        // The limit also ends an answer whose body does not.
        response.once('close', () => this.open.ended(attempt));
        drain(response);
        resolve(response);
      });
      request.on('error', (error) => {
        // The connection of an answer may break before its body has come.
        if (isAnswered) return;
        this.open.ended(attempt);
        if (wasClosedMeanwhile(request, error)) resolve(this.post(target, headers, body, stopping));
        else reject(error);
      });
      request.end(body);
    });
  }
}

/** A receiver may close an idle connection just when it is used again. That says nothing about the receiver. */
const wasClosedMeanwhile = ({ reusedSocket }: ClientRequest, { code }: NodeJS.ErrnoException) =>
  reusedSocket && (code === 'ECONNRESET' || code === 'EPIPE');

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
  return {
    httpStatus: statusCode,
    error: isTaken ? null : `the receiver answered ${statusCode}`,
    retryAfterMs: retryAfterMsIn(headers),
  };
}

const failed = (error: string): WebhookOutcome => ({ httpStatus: null, error, retryAfterMs: null });
