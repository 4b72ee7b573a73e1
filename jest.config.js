import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { keepTemporaryFilesInMemory } from './test/support/memory-directory.mjs';

// Holds how long each file took, so that the longest starts first.
const cacheDirectory = join(tmpdir(), 'waybill-jest');
keepTemporaryFilesInMemory();
// Programs and threads that tests start are compiled once.
process.env.NODE_COMPILE_CACHE ??= join(import.meta.dirname, 'build/compile-cache');

const isLong = process.env['LONG_TESTS'] === 'yes';

/** @type {import('jest').Config} */
export default {
  cacheDirectory,
  // A worker often waits for timers, disks and processes, so that one more than cores keeps two cores busy. With more of them, calls
  // miss the service's own time limits. Long tests start several services each.
  maxWorkers: isLong ? availableParallelism() : availableParallelism() + 1,
  // Against a hang only: a slow machine is not a failure.
  testTimeout: 300_000,
  testEnvironment: '<rootDir>/test/support/native-environment.mjs',
  runtime: '<rootDir>/test/support/native-runtime.mjs',
  // They take minutes: `npm run test:long` runs them, and continuous integration does.
  testPathIgnorePatterns: ['/node_modules/', ...(isLong ? [] : ['\\.long\\.spec\\.ts$'])],
  testMatch: ['<rootDir>/test/**/*.spec.ts', '<rootDir>/packages/*/test/**/*.spec.ts'],
  // Node loads and compiles the files: see native-runtime.mjs.
  transform: {},
};
