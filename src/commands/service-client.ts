import type { HoldCause } from '../domain/sending/sending-events.js';

/** The fields of a message that the commands read; the API has more. */
export interface MessageShown {
  readonly id: string;
  readonly status: string;
  readonly statusSince: string;
  readonly final: boolean;
  readonly contradicted: boolean;
  readonly explanation: string;
  readonly attempts: readonly { readonly number: number; readonly messageUuid: string | null }[];
}

/** The fields of an event that the commands read. */
export interface EventShown {
  readonly revision: number;
  readonly type: string;
  readonly recordedAt: string;
  readonly data: Readonly<Record<string, unknown>>;
  readonly metadata: { readonly source: string; readonly actor?: string };
  readonly effect: {
    readonly from: string | null;
    readonly to: string | null;
    readonly applied: boolean;
    readonly reason: string | null;
  };
}

/** The fields of the sending state that the commands read. */
export interface SendingShown {
  readonly state: 'flowing' | 'held';
  readonly since: string | null;
  readonly cause: HoldCause | null;
  readonly reason: string | null;
  readonly waiting: number;
}

/** The fields of an API key that the commands read. */
export interface KeyShown {
  readonly name: string;
  readonly state: string;
  readonly scopes: readonly string[];
  readonly expiresAt: string | null;
  readonly revokedAt: string | null;
  readonly lastUsedAt: string | null;
}

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

/** Talks to a running Waybill as any client would. */
export class ServiceClient {
  constructor(
    private readonly url: string,
    private readonly apiKey: string | undefined,
  ) {}

  /** From `WAYBILL_URL` (default: this machine, `PORT` or 3000) and `WAYBILL_API_KEY`. */
  static fromEnvironment(environment: Readonly<Record<string, string | undefined>>): ServiceClient {
    // An empty variable counts as not set, as in a copied .env.example.
    const of = (name: string): string | undefined => environment[name]?.trim() || undefined;
    const url = of('WAYBILL_URL') ?? `http://127.0.0.1:${of('PORT') ?? 3000}`;
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
  ): Promise<MessageShown> {
    const request = {
      method: 'POST',
      headers: {
        'Content-Type': 'application/json',
        'Idempotency-Key': idempotencyKey,
        Prefer: `wait=${waitSeconds}`,
      },
      body: JSON.stringify(message),
    };
    try {
      return await this.call('/v1/messages', request);
    } catch (error) {
      if (!(error instanceof NoAnswer)) throw error;
      return this.call('/v1/messages', request);
    }
  }

  message(id: string): Promise<MessageShown> {
    return this.call(`/v1/messages/${encodeURIComponent(id)}`);
  }

  async events(id: string): Promise<readonly EventShown[]> {
    const path = `/v1/messages/${encodeURIComponent(id)}/events`;
    return (await this.call<{ items: readonly EventShown[] }>(path)).items;
  }

  sending(): Promise<SendingShown> {
    return this.call('/v1/sending');
  }

  /** Releases sending. Takes as long as the service needs to read all waiting messages. May be repeated. */
  releaseSending(request: {
    readonly reason: string;
    readonly waiting?: 'send' | 'unknown';
  }): Promise<SendingShown> {
    return this.call('/v1/sending/release', posted(request), RELEASE_TIMEOUT_MS);
  }

  createKey(wish: object): Promise<{ readonly key: string }> {
    return this.call('/v1/keys', posted(wish));
  }

  /** Yields all keys, page by page. */
  async *keys(): AsyncGenerator<KeyShown> {
    let cursor: string | null = '';
    while (cursor !== null) {
      const query: string = cursor === '' ? '' : `?cursor=${encodeURIComponent(cursor)}`;
      const page: { items: readonly KeyShown[]; nextCursor: string | null } = await this.call(
        `/v1/keys${query}`,
      );
      yield* page.items;
      cursor = page.nextCursor;
    }
  }

  revokeKey(name: string): Promise<KeyShown> {
    return this.call(`/v1/keys/${encodeURIComponent(name)}`, { method: 'DELETE' });
  }

  private async call<Answer>(
    path: string,
    init: RequestInit = {},
    timeoutMs = TIMEOUT_MS,
  ): Promise<Answer> {
    const headers = new Headers(init.headers);
    if (this.apiKey !== undefined) headers.set('Authorization', `Bearer ${this.apiKey}`);
    const signal = AbortSignal.timeout(timeoutMs);
    const response = await fetch(`${this.url}${path}`, { ...init, headers, signal }).catch(
      (cause: unknown) => {
        throw new NoAnswer(
          `No Waybill answers at ${this.url}. Start it with \`npm start\`, or set WAYBILL_URL.`,
          undefined,
          { cause },
        );
      },
    );
    if (!response.ok) throw new ServiceError(await reasonOf(response), response.status);
    return (await response.json().catch((cause: unknown) => {
      throw new NoAnswer(`The answer of ${this.url} broke off.`, undefined, { cause });
    })) as Answer;
  }
}

const posted = (body: object): RequestInit => ({
  method: 'POST',
  headers: { 'Content-Type': 'application/json' },
  body: JSON.stringify(body),
});

async function reasonOf(response: Response): Promise<string> {
  const problem = (await response.json().catch(() => ({}))) as {
    readonly title?: string;
    readonly detail?: string;
    readonly errors?: readonly { readonly detail: string }[];
  };
  const faults = problem.errors?.map(({ detail }) => `\n  - ${detail}`).join('');
  return `${problem.title ?? `HTTP ${response.status}`}: ${faults ?? problem.detail ?? ''}`;
}
