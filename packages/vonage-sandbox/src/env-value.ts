/**
 * How readers of an `.env` file take a value: as it stands between single quotes and backticks, which not all of them know, and between
 * double quotes too, except that `\n` and `\r` are line breaks there.
 */
const quotes: readonly (readonly [mark: string, breaks: RegExp])[] = [
  ["'", /'/],
  ['"', /"|\\[nr]/],
  ['`', /`/],
];

/** The value as an `.env` file holds it, or null where no quotes hold it. */
export function envValueOf(value: string): string | null {
  if (/^[\w./+=@:-]*$/.test(value)) return value;
  // Readers drop a carriage return.
  if (value.includes('\r')) return null;
  const mark = quotes.find(([, breaks]) => !breaks.test(value))?.[0];
  return mark === undefined ? null : `${mark}${value}${mark}`;
}
