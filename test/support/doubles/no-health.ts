import type { Health } from '../../../src/application/ports/health.js';

/** For tests that do not examine health. */
export const noHealth: Health = { reporter: () => ({ working() {}, report() {} }) };
