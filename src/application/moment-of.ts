import type { Moment } from '../domain/elapsed-time.js';
import type { Clock } from './ports/clock.js';

/** The current time, with the clock's last step when there was one. */
export function momentOf(clock: Clock): Moment {
  const now = clock.now().toISOString();
  return { now, lastStep: clock.lastStep?.() };
}
