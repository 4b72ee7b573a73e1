/** The parts of an HTTP answer that decide its outcome. */
export interface Answer {
  readonly status: number;
  /** True when the response came from a redirect target. */
  readonly redirected: boolean;
  /** By names in lower case. */
  readonly headers: Pick<Headers, 'get'>;
  /** The parsed body, if it is JSON and came in time; otherwise null. */
  readonly body: unknown;
}

/**
 * Returns the answer inside an error of the SDK, or null when it holds none. It is recognized by its shape, because
 * published versions of the SDK have thrown the same class from different packages.
 *
 * @param deadlineMs by `performance.now()`; an answer whose body is incomplete by then counts by its status alone
 */
export async function answerOf(error: unknown, deadlineMs: number): Promise<Answer | null> {
  const response = (error as { response?: unknown } | null | undefined)?.response;
  if (!(response instanceof Response)) return null;
  const { status, redirected, headers } = response;
  return { status, redirected, headers, body: await jsonOf(response, deadlineMs) };
}

/** Vonage's problem documents have about 400 bytes; a proxy's page may have any number. */
const ANSWER_BYTES_MAX = 16 * 1024;

async function jsonOf(response: Response, deadlineMs: number): Promise<unknown> {
  try {
    return JSON.parse((await bytesOf(response, deadlineMs)).toString('utf8'));
  } catch {
    return null;
  }
}

async function bytesOf(response: Response, deadlineMs: number): Promise<Buffer> {
  if (response.body === null || response.bodyUsed) return Buffer.alloc(0);
  const reader = response.body.getReader();
  // The SDK's own time limit ends where it throws, and a body may arrive at any speed after that.
  const timer = setTimeout(giveUp, Math.max(0, deadlineMs - performance.now()));
  function giveUp(): void {
    // Cancelling a stream that broke meanwhile rejects; the rejection needs no handling.
    reader.cancel().catch(() => {});
  }
  const chunks: Uint8Array[] = [];
  let length = 0;
  try {
    while (length <= ANSWER_BYTES_MAX) {
      const { done, value } = await reader.read();
      if (done) return Buffer.concat(chunks);
      chunks.push(value);
      length += value.byteLength;
    }
    giveUp();
    return Buffer.alloc(0);
  } finally {
    clearTimeout(timer);
  }
}
