import type { MessageEvent } from '../../../src/domain/message/message-events.js';

/** Smaller differences between a clock and the time that has passed are followed at once. */
const CLOCK_MS = 1_000;

/** A recorded event, and the times at which it was decided and handed to the ledger. */
export interface Deciding {
  readonly stream: string;
  readonly event: MessageEvent;
  /** Virtual time now. */
  readonly nowMs: number;
  /** The time now by the clock of the instance that decided. */
  readonly clockMs: number;
}

/** Measures time spans by the time that has really passed, whatever the clocks said meanwhile. */
export class Spans {
  readonly findings: string[] = [];
  private readonly begun = new Map<string, { readonly atMs: number; readonly lengthMs: number }>();

  isAppending(deciding: Deciding): void {
    this.end(deciding);
    this.begin(deciding);
  }

  private begin({ stream, event, nowMs, clockMs }: Deciding): void {
    const { occurredAt } = event.data;
    const begin = (name: string, until: string | null): void => {
      const key = `${stream} ${name}`;
      if (until === null || this.begun.has(key)) return;
      // The decision came before the event was handed over, and slow calls may lie between both.
      const agoMs = Math.max(0, clockMs - Date.parse(occurredAt));
      const lengthMs = Date.parse(until) - Date.parse(occurredAt);
      this.begun.set(key, { atMs: nowMs - agoMs, lengthMs });
    };
    if (event.type === 'RetryScheduled') begin(retryOf(event.data.nextAttempt), event.data.dueAt);
    if (event.type === 'AttemptStarted') begin(windowOf(event.data.attempt), event.data.confirmBy);
    if (event.type === 'MessageRequested' && event.data.sendAt === null) {
      begin(LIFE, event.data.expiresAt);
    }
  }

  private end({ stream, event, nowMs }: Deciding): void {
    const end = (name: string, what: string): void => {
      const span = this.begun.get(`${stream} ${name}`);
      if (span === undefined) return;
      const lastedMs = nowMs - span.atMs;
      if (lastedMs < span.lengthMs - CLOCK_MS) {
        const times = `after ${Math.round(lastedMs)} ms of ${span.lengthMs}`;
        this.findings.push(`${what} of ${stream} came too early: ${times}`);
      }
    };
    if (event.type === 'AttemptStarted') end(retryOf(event.data.attempt), 'a retry');
    if (event.type === 'DeliveryUnconfirmed') {
      end(windowOf(event.data.attempt), 'the end of a confirmation window');
    }
    if (event.type === 'MessageExpired') end(LIFE, 'the expiry');
  }
}

const LIFE = 'life';
const retryOf = (attempt: number): string => `retry ${attempt}`;
const windowOf = (attempt: number): string => `window ${attempt}`;
