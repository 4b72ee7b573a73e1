import type { IncomingMessage, RequestListener, Server, ServerResponse } from 'node:http';
import { InvalidAppend } from '../../../application/errors.js';
import type { Clock } from '../../../application/ports/clock.js';
import type { WebhookEvidence } from '../../../application/ports/event-store.js';
import type { Logger } from '../../../application/ports/logger.js';
import type { Metrics, WebhookKind, WebhookResult } from '../../../application/ports/metrics.js';
import type { QuarantineWebhook } from '../../../application/tracking/quarantine-webhook.js';
import type { ReceiveInbound } from '../../../application/tracking/receive-inbound.js';
import type { ReceiveStatus } from '../../../application/tracking/receive-status.js';
import { HttpProblem } from '../problems/http-problem.js';
import { toProblem } from '../problems/problem.js';
import { readBody, WEBHOOK_BODY_BYTES_MAX } from './read-body.js';
import { readInboundWebhook } from './read-inbound-webhook.js';
import { readStatusWebhook } from './read-status-webhook.js';
import { TimeLimit } from './time-limit.js';
import type { WebhookClaims, WebhookVerifier } from './verify-webhook.js';

/** Also with a slash at the end, as somebody may have written it in the dashboard: a 404 would lose every receipt. */
const paths: ReadonlyMap<string, WebhookKind> = new Map([
  ['/webhooks/status', 'status'],
  ['/webhooks/status/', 'status'],
  ['/webhooks/inbound', 'inbound'],
  ['/webhooks/inbound/', 'inbound'],
]);

/** Vonage chooses its own pace; this is a word to whoever else reads it. */
const RETRY_AFTER_SECONDS = 5;

/**
 * Whatever the stores do, Vonage is answered within 3 s. What is under way by then goes on, and when
 * the webhook comes again it is a repeat.
 */
const RECORD_WITHIN_MS = 2_500;

interface Answer {
  readonly result: WebhookResult;
  readonly status: number;
}

/**
 * Answers Vonage's webhooks. It sits before Express, because this is the one path on which every
 * microsecond counts, and because it must see the raw bytes before anybody has parsed them.
 *
 * Vonage asks again only on 429 and 5xx (support article 360028543292), so each answer decides whether
 * the webhook survives: 204 after the commit, 503 for every fault of ours.
 */
export class WebhookListener {
  private stopping = false;
  private readonly timeLimit = new TimeLimit(RECORD_WITHIN_MS);

  constructor(
    private readonly verify: WebhookVerifier,
    private readonly receiveStatus: ReceiveStatus,
    private readonly receiveInbound: ReceiveInbound,
    private readonly quarantine: QuarantineWebhook,
    private readonly clock: Clock,
    private readonly metrics: Metrics,
    private readonly logger: Logger,
    private readonly rejectStatus: 401 | 503,
  ) {}

  /** Puts itself before what the server already does. */
  listenBefore(server: Server): void {
    const others = server.listeners('request') as RequestListener[];
    server.removeAllListeners('request');
    server.on('request', (request: IncomingMessage, response: ServerResponse) => {
      const webhook = request.method === 'POST' ? paths.get(pathOf(request)) : undefined;
      if (webhook === undefined) for (const other of others) other(request, response);
      else void this.receive(webhook, request, response);
    });
  }

  /** From now on every webhook is asked to come back: the ledger is about to close. */
  stop(): void {
    this.stopping = true;
  }

  private async receive(
    webhook: WebhookKind,
    request: IncomingMessage,
    response: ServerResponse,
  ): Promise<void> {
    let body: Buffer | undefined;
    try {
      body = await readBody(request);
    } catch (error) {
      // Nobody is left to answer; Vonage sends again what was not answered.
      this.logger.warn({ webhook, error }, 'A webhook broke off before its end.');
      return;
    }
    const startedMs = performance.now();
    const answer = await this.answer(webhook, request.headers.authorization, body);
    this.metrics.webhookAnswered(webhook, answer.result, (performance.now() - startedMs) / 1000);
    respond(response, answer, this.stopping);
  }

  private async answer(
    webhook: WebhookKind,
    authorization: string | undefined,
    body: Buffer | undefined,
  ): Promise<Answer> {
    if (body === undefined) return { result: 'too-large', status: 413 };
    try {
      return await this.take(webhook, authorization, body);
    } catch (error) {
      this.logger.error(
        { webhook, error },
        'A webhook could not be recorded; Vonage is asked to send it again.',
      );
      return { result: 'failed', status: 503 };
    }
  }

