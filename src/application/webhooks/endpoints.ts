import type { EndpointEvent } from '../../domain/webhooks/endpoint-events.js';
import { evolveEndpoints, type Endpoint, type Endpoints } from '../../domain/webhooks/endpoint.js';
import { appendWithRetry } from '../append-with-retry.js';
import { decideAgain } from '../decide-again.js';
import { UndecodableEvent } from '../errors.js';
import type { Clock, MonotonicClock } from '../ports/clock.js';
import type { EventStore, Position } from '../ports/event-store.js';
import type { Identifiers } from '../ports/identifiers.js';
import type { KeyStore } from '../ports/key-store.js';
import { ENDPOINTS_STREAM } from '../streams.js';
import { rootMetadata } from '../ports/root-metadata.js';

export interface EndpointsAsOf {
  readonly endpoints: Endpoints;
  /** The position at which each endpoint was made. It gets the events after that. */
  readonly madeAt: ReadonlyMap<string, Position>;
}

/** The receivers of outgoing webhooks, as the ledger has them now. */
export class WebhookEndpoints {
  constructor(
    private readonly store: EventStore,
    private readonly keys: KeyStore,
    private readonly clock: Clock,
    private readonly identifiers: Identifiers,
    private readonly monotonic: MonotonicClock,
  ) {}

  /** @throws StoreUnavailable, UndecodableEvent */
  async read(): Promise<EndpointsAsOf> {
    const { endpoints, madeAt } = await this.load();
    return { endpoints, madeAt };
  }

  /**
   * Records what is decided about the endpoints as they are. Resolves after the commit.
   * @param decide may be called again after a conflict; undefined changes nothing
   * @throws what `decide` throws; StoreUnavailable, AppendOutcomeUnknown, ConcurrencyConflict
   */
  async change(
    decide: (endpoints: Endpoints, now: string) => EndpointEvent | undefined,
    actor: string | undefined,
  ): Promise<Endpoints> {
    return decideAgain(async () => {
      const { endpoints, revision } = await this.load();
      const recordedAt = this.clock.now().toISOString();
      const event = decide(endpoints, recordedAt);
      if (event === undefined) return endpoints;
      const id = this.identifiers.newId();
      const metadata = rootMetadata(id, recordedAt, 'api', actor);
      await appendWithRetry(this.store, ENDPOINTS_STREAM, [{ id, event, metadata }], revision, {
        clock: this.monotonic,
      });
      return evolveEndpoints(endpoints, event);
    });
  }

  /** The secret of a generation. It is derived, so the ledger holds none. @throws StoreUnavailable */
  async secret(endpointId: string, generation: number): Promise<string> {
    const bytes = await this.keys.keyedHash('webhook-endpoint', `${endpointId}:${generation}`);
    return `whsec_${bytes.toString('base64')}`;
  }

  /** All secrets that sign now, the newest first. @throws StoreUnavailable */
  async secrets({ id, secretGeneration, overlapUntil }: Endpoint): Promise<readonly string[]> {
    const newest = await this.secret(id, secretGeneration);
    const isOverlapping =
      overlapUntil !== null && this.clock.now().getTime() < Date.parse(overlapUntil);
    return isOverlapping ? [newest, await this.secret(id, secretGeneration - 1)] : [newest];
  }

  private async load() {
    const { events, revision } = await this.store.read(ENDPOINTS_STREAM);
    let endpoints: Endpoints = new Map();
    const madeAt = new Map<string, Position>();
    for (const { event: recorded, damage, position, revision: at } of events) {
      if (damage !== undefined) {
        throw new UndecodableEvent(
          `event ${at} of ${ENDPOINTS_STREAM} is damaged: ${damage.reason}`,
        );
      }
      const event = recorded as EndpointEvent;
      endpoints = evolveEndpoints(endpoints, event);
      if (event.type === 'EndpointCreated') madeAt.set(event.data.id, position);
    }
    return { endpoints, madeAt, revision };
  }
}
