import type { IncomingMessage, RequestListener, Server, ServerResponse } from 'node:http';
import type { Outages } from '../../../application/health/outages.js';
import type { Clock } from '../../../application/ports/clock.js';
import type { Logger } from '../../../application/ports/logger.js';
import {
  webhookKinds,
  type Metrics,
  type WebhookKind,
} from '../../../application/ports/metrics.js';
import type { Tracing } from '../../../application/ports/tracing.js';
import { ThrottledLog } from '../../../application/throttled-log.js';
import { logAccess } from '../server/access-log.js';
import { requestIdOf } from '../server/request-id.js';
import { toOriginForm } from '../server/request-target.js';
import { UnderWay } from '../server/under-way.js';
import { BodyIntake, lengthOf, WEBHOOK_BODY_BYTES_MAX } from './body/body-intake.js';
import { Drain } from './body/drain.js';
import { evidenceOf } from './evidence.js';
import { TimeLimit } from './body/time-limit.js';
import {
  verifyBody,
  type SignedToken,
  type TokenVerifier,
  type WebhookRefusalReason,
} from './verify-webhook.js';
import type { RefusedWebhookLog } from './refused-webhooks.js';
import { isAboutTime, mayBeOurClock, verifyOnClock } from './verify-on-clock.js';
import { respond, type WebhookAnswer } from './webhook-answer.js';
import type { WebhookRecorder } from './webhook-recorder.js';

/** Also with further slashes or in capitals, as people may type it into the dashboard: a 404 would lose every receipt. */
const WEBHOOK_PATH = /^\/+webhooks\/+(\w+)\/*$/i;

/** The webhook that is taken at a path; undefined: another request. */
export function webhookAt(path: string): WebhookKind | undefined {
  const name = WEBHOOK_PATH.exec(path)?.[1]?.toLowerCase();
  return webhookKinds.find((kind) => kind === name);
}

/**
 * Vonage is answered within 3 s, however slow the stores are. Work under way then continues, and the repeated webhook
 * is recognized as a repeat.
 */
const RECORD_WITHIN_MS = 2_500;

/**
 * About the number that is recorded in half a second. More would only wait longer, and take memory, about 20 KiB each;
 * Vonage sends them again.
 */
const UNDER_WAY_MAX = 2_048;

export interface WebhookListenerSettings {
  readonly verify: TokenVerifier;
  readonly recorder: WebhookRecorder;
  /** The keyed hash of a body's SHA-256, lower-case hex. @throws StoreUnavailable */
  readonly digestOf: (sha256: string) => string | Promise<string>;
  readonly clock: Clock;
  readonly metrics: Metrics;
  /** Remembers what was not accepted. */
  readonly refused: RefusedWebhookLog;
  readonly logger: Logger;
  /** The status for a webhook with a wrong signature. */
  readonly rejectStatus: 401 | 503;
  /** Undefined: webhooks get no line each. */
  readonly accessLog: Logger | undefined;
  /** Undefined: nothing is traced. */
  readonly tracing: Tracing | undefined;
  /** Is told of each refused webhook that Vonage may repeat, and of each that was taken in. */
  readonly outages: Pick<Outages, 'refused' | 'tookIn'>;
}

/** A webhook whose body may be read: it is signed, and there is room for the body. */
interface Admitted {
  readonly token: SignedToken;
  readonly reservedBytes: number;
}

/**
 * Answers Vonage's webhooks. It runs before Express, because this is the one path on which every microsecond counts,
 * and because it needs the raw bytes before any parsing.
 *
 * Vonage retries only on 429 and 5xx (support article 360028543292), so each answer decides whether the webhook
 * survives: 204 after the commit, 503 for every fault of ours.
 */
export class WebhookListener {
  private stopping = false;
  private readonly underWay = new UnderWay(UNDER_WAY_MAX);
  private readonly timeLimit = new TimeLimit(RECORD_WITHIN_MS);
  private readonly intake = new BodyIntake();
  private readonly drain = new Drain();
  private readonly log: ThrottledLog;

