import { randomUUID } from 'node:crypto';

/** Accepted request ids: short and printable, so that an id cannot forge a log line. */
const ACCEPTED = /^[A-Za-z0-9._:/+=@-]{1,100}$/;
const TRACEPARENT = /^00-([0-9a-f]{32})-[0-9a-f]{16}-[0-9a-f]{2}$/;

/** The caller's id where it may be shown, otherwise a new one. */
export const requestIdOf = (header: string | string[] | undefined): string =>
  typeof header === 'string' && ACCEPTED.test(header) ? header : randomUUID();

/** The trace of a caller that sent `traceparent` (W3C Trace Context). */
export const traceIdOf = (header: string | string[] | undefined): string | undefined =>
  typeof header === 'string' ? TRACEPARENT.exec(header)?.[1] : undefined;
