/** The fewest digits by which a number is recognised. */
const DIGITS_MIN = 7;

/** True for a text that holds the number, however it is grouped, or its end; or a channel's id. */
export function namesNumber(text: string, number: string): boolean {
  if (/[^0-9]/.test(number)) return text.toLowerCase().includes(number.toLowerCase());
  const digits = text.replace(/[^0-9]/g, '');
  const end = number.slice(-DIGITS_MIN);
  return number.length >= DIGITS_MIN && digits.includes(end);
}
