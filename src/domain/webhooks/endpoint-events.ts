import type { Fact } from '../fact.js';

/** The events that an endpoint may ask for. Names are public: never rename one. */
export const outgoingTypes = [
  'message.status_changed',
  'message.contradicted',
  'message.resolved',
  'inbound.received',
  'contact.opted_out',
  'contact.opted_in',
  'contact.erased',
  'sending.held',
  'sending.released',
  'limit.reached',
  'log.checkpoint',
] as const;
export type OutgoingType = (typeof outgoingTypes)[number];

export const isOutgoingType = (type: string): type is OutgoingType =>
  (outgoingTypes as readonly string[]).includes(type);

export interface EndpointSettings {
  readonly url: string;
  readonly events: readonly OutgoingType[];
  readonly description: string;
}

interface OfEndpoint {
  readonly id: string;
  /** Name of the API key; null where no key was used, and where the service did it by itself. */
  readonly by: string | null;
}

export type EndpointCreated = Fact<'EndpointCreated', EndpointSettings & OfEndpoint>;
export type EndpointChanged = Fact<'EndpointChanged', EndpointSettings & OfEndpoint>;

/** The secret of a new generation signs from now on; that of the one before signs too, until `overlapUntil`. Earlier ones keep theirs. */
export type EndpointSecretRotated = Fact<
  'EndpointSecretRotated',
  OfEndpoint & { readonly overlapUntil: string }
>;

/** Nothing is delivered any more until it is enabled. */
export type EndpointDisabled = Fact<'EndpointDisabled', OfEndpoint & { readonly reason: string }>;
export type EndpointEnabled = Fact<'EndpointEnabled', OfEndpoint>;
export type EndpointDeleted = Fact<'EndpointDeleted', OfEndpoint>;

export type EndpointEvent =
  | EndpointCreated
  | EndpointChanged
  | EndpointSecretRotated
  | EndpointDisabled
  | EndpointEnabled
  | EndpointDeleted;
