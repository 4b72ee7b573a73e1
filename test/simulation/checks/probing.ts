import type { SendingEvent } from '../../../src/domain/sending/sending-events.js';
import type { Plan } from '../plan.js';
import type { Call } from '../surroundings/simulated-vonage.js';

/** Calls that were under way when the hold began reach Vonage within this time. */
const UNDER_WAY_MS = 2_000;
/** The delays of two probes, from their due time to Vonage, differ by less than this. */
const ARRIVAL_MS = 1_000;

interface Span {
  readonly fromMs: number;
  untilMs: number;
}

/** Judges the calls that find out, during an automatic hold, whether Vonage takes messages again. */
export class Probing {
  private readonly holds: Span[] = [];

  hasAppended({ type, data }: SendingEvent, nowMs: number): void {
    if (type !== 'SendingHeld' && type !== 'SendingReleased') return;
    const last = this.holds.at(-1);
    if (last?.untilMs === Infinity) last.untilMs = nowMs;
    const isAutomatic = type === 'SendingHeld' && data.cause === 'configuration';
    if (isAutomatic) this.holds.push({ fromMs: nowMs, untilMs: Infinity });
  }

  /** Each instance lets the whole period pass from one probe to the next. A new one knows of none before. */
  findings(calls: readonly Call[], { probeMs, store }: Plan): readonly string[] {
    // While the ledger is slow or away, it is not known how long a probe takes to arrive.
    if (store.slow + store.unavailable + store.answerLost > 0) return [];
    const found: string[] = [];
    for (const { fromMs, untilMs } of this.holds) {
      const lastMs = new Map<string, number>();
      for (const { by, atMs, clientRef } of calls) {
        if (atMs < fromMs + UNDER_WAY_MS || atMs > untilMs) continue;
        const sinceMs = atMs - (lastMs.get(by) ?? -Infinity);
        lastMs.set(by, atMs);
        if (sinceMs > probeMs - ARRIVAL_MS) continue;
        const times = `${Math.round(sinceMs)} ms after another, instead of ${probeMs}`;
        found.push(`${by} probes with ${clientRef} ${times}`);
      }
    }
    return found;
  }
}
