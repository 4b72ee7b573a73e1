import { createInterface } from 'node:readline';
import { Readable } from 'node:stream';
import type { EventView } from '../adapters/http/ledger/event-view.js';
import type { ShownPreview } from '../adapters/http/messages/preview.controller.js';
import type { KeyView } from '../application/access/manage-keys.js';
import type { MessageView } from '../application/auditing/message-view.js';
import type { ErasureCertificate } from '../application/erasure/erasure-certificate.js';
import type { StuckPlan } from '../application/reconciliation/reconcile-stuck.js';
import type { DeliveryReport } from '../application/reporting/delivery-report.js';
import type { ListedMessage } from '../application/reporting/message-list.js';
import type { PastHold } from '../application/steering/past-holds.js';
import type { SendingView } from '../application/steering/read-sending.js';
import { fetchUntil, whyNoAnswer, type Asked } from './fetch-until.js';

/** A service of an earlier version tells no providers. */
export type SendingShown = Omit<SendingView, 'providers'> & Partial<Pick<SendingView, 'providers'>>;

/** The service refused the request, or did not answer. The error's message is fit for a person. */
export class ServiceError extends Error {
  constructor(
    message: string,
    readonly status?: number,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }

  /** True when the request may have been carried out despite the error. */
  get hasUnknownOutcome(): boolean {
    return this.status === undefined || this.status >= 500;
  }
}

/** The connection failed, or broke before the whole answer arrived. */
class NoAnswer extends ServiceError {}

const TIMEOUT_MS = 40_000;
/** Time limit of a release: a ledger of ten million events is read in a few minutes. */
const RELEASE_TIMEOUT_MS = 15 * 60_000;

/** Time limit of an erasure: read models may be behind, and the keys of many messages are looked at. */
const ERASE_TIMEOUT_MS = 5 * 60_000;

/** Time limit of a reconciliation: ten million records take half an hour. */
const RECONCILE_TIMEOUT_MS = 60 * 60_000;

/** The most messages of one page of the API. */
const LIST_LIMIT_MAX = 500;

interface Page<Item> {
  readonly items: readonly Item[];
  readonly nextCursor: string | null;
}

/** Talks to a running Waybill as any client would. */
export class ServiceClient {
  constructor(
    private readonly url: string,
    private readonly apiKey: string | undefined,
  ) {}

  /**
   * From `WAYBILL_URL` (default: this machine, `PORT` or 3000) and `WAYBILL_API_KEY`.
   * @throws when the address is none, such as one without http://
   */
  static fromEnvironment(environment: Readonly<Record<string, string | undefined>>): ServiceClient {
    // An empty variable counts as not set, as in a copied .env.example.
    const of = (name: string): string | undefined => environment[name]?.trim() || undefined;
    const url = of('WAYBILL_URL') ?? `http://127.0.0.1:${of('PORT') ?? 3000}`;
    if (!/^https?:/.test(url) || !URL.canParse(url)) {
      throw new Error(
        of('WAYBILL_URL') === undefined
          ? 'PORT must be a whole number from 0 to 65535. Set it, or set WAYBILL_URL.'
          : 'WAYBILL_URL is no address: write it as http://127.0.0.1:3000 or https://sms.example.com.',
      );
    }
    return new ServiceClient(url.replace(/\/+$/, ''), of('WAYBILL_API_KEY'));
  }

  /**
   * Sends a message. After a lost answer the request is repeated once: the service recognises it by its key.
   * @param idempotencyKey 1 to 255 printable characters
   */
  async send(
    message: Readonly<Record<string, unknown>>,
    idempotencyKey: string,
    waitSeconds: number,
  ): Promise<MessageView> {
    const headers = { 'Idempotency-Key': idempotencyKey, Prefer: `wait=${waitSeconds}` };
    const request = posted(message, headers);
    try {
      return await this.call('/v1/messages', request);
    } catch (error) {
      if (!(error instanceof NoAnswer)) throw error;
      return this.call('/v1/messages', request);
    }
  }

  message(id: string): Promise<MessageView> {
    return this.call(`/v1/messages/${encodeURIComponent(id)}`);
  }

