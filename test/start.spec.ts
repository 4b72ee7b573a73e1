import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import { existsSync, globSync, readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { text } from 'node:stream/consumers';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { generateLedger } from '../testing/generated-messages/generate-ledger.js';
import { createApiKey } from '../src/application/access/api-keys.js';
import { Api } from './support/facts/api.js';
import { eventually } from './support/watching/eventually.js';
import { COMPILE_MS_MAX, compiledProgram } from './support/processes/compiled.js';
import { PROJECT, projectFile } from './support/files/project-file.js';
import { runCommand } from './support/processes/run-command.js';
import { saidUntil } from './support/processes/said-until.js';
import { startWaybill, stopWaybills } from './support/worlds/waybill.js';
import { freePort } from '../testing/free-port.js';

const packageScripts = (
  JSON.parse(projectFile('package.json')) as { readonly scripts: Readonly<Record<string, string>> }
).scripts;

let directory: string;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'waybill-start-'));
  await compiledProgram();
}, COMPILE_MS_MAX);

afterAll(async () => {
  await stopWaybills();
  await rm(directory, { recursive: true, force: true });
});

const start = (environment: Readonly<Record<string, string>>, ...args: string[]) =>
  runCommand('main.js', args, { PORT: '0', DATA_DIR: directory, ...environment });

describe('a service that cannot start says why and ends', () => {
  it('when its port is taken', async () => {
    const other = createServer().listen(0, '127.0.0.1');
    await once(other, 'listening');
    const { port } = other.address() as AddressInfo;
    const { exitCode, errors } = await start({ PORT: String(port) });
    other.close();
    expect(errors).toBe(
      `Waybill cannot start. Another program listens at 127.0.0.1:${port}: stop it, or set PORT to another port.\n`,
    );
    expect(exitCode).toBe(1);
  });

  it('when its host is an address of another machine', async () => {
    const API_KEYS = `a:admin:${'0'.repeat(64)}`;
    // A block for documentation (RFC 5737), which no machine has.
    const { exitCode, errors } = await start({ HOST: '192.0.2.1', API_KEYS });
    expect(errors).toContain('This machine does not have the address 192.0.2.1: set HOST to');
    expect(exitCode).toBe(1);
  });

  it('when another process has the ledger', async () => {
    const waybill = await startWaybill();
    const { exitCode, errors } = await start({ DATA_DIR: waybill.directory });
    expect(errors).toMatch(
      /^Waybill cannot start\. The ledger cannot be used: .*ledger\.sqlite is in use by another process: stop that one first$/m,
    );
    expect(exitCode).toBe(1);
    await waybill.end();
  });

  it('when its directory can be nowhere', async () => {
    const { exitCode, errors } = await start({ DATA_DIR: '/proc/waybill', LOG_LEVEL: 'silent' });
    expect(errors).toMatch(
      /^Waybill cannot start\. The directory \/proc\/waybill cannot be created: .*ENOENT/,
    );
    expect(exitCode).toBe(1);
  });

  it('when it can make no file in its directory', async () => {
    const MASTER_KEY = Buffer.alloc(32, 7).toString('base64');
    const { exitCode, errors } = await start({
      DATA_DIR: '/proc',
      MASTER_KEY,
      LOG_LEVEL: 'silent',
    });
    expect(errors).toMatch(
      /^Waybill cannot start\. \/proc\/\S+ cannot be opened: .*must be able to write to it, and in \/proc\.\n$/,
    );
    expect(exitCode).toBe(1);
  });

  it('when its configuration has mistakes, all of them', async () => {
    const { exitCode, errors } = await start({ LOG_LEVEL: 'loud', VONAGE_TIMEOUT_MS: '5000' });
    expect(errors).toContain('LOG_LEVEL must be one of');
    expect(errors).toContain('VONAGE_API_SECRET is not set');
    expect(exitCode).toBe(1);
  });

  it('when it is given arguments, which it would otherwise ignore', async () => {
    const { exitCode, output, errors } = await start({}, '--port', '4000');
    expect(errors).toContain('Waybill takes no arguments, but was given --port 4000.');
    expect([exitCode, output]).toEqual([2, '']);
  });
});

