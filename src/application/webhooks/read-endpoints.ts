import type { EndpointEvent } from '../../domain/webhooks/endpoint-events.js';
import {
  disableEndpoints,
  evolveEndpoints,
  type Endpoint,
  type Endpoints,
} from '../../domain/webhooks/endpoint.js';
import type { Clock } from '../ports/clock.js';
import type { Damage, EventStore, Position, RecordedEvent } from '../ports/event-store.js';
import type { KeyStore } from '../ports/key-store.js';
import { ENDPOINTS_STREAM } from '../streams.js';

export interface EndpointsAsOf {
  readonly endpoints: Endpoints;
  /** The position at which each endpoint was made. It gets the events after that. */
  readonly madeAt: ReadonlyMap<string, Position>;
  /** Of the stream. */
  readonly revision: Awaited<ReturnType<EventStore['read']>>['revision'];
}

/** Secrets that are kept once they are derived. */
const SECRETS_MAX = 1_000;

/** A damaged event of these types cannot misdirect a delivery, so it disables no endpoint. */
const harmlessTypes: ReadonlySet<string> = new Set<EndpointEvent['type']>([
  'EndpointCreated',
  'EndpointSecretRotated',
  'EndpointEnabled',
]);

/** The event may have ended any endpoint before it, or changed its address: what it names may be another's by now. */
const doubted = (
  endpoints: Endpoints,
  { stream, revision, metadata }: RecordedEvent,
  { type, reason }: Damage,
): Endpoints =>
  harmlessTypes.has(type)
    ? endpoints
    : disableEndpoints(
        endpoints,
        `event ${revision} of ${stream} is damaged (${reason}), and may have changed or ended this endpoint`,
        metadata.recordedAt,
      );

/** Reads the receivers of outgoing webhooks, as the ledger has them now. */
export class ReadEndpoints {
  /** By endpoint and generation. A secret never changes, and each delivery needs one. */
  private readonly known = new Map<string, string>();

  constructor(
    private readonly store: Pick<EventStore, 'read'>,
    private readonly keys: Pick<KeyStore, 'keyedHash'>,
    private readonly clock: Clock,
  ) {}

  /** @throws StoreUnavailable */
  async read(): Promise<EndpointsAsOf> {
    const { events, revision } = await this.store.read(ENDPOINTS_STREAM);
    let endpoints: Endpoints = new Map();
    const madeAt = new Map<string, Position>();
    for (const recorded of events) {
      if (recorded.damage !== undefined) {
        endpoints = doubted(endpoints, recorded, recorded.damage);
        continue;
      }
      const { position } = recorded;
      const event = recorded.event as EndpointEvent;
      endpoints = evolveEndpoints(endpoints, event);
      if (event.type === 'EndpointCreated') madeAt.set(event.data.id, position);
    }
    return { endpoints, madeAt, revision };
  }

  /** The secret of a generation. It is derived, so the ledger holds none. @throws StoreUnavailable */
  async secret(endpointId: string, generation: number): Promise<string> {
    const name = `${endpointId}:${generation}`;
    const known = this.known.get(name);
    if (known !== undefined) return known;
    const bytes = await this.keys.keyedHash('webhook-endpoint', name);
    const secret = `whsec_${bytes.toString('base64')}`;
    if (this.known.size >= SECRETS_MAX) this.known.clear();
    this.known.set(name, secret);
    return secret;
  }

  /** All secrets that sign now, the newest first. @throws StoreUnavailable */
  async secrets({ id, secretGeneration, overlaps }: Endpoint): Promise<readonly string[]> {
    const nowMs = this.clock.now().getTime();
    const before = overlaps.filter(({ until }) => nowMs < Date.parse(until));
    const generations = [secretGeneration, ...before.map(({ generation }) => generation)];
    return Promise.all(generations.map((generation) => this.secret(id, generation)));
  }
}
