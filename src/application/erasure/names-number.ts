/** The fewest digits by which a number is recognised. */
const DIGITS_MIN = 7;

/** True for a text that holds the number, however it is grouped, or its end. */
export function namesNumber(text: string, number: string): boolean {
  const digits = text.replace(/[^0-9]/g, '');
  const end = number.slice(-DIGITS_MIN);
  return number.length >= DIGITS_MIN && digits.includes(end);
}
