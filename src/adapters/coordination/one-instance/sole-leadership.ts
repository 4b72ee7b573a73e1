import type { Leadership } from '../../../application/ports/leadership.js';

/** For an instance that shares its read models with no other: it always leads. */
export const soleLeadership: Leadership = { lead: (work, signal) => work(signal) };