  constructor(private readonly settings: WebhookListenerSettings) {
    this.log = new ThrottledLog(settings.logger);
  }

  /** Installs itself in front of the server's request listeners. */
  listenBefore(server: Server): void {
    const others = server.listeners('request') as RequestListener[];
    server.removeAllListeners('request');
    server.on('request', (request: IncomingMessage, response: ServerResponse) => {
      toOriginForm(request);
      const webhook = request.method === 'POST' ? webhookAt(pathOf(request)) : undefined;
      if (webhook === undefined) for (const other of others) other(request, response);
      else if (this.isObserved) this.observe(webhook, request, response);
      else this.receive(webhook, request, response);
    });
  }

  /** Answers every further webhook with a request to retry: the ledger is about to close. */
  stop(): void {
    this.stopping = true;
  }

  private get isObserved(): boolean {
    return this.settings.accessLog !== undefined || this.settings.tracing !== undefined;
  }

  /** Logs and traces a webhook. What it became is in the metrics and in the ledger. */
  private observe(webhook: WebhookKind, request: IncomingMessage, response: ServerResponse): void {
    const { accessLog, tracing } = this.settings;
    const startedMs = performance.now();
    const requestId = requestIdOf(request.headers['x-request-id']);
    response.setHeader('X-Request-Id', requestId);
    const span = tracing?.beginWebhook();
    response.once('close', () => {
      const path = `/webhooks/${webhook}`;
      const status = response.statusCode;
      span?.end(`POST ${path}`, status, { 'waybill.request_id': requestId });
      if (accessLog === undefined) return;
      logAccess(accessLog, {
        requestId,
        method: 'POST',
        path,
        query: [],
        status,
        seconds: (performance.now() - startedMs) / 1000,
        actor: undefined,
        traceId: span?.traceId,
        isCutOff: !response.writableFinished,
      });
    });
    if (span === undefined) this.receive(webhook, request, response);
    else span.run(() => this.receive(webhook, request, response));
  }

  /** Refuses without reading the body where possible, so that the body takes no memory. */
  private receive(webhook: WebhookKind, request: IncomingMessage, response: ServerResponse): void {
    const admitted = this.admit(webhook, request);
    if ('token' in admitted) {
      void this.take(webhook, admitted, request, response);
      return;
    }
    this.count(webhook, admitted, 0);
    respond(response, admitted, false, this.drain.begin(request, response));
  }

  private count(webhook: WebhookKind, answer: WebhookAnswer, seconds: number): void {
    const { metrics, refused, clock, outages } = this.settings;
    metrics.webhookAnswered(webhook, answer.result, seconds);
    if (answer.status >= 400) refused.add(webhook, answer, clock.now().getTime());
    if (answer.status === 503 && mayBeGenuine(answer)) outages.refused(answer.sha256);
    // A repeat writes nothing, so it does not tell that the ledger takes anything.
    else if (answer.status === 204 && answer.result !== 'repeated') outages.tookIn();
  }

  private admit(webhook: WebhookKind, request: IncomingMessage): Admitted | WebhookAnswer {
    try {
      return this.check(webhook, request);
    } catch (error) {
      return this.failed(webhook, error);
    }
  }

  /** Runs all checks that need no body, the cheapest first. */
  private check(webhook: WebhookKind, request: IncomingMessage): Admitted | WebhookAnswer {
    if (this.underWay.isFull || this.underWay.isFullOn(request.socket)) return this.busy(webhook);
    const { verify, clock } = this.settings;
    const token = verifyOnClock(verify, request.headers.authorization, clock);
    if (token.kind === 'unsigned') {
      this.log.warn(
        `unsigned ${webhook}`,
        { webhook },
        'A webhook came without a signature; a signed one is asked for. If all come so, the default SMS setting of the account is not "Messages API", or signed webhooks are off.',
      );
      return { result: 'unsigned', status: 503 };
    }
    if (token.kind === 'refused') return this.rejected(webhook, token.reason);
    if ((lengthOf(request) ?? 0) > WEBHOOK_BODY_BYTES_MAX) return tooLarge;
    const reservedBytes = this.intake.reserve(request);
    return reservedBytes === undefined ? this.busy(webhook) : { token, reservedBytes };
  }

