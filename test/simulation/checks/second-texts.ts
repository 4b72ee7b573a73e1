import type { MessageEvent } from '../../../src/domain/message/message-events.js';
import { meansFailed, meansReached } from '../../../src/domain/message/transitions.js';
import type { Life } from '../scheduler.js';

/** The others know of an instance's refusal within this time, unless it is cut off or dies. */
const KNOWN_WITHIN_MS = 3_500;

interface Refusal {
  readonly atMs: number;
  /** Undefined: nobody was there. */
  readonly by: Life | undefined;
}

/** A report of delivery that Vonage repeats until it is taken. */
interface Delivery {
  readonly clientRef: string;
  lastRefusal: Refusal | undefined;
}

/** Checks that nobody gets a second text while Vonage repeats the refused report that the first one arrived. */
export class SecondTexts {
  readonly findings: string[] = [];
  private readonly repeated = new Map<string, Delivery>();
  private readonly takenIds = new Set<string>();
  /** Since when an instance reaches the ledger again; Infinity while it does not. */
  private readonly reachesSinceMs = new Map<Life, number>();
  private readonly diedAtMs = new Map<Life, number>();
  /** Streams of messages about which a person has decided, or of which a carrier reported a failure. */
  private readonly decided = new Set<string>();

  /** @param id the same for each repeat */
  refused(id: string, body: string, refusal: Refusal): void {
    const { status, client_ref: clientRef } = JSON.parse(body) as {
      readonly status?: Parameters<typeof meansReached>[0];
      readonly client_ref?: string;
    };
    if (this.takenIds.has(id) || status === undefined || clientRef === undefined) return;
    if (!meansReached(status)) return;
    this.repeated.set(id, { clientRef, lastRefusal: refusal });
  }

  taken(id: string): void {
    this.takenIds.add(id);
    this.repeated.delete(id);
  }

  cutOff(life: Life): void {
    this.reachesSinceMs.set(life, Infinity);
  }

  reachesLedger(life: Life, nowMs: number): void {
    this.reachesSinceMs.set(life, nowMs);
  }

  died(life: Life, nowMs: number): void {
    this.diedAtMs.set(life, nowMs);
  }

  hasAppended(stream: string, { type, data }: MessageEvent): void {
    const isFailure =
      (type === 'StatusReported' || type === 'ReportAdopted') && meansFailed(data.status);
    if (type === 'OutcomeResolved' || isFailure) this.decided.add(stream);
  }

  /** An instance begins another attempt. */
  isStarting(life: Life, stream: string, attempt: number, nowMs: number): void {
    if (this.decided.has(stream)) return;
    const messageId = stream.replace('message-', '');
    for (const { clientRef, lastRefusal } of this.repeated.values()) {
      const dot = clientRef.lastIndexOf('.');
      if (clientRef.slice(0, dot) !== messageId) continue;
      if (Number(clientRef.slice(dot + 1)) >= attempt) continue;
      if (lastRefusal === undefined || !this.isKnown(lastRefusal, life, nowMs)) continue;
      this.findings.push(
        `${life.name} begins attempt ${attempt} of ${stream}, whose delivery Vonage reports again and again`,
      );
    }
  }

  /** False for what an instance cannot have told the others. */
  private isKnown({ atMs, by }: Refusal, life: Life, nowMs: number): boolean {
    if (by === life) return true;
    if (nowMs - atMs < KNOWN_WITHIN_MS) return false;
    if (by === undefined) return true;
    const diedMs = this.diedAtMs.get(by) ?? Infinity;
    const reachesMs = this.reachesSinceMs.get(by) ?? 0;
    return (
      diedMs - Math.max(atMs, reachesMs) >= KNOWN_WITHIN_MS && nowMs - reachesMs >= KNOWN_WITHIN_MS
    );
  }
}
