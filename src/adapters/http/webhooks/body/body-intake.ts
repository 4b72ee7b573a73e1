import type { IncomingMessage } from 'node:http';
import { ByteBudget } from '../../bodies/byte-budget.js';

/** Vonage's largest documented webhook is a few KiB. */
export const WEBHOOK_BODY_BYTES_MAX = 256 * 1024;
/** Ordinary webhooks have about 1 KiB: this has room for many more than may be under way. */
const BODIES_BYTES_MAX = 64 * 1024 * 1024;
/** Vonage itself waits 3 s for the whole answer. */
const ARRIVES_WITHIN_MS = 10_000;
const CHECKED_EVERY_MS = 1_000;

/** The fault of a body: it exceeds the limit, or its end does not arrive. */
export type Missing = 'too-large' | 'unfinished';

interface Arriving {
  readonly sinceMs: number;
  readonly giveUp: () => void;
}

/** Reads the bodies of signed webhooks within a shared memory budget. */
export class BodyIntake {
  private readonly budget = new ByteBudget(BODIES_BYTES_MAX);
  /** Oldest first. One timer for all is cheaper than a timer for each of thousands per second. */
  private readonly arriving = new Set<Arriving>();
  private checking: NodeJS.Timeout | undefined;

  constructor(
    private readonly arrivesWithinMs = ARRIVES_WITHIN_MS,
    private readonly checkedEveryMs = CHECKED_EVERY_MS,
  ) {}

  /** Reserves room for a body of at most 256 KiB, until `giveBack`. Undefined when there is no room. */
  reserve(request: IncomingMessage): number | undefined {
    const bytes = lengthOf(request) ?? WEBHOOK_BODY_BYTES_MAX;
    return this.budget.take(bytes) ? bytes : undefined;
  }

  giveBack(bytes: number): void {
    this.budget.giveBack(bytes);
  }

  /** Returns the bytes as received. */
  read(request: IncomingMessage): Promise<Buffer | Missing> {
    return new Promise((resolve) => {
      const chunks: Buffer[] = [];
      let bytes = 0;
      const end = (body: Buffer | Missing): void => {
        this.arriving.delete(arriving);
        resolve(body);
      };
      const arriving = { sinceMs: performance.now(), giveUp: () => end('unfinished') };
      this.arriving.add(arriving);
      this.checking ??= setInterval(() => this.giveUpOld(), this.checkedEveryMs).unref();
      request.on('data', (chunk: Buffer) => {
        bytes += chunk.length;
        if (bytes <= WEBHOOK_BODY_BYTES_MAX) chunks.push(chunk);
        else end('too-large');
      });
      request.on('end', () => {
        const only = chunks.length === 1 ? chunks[0] : undefined;
        end(only ?? Buffer.concat(chunks));
      });
      request.on('error', () => end('unfinished'));
    });
  }

  private giveUpOld(): void {
    const oldMs = performance.now() - this.arrivesWithinMs;
    for (const { sinceMs, giveUp } of this.arriving) {
      if (sinceMs > oldMs) return;
      giveUp();
    }
    if (this.arriving.size > 0) return;
    clearInterval(this.checking);
    this.checking = undefined;
  }
}

/** Returns the declared length; undefined where only the end of the body tells it. */
export function lengthOf({ headers }: IncomingMessage): number | undefined {
  const length = headers['content-length'];
  if (length !== undefined) return Number(length);
  return headers['transfer-encoding'] === undefined ? 0 : undefined;
}
