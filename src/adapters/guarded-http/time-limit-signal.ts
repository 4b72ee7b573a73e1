import { startTimeLimit } from '../../application/pause.js';

/** Like `AbortSignal.timeout`, but aborts after the answers that have arrived within the time. */
export function timeLimitSignal(timeoutMs: number): AbortSignal {
  const ending = new AbortController();
  startTimeLimit(timeoutMs, () =>
    ending.abort(new DOMException('It took too long.', 'TimeoutError')),
  );
  return ending.signal;
}
