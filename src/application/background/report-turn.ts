import { reasonOf } from '../errors.js';
import type { HealthReporter } from '../ports/health.js';
import { STANDBY_REASON } from './loop.js';

/**
 * Does the work of this instance's turn. Reports a fault, and at the end of the turn that another instance may have it: also
 * after a fault, which then concerns this instance no more. In a turn that is over nothing is done.
 * @throws what the work throws
 */
export async function reportTurn(
  health: HealthReporter,
  turn: AbortSignal,
  work: () => Promise<void>,
): Promise<void> {
  try {
    if (!turn.aborted) await work();
  } catch (error) {
    health.report('failing', reasonOf(error));
    throw error;
  } finally {
    if (turn.aborted) health.report('standby', STANDBY_REASON);
  }
}
