import type { Delivery } from '../../../application/ports/delivery-store.js';
import type { Endpoint } from '../../../domain/webhooks/endpoint.js';

/** An endpoint as it is shown: never its secrets. */
export type EndpointView = Omit<Endpoint, 'secretGeneration' | 'overlaps'> & {
  readonly enabled: boolean;
};

export function viewEndpoint(endpoint: Endpoint): EndpointView {
  const { secretGeneration: _, overlaps: __, ...shown } = endpoint;
  return { ...shown, enabled: shown.disabledBecause === null };
}

/** Times are ISO 8601 UTC. */
export type DeliveryView = Omit<Delivery, 'lastAt' | 'nextAt'> & {
  readonly lastAt: string;
  readonly nextAt: string | null;
};

export const viewDelivery = (delivery: Delivery): DeliveryView => ({
  ...delivery,
  lastAt: new Date(delivery.lastAt).toISOString(),
  nextAt: delivery.nextAt === null ? null : new Date(delivery.nextAt).toISOString(),
});
