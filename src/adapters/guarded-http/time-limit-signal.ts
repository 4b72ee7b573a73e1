/**
 * Like `AbortSignal.timeout`. After a pause of the whole process, timers come before the answers that have arrived
 * meanwhile: this one lets them come first.
 */
export function timeLimitSignal(timeoutMs: number): AbortSignal {
  const ending = new AbortController();
  const end = (): void => ending.abort(new DOMException('It took too long.', 'TimeoutError'));
  setTimeout(() => setImmediate(end), timeoutMs).unref();
  return ending.signal;
}
