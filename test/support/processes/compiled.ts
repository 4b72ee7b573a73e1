import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, globSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, readFile, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { eventually } from '../watching/eventually.js';

const project = fileURLToPath(new URL('../../..', import.meta.url));
const builds = join(project, 'build');
const PREFIX = 'compiled-';
/** Nobody still runs a build of sources that changed this long ago. */
const STALE_BUILD_MS = 6 * 60 * 60 * 1000;

/** The time limit of the hook that waits for a build: it takes seconds, on a busy machine many. */
export const COMPILE_MS_MAX = 120_000;

let compiled: Promise<string> | undefined;

/**
 * Returns a directory with the program as in production, from the same compiler with the same
 * settings: `main.js`, `commands/send.js`, … It serves tests that need a process of their own. It is built
 * once and used by every suite until a source changes. `npm run typecheck` checks the types, this does not.
 */
export function compiledProgram(): Promise<string> {
  // `dist` as in production, so that the compile cache beside it is deleted together with the build.
  compiled ??= findOrBuild().then((directory) => join(directory, 'dist'));
  return compiled;
}

async function findOrBuild(): Promise<string> {
  const directory = join(builds, `${PREFIX}${await fingerprint()}`);
  if (existsSync(directory)) return directory;
  await mkdir(builds, { recursive: true });
  const lock = `${directory}.lock`;
  await removeAbandoned(lock);
  if (!(await isCreated(lock))) {
    // Two builds at once would take twice as long.
    await eventually(() => !existsSync(lock), { withinMs: COMPILE_MS_MAX });
    return findOrBuild();
  }
  try {
    await removeStaleBuilds();
    const unfinished = await mkdtemp(join(builds, 'unfinished-'));
    await buildInto(unfinished);
    await rename(unfinished, directory);
  } finally {
    await rm(lock, { recursive: true, force: true });
  }
  return directory;
}

/** False when another suite has created it. */
const isCreated = (lock: string): Promise<boolean> =>
  mkdir(lock).then(
    () => true,
    (error: NodeJS.ErrnoException) => {
      if (error.code === 'EEXIST') return false;
      throw error;
    },
  );

/** A run that was killed leaves its lock behind. */
async function removeAbandoned(lock: string): Promise<void> {
  if (!existsSync(lock)) return;
  const { mtimeMs } = await stat(lock);
  if (Date.now() - mtimeMs > COMPILE_MS_MAX) await rm(lock, { recursive: true, force: true });
}

/** Changes with every source and with all other input that affects the compiler's output. */
async function fingerprint(): Promise<string> {
  const paths = globSync(
    ['src/**/*.ts', 'packages/*/src/**/*.{ts,tsx,css,html,json}', 'packages/*/*.js{,on}'],
    { cwd: project },
  );
  const settings = ['tsconfig.json', 'tsconfig.build.json', 'bundle.js', 'package-lock.json'];
  const hash = createHash('sha256');
  for (const path of [...settings, ...paths.toSorted()]) {
    hash.update(`${path}\0`).update(await readFile(join(project, path)));
  }
  return hash.digest('hex').slice(0, 16);
}

async function buildInto(directory: string): Promise<void> {
  const modules = join(directory, 'modules');
  const compiler = join(project, 'node_modules/typescript/bin/tsc');
  await run(compiler, '-p', 'tsconfig.build.json', '--noCheck', '--outDir', modules);
  await run(join(project, 'bundle.js'), join(modules, 'src'), join(directory, 'dist'));
}

async function run(script: string, ...args: readonly string[]): Promise<void> {
  await promisify(execFile)(process.execPath, [script, ...args], { cwd: project });
}

async function removeStaleBuilds(): Promise<void> {
  for (const name of await readdir(builds)) {
    if (!name.startsWith(PREFIX)) continue;
    const path = join(builds, name);
    const { mtimeMs } = await stat(path);
    if (Date.now() - mtimeMs > STALE_BUILD_MS) await rm(path, { recursive: true, force: true });
  }
}
