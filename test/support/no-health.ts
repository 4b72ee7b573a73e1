import type { Health } from '../../src/application/ports/health.js';

/** For tests that do not look at it. */
export const noHealth: Health = { reporter: () => ({ working() {}, report() {} }) };