  private async take(
    webhook: WebhookKind,
    authorization: string | undefined,
    body: Buffer,
  ): Promise<Answer> {
    if (this.stopping) return { result: 'failed', status: 503 };
    const now = this.clock.now();
    const verification = this.verify(authorization, body, now.getTime());
    switch (verification.kind) {
      case 'unsigned':
        this.logger.warn(
          { webhook },
          'A webhook came without a signature; a signed one is asked for.',
        );
        return { result: 'unsigned', status: 503 };
      case 'refused':
        this.logger.warn(
          { webhook, reason: verification.reason },
          'A webhook was rejected, because it does not prove that Vonage sent it.',
        );
        return { result: 'rejected', status: this.rejectStatus };
      case 'genuine': {
        const evidence = evidenceOf(verification.claims, verification.sha256, body, now);
        const result = await this.timeLimit.run((signal) =>
          this.recordOrKeep(webhook, body, evidence, signal),
        );
        return { result, status: 204 };
      }
    }
  }

  private async recordOrKeep(
    webhook: WebhookKind,
    body: Buffer,
    evidence: WebhookEvidence,
    signal: AbortSignal,
  ): Promise<WebhookResult> {
    try {
      return await this.record(webhook, body, evidence, signal);
    } catch (error) {
      // Asking for it again would bring the same again, until Vonage gives up and it is lost.
      if (!(error instanceof InvalidAppend)) throw error;
      return this.keep(webhook, 'it says more than one event can hold', evidence, signal);
    }
  }

  private async record(
    webhook: WebhookKind,
    body: Buffer,
    evidence: WebhookEvidence,
    signal: AbortSignal,
  ): Promise<WebhookResult> {
    if (webhook === 'status') {
      const read = readStatusWebhook(body, evidence);
      if (read.kind === 'report') {
        return this.receiveStatus.execute(read.report, read.occurredAt, evidence, signal);
      }
      return this.keep(webhook, read.reason, evidence, signal);
    }
    const read = readInboundWebhook(body, evidence);
    if (read.kind === 'inbound') {
      const { inbound, occurredAt, factId } = read;
      return this.receiveInbound.execute(inbound, occurredAt, factId, evidence, signal);
    }
    return this.keep(webhook, read.reason, evidence, signal);
  }

  private keep(
    webhook: WebhookKind,
    reason: string,
    evidence: WebhookEvidence,
    signal: AbortSignal,
  ): Promise<WebhookResult> {
    this.logger.warn(
      { webhook, reason, sha256: evidence.sha256 },
      'A signed webhook was not understood; it is kept in quarantine.',
    );
    return this.quarantine.execute(webhook, reason, evidence, signal);
  }
}

const pathOf = ({ url = '' }: IncomingMessage): string => {
  const queryStart = url.indexOf('?');
  return queryStart === -1 ? url : url.slice(0, queryStart);
};

function evidenceOf(
  { jti, iat }: WebhookClaims,
  sha256: string,
  body: Buffer,
  now: Date,
): WebhookEvidence {
  const text = body.toString('utf8');
  // Bytes that are not UTF-8 would not survive as text.
  const isText =
    (!text.includes('\ufffd') || Buffer.from(text, 'utf8').equals(body)) &&
    (body.length < ESCAPES_MATTER_BYTES || !swellsInJson(text, body.length));
  return {
    ...(jti === null ? {} : { jti }),
    iat,
    receivedAt: now.toISOString(),
    sha256,
    rawBody: isText ? text : body.toString('base64'),
    rawBodyEncoding: isText ? 'utf8' : 'base64',
  };
}

/** What is smaller fits into an event even if JSON writes each of its characters as `\u0000`. */
const ESCAPES_MATTER_BYTES = 64 * 1024;

/** Base64 makes four bytes of three; escapes can make six of one. */
const swellsInJson = (text: string, bytes: number): boolean =>
  Buffer.byteLength(JSON.stringify(text)) > (bytes * 4) / 3;

/** For the person who debugs a webhook by hand; Vonage reads only the status. */
const details: Partial<Readonly<Record<WebhookResult, string>>> = {
  unsigned: 'The webhook carries no Authorization header. A signed one is asked for.',
  rejected: 'The Authorization header does not prove that Vonage sent exactly this body.',
  'too-large': `The body is larger than ${WEBHOOK_BODY_BYTES_MAX} bytes.`,
  failed: 'The webhook could not be recorded. Send it again.',
};

function respond(response: ServerResponse, { result, status }: Answer, stopping: boolean): void {
  if (response.destroyed) return;
  if (status === 503) response.setHeader('Retry-After', RETRY_AFTER_SECONDS);
  // What was not read to its end cannot be followed by another request.
  if (result === 'too-large' || stopping) response.setHeader('Connection', 'close');
  const detail = details[result];
  if (detail === undefined) {
    response.writeHead(status).end();
    return;
  }
  const problem = toProblem(new HttpProblem(status, detail));
  response.writeHead(status, { 'Content-Type': 'application/problem+json' });
  response.end(JSON.stringify(problem));
}
