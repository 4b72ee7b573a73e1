import type { EndpointEvent } from '../../domain/webhooks/endpoint-events.js';
import { evolveEndpoints, type Endpoints } from '../../domain/webhooks/endpoint.js';
import { appendWithRetry } from '../append-with-retry.js';
import { decideAgain } from '../decide-again.js';
import type { Clocks } from '../ports/clock.js';
import type { EventStore } from '../ports/event-store.js';
import type { Identifiers } from '../ports/identifiers.js';
import type { KeyStore } from '../ports/key-store.js';
import { ENDPOINTS_STREAM } from '../streams.js';
import { rootEvent } from '../ports/root-metadata.js';
import { ReadEndpoints } from './read-endpoints.js';

/** The receivers of outgoing webhooks: reads and changes them. */
export class WebhookEndpoints extends ReadEndpoints {
  constructor(
    private readonly ledger: EventStore,
    keys: Pick<KeyStore, 'keyedHash'>,
    private readonly surroundings: Clocks & { readonly identifiers: Identifiers },
  ) {
    super(ledger, keys, surroundings.clock);
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
      const { ledger, surroundings } = this;
      const event = decide(endpoints, surroundings.clock.now().toISOString());
      if (event === undefined) return endpoints;
      const recorded = rootEvent(surroundings.identifiers.newId(), event, 'api', actor);
      await appendWithRetry(ledger, ENDPOINTS_STREAM, [recorded], revision, surroundings);
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
