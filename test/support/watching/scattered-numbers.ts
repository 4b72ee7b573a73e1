/** A prime, so that no number comes twice. */
const NUMBERS = 99_999_989;

/** The phone number of a row: scattered and the same in each run, so that SQLite moves the same rows between pages. */
export const scatteredNumber = (row: number): string =>
  `4477${String(((row + 1) * 48_271_937) % NUMBERS).padStart(8, '0')}`;

export const backwards = (text: string): string => text.split('').toReversed().join('');

/** All that may be such numbers in some bytes, forwards and backwards, also such that overlap. */
export function numbersIn(bytes: Buffer): ReadonlySet<string> {
  const found = new Set<string>();
  const text = bytes.toString('latin1');
  for (const [, number = ''] of text.matchAll(/(?=(4477\d{8}))/g)) found.add(number);
  for (const [, number = ''] of text.matchAll(/(?=(\d{8}7744))/g)) found.add(backwards(number));
  return found;
}
