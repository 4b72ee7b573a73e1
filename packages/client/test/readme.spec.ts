import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { repeating } from '../../../test/support/watching/repeating.js';
import { startWaybill, stopWaybills, type Waybill } from '../../../test/support/worlds/waybill.js';
import { examples, expected, outputOf, programOf } from './readme-examples.js';

const root = join(import.meta.dirname, '../../..');
const run = promisify(execFile);

let waybill: Waybill;
let directory: string;

beforeAll(async () => {
  waybill = await startWaybill();
  // Inside the package, so that it finds itself by its name.
  const builds = join(root, 'build');
  await mkdir(builds, { recursive: true });
  directory = await mkdtemp(join(builds, 'client-readme-'));
  await Promise.all(
    examples.map(async (example, index) =>
      writeFile(join(directory, `example-${index}.ts`), await programOf(example, waybill.url)),
    ),
  );
});

afterAll(async () => {
  // First, because a failed set-up leaves no directory, and a running service would keep the process alive.
  await stopWaybills();
  await rm(directory, { recursive: true, force: true });
});

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
    const wanted = expected[title] ?? /^$/;
    // Followers and receivers wait for something to happen.
    const stopSending = repeating(() => waybill.send('447700980000'), 500);
    const printed = await outputOf(process.execPath, ['--import', hooks, example], wanted, 60_000);
    await stopSending();
    expect(printed).toMatch(wanted);
  },
);
