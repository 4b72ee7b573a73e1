/** No answer came in time. The server may still do what it was asked. */
export class NoAnswer extends Error {
  constructor(timeoutMs: number) {
    super(`no answer within ${Math.round(timeoutMs)} ms`);
    this.name = 'NoAnswer';
  }
}

/**
 * Calls `act` after `timeoutMs`, unless the returned function is called before. Time in which this
 * process stood still does not count: timers run ahead of what has arrived in the meantime, and a
 * busy moment of ours must not be taken for a dead server.
 */
export function afterSilence(timeoutMs: number, act: () => void): () => void {
  const dueAtMs = performance.now() + timeoutMs;
  let timer = setTimeout(() => {
    const lateMs = performance.now() - dueAtMs;
    timer = setTimeout(act, Math.min(Math.max(lateMs, 0), timeoutMs));
  }, timeoutMs);
  return () => clearTimeout(timer);
}
