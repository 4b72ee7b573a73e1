import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { startWaybill, stopWaybills, type Waybill } from '../../../test/support/worlds/waybill.js';

const root = join(import.meta.dirname, '../../..');
const run = promisify(execFile);

/** The examples of the README, as programs. */
const examples = [
  ...(await readFile(join(import.meta.dirname, '../README.md'), 'utf8')).matchAll(
    /^## (.*)\n[\s\S]*?```ts\n([\s\S]*?)```/gm,
  ),
].map(([, title = '', code = '']) => ({ title, code }));

let waybill: Waybill;
let directory: string;

beforeAll(async () => {
  waybill = await startWaybill();
  // Inside the package, so that it finds itself by its name.
  const builds = join(root, 'build');
  await mkdir(builds, { recursive: true });
  directory = await mkdtemp(join(builds, 'client-readme-'));
  await Promise.all(
    examples.map(({ code }, index) =>
      writeFile(
        join(directory, `example-${index}.ts`),
        code.replaceAll('http://127.0.0.1:3000', waybill.url),
      ),
    ),
  );
});

afterAll(async () => {
  // First, because a failed set-up leaves no directory, and a running service would keep the process alive.
  await stopWaybills();
  await rm(directory, { recursive: true, force: true });
});

const expected: Readonly<Record<string, RegExp>> = {
  'Send a message and wait for its end': /^delivered The carrier reports that the phone has/,
  Search: /^\d{4}-.*Z \w+ [0-9a-f-]{36}\n/,
  'Follow changes': /^[0-9a-f-]{36} \w+\n/,
  'What goes wrong': /^\/to .*\n\/text /,
};

it('has an example for each of the things that it says', () => {
  expect(examples.map(({ title }) => title)).toEqual(Object.keys(expected));
});

it('compiles its examples under strict', async () => {
  const options = {
    compilerOptions: {
      target: 'ES2022',
      lib: ['ES2023', 'DOM', 'DOM.Iterable'],
      module: 'nodenext',
      customConditions: ['waybill-client-source'],
      strict: true,
      exactOptionalPropertyTypes: true,
      noUncheckedIndexedAccess: true,
      noEmit: true,
      skipLibCheck: true,
      types: ['node'],
    },
    include: ['*.ts'],
  };
  await writeFile(join(directory, 'tsconfig.json'), JSON.stringify(options));
  const compiler = join(root, 'node_modules/typescript/bin/tsc');
  const compiling = run(process.execPath, [compiler, '-p', directory]).catch(
    ({ stdout }: { readonly stdout: string }) => ({ stdout }),
  );
  expect((await compiling).stdout).toBe('');
});

it.each(examples.map(({ title }, index) => [title, index] as const))(
  'does what the example says: %s',
  async (title, index) => {
    const hooks = join(root, 'test/support/typescript-hooks.mjs');
    const example = join(directory, `example-${index}.ts`);
    const running = run(process.execPath, ['--import', hooks, example], { timeout: 60_000 });
    // The follower waits for something to happen.
    const timer = setInterval(() => void waybill.send('447700980000'), 500);
    const { stdout } = await running.finally(() => clearInterval(timer));
    expect(stdout).toMatch(expected[title] ?? /^$/);
  },
);
