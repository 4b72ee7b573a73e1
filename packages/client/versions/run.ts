import { execFile } from 'node:child_process';
import { cp, mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { startWaybill, stopWaybills } from '../../../test/support/worlds/waybill.js';
import { examples, expected, outputOf, programOf } from '../test/readme-examples.js';

/** The npm script installs the versions here. */
const place = join(import.meta.dirname, '../../../build/client-versions');
const client = join(import.meta.dirname, '..');
const installed = join(place, 'node_modules/waybill-client');
const work = join(place, 'examples');

const COMPILERS = ['typescript-6', 'typescript-7'];
const NODES = [
  ['20', join(place, 'node_modules/node-20/bin/node')],
  ['24', process.execPath],
  ['26', join(place, 'node_modules/node-26/bin/node')],
] as const;
/** The follower waits for something to happen. */
const SEND_MS = 500;
const EXAMPLE_MS_MAX = 60_000;

const options = {
  compilerOptions: {
    target: 'ES2022',
    lib: ['ES2023', 'DOM', 'DOM.Iterable'],
    module: 'nodenext',
    strict: true,
    exactOptionalPropertyTypes: true,
    noUncheckedIndexedAccess: true,
    typeRoots: [join(import.meta.dirname, '../../../node_modules/@types')],
    types: ['node'],
    outDir: 'out',
    rootDir: '.',
  },
  include: ['*.ts'],
};

const run = promisify(execFile);

const compile = async (compiler: string, ...args: readonly string[]): Promise<string> => {
  const program = join(place, 'node_modules', compiler, 'bin/tsc');
  const compiling = run(process.execPath, [program, ...args]).catch(
    ({ stdout }: { readonly stdout: string }) => ({ stdout }),
  );
  return (await compiling).stdout;
};

let faults = 0;
const tell = (what: string, fault: string): void => {
  if (fault !== '') faults += 1;
  process.stdout.write(`${fault === '' ? 'well ' : 'WRONG'} ${what}\n${fault}`);
};

const waybill = await startWaybill({ config: { logLevel: 'silent' } });
const timer = setInterval(() => void waybill.send('447700980000'), SEND_MS);
try {
  await rm(work, { recursive: true, force: true });
  await mkdir(work, { recursive: true });
  await writeFile(join(work, 'package.json'), '{ "type": "module" }');
  await writeFile(join(work, 'tsconfig.json'), JSON.stringify(options));
  await Promise.all(
    examples.map(async (example, index) =>
      writeFile(join(work, `example-${index}.ts`), await programOf(example, waybill.url)),
    ),
  );
  for (const compiler of COMPILERS) {
    // As a caller gets it: declarations and JavaScript, without the source.
    await rm(installed, { recursive: true, force: true });
    await mkdir(installed, { recursive: true });
    await cp(join(client, 'package.json'), join(installed, 'package.json'));
    const config = join(client, 'tsconfig.build.json');
    const built = await compile(compiler, '-p', config, '--outDir', join(installed, 'dist'));
    tell(`${compiler} compiles the client`, built);
    tell(`${compiler} compiles the README's examples`, await compile(compiler, '-p', work));
    for (const [version, node] of NODES) {
      for (const [index, { title }] of examples.entries()) {
        const program = join(work, 'out', `example-${index}.js`);
        const wanted = expected[title] ?? /^$/;
        const printed = await outputOf(node, [program], wanted, EXAMPLE_MS_MAX);
        const fault = wanted.test(printed) ? '' : `${printed}\n`;
        tell(`${compiler}, Node ${version}: ${title}`, fault);
      }
    }
  }
} finally {
  clearInterval(timer);
  await stopWaybills();
}
process.exitCode = faults > 0 ? 1 : 0;
