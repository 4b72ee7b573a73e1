import { withoutInvisible } from '../written-text.js';

/** The wish that a text expresses. `help` changes no consent. `doubtful`: it may be a wish to stop, and a person must read it. */
export type Wish = 'stop' | 'start' | 'yes' | 'help' | 'doubtful';

interface Keyword {
  /** Upper case, without accents; words are separated by one space. */
  readonly words: string;
  /** ISO 639-1. */
  readonly language: string;
  readonly wish: Exclude<Wish, 'doubtful'>;
  /** `first`: it has no other meaning at the beginning of a text. `whole`: only alone is it meant so. */
  readonly stands: 'first' | 'whole';
  readonly source: string;
}

const FCC = '47 CFR 64.1200(a)(10), per se reasonable since 2025-04-11';
const VONAGE = 'Vonage Opt-Out Assist, short codes';
const TWILIO = 'Twilio, default keywords';
const AWS = 'AWS End User Messaging, required keywords';
const CANADA = 'Canadian short codes (CWTA 3.9)';
const CTIA = 'CTIA, US short codes and 10DLC';

/**
 * The keywords by which people end and renew their consent. Only words that a carrier, a law or a provider names are
 * listed, so the list of a language may be empty.
 */
export const consentKeywords: readonly Keyword[] = [
  { words: 'STOP', language: 'en', wish: 'stop', stands: 'first', source: FCC },
  { words: 'STOPALL', language: 'en', wish: 'stop', stands: 'first', source: TWILIO },
  { words: 'UNSUBSCRIBE', language: 'en', wish: 'stop', stands: 'first', source: FCC },
  { words: 'OPTOUT', language: 'en', wish: 'stop', stands: 'first', source: AWS },
  { words: 'OPT OUT', language: 'en', wish: 'stop', stands: 'first', source: FCC },
  { words: 'REVOKE', language: 'en', wish: 'stop', stands: 'first', source: FCC },
  { words: 'UNSUB', language: 'en', wish: 'stop', stands: 'whole', source: CANADA },
  { words: 'END', language: 'en', wish: 'stop', stands: 'whole', source: FCC },
  { words: 'CANCEL', language: 'en', wish: 'stop', stands: 'whole', source: FCC },
  { words: 'QUIT', language: 'en', wish: 'stop', stands: 'whole', source: FCC },
  { words: 'REMOVE', language: 'en', wish: 'stop', stands: 'whole', source: AWS },
  { words: 'TD', language: 'en', wish: 'stop', stands: 'whole', source: AWS },
  { words: 'ARRET', language: 'fr', wish: 'stop', stands: 'first', source: CANADA },
  { words: 'ARRETE', language: 'fr', wish: 'stop', stands: 'whole', source: TWILIO },
  { words: 'ARRETT', language: 'fr', wish: 'stop', stands: 'whole', source: TWILIO },
  { words: 'UNSTOP', language: 'en', wish: 'start', stands: 'first', source: TWILIO },
  { words: 'START', language: 'en', wish: 'start', stands: 'whole', source: TWILIO },
  { words: 'JOIN', language: 'en', wish: 'start', stands: 'whole', source: VONAGE },
  { words: 'YES', language: 'en', wish: 'yes', stands: 'whole', source: TWILIO },
  { words: 'HELP', language: 'en', wish: 'help', stands: 'whole', source: CTIA },
  { words: 'INFO', language: 'en', wish: 'help', stands: 'whole', source: CTIA },
  { words: 'AIDE', language: 'fr', wish: 'help', stands: 'whole', source: CANADA },
];

export interface FoundWish {
  readonly wish: Wish;
  /** The keyword that decides it, upper case. */
  readonly keyword: string;
}

/** Longest text that is read. More than ten segments, and bounds the work for one webhook. */
const TEXT_CHARACTERS_MAX = 1_600;

/** Accents are marks after decomposition; everything that is neither letter nor digit separates words. */
const wordsOf = (text: string): string =>
  withoutInvisible(text.slice(0, TEXT_CHARACTERS_MAX).normalize('NFKD'))
    .replace(/\p{M}/gu, '')
    .toUpperCase()
    .replace(/[^\p{L}\p{N}]+/gu, ' ')
    .trim();

const mayBeMeant = (words: string, keyword: string): boolean =>
  ` ${words} `.includes(` ${keyword} `);

const matches = (words: string, keyword: Keyword): boolean =>
  words === keyword.words || (keyword.stands === 'first' && words.startsWith(`${keyword.words} `));

/** Reads a text, or the label of a chosen button. Undefined for a text that says nothing about consent. */
export function wishOf(text: string): FoundWish | undefined {
  const words = wordsOf(text);
  const said = consentKeywords.find((keyword) => matches(words, keyword));
  if (said !== undefined) return { wish: said.wish, keyword: said.words };
  const perhaps = consentKeywords.find(
    (keyword) => keyword.wish === 'stop' && mayBeMeant(words, keyword.words),
  );
  return perhaps && { wish: 'doubtful', keyword: perhaps.words };
}
