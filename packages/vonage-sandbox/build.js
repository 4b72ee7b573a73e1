import { execFileSync } from 'node:child_process';
import { chmodSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { compiledSchemas } from './compiled-schemas.js';

// Writes what is published into `dist`: the program, the library and its types.

const here = fileURLToPath(new URL('.', import.meta.url));
const dist = `${here}dist`;

rmSync(dist, { recursive: true, force: true });
await build({
  entryPoints: [`${here}src/main.ts`, `${here}src/sandbox.ts`],
  outdir: dist,
  bundle: true,
  splitting: true,
  format: 'esm',
  platform: 'node',
  target: 'node22',
  plugins: [compiledSchemas],
  logLevel: 'warning',
});
chmodSync(`${dist}/main.js`, 0o755);

const require = createRequire(import.meta.url);
const compiler = require.resolve('typescript/bin/tsc');
execFileSync(process.execPath, [compiler, '-p', `${here}tsconfig.build.json`], {
  stdio: ['ignore', process.stderr, 'inherit'],
});
