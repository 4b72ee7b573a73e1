import type { HealthRegistry } from '../health/health-registry.js';
import { untilAborted } from '../pause.js';
import type { Outages } from '../health/outages.js';
import type { RecordOutages } from '../health/record-outages.js';
import type { MonotonicClock } from '../ports/clock.js';
import type { Leadership } from '../ports/leadership.js';
import type { Logger } from '../ports/logger.js';
import type { AwaitIdentity } from './await-identity.js';
import type { CompareClock } from './compare-clock.js';
import type { Dispatchers } from '../dispatching/dispatchers.js';
import type { LogSigner } from '../ports/log-signer.js';
import type { HeldStart } from './held-start.js';
import type { DestroyAgain } from '../erasure/destroy-again.js';
import type { ExpirePersonalData } from '../erasure/expire-personal-data.js';
import { keepRunning } from './keep-running.js';
import type { ObservedLag } from './observed-lag.js';
import type { ProjectionLag, ProjectorControl } from '../projecting/projector.js';
import type { TakeInParked } from '../projecting/take-in-parked.js';
import type { SteerSending } from '../steering/steer-sending.js';
import type { TellReceivers } from '../webhooks/tell-receivers.js';
import type { OpenLedger } from './open-ledger.js';
import type { Timers } from './timers.js';
import type { WatchLedger } from './watch-ledger.js';

const HEALTH_PERIOD_MS = 1_000;
/** The longest wait for the newest time in the read models. Without it nobody knows how long no process ran, and all windows wait. */
const NEWEST_MS_MAX = 10_000;

export interface BackgroundProcesses {
  readonly projector: ProjectorControl;
  readonly logSigner: LogSigner;
  readonly webhooks: Pick<TellReceivers, 'run'>;
  readonly dispatcher: Pick<Dispatchers, 'run' | 'callsEnded' | 'wake' | 'steppedOver'>;
  readonly timers: Pick<Timers, 'run' | 'wake' | 'steppedOver'>;
  readonly outages: Pick<Outages, 'begin' | 'silent'>;
  readonly recordOutages: Pick<RecordOutages, 'run' | 'record'>;
  readonly observedLag: ObservedLag;
  readonly steering: Pick<SteerSending, 'follow'>;
  readonly compareClock: Pick<CompareClock, 'execute'>;
  readonly heldStart: Pick<HeldStart, 'run'>;
  readonly openLedger: Pick<OpenLedger, 'run'>;
  readonly takeInParked: Pick<TakeInParked, 'run'>;
  readonly awaitIdentity: Pick<AwaitIdentity, 'run'>;
  readonly watchLedger: Pick<WatchLedger, 'run'>;
  readonly expiring: Pick<ExpirePersonalData, 'run'>;
  readonly destroyingAgain: Pick<DestroyAgain, 'run'>;
}

interface BackgroundProcess {
  run(signal: AbortSignal): Promise<void>;
}

/** Runs the background processes on one instance at a time: the read models, calls to Vonage, and timers. */
export class BackgroundWork {
  private readonly stopping = new AbortController();
  private running: Promise<unknown> = Promise.resolve();
  private leading = false;

  constructor(
    private readonly leadership: Leadership,
    private readonly processes: BackgroundProcesses,
    private readonly health: HealthRegistry,
    readonly monotonic: MonotonicClock,
    readonly logger: Logger,
  ) {}

  /** True when this instance leads. */
  get isLeading(): boolean {
    return this.leading;
  }

  /** The number of due entries that cannot be done now; entries behind them on the agenda are done. */
  get steppedOver(): number {
    return this.processes.dispatcher.steppedOver + this.processes.timers.steppedOver;
  }

  /** Lag of the read models, whichever instance updates them. */
  get lag(): ProjectionLag {
    const observed = this.processes.observedLag.lag;
    if (!this.leading) return observed;
    const { events, seconds } = this.processes.projector.lag;
    return {
      events: Math.max(events, observed.events),
      seconds: Math.max(seconds, observed.seconds),
    };
  }

  start(): void {
    const { signal } = this.stopping;
    this.processes.outages.begin();
    const lead = (): Promise<void> => this.leadership.lead((turn) => this.takeTurn(turn), signal);
    this.running = Promise.all([
      keepRunning('turns', lead, signal, this),
      this.processes.observedLag.run(signal),
      this.logHealth(signal),
      this.processes.steering.follow(signal),
      this.processes.heldStart.run(signal),
      this.keep('check of the ledger', this.processes.watchLedger, signal),
      this.keep('record of outages', this.processes.recordOutages, signal),
    ]);
  }

  /** Begins nothing more, so that another instance may take over; resolves when all work has ended, calls under way too. */
  async stop(): Promise<void> {
    this.stopping.abort();
    await this.running;
    await this.processes.dispatcher.callsEnded();
  }

  private keep(name: string, process: BackgroundProcess, signal: AbortSignal): Promise<void> {
    return keepRunning(name, (until) => process.run(until), signal, this);
  }

  /** Polls the health registry, because a silent component makes no report. */
  private async logHealth(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      this.health.logChanges();
      await this.monotonic.pause(HEALTH_PERIOD_MS, signal);
    }
  }

  private async takeTurn(turn: AbortSignal): Promise<void> {
    this.leading = true;
    this.logger.info({}, 'This instance does the background work now.');
    // Another instance may have recorded with a clock that is ahead of this one.
    const newestAgoMs = await Promise.race([
      untilAborted(turn).then(() => undefined),
      this.processes.compareClock.execute(NEWEST_MS_MAX),
    ]);
    this.processes.outages.silent(newestAgoMs);
    // Checks every reason to hold before anything can be sent or the evidence is lost.
    await Promise.race([untilAborted(turn), this.processes.heldStart.run(this.stopping.signal)]);
    await this.processes.openLedger.run(turn);
    // The projector, which begins below, overwrites the time from which this outage is known.
    await this.processes.recordOutages.record();
    const stopWaking = this.processes.projector.onProgress(() => {
      this.processes.dispatcher.wake();
      this.processes.timers.wake();
    });
    const keep = (name: string, process: BackgroundProcess): Promise<void> =>
      this.keep(name, process, turn);
    await Promise.all([
      keep('projector', this.processes.projector),
      keep('timers', this.processes.timers),
      keep('dispatcher', this.processes.dispatcher),
      keep('parked events', this.processes.takeInParked),
      keep('identity', this.processes.awaitIdentity),
      keep('transparency log', this.processes.logSigner),
      keep('outgoing webhooks', this.processes.webhooks),
      keep('retention', this.processes.expiring),
      keep('erasures', this.processes.destroyingAgain),
    ]);
    stopWaking();
    this.leading = false;
    this.logger.info({}, 'This instance has ended its background work.');
  }
}
