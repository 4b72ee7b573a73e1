import { parseArgs } from 'node:util';
import { wholeNumber } from '../../testing/whole-number.js';

/**
 * Reads the numbers of a benchmark's command line, each at least 1. Prints what it measures and ends for `--help`; ends
 * with 2 for what it does not understand.
 *
 * @param script the npm script
 * @param about what is measured, a sentence
 */
export function wholeNumbers<Option extends string>(
  script: string,
  about: string,
  defaults: Readonly<Record<Option, number>>,
): Readonly<Record<Option, number>> {
  const names = Object.keys(defaults) as Option[];
  const usage = names.map((name) => `[--${name} ${defaults[name]}]`).join(' ');
  const help = `${about}\n\n  npm run ${script} -- ${usage}\n`;
  const given = valuesOf(names, help);
  if (given['help'] === true) {
    process.stdout.write(help);
    process.exit();
  }
  const numbers: Record<Option, number> = { ...defaults };
  for (const name of names) {
    numbers[name] = wholeNumber(name, String(given[name] ?? defaults[name]), 1);
  }
  return numbers;
}

function valuesOf(
  names: readonly string[],
  help: string,
): Readonly<Record<string, string | boolean | undefined>> {
  const numbers = names.map((name) => [name, { type: 'string' }] as const);
  try {
    return parseArgs({
      options: { ...Object.fromEntries(numbers), help: { type: 'boolean', short: 'h' } },
    }).values;
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n\n${help}`);
    process.exit(2);
  }
}
