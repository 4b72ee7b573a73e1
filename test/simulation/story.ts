import { createHash } from 'node:crypto';

/** What happened, line by line, in virtual time. */
export class Story {
  readonly lines: string[] = [];

  constructor(private readonly elapsedMs: () => number) {}

  tell(who: string, what: string): void {
    const seconds = (this.elapsedMs() / 1_000).toFixed(3).padStart(9);
    this.lines.push(`${seconds} s  ${who.padEnd(8)} ${what}`);
  }

  /** SHA-256 of all lines: two runs of one seed have the same. */
  hash(): string {
    return createHash('sha256').update(this.lines.join('\n')).digest('hex');
  }
}
