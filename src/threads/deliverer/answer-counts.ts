import type { DeliveryMetrics } from '../../application/ports/metrics.js';
import type { AnswerCount } from './deliverer-protocol.js';

/** Gathers counts, because a message between threads for each delivery would cost more than the count. */
export class AnswerCounts implements DeliveryMetrics {
  private counts = new Map<string, AnswerCount>();

  endpointAnswered(httpStatus: number | null, isDelivered: boolean, times = 1): void {
    const key = `${httpStatus} ${isDelivered}`;
    const known = this.counts.get(key)?.times ?? 0;
    this.counts.set(key, { httpStatus, isDelivered, times: known + times });
  }

  /** Counts since the last call. */
  take(): readonly AnswerCount[] {
    const taken = [...this.counts.values()];
    this.counts.clear();
    return taken;
  }
}
