import type { ProjectionName } from '../ports/projection-store.js';

/**
 * Raise a number when the projection derives other rows from the same events, or their shape changes. The service then
 * rebuilds that projection by itself and serves the old copy in the meantime.
 */
export const projectionVersions: Readonly<Record<ProjectionName, number>> = {
  messages: 15,
  'message-index': 3,
  agenda: 10,
  inbound: 4,
  quarantine: 3,
  contacts: 2,
};
