import type { EventMetadata } from '../ports/event-store.js';

/** The trace in which an event was recorded, 32 hex digits; undefined where nothing was traced. */
export const traceOf = ({ traceparent }: EventMetadata): string | undefined =>
  traceparent?.split('-')[1];
