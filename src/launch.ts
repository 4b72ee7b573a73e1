import { createPrivately } from './adapters/system/private-files.js';

/** The oldest Node with everything that the programs use: `node:sqlite` without a flag, `require` of ES modules. */
const NODE_MAJOR_MIN = 24;

/**
 * Runs a program, or reports that this Node is too old for it.
 *
 * An older Node fails while it links the program's imports, with a bare SyntaxError. So the program is imported only
 * after the check, and this file imports nothing by name that an older Node lacks.
 */
export async function launch(importProgram: () => Promise<unknown>): Promise<void> {
  if (Number.parseInt(process.versions.node, 10) < NODE_MAJOR_MIN) {
    process.stderr.write(
      `Waybill needs Node ${NODE_MAJOR_MIN} or newer, and this is Node ${process.versions.node}. ` +
        'The project brings one: use the npm scripts, or run node_modules/.bin/node instead of node.\n',
    );
    process.exitCode = 1;
    return;
  }
  createPrivately();
  await cacheCompiledCode();
  await importProgram();
}

/**
 * Caches compiled code, because compiling is a good part of a start and always gives the same result. Where nothing can
 * be written, for example in a container, the code is compiled again. Where NODE_COMPILE_CACHE is set, this changes
 * nothing.
 */
async function cacheCompiledCode(): Promise<void> {
  const [{ enableCompileCache }, { fileURLToPath }] = await Promise.all([
    import('node:module'),
    import('node:url'),
  ]);
  // Not beside the compiled code: a build removes that.
  enableCompileCache(fileURLToPath(new URL('../node_modules/.cache/waybill', import.meta.url)));
}
