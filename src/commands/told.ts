import type { Print } from './command.js';

/** The option of every command that makes it print for a program. */
export const json = { type: 'boolean' } as const;

/** What a command tells: words for a person, or with `--json` the facts, as one document. */
export interface Told {
  words(line: string): void;
  /** Once, at the end. */
  facts(document: object): void;
}

export const toldBy = (print: Print, isJson: boolean | undefined): Told =>
  isJson === true
    ? { words: () => {}, facts: (document) => print(JSON.stringify(document)) }
    : { words: print, facts: () => {} };
