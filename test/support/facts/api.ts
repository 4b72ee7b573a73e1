/** The fields of a message that the tests read; the API shows more. */
export interface MessageShown {
  readonly id: string;
  readonly status: string;
  readonly statusSince: string;
  readonly final: boolean;
  readonly contradicted: boolean;
  readonly origin: string;
  readonly to: string;
  readonly from: string;
  readonly channel: string;
  readonly priority: string | null;
  readonly text: string | null;
  readonly revision: number;
  readonly createdAt: string;
  readonly explanation: string;
  readonly attempts: readonly AttemptShown[];
}

export interface AttemptShown {
  readonly number: number;
  readonly channel: string;
  readonly messageUuid: string | null;
  readonly status: string;
  readonly error: {
    readonly source: string;
    readonly class: string;
    readonly code: string | null;
    readonly httpStatus: number | null;
    readonly title: string | null;
  } | null;
  readonly segmentCount: number | null;
  readonly segments: readonly unknown[];
  readonly usage: { readonly currency: string; readonly price: string } | null;
  readonly networkCode: string | null;
  readonly submittedAt: string | null;
  readonly deliveredAt: string | null;
}

export interface EventShown {
  readonly id: string;
  readonly stream: string;
  readonly revision: number;
  readonly position: string;
  readonly type: string;
  readonly version: number;
  readonly recordedAt: string;
  readonly data: Readonly<Record<string, unknown>>;
  readonly metadata: Readonly<Record<string, unknown>>;
  readonly effect?: {
    readonly from: string | null;
    readonly to: string | null;
    readonly applied: boolean;
    readonly reason: string | null;
  };
}

export interface ProblemShown {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly detail: string;
  readonly instance: string;
  readonly errors?: readonly {
    readonly pointer?: string;
    readonly parameter?: string;
    readonly detail: string;
  }[];
}

type Headers_ = Readonly<Record<string, string>>;

/** A complete answer. */
export class Answer {
  constructor(
    readonly status: number,
    readonly headers: Headers,
    readonly text: string,
  ) {}

  /** Undefined when the body is not JSON. */
  get body(): unknown {
    const isJson = /json/.test(this.headers.get('content-type') ?? '') && this.text !== '';
    return isJson && !this.isLines ? JSON.parse(this.text) : undefined;
  }

  get lines(): readonly unknown[] {
    return this.text
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => JSON.parse(line) as unknown);
  }

  /** The body of an answer that must have this status. */
  // The caller says what it expects; what it then looks at tells whether that is so.
  // oxlint-disable-next-line typescript/no-unnecessary-type-parameters
  as<Body>(status: number): Body {
    if (this.status !== status)
      throw new Error(`${this.status} instead of ${status}: ${this.text}`);
    return this.body as Body;
  }

  /** The problem document, recognized by its media type. */
  get problem(): ProblemShown {
    const type = this.headers.get('content-type');
    if (type !== 'application/problem+json; charset=utf-8' && type !== 'application/problem+json') {
      throw new Error(`${this.status} with ${type} is no problem document: ${this.text}`);
    }
    return this.body as ProblemShown;
  }

  private get isLines(): boolean {
    return (this.headers.get('content-type') ?? '').startsWith('application/x-ndjson');
  }
}

/** Calls a running Waybill as any client would. */
export class Api {
  constructor(
    readonly url: string,
    private readonly apiKey?: string,
  ) {}

  get(path: string, headers: Headers_ = {}): Promise<Answer> {
    return this.call('GET', path, undefined, headers);
  }

  post(path: string, body?: unknown, headers: Headers_ = {}): Promise<Answer> {
    return this.call('POST', path, body, headers);
  }

  async call(
    method: string,
    path: string,
    body?: unknown,
    headers: Headers_ = {},
  ): Promise<Answer> {
    const response = await fetch(`${this.url}${path}`, {
      method,
      redirect: 'manual',
      headers: {
        ...(this.apiKey === undefined ? {} : { authorization: `Bearer ${this.apiKey}` }),
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(body === undefined ? {} : { body: bytesOf(body) }),
    });
    return new Answer(response.status, response.headers, await response.text());
  }
}

/** Sends texts and bytes unchanged, anything else as JSON. */
const bytesOf = (body: unknown): string | Uint8Array<ArrayBuffer> => {
  if (typeof body === 'string') return body;
  return Buffer.isBuffer(body) ? new Uint8Array(body) : JSON.stringify(body);
};
