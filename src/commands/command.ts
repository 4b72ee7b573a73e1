import { parseArgs, type ParseArgsOptionsConfig } from 'node:util';
import { waitForDistantServers } from '../adapters/system/connection-attempts.js';
import { capitalised } from '../application/auditing/sentences.js';
import { reasonOf, StoreUnavailable } from '../application/errors.js';
import { usageAsCalled } from './called-by.js';
import { loadEnvironmentFile } from './environment-file.js';
import { lostOutput, outliveOutput } from './output.js';
import { printable } from './printable.js';

/** A mistake in how a command was called. */
export class UsageError extends Error {}

/** An option with a value. */
export const option = { type: 'string' } as const;
/** An option without a value. */
export const flag = { type: 'boolean' } as const;
/** The option of every command that makes it print for a program. */
export const json = flag;

/** Reads the options of a command that takes no words beside them. */
export const optionsOf = <Options extends ParseArgsOptionsConfig>(
  args: readonly string[],
  options: Options,
) => parseArgs({ args: [...args], options }).values;

/** Reads the options and the words of a command. */
export const argumentsOf = <Options extends ParseArgsOptionsConfig>(
  args: readonly string[],
  options: Options,
) => parseArgs({ args: [...args], options, allowPositionals: true });

/** `DATA_DIR` as the service reads it. */
export const dataDirectory = (): string => process.env['DATA_DIR']?.trim() || './data';

/** Returns the word of a command that takes one. @throws UsageError with the complaint */
export function onlyWord(words: readonly string[], complaint: string): string {
  const [word, fault] = wordOrFault(words, complaint);
  checkUsage(fault);
  return word;
}

/** Returns the word, and for `checkUsage` the complaint where there is another number of words, or an empty one. */
export function wordOrFault(
  [word = '', ...rest]: readonly string[],
  complaint: string,
): readonly [word: string, fault: string | undefined] {
  return [word, word === '' || rest.length > 0 ? complaint : undefined];
}

/** @throws UsageError that tells all of these faults at once; undefined and false are none */
export function checkUsage(...faults: readonly (string | false | undefined)[]): void {
  const told = faults.filter((fault) => typeof fault === 'string');
  if (told.length > 0) throw new UsageError(told.join('\n'));
}

export type Print = (line: string) => void;

/**
 * Runs a command and prints its output; a fault prints a sentence instead of a stack. Exit code 2 for wrong usage, 1
 * for any other fault.
 * @param unprinted the exit code of a command that is done, but whose output could not be written, as on a full disk
 */
export async function runCommand(
  writtenUsage: string,
  command: (args: readonly string[], print: Print) => Promise<number>,
  unprinted = 1,
): Promise<void> {
  const usage = usageAsCalled(writtenUsage);
  const args = process.argv.slice(2);
  outliveOutput();
  waitForDistantServers();
  if (args.includes('--help') || args.includes('-h')) {
    process.stdout.write(usage);
    return;
  }
  try {
    loadEnvironmentFile();
    const exitCode = await command(args, (line) => process.stdout.write(`${printable(line)}\n`));
    const lost = await lostOutput();
    if (lost !== undefined) {
      process.stderr.write(`The command is done, but its output could not be written: ${lost}.\n`);
    }
    process.exitCode = lost !== undefined && exitCode === 0 ? unprinted : exitCode;
  } catch (error) {
    const wrongUsage = error instanceof UsageError || isParseArgsError(error);
    const reason = printable(wordsOf(error));
    process.stderr.write(wrongUsage ? `${reason}\n\n${usage}` : `${reason}\n`);
    process.exitCode = wrongUsage ? 2 : 1;
  }
}

/** A command has tried to open the store itself, so the reason says all of it. */
function wordsOf(error: unknown): string {
  if (!(error instanceof StoreUnavailable)) return reasonOf(error);
  return capitalised(error.reason);
}

const isParseArgsError = (error: unknown): boolean =>
  String((error as { code?: unknown } | null)?.code).startsWith('ERR_PARSE_ARGS');
