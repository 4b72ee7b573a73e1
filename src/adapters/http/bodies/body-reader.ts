import { raw, type Request, type RequestHandler, type Response } from 'express';
import { HttpProblem } from '../problems/http-problem.js';
import { loopTurns } from '../turns/loop-turns.js';
import { ByteBudget } from './byte-budget.js';

/** Room for four of the largest batches, or 256 single messages, at the same time. */
const BODIES_BYTES_MAX = 64 * 1024 * 1024;

/** Budget of the bodies of all requests under way, except webhooks. */
const budget = new ByteBudget(BODIES_BYTES_MAX);

/** Problems of Express' reader, by the type of its error. Any other error comes from decompression. */
const problems: Readonly<Record<string, readonly [status: number, detail: string]>> = {
  'encoding.unsupported': [
    415,
    'The Content-Encoding is not supported: send the body as it is, or use gzip.',
  ],
  'request.aborted': [400, 'The body ended too early.'],
  'request.size.invalid': [400, 'The body does not have the length that Content-Length names.'],
};

const isJson = /^application\/(?:json|[\w.+-]+\+json)\s*(?:;|$)/i;
const charset = /;\s*charset\s*=\s*"?([^\s;"]+)/i;

/** Reads the body of a JSON request, decompressed but not parsed. */
export class BodyReader {
  private readonly read: RequestHandler;
  /** Ends each body that has not arrived yet, oldest first. */
  private readonly waiting = new Set<(problem: HttpProblem) => void>();

  /** @param arrivesWithinMs left out: as long as any request may take */
  constructor(
    private readonly bytesMax: number,
    private readonly arrivesWithinMs?: number,
  ) {
    this.read = raw({ limit: bytesMax, type: () => true });
  }

  /**
   * Passes the bytes to `use`, and frees their room when that ends. Empty without a body.
   * @throws HttpProblem 400, 408, 413 or 415 for a body that cannot be read, 503 when there is no room for it
   */
  async withBytes<Result>(
    request: Request,
    response: Response,
    use: (bytes: Buffer) => Promise<Result>,
  ): Promise<Result> {
    checkType(request);
    let taken = this.roomFor(request);
    if (!budget.take(taken)) {
      throw new HttpProblem(503, 'Too many large bodies are under way. Send it again later.');
    }
    try {
      const bytes = await this.bytesOf(request, response);
      budget.giveBack(taken - bytes.length);
      taken = bytes.length;
      await loopTurns.next();
      return await use(bytes);
    } finally {
      budget.giveBack(taken);
    }
  }

  /** Refuses the oldest body that has not arrived yet. @returns false where none is awaited */
  endOldest(problem: HttpProblem): boolean {
    const [end] = this.waiting;
    end?.(problem);
    return end !== undefined;
  }

  /** The length is known in advance only for a body that is neither compressed nor chunked. */
  private roomFor({ headers }: Request): number {
    const length = Number(headers['content-length'] ?? this.bytesMax);
    return headers['content-encoding'] === undefined
      ? Math.min(length, this.bytesMax)
      : this.bytesMax;
  }

  private bytesOf(request: Request, response: Response): Promise<Buffer> {
    return new Promise((resolve, reject) => {
      const settle = (): void => {
        clearTimeout(timer);
        this.waiting.delete(giveUp);
      };
      const giveUp = (problem: HttpProblem): void => {
        settle();
        // The server would read the rest of the body as the next request.
        response.setHeader('Connection', 'close');
        reject(problem);
      };
      const late = (): void => giveUp(new HttpProblem(408, 'The request did not end in time.'));
      const limit = this.arrivesWithinMs;
      const timer = limit === undefined ? undefined : setTimeout(late, limit);
      this.waiting.add(giveUp);
      this.read(request, response, (error?: unknown) => {
        settle();
        if (error !== undefined) reject(problemOf(error, this.bytesMax));
        else resolve(Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0));
      });
    });
  }
}

function checkType({ headers }: Request): void {
  const hasBody =
    headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0;
  if (!hasBody) return;
  const type = headers['content-type'] ?? '';
  if (!isJson.test(type)) {
    throw new HttpProblem(415, 'Send the body as `Content-Type: application/json`.');
  }
  // RFC 8259 section 8.1: JSON between systems is UTF-8.
  if (!/^utf-?8$/i.test(charset.exec(type)?.[1] ?? 'utf-8')) {
    throw new HttpProblem(415, 'The charset is not supported: use UTF-8.');
  }
}

function problemOf(error: unknown, bytesMax: number): HttpProblem {
  const { type } = error as { readonly type?: unknown };
  if (type === 'entity.too.large') {
    return new HttpProblem(413, `The body is larger than ${bytesMax / 1024} KiB.`);
  }
  const known = typeof type === 'string' ? problems[type] : undefined;
  return new HttpProblem(...(known ?? [400, 'The body is not packed as Content-Encoding says.']));
}
