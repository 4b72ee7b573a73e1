/** Reads a number from a command line; ends the process with code 2 when it is invalid or less than `least`. */
export function wholeNumber(flag: string, text: string, least: number): number {
  const value = Number(text);
  if (Number.isSafeInteger(value) && value >= least) return value;
  process.stderr.write(`--${flag} must be a whole number of at least ${least}.\n`);
  process.exit(2);
}
