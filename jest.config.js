import { availableParallelism } from 'node:os';

const isLong = process.env['LONG_TESTS'] === 'yes';

/** @type {import('jest').Config} */
export default {
  // Tests start services of several threads each. More workers than cores made calls miss the service's own time limits.
  maxWorkers: availableParallelism(),
  // Against a hang only: a slow machine is not a failure.
  testTimeout: 120_000,
  testEnvironment: '<rootDir>/test/support/exiting-environment.mjs',
  // Packages of this repository are tested from their sources, without a build.
  testEnvironmentOptions: {
    customExportConditions: [
      'vonage-sandbox-source',
      'waybill-client-source',
      'node',
      'node-addons',
    ],
  },
  // Faults of the whole service take minutes: `npm run test:long` runs them, and continuous integration does.
  testPathIgnorePatterns: ['/node_modules/', ...(isLong ? [] : ['\\.long\\.spec\\.ts$'])],
  testMatch: ['<rootDir>/test/**/*.spec.ts', '<rootDir>/packages/*/test/**/*.spec.ts'],
  extensionsToTreatAsEsm: ['.ts'],
  moduleNameMapper: { '^(\\.{1,2}/.*)\\.js$': '$1' },
  transform: { '^.+\\.ts$': '@swc/jest' },
};
