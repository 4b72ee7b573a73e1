import { TestEnvironment } from 'jest-environment-node';

/**
 * Ends a worker as soon as nothing is left to wait for. Node would take down its heap first, which takes longer than
 * the 500 ms that Jest gives a worker, and Jest would say that the worker failed to exit. A handle that a
 * test leaves open still keeps the worker, and Jest still says so.
 */
process.once('beforeExit', () => process.exit());

export default TestEnvironment;
