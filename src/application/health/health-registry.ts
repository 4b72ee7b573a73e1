import type { Clock, MonotonicClock } from '../ports/clock.js';
import {
  partNames,
  partStates,
  type Health,
  type HealthReporter,
  type PartName,
  type PartState,
  type ReporterOptions,
} from '../ports/health.js';
import type { Logger } from '../ports/logger.js';

/** A start and a stop pass through standby, when no other instance may be there. */
const STANDBY_LOGGED_AFTER_MS = 5_000;

/** The health of one part of the service. */
export interface PartHealth {
  readonly state: PartState;
  /** ISO 8601 UTC. */
  readonly since: string;
  /** Milliseconds of the monotonic clock. */
  readonly sinceMs: number;
  /** The reason for this state; absent while it is `working`. */
  readonly reason?: string;
}

/** Remembers the last report of each component, and logs each change of a part. */
export class HealthRegistry implements Health {
  private readonly components: Component[] = [];
  private readonly logged = new Map<PartName, PartState>();
  private readonly start: PartHealth;

  constructor(
    private readonly clock: Clock,
    private readonly monotonic: MonotonicClock,
    private readonly logger: Logger,
  ) {
    this.start = this.stamp('working');
  }

  reporter(
    name: string,
    parts: readonly PartName[],
    { silenceMsMax = Infinity }: ReporterOptions = {},
  ): HealthReporter {
    const component = new Component(name, parts, silenceMsMax, this);
    this.components.push(component);
    return component;
  }

  /**
   * Returns the health of its worst component; of two equally bad ones, the one that has been so for longer. A part works since
   * the last of its components does.
   */
  part(part: PartName): PartHealth {
    let worst: PartHealth = this.start;
    for (const component of this.components) {
      if (!component.parts.includes(part)) continue;
      const report = component.current();
      if (isWorse(report, worst)) worst = report;
    }
    return worst;
  }

  /** Time that the part has been in its state, milliseconds, independent of the system's clock. */
  ageMs({ sinceMs }: PartHealth): number {
    return this.monotonic.elapsedMs() - sinceMs;
  }

  /** Logs what has changed. Call it after each report, and regularly, because a silent component reports nothing. */
  logChanges(): void {
    for (const part of partNames) {
      const health = this.part(part);
      const { state, since, reason } = health;
      if (state === (this.logged.get(part) ?? 'working')) continue;
      if (state === 'standby' && this.ageMs(health) < STANDBY_LOGGED_AFTER_MS) continue;
      this.logged.set(part, state);
      const facts = { part, state, since, ...(reason === undefined ? {} : { reason }) };
      if (state === 'failing') this.logger.error(facts, 'A part of the service stands still.');
      else if (state === 'working') this.logger.info(facts, 'A part of the service works.');
      else if (state === 'standby')
        this.logger.info(facts, 'Another instance does a part of the work.');
      else this.logger.warn(facts, 'A part of the service has changed its state.');
    }
  }

  stamp(state: PartState, reason?: string): PartHealth {
    const stamped = {
      state,
      since: this.clock.now().toISOString(),
      sinceMs: this.monotonic.elapsedMs(),
    };
    return reason === undefined ? stamped : { ...stamped, reason };
  }
}

const severity = (state: PartState): number => partStates.indexOf(state);

const isWorse = (one: PartHealth, other: PartHealth): boolean =>
  severity(one.state) > severity(other.state) ||
  (one.state === other.state &&
    (one.state === 'working' ? one.sinceMs > other.sinceMs : one.sinceMs < other.sinceMs));

class Component implements HealthReporter {
  private told: PartHealth;
  /** The last sign of life. */
  private heard: PartHealth;

  constructor(
    private readonly name: string,
    readonly parts: readonly PartName[],
    private readonly silenceMsMax: number,
    private readonly registry: HealthRegistry,
  ) {
    this.told = this.heard = registry.stamp('working');
  }

  working(): void {
    const wasWorking = this.current().state === 'working';
    if (this.silenceMsMax < Infinity) this.heard = this.registry.stamp('working');
    if (!wasWorking) this.change(this.registry.stamp('working'));
  }

  report(state: PartState, reason: string): void {
    const worded = `${this.name}: ${reason}`;
    if (this.told.state === state && this.told.reason === worded) return;
    const { since, sinceMs } = this.told.state === state ? this.told : this.registry.stamp(state);
    this.change({ state, since, sinceMs, reason: worded });
  }

  current(): PartHealth {
    if (this.told.state !== 'working') return this.told;
    const { since, sinceMs } = this.heard;
    const silentMs = this.registry.ageMs(this.heard);
    if (silentMs <= this.silenceMsMax) return this.told;
    const seconds = Math.round(silentMs / 1000);
    const reason = `${this.name}: no sign of life for ${seconds} s`;
    return { state: 'failing', since, sinceMs, reason };
  }

  private change(report: PartHealth): void {
    this.told = report;
    this.registry.logChanges();
  }
}
