/**
 * Lets a plain `node --import` run our TypeScript, for tests that need a process of their own to kill:
 * compiled like in the other tests, and with `x.ts` in place of a missing `x.js`.
 */
import { hash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { createRequire, registerHooks } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { threadId } from 'node:worker_threads';

const root = join(import.meta.dirname, '../..');
const transformed = join(root, 'build/transformed');
// What decides about the output besides a source.
const compiler = ['.swcrc', 'node_modules/@swc/core/package.json']
  .map((path) => readFileSync(join(root, path), 'utf8'))
  .join('');
mkdirSync(transformed, { recursive: true });

registerHooks({
  resolve(specifier, context, nextResolve) {
    if (specifier.startsWith('.') && context.parentURL !== undefined) {
      const source = new URL(specifier.replace(/\.js$/, '.ts'), context.parentURL);
      if (source.pathname.endsWith('.ts') && existsSync(source)) {
        return nextResolve(source.href, context);
      }
    }
    // Packages of this repository run from their sources, without a build.
    const conditions = [...context.conditions, 'vonage-sandbox-source', 'waybill-client-source'];
    return nextResolve(specifier, { ...context, conditions });
  },
  load(url, context, nextLoad) {
    if (!url.startsWith('file:') || !url.endsWith('.ts')) return nextLoad(url, context);
    const filename = fileURLToPath(url);
    return { format: 'module', source: compiled(filename), shortCircuit: true };
  },
});

/** Compiles a source once. Each process, and each thread of a service, would otherwise load the compiler, which takes longer than compiling. */
function compiled(filename) {
  const source = readFileSync(filename, 'utf8');
  const place = join(transformed, hash('sha1', `${compiler}\0${filename}\0${source}`));
  if (existsSync(place)) return readFileSync(place, 'utf8');
  const { transformSync } = createRequire(import.meta.url)('@swc/core');
  const { code } = transformSync(source, { filename });
  // Renamed, because others may compile the same source at the same time.
  const unfinished = `${place}.${process.pid}.${threadId}`;
  writeFileSync(unfinished, code);
  renameSync(unfinished, place);
  return code;
}
