import { STATUS_CODES, type IncomingMessage, type ServerResponse } from 'node:http';
import {
  readInboundRequest,
  readSettingsRequest,
  readStatusRequest,
  readStoryRequest,
  type Read,
} from './control-requests.js';
import { guide } from './guide.js';
import { BODY_BYTES_MAX, readBody, writeJson, writeProblem } from '../api/http.js';
import type { Operations } from './operations.js';
import type { Settings } from '../options.js';
import { newInstance, type Problem } from '../api/problems.js';
import { zipOf } from '../reports/report-file.js';
import type { Fault } from '../validation/faults.js';

interface ControlCall {
  readonly query: URLSearchParams;
  /** The last segment of the path, where the route has one. */
  readonly id: string;
  /** Parsed JSON; undefined when the request has no body. */
  readonly body: unknown;
}

type ControlAnswer =
  | { readonly status: 200 | 202; readonly body: unknown }
  | { readonly status: 204 }
  | { readonly status: 200; readonly type: string; readonly bytes: string | Buffer }
  | { readonly problem: Problem };

interface ControlRoute {
  readonly method: 'GET' | 'POST' | 'PATCH';
  readonly path: string;
  readonly tells: string;
  /** The query parameters that it heeds. */
  readonly queries?: readonly string[];
  handle(call: ControlCall): ControlAnswer;
}

/** The routes under `/sandbox`, through which a developer or a test controls the sandbox. */
export class Control {
  private readonly routes: readonly ControlRoute[];

  constructor(operations: Operations, settings: Settings) {
    this.routes = controlRoutes(operations, settings);
  }

  async handle(path: string, request: IncomingMessage, response: ServerResponse): Promise<void> {
    const raw = await readBody(request);
    const answer = this.answer(path, request, raw);
    if ('problem' in answer) writeProblem(response, answer.problem);
    else if (answer.status === 204) response.writeHead(204).end();
    else if ('bytes' in answer)
      response.writeHead(200, { 'Content-Type': answer.type }).end(answer.bytes);
    else writeJson(response, answer.status, answer.body, INDENT);
  }

  private answer(path: string, request: IncomingMessage, raw: Buffer | null): ControlAnswer {
    const here = this.routes
      .map((route) => ({ route, id: idIn(path, route.path) }))
      .filter(({ id }) => id !== null);
    if (here.length === 0) return refuse(404, `There is nothing at ${path}.`);
    const found = here.find(({ route }) => route.method === request.method);
    if (found === undefined) {
      const allow = here.map(({ route }) => route.method).join(', ');
      return refuse(405, `Here one can only ${allow}.`, { Allow: allow });
    }
    if (raw === null) {
      return refuse(413, `A request may hold at most ${BODY_BYTES_MAX} bytes.`);
    }
    let body: unknown;
    try {
      body = raw.length === 0 ? undefined : JSON.parse(raw.toString('utf8'));
    } catch {
      return refuse(400, 'The body is not JSON.');
    }
    const query = new URL(request.url ?? '/', 'http://sandbox').searchParams;
    const { queries = [] } = found.route;
    const unknown = [...query.keys()].filter((name) => !queries.includes(name));
    if (unknown.length > 0) {
      return faulty(unknown.map((name) => ({ name, reason: 'is not known' })));
    }
    return found.route.handle({ query, id: found.id ?? '', body });
  }
}

