import type { EndpointEvent } from '../../domain/webhooks/endpoint-events.js';
import { evolveEndpoints, type Endpoint, type Endpoints } from '../../domain/webhooks/endpoint.js';
import { appendWithRetry } from '../append-with-retry.js';
import { decideAgain } from '../decide-again.js';
import type { Clock, MonotonicClock } from '../ports/clock.js';
import type { EventStore } from '../ports/event-store.js';
import type { Identifiers } from '../ports/identifiers.js';
import type { KeyStore } from '../ports/key-store.js';
import { ENDPOINTS_STREAM } from '../streams.js';
import { rootMetadata } from '../ports/root-metadata.js';
import { ReadEndpoints, type EndpointsAsOf } from './read-endpoints.js';

/** The receivers of outgoing webhooks: reads and changes them. */
export class WebhookEndpoints {
  private readonly reading: ReadEndpoints;

  constructor(
    private readonly store: EventStore,
    keys: Pick<KeyStore, 'keyedHash'>,
    private readonly clock: Clock,
    private readonly identifiers: Identifiers,
    private readonly monotonic: MonotonicClock,
  ) {
    this.reading = new ReadEndpoints(store, keys, clock);
  }

  /** @throws StoreUnavailable, UndecodableEvent */
  read(): Promise<EndpointsAsOf> {
    return this.reading.read();
  }

  /** @see ReadEndpoints.secret */
  secret(endpointId: string, generation: number): Promise<string> {
    return this.reading.secret(endpointId, generation);
  }

  /** @see ReadEndpoints.secrets */
  secrets(endpoint: Endpoint): Promise<readonly string[]> {
    return this.reading.secrets(endpoint);
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
      const { endpoints, revision } = await this.read();
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

  /** Disables an endpoint for what its deliveries met. Another one is left as it is. @throws as `change` */
  async disable(id: string, reason: string): Promise<void> {
    await this.change((endpoints, occurredAt) => {
      const endpoint = endpoints.get(id);
      if (endpoint === undefined || endpoint.disabledBecause !== null) return undefined;
      return { type: 'EndpointDisabled', data: { id, reason, by: null, occurredAt } };
    }, undefined);
  }
}
