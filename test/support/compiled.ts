import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, globSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, readFile, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const project = fileURLToPath(new URL('../..', import.meta.url));
const builds = join(project, 'build');
const PREFIX = 'compiled-';
/** Beyond doubt nobody runs a build of sources that changed so long ago. */
const STALE_BUILD_MS = 6 * 60 * 60 * 1000;

/** For the hook that waits for it: a build takes seconds, on a busy machine many. */
export const COMPILE_MS_MAX = 120_000;

let compiled: Promise<string> | undefined;

/**
 * A directory with the program as production runs it, compiled by the same compiler with the same
 * settings: `main.js`, `commands/send.js`, … For tests that need a process of their own. It is built
 * once and used by every suite until a source changes. Types are checked by `npm run typecheck`, not here.
 */
export function compiledProgram(): Promise<string> {
  // As in production, so that the cache of compiled code beside it goes when it goes.
  compiled ??= findOrBuild().then((directory) => join(directory, 'dist'));
  return compiled;
}

async function findOrBuild(): Promise<string> {
  const directory = join(builds, `${PREFIX}${await fingerprint()}`);
  if (existsSync(directory)) return directory;
  await mkdir(builds, { recursive: true });
  await removeStaleBuilds();
  const unfinished = await mkdtemp(join(builds, 'unfinished-'));
  await buildInto(unfinished);
  try {
    await rename(unfinished, directory);
  } catch (error) {
    // Another suite was quicker; its build is the same.
    await rm(unfinished, { recursive: true, force: true });
    if (!existsSync(directory)) throw error;
  }
  return directory;
}

/** Changes with every source and with whatever else decides what the compiler writes. */
async function fingerprint(): Promise<string> {
  const paths = globSync(['src/**/*.ts', 'packages/*/src/**/*.{ts,json}'], { cwd: project });
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