function controlRoutes(operations: Operations, settings: Settings): readonly ControlRoute[] {
  const routes: readonly ControlRoute[] = [
    {
      method: 'GET',
      path: '/sandbox',
      tells: 'This page.',
      handle: () => ok(guide(routes, settings, operations.counters())),
    },
    {
      method: 'POST',
      path: '/sandbox/stories',
      tells:
        'Choose the story of the next messages: {to?, uses?, story, code?}, or {to?, uses?, answer?, callbacks: [{status, afterMs, …}]}.',
      handle: ({ body }) =>
        take(readStoryRequest(body), (request) => done(() => operations.tellStory(request))),
    },
    {
      method: 'POST',
      path: '/sandbox/status',
      tells: 'Send a status callback: {message_uuid?, status, code?, client_ref?, to?, from?, …}.',
      handle: ({ body }) =>
        take(readStatusRequest(body), (request) => ({
          status: 202,
          body: { callbacks: operations.sendStatus(request) },
        })),
    },
    {
      method: 'POST',
      path: '/sandbox/inbound',
      tells: 'Send an inbound message: {from, to, text, shape?, …}.',
      handle: ({ body }) =>
        take(readInboundRequest(body), (request) => ({
          status: 202,
          body: { callbacks: operations.sendInbound(request) },
        })),
    },
    {
      method: 'POST',
      path: '/sandbox/callbacks/pause',
      tells: 'Hold callbacks back, as an outage between Vonage and the service would.',
      handle: () => done(() => operations.pauseCallbacks()),
    },
    {
      method: 'POST',
      path: '/sandbox/callbacks/resume',
      tells: 'Let them go.',
      handle: () => done(() => operations.resumeCallbacks()),
    },
    {
      method: 'GET',
      path: '/sandbox/callbacks',
      tells: 'Callbacks and each try of them.',
      queries: ['message_uuid', 'outcome', 'kind', 'limit'],
      handle: ({ query }) =>
        page(query, operations.callbacks(), (callbacks) => ({
          settled: operations.isSettled(),
          counters: operations.counters(),
          callbacks,
        })),
    },
    {
      method: 'GET',
      path: '/sandbox/messages',
      tells: 'Accepted messages with their callbacks, and counters.',
      queries: ['client_ref', 'to', 'story', 'limit'],
      handle: ({ query }) =>
        page(query, operations.messages(), (messages) => ({
          settled: operations.isSettled(),
          counters: operations.counters(),
          messages,
        })),
    },
    {
      method: 'GET',
      path: '/sandbox/messages/:id',
      tells: 'One message by its message_uuid.',
      handle: ({ id }) => {
        const message = operations.message(id);
        if (message === null) return refuse(404, 'No such message was accepted.');
        return ok(message);
      },
    },
    {
      method: 'GET',
      path: '/sandbox/requests',
      tells: 'Requests to send and what they were answered.',
      queries: ['client_ref', 'to', 'answer', 'limit'],
      handle: ({ query }) =>
        page(query, operations.requests(), (requests) => ({
          counters: operations.counters(),
          requests,
        })),
    },
    {
      method: 'GET',
      path: '/sandbox/sends',
      tells: 'How often each client_ref was accepted. More than 1 is a text that was sent twice.',
      handle: () => ok({ sendsByClientRef: operations.sendsByClientRef() }),
    },
    {
      method: 'GET',
      path: '/sandbox/report',
      tells:
        "Everything accepted as a report of Vonage's Reports API: a csv, or the zip in which Vonage packs it.",
      queries: ['format'],
      handle: ({ query }) => report(query.get('format') ?? 'csv', operations, settings),
    },
    {
      method: 'PATCH',
      path: '/sandbox/settings',
      tells:
        'Change {statusUrl, inboundUrl, requestsPerSecond, signatureSecret, defaultStory, failoverMessageUuid, repeatToken}, and what Vonage refuses: {hasCredit: false} (402), {acceptsCredentials: false} (401), {isApplicationBlocked: true, blockedSenders: […], blockedChannels: […]} (403).',
      handle: ({ body }) =>
        take(readSettingsRequest(body), (request) => done(() => operations.configure(request))),
    },
    {
      method: 'POST',
      path: '/sandbox/reset',
      tells: 'Forget everything and drop what is under way; settings stay.',
      handle: () => done(() => operations.reset()),
    },
  ];
  return routes;
}

function report(format: string, operations: Operations, settings: Settings): ControlAnswer {
  const csv = operations.report();
  const day = new Date().toISOString().slice(0, 'yyyy-mm-dd'.length);
  switch (format) {
    case 'csv':
      return { status: 200, type: 'text/csv', bytes: csv };
    case 'zip':
      return { status: 200, type: 'application/zip', bytes: zipOf(csv, settings.apiKey, day) };
    default:
      return faulty([{ name: 'format', reason: 'must be csv or zip' }]);
  }
}

const INDENT = 2;

const LIST_LENGTH = 100;
const LIST_LENGTH_MAX = 10_000;

/** The newest entries that match, oldest first. */
function page<Entry extends object>(
  query: URLSearchParams,
  entries: readonly Entry[],
  body: (entries: readonly Entry[]) => unknown,
): ControlAnswer {
  const limit = Number(query.get('limit') ?? LIST_LENGTH);
  if (!Number.isInteger(limit) || limit < 1 || limit > LIST_LENGTH_MAX) {
    return faulty([
      { name: 'limit', reason: `must be an integer between 1 and ${LIST_LENGTH_MAX}` },
    ]);
  }
  const filters = [...query].filter(([name]) => name !== 'limit');
  const matching = entries.filter((entry) =>
    filters.every(([name, value]) => String(entry[name as keyof Entry]) === value),
  );
  return ok(body(matching.slice(-limit)));
}

const take = <Request>(
  read: Read<Request>,
  handle: (request: Request) => ControlAnswer,
): ControlAnswer => (read.kind === 'read' ? handle(read.request) : faulty(read.faults));

const done = (act: () => void): ControlAnswer => {
  act();
  return { status: 204 };
};

const ok = (body: unknown): ControlAnswer => ({ status: 200, body });

const faulty = (faults: readonly Fault[]): ControlAnswer =>
  refuse(422, 'Some parameters are invalid.', {}, faults);

const refuse = (
  status: number,
  detail: string,
  headers: Readonly<Record<string, string>> = {},
  faults: readonly Fault[] = [],
): ControlAnswer => ({
  problem: {
    status,
    headers: { 'Content-Type': 'application/problem+json', ...headers },
    body: {
      type: 'about:blank',
      title: STATUS_CODES[status],
      status,
      detail,
      instance: newInstance(),
      ...(faults.length === 0 ? {} : { invalid_parameters: faults }),
    },
  },
});

/** Returns the id in a path of this pattern, empty if the pattern has none; null for another path. */
function idIn(path: string, pattern: string): string | null {
  const [before = '', after] = pattern.split(':id');
  if (after === undefined) return path === pattern ? '' : null;
  const id = path.startsWith(before) ? path.slice(before.length) : '';
  return id === '' || id.includes('/') ? null : id;
}
