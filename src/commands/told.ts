import type { Print } from './command.js';

/** A command prints lines of text for a person, or with `--json` one JSON document for a program. */
export interface Told {
  words(line: string): void;
  /** Once, at the end. */
  facts(document: object): void;
}

export const toldBy = (print: Print, isJson: boolean | undefined): Told =>
  isJson === true
    ? { words: () => {}, facts: (document) => print(JSON.stringify(document)) }
    : { words: print, facts: () => {} };
