/** The search box's reading of a typed text. */
export interface Question {
  readonly kind: 'nothing' | 'id' | 'number' | 'reference' | 'time';
  /** The id, number or reference. */
  readonly value: string;
  readonly around: TimeRange | null;
}

export interface TimeRange {
  readonly since: Date;
  readonly until: Date;
}

/** Reads a time as people type it; null where there is none. */
export type ReadTime = (text: string) => TimeRange | null;

const UUID = /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/i;
/** Digits as people write a number: with spaces, brackets, points and dashes, but no colon, which makes a time. */
const NUMBER = /(?:\+|00)?\(?\d(?:[\d\s().\u00a0\u2010-\u2013-]*\d)?/g;
const DATE = /\b(?:\d{4}-\d{1,2}-\d{1,2}|\d{1,2}[./-]\d{1,2}[./-](?:\d{4}|\d{2}))\b/;
/** Fewer are no number, and the service takes no shorter ending either. */
const DIGITS_MIN = 4;
const DIGITS_MAX = 15;

/** `07700 900321 about 10:15` is a number and a time, a UUID is an id, any other words are a reference. */
export function readQuestion(text: string, readTime: ReadTime): Question {
  const asked = text.trim();
  if (asked === '') return { kind: 'nothing', value: '', around: null };
  const id = UUID.exec(asked)?.[0];
  if (id !== undefined) return { kind: 'id', value: id.toLowerCase(), around: null };
  const number = numberIn(asked);
  if (number !== undefined) {
    const rest = asked.replace(number, ' ');
    // Words glued to the digits make a reference, such as `login-8841`.
    if (/[\p{L}_#]$/u.test(before(asked, number)) || /^[\p{L}_#]/u.test(after(asked, number))) {
      return { kind: 'reference', value: asked, around: null };
    }
    return { kind: 'number', value: number.trim(), around: readTime(rest) };
  }
  const around = /\d|today|yesterday|ago|morning|noon|night/i.test(asked) ? readTime(asked) : null;
  if (around !== null) return { kind: 'time', value: asked, around };
  return { kind: 'reference', value: asked, around: null };
}

/** The longest run of digits that can be a number; a time or a date is none. */
function numberIn(text: string): string | undefined {
  const runs = [...text.matchAll(NUMBER)]
    .filter(({ 0: run, index }) => {
      const digits = run.replaceAll(/\D/g, '').length;
      const isTime = text[index + run.length] === ':' || text[index - 1] === ':';
      return !isTime && digits >= DIGITS_MIN && digits <= DIGITS_MAX && !DATE.test(run);
    })
    .map(({ 0: run }) => run);
  return runs.toSorted((a, b) => b.length - a.length)[0];
}

const before = (text: string, part: string): string =>
  text.slice(0, text.indexOf(part)).replace(/-$/, '');
const after = (text: string, part: string): string =>
  text.slice(text.indexOf(part) + part.length).replace(/^-/, '');
