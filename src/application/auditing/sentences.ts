const end = /[.!?\u2026:;,\s]+$/u;

/** Strips the final punctuation, for use inside a sentence. Others' words may end in a stop, in several, or in none. */
export const clause = (text: string): string => text.replace(end, '');

/** The name of a file or a host, which keeps its letters. */
const namesPlace = /^\S*[/\\.:]\S/;

export const capitalised = (text: string): string =>
  namesPlace.test(text) ? text : text.charAt(0).toUpperCase() + text.slice(1);

/** Ends the text with exactly one full stop. */
export function sentence(text: string): string {
  const [ended = ''] = /[.!?\u2026]/u.exec(end.exec(text)?.[0] ?? '') ?? ['.'];
  return `${clause(text)}${ended}`;
}
