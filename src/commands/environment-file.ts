import { existsSync, readFileSync } from 'node:fs';
import { parseEnv } from 'node:util';
import { reasonOf } from '../application/errors.js';

const PATH = '.env';

/**
 * Adds the variables of `.env` to the environment, if the file exists. Variables that are set already stay.
 * @throws Error that names each variable whose value would be cut at a `#`, or says why the file cannot be read
 */
export function loadEnvironmentFile(): void {
  if (!existsSync(PATH)) return;
  const cut = namesOfCutValues(textOfFile());
  if (cut.length > 0) {
    throw new Error(
      `In ${PATH} a # begins a comment, also inside a value. Put the value of ${cut.join(', ')} into quotes: NAME="value".`,
    );
  }
  process.loadEnvFile(PATH);
}

function textOfFile(): string {
  try {
    return readFileSync(PATH, 'utf8');
  } catch (error) {
    throw new Error(`${PATH} cannot be read: ${reasonOf(error)}`, { cause: error });
  }
}

/** Names of unquoted values with a `#` that follows no space: most likely part of the value, as in a secret. */
export function namesOfCutValues(text: string): readonly string[] {
  const values = parseEnv(text);
  return text.split(/\r?\n/).flatMap((line) => {
    const [, name = '', raw = ''] = /^\s*(?:export\s+)?([A-Za-z_]\w*)\s*=(.*)$/.exec(line) ?? [];
    const value = values[name];
    return /(?:^|\S)#/.test(raw) && value !== undefined && !value.includes('#') ? [name] : [];
  });
}
