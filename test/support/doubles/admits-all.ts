import type { Admission } from '../../../src/application/guards/admission.js';

/** An admission without limits, for tests of what comes after it. */
export const admitsAll: Pick<Admission, 'around'> = {
  around: (_caller, record) => record(async () => {}),
};