describe('without an account', () => {
  it('says loudly that nothing is sent, also when there are API keys', async () => {
    const { configured } = createApiKey('backend', ['send']);
    const { said } = await saidUntil('Nothing reaches a phone', {
      DATA_DIR: directory,
      API_KEYS: configured,
    });
    expect(said).toContain('SANDBOX MODE');
  });

  it('shows messages with different fates and where to look', async () => {
    const { exitCode, said } = await saidUntil('npm run send', {
      DATA_DIR: directory,
    });
    for (const status of ['delivered', 'submitted', 'rejected']) expect(said).toContain(status);
    expect(said).toMatch(/\/v1\/messages\/[0-9a-f-]{36}\/events/);
    expect(said).toMatch(/^ {2}WAYBILL_URL=http:\/\/127\.0\.0\.1:\d+ npm run send/m);
    expect(exitCode).toBe(0);
  });
});

it('finishes what it has begun also when it is asked to stop once more', async () => {
  const port = await freePort();
  const child = spawn(process.execPath, [join(await compiledProgram(), 'main.js')], {
    env: { PORT: String(port), DATA_DIR: directory, LOG_LEVEL: 'silent', DRAIN_SECONDS: '2' },
    stdio: 'ignore',
  });
  const closed = once(child, 'close') as Promise<[number | null]>;
  const api = new Api(`http://127.0.0.1:${port}`);
  const readiness = () =>
    api.get('/health/ready').then(
      ({ status }) => status,
      () => 0,
    );
  await eventually(async () => (await readiness()) === 200, { withinMs: 30_000 });
  child.kill('SIGTERM');
  await eventually(async () => (await readiness()) === 503);
  child.kill('SIGTERM');
  child.kill('SIGINT');
  expect(await closed).toEqual([0, null]);
});

describe('after an error that nothing caught', () => {
  const faults = {
    'a forgotten promise': "Promise.reject(new Error('it was forgotten'))",
    'a throw in a callback': "setImmediate(() => { throw new Error('it was forgotten'); })",
  };

  it.each(Object.entries(faults))('%s: says why, drains and ends with 1', async (_, fault) => {
    const port = await freePort();
    // Loaded before the program, because nothing inside it lets a test make it fail.
    const hook = `process.on('SIGUSR2', () => { ${fault}; });`;
    const child = spawn(
      process.execPath,
      [
        '--import',
        `data:text/javascript,${encodeURIComponent(hook)}`,
        join(await compiledProgram(), 'main.js'),
      ],
      {
        env: {
          PORT: String(port),
          DATA_DIR: await mkdtemp(join(directory, 'fault-')),
          DRAIN_SECONDS: '3',
        },
        stdio: ['ignore', 'pipe', 'ignore'],
      },
    );
    const closed = once(child, 'close') as Promise<[number | null]>;
    const said = text(child.stdout);
    const api = new Api(`http://127.0.0.1:${port}`);
    const readiness = () =>
      api.get('/health/ready').then(
        ({ status }) => status,
        () => 0,
      );
    await eventually(async () => (await readiness()) === 200, { withinMs: 30_000 });
    child.kill('SIGUSR2');
    await eventually(async () => (await readiness()) === 503);
    // A request that arrives during the drain is still recorded before it is acknowledged.
    const message = { to: '447700900123', text: 'x' };
    expect((await api.post('/v1/messages', message)).status).toBe(202);
    expect(await closed).toEqual([1, null]);
    const line = (await said).split('\n').find((words) => words.includes('"fatal"')) ?? '';
    expect(JSON.parse(line)).toMatchObject({
      level: 'fatal',
      error: { message: 'it was forgotten' },
    });
  });
});

it('leaves nothing behind when the npm script that runs it is killed', async () => {
  const port = await freePort();
  const script =
    packageScripts['start']?.replace(/^.*&& /, 'true && ').replace('dist', '"$DIST"') ?? '';
  const shell = spawn('sh', ['-c', script], {
    env: {
      PATH: `${dirname(process.execPath)}:/usr/bin:/bin`,
      DIST: await compiledProgram(),
      PORT: String(port),
      DATA_DIR: await mkdtemp(join(directory, 'orphan-')),
      LOG_LEVEL: 'silent',
    },
    stdio: 'ignore',
  });
  const closed = once(shell, 'close');
  const api = new Api(`http://127.0.0.1:${port}`);
  const lives = () =>
    api.get('/health/live').then(
      ({ status }) => status === 200,
      () => false,
    );
  await eventually(lives, { withinMs: 30_000 });
  shell.kill('SIGTERM');
  await closed;
  expect(await lives()).toBe(false);
});

const scriptsOfPrograms = Object.entries(packageScripts).filter(([, script]) =>
  / node .*(?:dist|build)\/\S+\.js$/.test(script),
);

it.each(scriptsOfPrograms)(
  'npm run %s becomes its program, so that signals reach it',
  (_, script) => {
    expect(script).toMatch(/ && exec node [^&]+$/);
  },
);

