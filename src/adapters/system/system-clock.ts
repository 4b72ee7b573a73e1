import type { Clock, Clocks } from '../../application/ports/clock.js';
import { monotonicClock } from './monotonic-clock.js';
import { TrustedClock } from './trusted-clock.js';

/** For a thread or a tool that reports no steps. */
export const systemClock: Clock = new TrustedClock();

export const systemClocks: Clocks = { clock: systemClock, monotonic: monotonicClock };
