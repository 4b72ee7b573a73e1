import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const WITHIN_MS = 180_000;

it(
  'outlives everything that servers do to it, and ends when it is closed',
  async () => {
    const script = fileURLToPath(
      new URL('../../../../testing/eventstoredb-double/hard-life.ts', import.meta.url),
    );
    const hooks = new URL('../../../support/typescript-hooks.mjs', import.meta.url).href;
    // An unhandled rejection ends a process with a code other than 0.
    const { stdout, stderr } = await promisify(execFile)(
      process.execPath,
      ['--import', hooks, script],
      { timeout: WITHIN_MS },
    );
    expect(stderr).toBe('');
    const lives = stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as { readonly name: string });
    expect(lives.map(({ name }) => name).toSorted()).toEqual(['cluster', 'search', 'single']);
  },
  WITHIN_MS,
);
