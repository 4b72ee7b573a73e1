import type { EndpointEvent, EndpointSettings } from './endpoint-events.js';

/** Secrets before the newest that sign at the same time. Each makes a header of every delivery longer. */
export const OVERLAPS_MAX = 9;

/** A secret that was rotated away and signs until a time, so that receivers can change over. */
export interface SecretOverlap {
  readonly generation: number;
  readonly until: string;
}

/** A receiver of outgoing webhooks. Times are ISO 8601 UTC. */
export interface Endpoint extends EndpointSettings {
  readonly id: string;
  readonly createdAt: string;
  /** Counts the secrets from 1. */
  readonly secretGeneration: number;
  /** Until then the secret of the generation before signs too; null: there is none. */
  readonly overlapUntil: string | null;
  /** All secrets before that may still sign, the newest first; at most `OVERLAPS_MAX`. */
  readonly overlaps: readonly SecretOverlap[];
  /** The reason why deliveries stopped; null: they go on. */
  readonly disabledBecause: string | null;
  readonly disabledAt: string | null;
}

export type Endpoints = ReadonlyMap<string, Endpoint>;

/** Folds the events of all endpoints. An event about an unknown endpoint changes nothing. */
export function evolveEndpoints(endpoints: Endpoints, event: EndpointEvent): Endpoints {
  const { id, occurredAt } = event.data;
  const changed = new Map(endpoints);
  if (event.type === 'EndpointCreated') {
    const { url, events, description } = event.data;
    return changed.set(id, {
      id,
      url,
      events,
      description,
      createdAt: occurredAt,
      secretGeneration: 1,
      overlapUntil: null,
      overlaps: [],
      disabledBecause: null,
      disabledAt: null,
    });
  }
  const endpoint = endpoints.get(id);
  if (endpoint === undefined) return endpoints;
  if (event.type === 'EndpointDeleted') changed.delete(id);
  else changed.set(id, evolveEndpoint(endpoint, event));
  return changed;
}

/** Disables all that are enabled. */
export const disableEndpoints = (endpoints: Endpoints, reason: string, at: string): Endpoints =>
  new Map(
    [...endpoints].map(([id, endpoint]) => [
      id,
      endpoint.disabledBecause === null
        ? { ...endpoint, disabledBecause: reason, disabledAt: at }
        : endpoint,
    ]),
  );

function evolveEndpoint(
  endpoint: Endpoint,
  event: Exclude<EndpointEvent, { type: 'EndpointCreated' | 'EndpointDeleted' }>,
): Endpoint {
  switch (event.type) {
    case 'EndpointChanged': {
      const { url, events, description } = event.data;
      return { ...endpoint, url, events, description };
    }
    case 'EndpointSecretRotated': {
      const { overlapUntil } = event.data;
      const overlap = { generation: endpoint.secretGeneration, until: overlapUntil };
      return {
        ...endpoint,
        secretGeneration: endpoint.secretGeneration + 1,
        overlapUntil,
        overlaps: [overlap, ...endpoint.overlaps].slice(0, OVERLAPS_MAX),
      };
    }
    case 'EndpointDisabled':
      return {
        ...endpoint,
        disabledBecause: event.data.reason,
        disabledAt: event.data.occurredAt,
      };
    case 'EndpointEnabled':
      return { ...endpoint, disabledBecause: null, disabledAt: null };
  }
}
