// oxlint-disable-next-line import/no-unassigned-import -- it registers hooks.
import './typescript-hooks.mjs';
import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';

const require = createRequire(import.meta.url);

/**
 * Loads test files as Node loads every other program. Jest's own runtime loads all modules again for each test file,
 * which takes longer than most tests. The test files of a worker therefore share modules.
 */
export default class NativeRuntime {
  unstable_shouldLoadAsEsm = () => true;
  unstable_importModule = (path) => import(pathToFileURL(path).href);
  requireModule = require;

  /** Returns a new instance for each test file, because it holds the file's tests and hooks. */
  requireInternalModule(path) {
    delete globalThis[Symbol.for('EVENT_HANDLERS')];
    delete require.cache[path];
    return require(path);
  }

  // Node maps stacks to the sources itself.
  getSourceMaps = () => null;

  // Tests take `it` and the others from the global scope.
  setGlobalsForRuntime() {}
  enterTestCode() {}
  leaveTestCode() {}
  getAllCoverageInfoCopy() {}
  teardown() {}
}
