/**
 * Lets a plain `node --import` run our TypeScript, for tests that need a process of their own to kill:
 * compiled like in the other tests, and with `x.ts` in place of a missing `x.js`.
 */
import { existsSync, readFileSync } from 'node:fs';
import { registerHooks } from 'node:module';
import { fileURLToPath } from 'node:url';
import { transformSync } from '@swc/core';

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
    const { code } = transformSync(readFileSync(filename, 'utf8'), { filename });
    return { format: 'module', source: code, shortCircuit: true };
  },
});
