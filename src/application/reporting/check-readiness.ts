import { providers, type Provider } from '../../domain/sending/provider.js';
import type { HealthRegistry, PartHealth } from '../health/health-registry.js';
import { within } from '../pause.js';
import type { MonotonicClock } from '../ports/clock.js';
import type { EventStore } from '../ports/event-store.js';
import { partNames, type HealthReporter, type PartName, type PartState } from '../ports/health.js';
import type { AwaitsReportsView, ReadSending } from '../steering/read-sending.js';
import type { ProjectionLag } from '../projecting/projector.js';

/** The longest write check: a slower ledger cannot answer a webhook in time either. */
const WRITE_MS_MAX = 2_000;

/** Time for which a write check's result is reused, because each check is a commit. */
const PROBE_AGE_MS_MAX = 250;

/** Grace period in which a fault of the read models or of sending may heal before the instance is not ready. */
const HEALING_MS_MAX = 10_000;

export type PartShown = Omit<PartHealth, 'sinceMs'>;

export interface Readiness {
  /** Readiness of the requested parts. */
  readonly status: 'ready' | 'not-ready';
  /** True when the ledger takes appends, so an acknowledged webhook will be in it. */
  readonly accepting: boolean;
  /** True when messages are handed to Vonage, by this instance or another one. */
  readonly sending: boolean;
  readonly parts: {
    readonly ledger: PartShown;
    readonly readModels: PartShown & {
      readonly behindEvents: number;
      readonly behindSeconds: number;
    };
    /** Its state is that of what goes to Vonage. */
    readonly sending: PartShown & {
      readonly heldProviders: readonly HeldProviderShown[];
      readonly awaitsReports: AwaitsReportsView | null;
    };
    readonly proof: PartShown;
    readonly deliveries: PartShown;
    readonly erasure: PartShown;
  };
}

/** A provider that gets nothing. */
export interface HeldProviderShown {
  readonly provider: Provider;
  /** ISO 8601 UTC. */
  readonly since: string;
  readonly reason: string;
}

/** Reports which parts of the service work. */
export class CheckReadiness {
  private stopping = false;
  private readonly ledger: HealthReporter;
  /** The probe that is under way, or that was answered at most `PROBE_AGE_MS_MAX` ago. */
  private probe: Promise<void> | undefined;
  private probedAtMs: number | undefined;

  constructor(
    private readonly store: EventStore,
    private readonly health: HealthRegistry,
    private readonly lag: () => ProjectionLag,
    private readonly monotonic: MonotonicClock,
    private readonly holds: Pick<ReadSending, 'holdOf' | 'awaitsReports'>,
  ) {
    this.ledger = health.reporter('ledger', ['ledger']);
  }

  /** Reports not ready from now on, because the instance is stopping. */
  stop(): void {
    this.stopping = true;
  }

  /** Looks at the ledger, which tells nothing by itself; whoever then asks for its part is told what is true now. */
  look(): Promise<void> {
    return this.checkLedger();
  }

  /** @param asked the only part that `status` is about; the answer shows all of them */
  async execute(asked?: PartName): Promise<Readiness> {
    await this.checkLedger();
    this.health.logChanges();
    const parts = {
      ledger: this.health.part('ledger'),
      readModels: this.health.part('readModels'),
      sending: this.health.part('sending'),
      proof: this.health.part('proof'),
      deliveries: this.health.part('deliveries'),
      erasure: this.health.part('erasure'),
    };
    const goesOn = (part: PartName): boolean => this.isReady(part, parts[part]);
    // A damaged ledger still accepts webhooks: a load balancer that took it out would lose them.
    const isReady =
      asked === undefined
        ? partNames.every((part) => byNameOnly.has(part) || goesOn(part)) &&
          parts.ledger.state !== 'damaged'
        : goesOn(asked) && !(asked === 'proof' && parts.proof.state === 'damaged');
    const { events, seconds } = this.lag();
    return {
      status: isReady && !this.stopping ? 'ready' : 'not-ready',
      accepting: !this.stopping && this.isReady('ledger', parts.ledger),
      sending: movesOn.has(parts.sending.state),
      parts: {
        ledger: shown(parts.ledger),
        readModels: {
          ...shown(parts.readModels),
          behindEvents: events,
          behindSeconds: seconds,
        },
        sending: {
          ...shown(parts.sending),
          heldProviders: this.heldProviders(),
          awaitsReports: this.holds.awaitsReports,
        },
        proof: shown(parts.proof),
        deliveries: shown(parts.deliveries),
        erasure: shown(parts.erasure),
      },
    };
  }

  private heldProviders(): readonly HeldProviderShown[] {
    return providers.flatMap((provider) => {
      const hold = this.holds.holdOf(provider);
      return hold === undefined ? [] : [{ provider, since: hold.since, reason: hold.reason }];
    });
  }

  private isReady(part: PartName, health: PartHealth): boolean {
    if (isWell.has(health.state)) return true;
    const mayHeal = part !== 'ledger' && health.state === 'failing';
    return mayHeal && this.health.ageMs(health) < HEALING_MS_MAX;
  }

  private async checkLedger(): Promise<void> {
    if (this.stopping) return this.ledger.report('failing', 'the service is shutting down');
    const isOld =
      this.probedAtMs !== undefined &&
      this.monotonic.elapsedMs() - this.probedAtMs > PROBE_AGE_MS_MAX;
    if (this.probe === undefined || isOld) {
      this.probedAtMs = undefined;
      this.probe = this.probeLedger();
    }
    return this.probe;
  }

  private async probeLedger(): Promise<void> {
    const written = this.store.checkWritable().then(
      () => undefined,
      (error: unknown) => (error instanceof Error ? error.message : 'unavailable'),
    );
    const late = `no answer within ${WRITE_MS_MAX} ms`;
    try {
      const fault = await within(this.monotonic, WRITE_MS_MAX, written, late);
      if (fault === undefined) this.ledger.working();
      else this.ledger.report('failing', fault);
    } finally {
      this.probedAtMs = this.monotonic.elapsedMs();
    }
  }
}

/**
 * An instance that signs nothing, destroys nothing, or whose receivers take nothing, still takes webhooks and sends. Only who asks
 * about these parts by name is told no.
 */
const byNameOnly: ReadonlySet<PartName> = new Set(['proof', 'deliveries', 'erasure']);

/** States that count as ready. `held` is among them, because an operator wants the hold. */
const isWell: ReadonlySet<PartState> = new Set(['working', 'standby', 'held', 'damaged']);

const movesOn: ReadonlySet<PartState> = new Set(['working', 'standby', 'behind']);

function shown(health: PartHealth): PartShown {
  const { sinceMs: _, ...part } = health;
  return part;
}