/** The programs by their names in npm scripts. */
const programs = [
  ...new Set(
    [...projectFile('package.json').matchAll(/ dist\/(\S+\.js)/g)].map(([, path]) => path ?? ''),
  ),
];

it.each(programs)('%s is built and prints its help', async (program) => {
  const { exitCode, output, errors } = await runCommand(program, ['--help']);
  expect({ exitCode, errors }).toEqual({ exitCode: 0, errors: '' });
  expect(output).toMatch(/^[A-Z].*\.\n/);
  // `waybill.spec.ts` looks at those that are commands of `waybill` only.
  const isCommand = /^commands\/(?!waybill)/.test(program);
  const saysHowItEnds = /^Exit code/m.test(output) && output.includes('--json');
  expect(saysHowItEnds || !isCommand).toBe(true);
});

it('each program says to a Node that is too old which one it needs', async () => {
  const dist = await compiledProgram();
  const old = [
    "Object.defineProperty(process.versions, 'node', { value: '20.20.2' });",
    ...programs.map(
      (program) =>
        `await import(${JSON.stringify(join(dist, program))}); console.error(process.exitCode); process.exitCode = 0;`,
    ),
  ].join('');
  const child = spawn(process.execPath, ['--input-type=module', '-e', old], { stdio: 'pipe' });
  const [output, errors, [exitCode]] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    once(child, 'close') as Promise<[number | null]>,
  ]);
  expect([exitCode, output]).toEqual([0, '']);
  const one = 'Waybill needs Node 24 or newer, and this is Node 20\\.20\\.2\\. .*\\n1\\n';
  expect(errors).toMatch(new RegExp(`^(?:${one}){${programs.length}}$`));
});

const sourceOf = (program: string): string =>
  projectFile(
    program === 'sandbox/main.js'
      ? 'packages/vonage-sandbox/src/main.ts'
      : (globSync(`src/**/${program.split('/').at(-1)?.replace('.js', '.ts')}`, {
          cwd: PROJECT,
        })[0] ?? program),
  );

it.each(programs.filter((program) => sourceOf(program).includes('\nawait ')))(
  '%s runs after all of its constants are set',
  (program) => {
    const source = sourceOf(program);
    expect(source.slice(source.lastIndexOf('\nawait '))).toMatch(/^\nawait \w+\([^;]*\);\n$/);
  },
);

it('a rebuild finds its thread in the bundle', async () => {
  const ledger = await mkdtemp(join(directory, 'ledger-'));
  const events = generateLedger(ledger, 3, 100);
  const { exitCode, output, errors } = await runCommand('commands/rebuild.js', ['messages'], {
    DATA_DIR: ledger,
  });
  expect({ exitCode, errors }).toEqual({ exitCode: 0, errors: expect.stringMatching(/100 %/) });
  expect(output).toContain(`messages: rebuilt from ${events} events`);
  expect(output).not.toContain('begins again');
});

it('holds each file that a module starts by its address, beside that module', async () => {
  const dist = await compiledProgram();
  const missing = globSync('{chunks,programs}/**/*.js', { cwd: dist }).flatMap((path) => {
    const source = readFileSync(join(dist, path), 'utf8');
    return [...source.matchAll(/new URL\(\s*["'`]\.\/([\w-]+\.[\w-]+)\.(?:js["'`]|\$)/g)]
      .map(([, name]) => join(dist, dirname(path), `${name}.js`))
      .filter((file) => !existsSync(file));
  });
  expect(missing).toEqual([]);
});

it('holds no file that one character beyond ASCII would make twice as large in memory', async () => {
  const program = await compiledProgram();
  const files = globSync('{*,programs/**/*,chunks/*}.js', { cwd: program });
  const wide = files.filter((file) => /[^\0-\x7f]/.test(readFileSync(join(program, file), 'utf8')));
  expect(files.length).toBeGreaterThan(10);
  expect(wide).toEqual([]);
});

it('loads no tables of languages, which take 6 MB, while it starts', async () => {
  const told = join(directory, 'tell-formats.cjs');
  await writeFile(
    told,
    `for (const name of ['DateTimeFormat', 'NumberFormat', 'Segmenter']) {
      Intl[name] = new Proxy(Intl[name], { construct: () => { throw new Error(name + ' is made'); } });
    }`,
  );
  const { output, errors, exitCode } = await runCommand('main.js', ['--help'], {
    NODE_OPTIONS: `--require ${told}`,
  });
  expect({ errors, exitCode }).toEqual({ errors: '', exitCode: 0 });
  expect(output).toContain('npm start');
});
