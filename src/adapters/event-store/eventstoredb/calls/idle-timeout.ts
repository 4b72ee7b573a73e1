/** The time for a try ran out. The error tells when the wait ended, not why there was no result. */
export class OutOfTime extends Error {}

/** No answer came in time. The server may still execute the request. */
export class NoAnswer extends OutOfTime {
  constructor(timeoutMs: number) {
    super(`no answer within ${Math.round(timeoutMs)} ms`);
    this.name = 'NoAnswer';
  }
}

export const NO_LEADER =
  'no node in EVENTSTORE_URL told which one leads: check addresses, tls and tlsCAFile';

/** The client did not find the leader of a set in time. The only node of a URL is found at once. */
export class NoLeader extends OutOfTime {
  constructor() {
    super(NO_LEADER);
    this.name = 'NoLeader';
  }
}

/** Returns the later failure of two tries, unless only the earlier one tells a cause. */
export const moreTelling = (earlier: unknown, later: unknown): unknown =>
  later instanceof OutOfTime && earlier !== undefined ? earlier : later;

/**
 * Calls `act` after `timeoutMs`, unless the returned function is called before. Time in which this process was
 * blocked does not count: timers run before input that arrived in the meantime, and our own busy moment must not be
 * taken for a dead server.
 */
export function afterIdle(timeoutMs: number, act: () => void): () => void {
  const dueAtMs = performance.now() + timeoutMs;
  let timer = setTimeout(() => {
    const lateMs = performance.now() - dueAtMs;
    timer = setTimeout(act, Math.min(Math.max(lateMs, 0), timeoutMs));
  }, timeoutMs);
  return () => clearTimeout(timer);
}
