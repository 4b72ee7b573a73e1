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
  /** Spans as instances decided them, by name and end. Of two that decide at once, only one is recorded. */
  private readonly decided = new Map<string, Span>();
  private readonly begun = new Map<string, Span>();

  isAppending(deciding: Deciding): void {
    this.end(deciding);
    const { stream, event, nowMs, clockMs } = deciding;
    const { occurredAt } = event.data;
    for (const { name, until } of spansOf(event)) {
      const key = `${stream} ${name} ${until}`;
      if (this.decided.has(key)) continue;
      // The decision came before the event was handed over, and slow calls may lie between both.
      const agoMs = Math.max(0, clockMs - Date.parse(occurredAt));
      const lengthMs = Date.parse(until) - Date.parse(occurredAt);
      this.decided.set(key, { atMs: nowMs - agoMs, lengthMs });
    }
  }

  hasAppended(stream: string, event: MessageEvent): void {
    for (const { name, until } of spansOf(event)) {
      const span = this.decided.get(`${stream} ${name} ${until}`);
      const key = `${stream} ${name}`;
      if (span !== undefined && !this.begun.has(key)) this.begun.set(key, span);
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

interface Span {
  readonly atMs: number;
  readonly lengthMs: number;
}

interface NamedSpan {
  readonly name: string;
  readonly until: string;
}

/** The spans that an event begins. */
function spansOf({ type, data }: MessageEvent): readonly NamedSpan[] {
  const span = (name: string, until: string | null): readonly NamedSpan[] =>
    until === null ? [] : [{ name, until }];
  if (type === 'RetryScheduled') return span(retryOf(data.nextAttempt), data.dueAt);
  if (type === 'AttemptStarted') return span(windowOf(data.attempt), data.confirmBy);
  return type === 'MessageRequested' && data.sendAt === null ? span(LIFE, data.expiresAt) : [];
}

const LIFE = 'life';
const retryOf = (attempt: number): string => `retry ${attempt}`;
const windowOf = (attempt: number): string => `window ${attempt}`;
