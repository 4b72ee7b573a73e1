import { createPinoLogger } from '../../../src/adapters/logging/pino-logger.js';
import type { Logger } from '../../../src/application/ports/logger.js';

/** The service's own logger at its most verbose level, writing to memory. */
export class LogCapture {
  readonly lines: string[] = [];
  readonly logger: Logger = createPinoLogger('trace', {
    write: (line) => {
      this.lines.push(line);
    },
  });

  /** Returns the given words that occur in any line; for secrets the result must be empty. */
  found(words: readonly string[]): readonly string[] {
    const everything = this.lines.join('');
    return words.filter((word) => everything.includes(word));
  }

  /** True when some line contains this sentence. */
  says(sentence: string): boolean {
    return this.lines.some((line) => line.includes(sentence));
  }
}
