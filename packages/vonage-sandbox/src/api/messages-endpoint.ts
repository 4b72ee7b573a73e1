import { randomBytes, randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import {
  accepts,
  answerAccepted,
  answerRefused,
  type Acceptance,
  type AnswerContext,
} from './answers.js';
import { authenticate } from './authentication.js';
import { BODY_BYTES_MAX, readBody, writeProblem } from './http.js';
import type { Settings } from '../options.js';
import {
  bodyTooLarge,
  forbidden,
  invalidJson,
  lowBalance,
  rateLimitHit,
  unavailable,
  type Problem,
} from './problems.js';
import type { RateLimit } from './rate-limit.js';
import { isJsonObject, type Json } from '../validation/json.js';
import type { Session } from '../session.js';
import { validateSendRequest } from './send-request.js';

/** `POST /v1/messages`: checks the caller, the rate and the message; then the story decides the answer. */
export async function handleSend(
  request: IncomingMessage,
  response: ServerResponse,
  settings: Settings,
  session: Session,
  rateLimit: RateLimit,
): Promise<void> {
  const raw = await readBody(request);
  const parsed = parse(raw);
  const note = (answer: string, uuid: string | null) => {
    session.journal.addRequest({
      at: new Date().toISOString(),
      to: textOf(parsed.body, 'to'),
      client_ref: textOf(parsed.body, 'client_ref'),
      answer,
      accepted: uuid !== null,
      message_uuid: uuid,
    });
  };
  const refuse = (problem: Problem) => {
    note(String(problem.status), null);
    writeProblem(response, problem);
  };

  const authentication = authenticate(request.headers.authorization, settings, Date.now());
  if (authentication.kind === 'refused') return refuse(authentication.problem);
  const limited = rateLimit.check(settings.requestsPerSecond, Date.now());
  if (limited !== null) return refuse(rateLimitHit(limited));
  const problem =
    parsed.problem ?? refusalOfAccount(parsed.body, settings) ?? validateSendRequest(parsed.body);
  if (problem !== null) return refuse(problem);
  if (session.isFull) return refuse(unavailable('Too many callbacks are waiting.'));

  const body = parsed.body;
  const chosen = session.choice.choose(String(body['to']), settings.defaultStory);
  const { answer } = chosen.story;
  const { timeScale, requestsPerSecond } = settings;
  const context: AnswerContext = { request, response, session, timeScale, requestsPerSecond };
  if (!accepts(answer)) {
    note('status' in answer ? String(answer.status) : answer.kind, null);
    return answerRefused(answer, context);
  }

  const acceptance: Acceptance = {
    message_uuid: randomUUID(),
    ...(body['failover'] === undefined ? {} : { workflow_id: newWorkflowId() }),
  };
  note(
    answer.kind === 'accepted' || answer.kind === 'accepted-last' ? '202' : answer.kind,
    acceptance.message_uuid,
  );
  session.journal.addSend(textOf(body, 'client_ref'));
  const told = session.runner.run(
    {
      messageUuid: acceptance.message_uuid,
      workflowId: acceptance.workflow_id ?? null,
      request: body,
      ofApplication: authentication.caller.kind === 'application',
    },
    chosen,
  );
  await answerAccepted(answer, acceptance, told, context);
}

/** Vonage looks at the account before the message. */
function refusalOfAccount(body: Json, settings: Settings): Problem | null {
  if (!settings.hasCredit) return lowBalance();
  const isBlocked =
    settings.isApplicationBlocked ||
    settings.blockedSenders.includes(textOf(body, 'from') ?? '') ||
    settings.blockedChannels.includes(textOf(body, 'channel') ?? '');
  return isBlocked ? forbidden() : null;
}

interface Parsed {
  readonly body: Json;
  readonly problem: Problem | null;
}

function parse(raw: Buffer | null): Parsed {
  if (raw === null) return { body: {}, problem: bodyTooLarge(BODY_BYTES_MAX) };
  // Vonage treats a request without a body as one without parameters.
  if (raw.length === 0) return { body: {}, problem: null };
  try {
    const value: unknown = JSON.parse(raw.toString('utf8'));
    if (isJsonObject(value)) return { body: value, problem: null };
    return { body: {}, problem: invalidJson('The body must be a JSON object.') };
  } catch (error) {
    return { body: {}, problem: invalidJson(error instanceof Error ? error.message : 'Not JSON.') };
  }
}

function textOf(body: Json, field: string): string | null {
  const value = body[field];
  return typeof value === 'string' ? value : null;
}

/** Vonage's workflow ids are longer than a UUID and have no dashes. */
const newWorkflowId = (): string => randomBytes(32).toString('hex').slice(0, 55);
