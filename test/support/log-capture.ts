import { createPinoLogger } from '../../src/adapters/logging/pino-logger.js';
import type { Logger } from '../../src/application/ports/logger.js';

/** The service's own logger, at its most talkative, writing to memory. */
export class LogCapture {
  readonly lines: string[] = [];
  readonly logger: Logger = createPinoLogger('trace', {
    write: (line) => {
      this.lines.push(line);
    },
  });

  /** Those of the given words that stand in any line. None of them may, if they are secret. */
  found(words: readonly string[]): readonly string[] {
    const everything = this.lines.join('');
    return words.filter((word) => everything.includes(word));
  }

  /** Whether some line has this sentence. */
  says(sentence: string): boolean {
    return this.lines.some((line) => line.includes(sentence));
  }
}
