import type { Leadership } from '../../../application/ports/leadership.js';

/** For an instance that has its read models to itself: it is always its turn. */
export const soleLeadership: Leadership = { lead: (work, signal) => work(signal) };