  private busy(webhook: WebhookKind): WebhookAnswer {
    this.log.warn(
      'busy',
      { webhook, underWay: this.underWay.total },
      'Too many webhooks are under way; Vonage is asked to send this one again.',
    );
    return { result: 'busy', status: 503 };
  }

  private rejected(webhook: WebhookKind, reason: WebhookRefusalReason): WebhookAnswer {
    this.log.warn(
      `rejected ${webhook} ${reason}`,
      { webhook, reason },
      'A webhook was rejected, because it does not prove that Vonage sent it.',
    );
    const { clock, rejectStatus } = this.settings;
    return {
      result: 'rejected',
      status: mayBeOurClock(reason, clock) ? 503 : rejectStatus,
      reason,
    };
  }

  private async take(
    webhook: WebhookKind,
    { token, reservedBytes }: Admitted,
    request: IncomingMessage,
    response: ServerResponse,
  ): Promise<void> {
    const { socket } = request;
    this.underWay.begin(socket);
    const body = await this.intake.read(request);
    const startedMs = performance.now();
    const answer = Buffer.isBuffer(body)
      ? await this.answer(webhook, token, body)
      : this.missing(webhook, body);
    this.intake.giveBack(reservedBytes);
    this.underWay.end(socket);
    const seconds = (performance.now() - startedMs) / 1000;
    this.count(webhook, answer, seconds);
    const mayEnd = Buffer.isBuffer(body) ? undefined : this.drain.begin(request, response);
    respond(response, answer, this.stopping, mayEnd);
  }

  private missing(webhook: WebhookKind, missing: 'too-large' | 'unfinished'): WebhookAnswer {
    if (missing === 'too-large') return tooLarge;
    this.log.warn(
      'unfinished',
      { webhook },
      'The body of a webhook did not come to its end in time; it is asked for again.',
    );
    return { result: 'unfinished', status: 503 };
  }

  private async answer(
    webhook: WebhookKind,
    token: SignedToken,
    body: Buffer,
  ): Promise<WebhookAnswer> {
    if (this.stopping) return failed;
    let sha256: string | undefined;
    try {
      const verification = verifyBody(token, body);
      if (verification.kind === 'refused') return this.rejected(webhook, verification.reason);
      ({ sha256 } = verification);
      const hashing = this.settings.digestOf(verification.sha256);
      const digest = typeof hashing === 'string' ? hashing : await hashing;
      const evidence = evidenceOf(verification, digest, body, this.settings.clock.now());
      const result = await this.timeLimit.run((signal) =>
        this.settings.recorder.execute(webhook, body, evidence, signal),
      );
      return { result, status: 204 };
    } catch (error) {
      return { ...this.failed(webhook, error), sha256 };
    }
  }

  private failed(webhook: WebhookKind, error: unknown): WebhookAnswer {
    this.log.error(
      `failed ${error instanceof Error ? error.name : ''}`,
      { webhook, error },
      'A webhook could not be recorded; Vonage is asked to send it again.',
    );
    return failed;
  }
}

/** False where the signature is missing or wrong: anybody can send such a webhook, so it tells of no outage. */
const mayBeGenuine = ({ result, reason }: WebhookAnswer): boolean =>
  result === 'rejected' ? reason !== undefined && isAboutTime(reason) : result !== 'unsigned';

const failed: WebhookAnswer = { result: 'failed', status: 503 };
const tooLarge: WebhookAnswer = { result: 'too-large', status: 413 };

const pathOf = ({ url = '' }: IncomingMessage): string => {
  const queryStart = url.indexOf('?');
  return queryStart === -1 ? url : url.slice(0, queryStart);
};
