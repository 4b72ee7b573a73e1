import type { Clocks } from '../ports/clock.js';
import type { DeliveryStore } from '../ports/delivery-store.js';
import type { Logger } from '../ports/logger.js';
import type { WebhookOutcome } from '../ports/webhook-sender.js';
import { heededMs } from './retry-schedule.js';

/** Number of failures in a row after which the endpoint counts as down, and is tried by one delivery at a time. */
const FAILING_AFTER = 10;
const PROBE_MS_MIN = 5_000;
const PROBE_MS_MAX = 60_000;
/** An endpoint that took nothing for so long, while it was tried, is disabled. */
const FAILING_MS_MAX = 76 * 3_600_000;
/** Longer than between two probes: more than this was no time in which it was tried. */
const UNTRIED_MS = 2 * 3_600_000;
/** The wall clock may differ by this before the kept time is corrected. */
const KEPT_FAILING_MS = 60_000;

/** Counts how long an endpoint has taken nothing. */
interface Failing {
  /** Counts only time in which it was tried: no stop of this service, and no step of the wall clock. */
  readonly forMs: number;
  /** On the monotonic clock. */
  readonly countedAtMs: number;
  /** The stored time, by the wall clock: the endpoint has failed for `forMs` since then. */
  readonly since: number;
}

export interface AvailabilityPorts extends Clocks {
  readonly deliveries: Pick<DeliveryStore, 'progress' | 'list' | 'setFailingSince'>;
  readonly logger: Logger;
}

/** Judges by the answers of one endpoint whether it is up, and says when one that is down is tried. */
export class EndpointAvailability {
  private failures = 0;
  private failing: Failing | undefined;
  /** On the monotonic clock, which nobody can set. */
  private probeAtMs = 0;
  private probeWaitMs = PROBE_MS_MIN;
  /** The end of the pause that the receiver at this address asked for, on the monotonic clock. */
  private asked: { readonly untilMs: number; readonly url: string | undefined } | undefined;
  private isTurnOfNew = false;
  /** `asked`: a new event waits while the endpoint is down; `given`: it may be tried now. */
  private newTurn: 'none' | 'asked' | 'given' = 'none';
  /** When the endpoint last took a delivery, on the monotonic clock. */
  private tookAtMs = -Infinity;

  constructor(
    private readonly endpointId: string,
    private readonly ports: AvailabilityPorts,
  ) {}

  /** True while the endpoint takes nothing. */
  get isFailing(): boolean {
    return this.failing !== undefined;
  }

  /** Goes on with what was kept. @throws StoreUnavailable */
  async begin(): Promise<void> {
    this.failing = await this.kept();
    if (this.isFailing) this.failures = FAILING_AFTER;
  }

  /** True when a new event may be tried. While the endpoint is down, a new one asks for a turn, and takes it once. */
  admitsNew(): boolean {
    const isAdmitted = !this.isFailing || this.newTurn === 'given';
    this.newTurn = isAdmitted ? 'none' : 'asked';
    return isAdmitted;
  }

  /**
   * True when a waiting delivery is to find out now whether the endpoint is up again. A waiting and a new one take turns,
   * because what waits may be just what the endpoint refuses.
   * @param url its address now
   */
  probes(url: string | undefined): boolean {
    const elapsedMs = this.ports.monotonic.elapsedMs();
    if (elapsedMs < this.probeAtMs || this.isAskedToWait(elapsedMs, url)) return false;
    this.probeAtMs = elapsedMs + this.probeWaitMs;
    this.probeWaitMs = Math.min(PROBE_MS_MAX, 2 * this.probeWaitMs);
    this.isTurnOfNew = !this.isTurnOfNew && this.newTurn === 'asked';
    if (this.isTurnOfNew) this.newTurn = 'given';
    return !this.isTurnOfNew;
  }

  /** Counts a delivery that was taken. */
  took(): void {
    this.failures = 0;
    this.tookAtMs = this.ports.monotonic.elapsedMs();
  }

  /**
   * Counts a delivery that was not taken.
   * @param begunMs when it was begun, on the monotonic clock
   * @returns true when the endpoint has taken nothing for so long that it is to be disabled
   * @throws StoreUnavailable
   */
  async refused(
    { error, retryAfterMs }: WebhookOutcome,
    begunMs: number,
    url: string | undefined,
  ): Promise<boolean> {
    // Attempts that hang end together. That says nothing where the endpoint took another one meanwhile.
    if (begunMs < this.tookAtMs) return false;
    this.failures += 1;
    if (retryAfterMs !== null) {
      this.asked = { untilMs: this.ports.monotonic.elapsedMs() + heededMs(retryAfterMs), url };
    }
    if (this.failing !== undefined) return this.failingLonger(this.failing);
    if (this.failures >= FAILING_AFTER) await this.failingNow(error);
    return false;
  }

  /** Forgets that the endpoint was down. @throws StoreUnavailable */
  async recovered(): Promise<void> {
    this.failing = undefined;
    this.asked = undefined;
    this.failures = 0;
    await this.ports.deliveries.setFailingSince(this.endpointId, undefined);
  }

  private isAskedToWait(elapsedMs: number, url: string | undefined): boolean {
    const { asked } = this;
    return asked !== undefined && elapsedMs < asked.untilMs && asked.url === url;
  }

  private async failingNow(reason: string | null): Promise<void> {
    const { clock, monotonic, deliveries, logger } = this.ports;
    const since = clock.now().getTime();
    const elapsedMs = monotonic.elapsedMs();
    this.failing = { forMs: 0, countedAtMs: elapsedMs, since };
    this.probeWaitMs = PROBE_MS_MIN;
    this.probeAtMs = elapsedMs + this.probeWaitMs;
    this.newTurn = 'none';
    await deliveries.setFailingSince(this.endpointId, since);
    logger.warn(
      { endpointId: this.endpointId, reason },
      'A webhook endpoint takes nothing; one delivery at a time is tried.',
    );
  }

  /** Counts at once, because the endpoint may take one meanwhile. */
  private async failingLonger({ forMs: beforeMs, countedAtMs, since }: Failing): Promise<boolean> {
    const elapsedMs = this.ports.monotonic.elapsedMs();
    const forMs = beforeMs + Math.min(elapsedMs - countedAtMs, UNTRIED_MS);
    const sinceNow = this.ports.clock.now().getTime() - forMs;
    const isKept = Math.abs(sinceNow - since) <= KEPT_FAILING_MS;
    this.failing = { forMs, countedAtMs: elapsedMs, since: isKept ? since : sinceNow };
    if (forMs > FAILING_MS_MAX) return true;
    if (!isKept) await this.ports.deliveries.setFailingSince(this.endpointId, sinceNow);
    return false;
  }

  /** Returns how long it had failed when an earlier process made its last attempt. */
  private async kept(): Promise<Failing | undefined> {
    const { deliveries, clock, monotonic } = this.ports;
    const { failingSince: since } = await deliveries.progress(this.endpointId);
    if (since === undefined) return undefined;
    const now = { lastAt: clock.now().getTime() + 1, eventId: '' };
    const [last] = await deliveries.list(this.endpointId, now, 1);
    const forMs = Math.max(0, (last?.lastAt ?? since) - since);
    return { forMs, countedAtMs: monotonic.elapsedMs(), since };
  }
}
