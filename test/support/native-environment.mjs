import { flushCompileCache } from 'node:module';

/**
 * Ends a worker as soon as nothing is left to wait for. Node would take down its heap first, which takes longer than
 * the 500 ms that Jest gives a worker, and Jest would say that the worker failed to exit. A handle that a
 * test leaves open still keeps the worker, and Jest still says so.
 */
process.once('beforeExit', () => process.exit());

/** Runs test files in the worker's own global scope, beside the modules that they test. */
export default class NativeEnvironment {
  global = globalThis;
  #exit = process.exit.bind(process);
  getVmContext = () => null;
  async setup() {
    // Node maps stacks to the sources, which Jest's formatter would not find.
    Error.prepareStackTrace = undefined;
    process.setSourceMapsEnabled(true);
  }

  async teardown() {
    // Jest wraps it for each test file.
    process.exit = this.#exit;
    // At the exit, writing what a first run compiled takes longer than the 500 ms.
    flushCompileCache();
  }
}
