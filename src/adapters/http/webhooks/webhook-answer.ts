import type { ServerResponse } from 'node:http';
import type { WebhookResult } from '../../../application/ports/metrics.js';
import { plainProblem } from '../problems/problem.js';
import type { WebhookRefusalReason } from './verify-webhook.js';
import { WEBHOOK_BODY_BYTES_MAX } from './body/body-intake.js';

/** Vonage ignores it and retries at its own pace; other clients can use it. */
const RETRY_AFTER_SECONDS = 5;

export interface WebhookAnswer {
  readonly result: WebhookResult;
  readonly status: number;
  /** Why the token does not prove that Vonage sent it; of a rejected webhook only. */
  readonly reason?: WebhookRefusalReason;
  /** The hash of a body that was read and could not be recorded. */
  readonly sha256?: string | undefined;
}

/** Explanations for a person who debugs a webhook by hand; Vonage reads only the status. */
const details: Partial<Readonly<Record<WebhookResult, string>>> = {
  unsigned: 'The webhook carries no Authorization header. A signed one is asked for.',
  rejected: 'The Authorization header does not prove that Vonage sent exactly this body.',
  'too-large': `The body is larger than ${WEBHOOK_BODY_BYTES_MAX} bytes.`,
  unfinished: 'The body did not arrive in time. Send it again.',
  busy: 'Too many webhooks are under way. Send it again.',
  failed: 'The webhook could not be recorded. Send it again.',
};

/** @param mayEnd delays the end of the answer, which may close its connection; its content is sent at once */
export function respond(
  response: ServerResponse,
  { result, status }: WebhookAnswer,
  closes: boolean,
  mayEnd?: Promise<void>,
): void {
  if (response.destroyed) return;
  if (status === 503) response.setHeader('Retry-After', RETRY_AFTER_SECONDS);
  if (closes) response.setHeader('Connection', 'close');
  const detail = details[result];
  if (detail === undefined) {
    response.writeHead(status).end();
    return;
  }
  const body = JSON.stringify(plainProblem(status, detail));
  response.writeHead(status, {
    'Content-Type': 'application/problem+json',
    'Content-Length': Buffer.byteLength(body),
  });
  if (mayEnd === undefined) {
    response.end(body);
    return;
  }
  response.write(body);
  void mayEnd.then(() => response.end());
}
