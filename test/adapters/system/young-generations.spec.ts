import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

const run = promisify(execFile);
const module = new URL('../../../src/adapters/system/young-generations.ts', import.meta.url).href;
const hooks = new URL('../../support/typescript-hooks.mjs', import.meta.url).href;

/** Fills the young generation, and tells its size in MiB. */
const fill = `
  const { getHeapSpaceStatistics } = process.getBuiltinModule('node:v8');
  const kept = [];
  for (let i = 0; i < 12_000_000; i++) kept[i % 200_000] = { i };
  const bytes = getHeapSpaceStatistics().find(({ space_name }) => space_name === 'new_space').space_size;
  const { parentPort } = process.getBuiltinModule('node:worker_threads');
  parentPort.postMessage(bytes / 1024 / 1024);
`;

/** The young generation, in MiB, of a thread with a limit of 4, in a program whose flag permits 32. */
async function sizeInThread(before: string): Promise<number> {
  const program = `
    import { Worker } from 'node:worker_threads';
    ${before}
    const limits = { maxYoungGenerationSizeMb: 4 };
    new Worker(${JSON.stringify(fill)}, { eval: true, resourceLimits: limits }).on('message', (mebibytes) => console.log(mebibytes));
  `;
  const flags = ['--max-semi-space-size=16', '--disable-warning=ExperimentalWarning'];
  const args = ['--import', hooks, '--input-type=module', '--eval', program];
  const { stdout } = await run(process.execPath, [...flags, ...args]);
  return Number(stdout);
}

test('a thread has the young generation of its own limit, whatever the program’s flag says', async () => {
  const limit = `(await import(${JSON.stringify(module)})).limitYoungGenerationsByThread();`;
  expect(await sizeInThread('')).toBeGreaterThan(4);
  expect(await sizeInThread(limit)).toBeLessThanOrEqual(4);
});
