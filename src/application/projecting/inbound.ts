import type { PersonalDataErased } from '../../domain/erasure-events.js';
import type { InboundRow } from '../ports/projection-store.js';
import type { RecordedEvent } from '../ports/event-store.js';
import type { ProjectionStores } from '../ports/projection-store.js';
import type { Projection } from './projection.js';
import { gatherRows, simpleProjection } from './simple-projection.js';

/** The row of an event, or undefined when the event is about something else. */
export function inboundRow({ event, metadata }: RecordedEvent): InboundRow | undefined {
  if (event.type === 'PersonalDataErased')
    return event.data.inbound === null ? undefined : leftOf(event.data.inbound);
  if (event.type !== 'InboundReceived') return undefined;
  return {
    ...event.data,
    claimedAt: event.data.claimedAt ?? null,
    recordedAt: metadata.recordedAt,
  };
}

type LeftInbound = NonNullable<PersonalDataErased['data']['inbound']>;

/** A received message without the personal fields of its erased sender. */
const leftOf = ({ receivedAt: occurredAt, ...rest }: LeftInbound): InboundRow => ({
  ...rest,
  claimedAt: rest.claimedAt ?? null,
  occurredAt,
});

const INBOUND_STREAMS = 'inbound-';

/** The inbound messages. */
export const inboundProjection = (stores: ProjectionStores): Projection =>
  simpleProjection('inbound', INBOUND_STREAMS, stores.inbound, () => gatherRows(inboundRow));
