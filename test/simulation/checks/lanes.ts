import type { MessageEvent } from '../../../src/domain/message/message-events.js';
import type { Priority } from '../../../src/domain/message/priority.js';

/** A message of high priority is handed over within a second, and its append takes a moment. */
const HIGH_HEEDED_MS = 1_500;
/** Turns by which a lane may be ahead of its share: the agenda lags behind the ledger. */
const AHEAD_MAX = 3;

interface Waiting {
  readonly lane: Priority;
  readonly sinceMs: number;
}

/** Judges the order of a rush, in which nothing fails. */
export class Lanes {
  readonly findings: string[] = [];
  private readonly waiting = new Map<string, Waiting>();
  /** The begins of attempts since messages wait in both lanes. */
  private begun = { normal: 0, bulk: 0 };

  hasAppended(stream: string, event: MessageEvent, nowMs: number): void {
    const wait = (lane: Priority, dueAt: string | null): void => {
      const inMs = dueAt === null ? 0 : Date.parse(dueAt) - Date.parse(event.data.occurredAt);
      this.waiting.set(stream, { lane, sinceMs: nowMs + Math.max(0, inMs) });
    };
    if (event.type === 'MessageRequested') return wait(event.data.priority, event.data.sendAt);
    if (event.type === 'RetryScheduled') return wait(event.data.priority, event.data.dueAt);
    if (event.type === 'FallbackStarted') return wait(event.data.priority, null);
    this.waiting.delete(stream);
  }

  /** An attempt begins. */
  isStarting(stream: string, nowMs: number): void {
    const lane = this.waiting.get(stream)?.lane;
    if (lane === undefined || lane === 'high') return;
    for (const [other, { lane: itsLane, sinceMs }] of this.waiting) {
      if (itsLane === 'high' && nowMs - sinceMs > HIGH_HEEDED_MS) {
        this.findings.push(`${stream} of ${lane} priority goes before ${other} of high priority`);
      }
    }
    this.share(lane, nowMs);
  }

  /** While messages wait in both lanes, `normal` has four turns for one of `bulk`. */
  private share(lane: 'normal' | 'bulk', nowMs: number): void {
    const waits = (wanted: Priority): boolean =>
      [...this.waiting.values()].some((one) => one.lane === wanted && one.sinceMs <= nowMs);
    if (!waits('normal') || !waits('bulk')) {
      this.begun = { normal: 0, bulk: 0 };
      return;
    }
    this.begun[lane]++;
    const { normal, bulk } = this.begun;
    if (bulk > normal / 4 + AHEAD_MAX) this.findings.push(`bulk has ${bulk} turns for ${normal}`);
    if (normal > 4 * bulk + 4 * AHEAD_MAX) {
      this.findings.push(`normal has ${normal} turns for ${bulk} of bulk`);
    }
  }
}
