const end = /[.!?…:;,\s]+$/u;

/** Without what ends it, to be used inside a sentence. Others' words may end in a stop, in several, or in none. */
export const clause = (text: string): string => text.replace(end, '');

/** With exactly one end. */
export function sentence(text: string): string {
  const [ended = ''] = /[.!?…]/u.exec(end.exec(text)?.[0] ?? '') ?? ['.'];
  return `${clause(text)}${ended}`;
}
