import type { Clock } from '../../application/ports/clock.js';
import { TrustedClock } from './trusted-clock.js';

/** For a thread or a tool that reports no steps. */
export const systemClock: Clock = new TrustedClock();
