import { usageAsCalled } from './called-by.js';
import { loadEnvironmentFile } from './environment-file.js';

/** A mistake in how a command was called. */
export class UsageError extends Error {}

export type Print = (line: string) => void;

const INTERRUPTED_BY_READER = 'EPIPE';

/**
 * Runs a command and prints its output; a fault prints a sentence instead of a stack. Exit code 2 for wrong usage, 1
 * for any other fault.
 */
export async function runCommand(
  writtenUsage: string,
  command: (args: readonly string[], print: Print) => Promise<number>,
): Promise<void> {
  const usage = usageAsCalled(writtenUsage);
  const args = process.argv.slice(2);
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === INTERRUPTED_BY_READER) process.exit(0);
    throw error;
  });
  if (args.includes('--help') || args.includes('-h')) {
    process.stdout.write(usage);
    return;
  }
  try {
    loadEnvironmentFile();
    process.exitCode = await command(args, (line) => process.stdout.write(`${line}\n`));
  } catch (error) {
    const wrongUsage = error instanceof UsageError || isParseArgsError(error);
    const reason = error instanceof Error ? error.message : String(error);
    process.stderr.write(wrongUsage ? `${reason}\n\n${usage}` : `${reason}\n`);
    process.exitCode = wrongUsage ? 2 : 1;
  }
}

const isParseArgsError = (error: unknown): boolean =>
  String((error as { code?: unknown } | null)?.code).startsWith('ERR_PARSE_ARGS');