  async events(id: string): Promise<readonly EventView[]> {
    const path = `/v1/messages/${encodeURIComponent(id)}/events`;
    return (await this.call<{ items: readonly EventView[] }>(path)).items;
  }

  /** Yields the messages that match, the newest first, page by page. */
  async *messages(query: URLSearchParams, most: number): AsyncGenerator<ListedMessage> {
    let left = most;
    let cursor: string | null = '';
    while (cursor !== null && left > 0) {
      const asked = new URLSearchParams(query);
      asked.set('limit', String(Math.min(left, LIST_LIMIT_MAX)));
      if (cursor !== '') asked.set('cursor', cursor);
      const page: Page<ListedMessage> = await this.call(`/v1/messages?${asked.toString()}`);
      yield* page.items;
      left -= page.items.length;
      cursor = page.nextCursor;
    }
  }

  report(query: URLSearchParams): Promise<DeliveryReport> {
    return this.call(`/v1/reports/delivery?${query.toString()}`);
  }

  preview(message: object): Promise<ShownPreview> {
    return this.call('/v1/messages/preview', posted(message));
  }

  cancel(id: string): Promise<MessageView> {
    return this.call(`/v1/messages/${encodeURIComponent(id)}/cancel`, { method: 'POST' });
  }

  resolve(
    id: string,
    decision: { readonly outcome: string; readonly reason: string },
  ): Promise<MessageView> {
    return this.call(`/v1/messages/${encodeURIComponent(id)}/resolve`, posted(decision));
  }

  resend(id: string, reason: string, idempotencyKey?: string): Promise<{ readonly id: string }> {
    const headers = idempotencyKey === undefined ? {} : { 'Idempotency-Key': idempotencyKey };
    return this.call(`/v1/messages/${encodeURIComponent(id)}/resend`, posted({ reason }, headers));
  }

  /** @param request without a provider, all of sending is held */
  holdSending(request: {
    readonly reason: string;
    readonly provider?: string;
  }): Promise<SendingShown> {
    return this.call('/v1/sending/hold', posted(request));
  }

  /** The holds of all of sending and of providers that were not released yet. */
  async presentHolds(): Promise<readonly PastHold[]> {
    const path = `/v1/sending/holds?since=${new Date().toISOString()}`;
    const { items } = await this.call<{ items: readonly PastHold[] }>(path);
    return items.filter(({ until }) => until === null);
  }

  sending(): Promise<SendingShown> {
    return this.call('/v1/sending');
  }

  /** Releases sending. Takes as long as the service needs to read all waiting messages. May be repeated. */
  releaseSending(request: {
    readonly reason: string;
    readonly waiting?: 'send' | 'unknown';
    readonly provider?: string;
  }): Promise<SendingShown> {
    return this.call('/v1/sending/release', posted(request), RELEASE_TIMEOUT_MS);
  }

  /**
   * Reconciles the ledger with a report file. @param bytes the file's size
   * @throws ServiceError
   */
  async reconcile<Summary>(
    file: Readable,
    { bytes, dryRun }: { readonly bytes: number; readonly dryRun: boolean },
    onProgress: (progress: { readonly bytes: number; readonly bytesTotal: number }) => void,
  ): Promise<Summary> {
    const request: Call = {
      method: 'POST',
      headers: {
        'Content-Type': 'application/octet-stream',
        'Content-Length': String(bytes),
        Accept: 'application/x-ndjson',
      },
      body: file,
    };
    const path = `/v1/reconciliations${dryRun ? '?dryRun=true' : ''}`;
    const response = await this.respond(path, request, RECONCILE_TIMEOUT_MS);
    for await (const line of linesOf(response)) {
      const told = JSON.parse(line) as Told<Summary>;
      if (told.progress !== undefined) onProgress(told.progress);
      if (told.problem !== undefined) throw new ServiceError(wordsOf(told.problem), 500);
      if (told.result !== undefined) return told.result;
    }
    throw new NoAnswer(`The answer of ${this.url} broke off.`);
  }

  /** @param query `until` for older messages */
  stuck(query: URLSearchParams): Promise<StuckPlan> {
    return this.call(`/v1/reconciliations/stuck?${query.toString()}`);
  }

