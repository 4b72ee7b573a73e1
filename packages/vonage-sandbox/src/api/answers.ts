import type { IncomingMessage, ServerResponse } from 'node:http';
import { requestId, writeJson, writeProblem } from './http.js';
import {
  forbidden,
  internalError,
  invalidParams,
  lowBalance,
  notFound,
  rateLimitHit,
  unauthorized,
  unavailable,
  type Problem,
} from './problems.js';
import type { Session } from '../session.js';
import type { Answer, RefusalStatus } from '../stories/stories.js';

/** The target of a 302: the path redirects to itself. */
export const REDIRECT_LOOP_PATH = '/v1/moved';

const SLOW_BODY_MS = 20_000;
const RETRY_AFTER_SECONDS = 1;

/** Longer than any client waits for an answer, and bounded: paused callbacks must not hold an answer for ever. */
const ANSWER_LAST_WAIT_MS_MAX = 60_000;

export interface AnswerContext {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly session: Session;
  readonly timeScale: number;
  readonly requestsPerSecond: number | null;
}

/** The body of a 202. */
export interface Acceptance {
  readonly message_uuid: string;
  readonly workflow_id?: string;
}

export type AcceptingAnswer = Extract<Answer, { kind: `accepted${string}` }>;
export type RefusingAnswer = Exclude<Answer, AcceptingAnswer>;

export const accepts = (answer: Answer): answer is AcceptingAnswer =>
  answer.kind.startsWith('accepted');

/** Answers a request whose message was accepted. `told` resolves when its callbacks were tried. */
export async function answerAccepted(
  answer: AcceptingAnswer,
  acceptance: Acceptance,
  told: Promise<void>,
  { request, response, session, timeScale }: AnswerContext,
): Promise<void> {
  switch (answer.kind) {
    case 'accepted-reset':
      request.socket.resetAndDestroy();
      return;
    case 'accepted-silence':
      session.hold(response);
      return;
    case 'accepted-last':
      session.hold(response);
      await Promise.race([told, session.timers.sleep(ANSWER_LAST_WAIT_MS_MAX)]);
      writeJson(response, 202, acceptance);
      return;
    case 'accepted':
      if (answer.afterMs !== undefined) {
        session.hold(response);
        await session.timers.sleep(answer.afterMs * timeScale);
      }
      await writeAcceptance(answer.body ?? 'json', acceptance, response, session, timeScale);
  }
}

async function writeAcceptance(
  body: 'json' | 'slow' | 'empty' | 'text' | 'without-uuid',
  acceptance: Acceptance,
  response: ServerResponse,
  session: Session,
  timeScale: number,
): Promise<void> {
  const json = JSON.stringify(acceptance);
  const start = (type: string) => response.writeHead(202, { 'Content-Type': type, ...requestId() });
  switch (body) {
    case 'json':
      writeJson(response, 202, acceptance);
      return;
    case 'without-uuid':
      writeJson(response, 202, {});
      return;
    case 'empty':
      response.writeHead(202, { 'Content-Length': '0', ...requestId() }).end();
      return;
    case 'text':
      start('text/plain').end('Accepted');
      return;
    case 'slow':
      session.hold(response);
      start('application/json').write(json.slice(0, json.length / 2));
      await session.timers.sleep(SLOW_BODY_MS * timeScale);
      response.end(json.slice(json.length / 2));
  }
}

/** Answers a request whose message is refused. */
export function answerRefused(answer: RefusingAnswer, context: AnswerContext): void {
  const { request, response, session } = context;
  switch (answer.kind) {
    case 'reset':
      request.socket.resetAndDestroy();
      return;
    case 'silence':
      session.hold(response);
      return;
    case 'redirect':
      response.writeHead(answer.status, {
        Location: answer.status === 302 ? REDIRECT_LOOP_PATH : '/v1/messages',
        ...requestId(),
      });
      response.end();
      return;
    case 'refused':
      if (answer.body === 'html') writeHtml(answer.status, response);
      else writeProblem(response, problemOf(answer.status, context));
  }
}

function writeHtml(status: RefusalStatus, response: ServerResponse): void {
  response.writeHead(status, { 'Content-Type': 'text/html', ...requestId() });
  response.end(`<html><head><title>${status}</title></head><body><h1>${status}</h1></body></html>`);
}

function problemOf(status: RefusalStatus, { requestsPerSecond }: AnswerContext): Problem {
  switch (status) {
    case 401:
      return unauthorized();
    case 402:
      return lowBalance();
    case 403:
      return forbidden();
    case 404:
      return notFound('There is nothing here.');
    case 422:
      return invalidParams([{ name: 'text', reason: 'is refused by the story' }]);
    case 429:
      return rateLimitHit({
        limit: requestsPerSecond ?? 0,
        remaining: 0,
        resetAtMs: Date.now() + RETRY_AFTER_SECONDS * 1_000,
        retryAfterSeconds: RETRY_AFTER_SECONDS,
      });
    case 500:
      return internalError();
    case 502:
    case 503:
    case 504:
      return { ...unavailable('Try again later.'), status };
  }
}
