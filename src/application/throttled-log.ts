import type { Logger } from './ports/logger.js';

const MINUTE_MS = 60_000;

type Facts = Readonly<Record<string, unknown>>;
type Level = 'warn' | 'error';

interface Repeated {
  /** Not logged yet. */
  count: number;
  facts: Facts;
}

/**
 * Limits log lines that others can cause thousands of times a second: logs the first immediately, then at most one line
 * per minute and key with the number of further ones.
 */
export class ThrottledLog {
  private readonly open = new Map<string, Repeated>();

  constructor(
    private readonly logger: Logger,
    private readonly everyMs = MINUTE_MS,
  ) {}

  /** @param key names the kind of event; there must be few of them */
  warn(key: string, facts: Facts, sentence: string): void {
    this.log('warn', key, facts, sentence);
  }

  /** @param key names the kind of event; there must be few of them */
  error(key: string, facts: Facts, sentence: string): void {
    this.log('error', key, facts, sentence);
  }

  private log(level: Level, key: string, facts: Facts, sentence: string): void {
    const repeated = this.open.get(key);
    if (repeated !== undefined) {
      repeated.count += 1;
      repeated.facts = facts;
      return;
    }
    this.logger[level](facts, sentence);
    this.open.set(key, { count: 0, facts });
    const timer = setInterval(() => {
      if (!this.tellRest(level, key, sentence)) clearInterval(timer);
    }, this.everyMs);
    // The timer must not keep an otherwise idle process alive.
    timer.unref();
  }

  /** False when nothing came since the last line: the next event is logged immediately again. */
  private tellRest(level: Level, key: string, sentence: string): boolean {
    const repeated = this.open.get(key);
    if (repeated === undefined || repeated.count === 0) {
      this.open.delete(key);
      return false;
    }
    this.logger[level]({ ...repeated.facts, times: repeated.count }, sentence);
    repeated.count = 0;
    return true;
  }
}