  /** Asks Vonage about what is stuck. */
  reconcileStuck<Summary>(query: URLSearchParams): Promise<Summary> {
    const path = `/v1/reconciliations/stuck?${query.toString()}`;
    return this.call(path, { method: 'POST' }, RECONCILE_TIMEOUT_MS);
  }

  createKey(wish: object): Promise<{ readonly key: string }> {
    return this.call('/v1/keys', posted(wish));
  }

  /** Yields all keys, page by page. */
  async *keys(): AsyncGenerator<KeyView> {
    let cursor: string | null = '';
    while (cursor !== null) {
      const query: string = cursor === '' ? '' : `?cursor=${encodeURIComponent(cursor)}`;
      const page: Page<KeyView> = await this.call(`/v1/keys${query}`);
      yield* page.items;
      cursor = page.nextCursor;
    }
  }

  revokeKey(name: string): Promise<KeyView> {
    return this.call(`/v1/keys/${encodeURIComponent(name)}`, { method: 'DELETE' });
  }

  /** Erases a person. Asked again, it completes what was cut off. */
  erase(number: string, reason: string): Promise<ErasureCertificate> {
    const path = `/v1/contacts/${encodeURIComponent(number)}/data`;
    return this.call(path, { ...posted({ reason }), method: 'DELETE' }, ERASE_TIMEOUT_MS);
  }

  private async call<Answer>(
    path: string,
    init: Call = {},
    timeoutMs = TIMEOUT_MS,
  ): Promise<Answer> {
    const response = await this.respond(path, init, timeoutMs);
    return (await response.json().catch((cause: unknown) => {
      throw new NoAnswer(`The answer of ${this.url} broke off.`, undefined, { cause });
    })) as Answer;
  }

  private async respond(path: string, init: Call, timeoutMs: number): Promise<Response> {
    const headers = new Headers(init.headers);
    if (this.apiKey !== undefined) headers.set('Authorization', `Bearer ${this.apiKey}`);
    const signal = AbortSignal.timeout(timeoutMs);
    const response = await fetchUntil(`${this.url}${path}`, { ...init, headers, signal }).catch(
      (cause: Error) => {
        const why = signal.aborted
          ? `${this.url} did not answer within ${timeoutMs / 1000} seconds.`
          : whyNoAnswer(this.url, cause);
        throw new NoAnswer(why, undefined, { cause });
      },
    );
    if (!response.ok) throw new ServiceError(await reasonOf(response), response.status);
    return response;
  }
}

type Call = Pick<Asked, 'method' | 'body'> & {
  readonly headers?: Readonly<Record<string, string>>;
};

const posted = (body: object, headers: Readonly<Record<string, string>> = {}): Call => ({
  method: 'POST',
  headers: { 'Content-Type': 'application/json', ...headers },
  body: JSON.stringify(body),
});

interface ProblemShown {
  readonly title?: string;
  readonly detail?: string;
  readonly errors?: readonly { readonly detail: string }[];
}

async function reasonOf(response: Response): Promise<string> {
  const words = wordsOf({
    title: `HTTP ${response.status}`,
    ...((await response.json().catch(() => ({}))) as ProblemShown),
  });
  // The service tells programs of a header, which nobody can give to a command.
  return response.status === 401 ? `${words} Commands take the key from WAYBILL_API_KEY.` : words;
}

function wordsOf({ title, detail = '', errors }: ProblemShown): string {
  if (errors !== undefined) {
    return `${title}:${errors.map((fault) => `\n  - ${fault.detail}`).join('')}`;
  }
  return title === undefined || detail.startsWith(title) ? detail : `${title}: ${detail}`;
}

/** One line of an answer that tells its progress. */
interface Told<Result> {
  readonly progress?: { readonly bytes: number; readonly bytesTotal: number };
  readonly result?: Result;
  readonly problem?: ProblemShown;
}

async function* linesOf({ body }: Response): AsyncGenerator<string> {
  if (body === null) return;
  yield* createInterface({ input: Readable.fromWeb(body) });
}
