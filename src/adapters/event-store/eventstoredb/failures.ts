import { StoreUnavailable } from '../../../application/errors.js';
import { NO_LEADER } from './calls/idle-timeout.js';

/** The fields that gRPC and the client put on their errors. No type guarantees any of them. */
interface Failure {
  readonly code?: unknown;
  readonly details?: unknown;
  readonly type?: unknown;
  readonly message?: unknown;
  readonly metadata?: unknown;
}

const failureOf = (error: unknown): Failure =>
  typeof error === 'object' && error !== null ? error : { message: error };

/**
 * A permanent error: the server's answer stays the same until an operator changes something. So nothing is retried at
 * once; a later call may find that it was changed.
 */
export class Refusal extends Error {
  override readonly name = 'Refusal';
}

const UNAVAILABLE = 14;
const PERMISSION_DENIED = 7;
const UNIMPLEMENTED = 12;
const UNAUTHENTICATED = 16;

/** Messages of grpc-js 1.x for a call that never left this process. */
const NEVER_SENT = /^(No connection established|Name resolution failed|Channel closed before call)/;

/** OpenSSL's messages, which grpc-js repeats, for certificates that Node does not accept. */
const CERTIFICATE =
  /(self-signed certificate|unable to (?:verify|get)|certificate (?:has expired|is not yet valid)|altnames|alert bad certificate|alert certificate required)/i;
const NO_TLS = /wrong version number|packet length too long/i;

/** Returns the change that an operator must make, when only that can help. */
export function refusalOf(error: unknown): Refusal | undefined {
  if (error instanceof Refusal) return error;
  const { code, details } = failureOf(error);
  const text = typeof details === 'string' ? details : '';
  const refusal = (reason: string): Refusal => new Refusal(reason, { cause: error });
  if (code === UNAUTHENTICATED) {
    return refusal('the server refuses the user name or the password in EVENTSTORE_URL');
  }
  if (code === PERMISSION_DENIED || exceptionOf(error) === 'access-denied') {
    return refusal(ACCESS_DENIED);
  }
  if (code === UNAVAILABLE && CERTIFICATE.test(text)) {
    const [words] = CERTIFICATE.exec(text) ?? [];
    return refusal(
      `the server's certificate is not accepted (${words}): see tlsCAFile in EVENTSTORE_URL`,
    );
  }
  if (code === UNAVAILABLE && NO_TLS.test(text)) {
    return refusal('the server does not speak TLS: EVENTSTORE_URL needs tls=false');
  }
  return undefined;
}

export const ACCESS_DENIED =
  'access is denied: the account in EVENTSTORE_URL must read and write streams and read $all';

/** The trailer in which EventStoreDB names the kind of an error. */
export function exceptionOf(error: unknown): string | undefined {
  return trailerOf(error, 'exception');
}

/** Returns the leader's address that a follower named in its refusal. */
export function leaderOf(error: unknown): string | undefined {
  if (exceptionOf(error) !== 'not-leader') return undefined;
  const host = trailerOf(error, 'leader-endpoint-host');
  const port = trailerOf(error, 'leader-endpoint-port');
  return host === undefined || port === undefined ? undefined : `${host}:${port}`;
}

function trailerOf(error: unknown, name: string): string | undefined {
  const { metadata } = failureOf(error);
  if (typeof metadata !== 'object' || metadata === null || !('get' in metadata)) return undefined;
  const [value] = (metadata as { get(name: string): readonly unknown[] }).get(name);
  return typeof value === 'string' ? value : undefined;
}

const DISCOVERY_FAILED = /^Failed to discover after/;

/** Describes any thrown value in words: the client's messages are often empty. */
export function reasonOf(error: unknown): string {
  const { message, details, type } = failureOf(error);
  for (const text of [message, details, type]) {
    if (typeof text !== 'string' || text === '') continue;
    // The client hides why each of the nodes did not answer.
    if (!DISCOVERY_FAILED.test(text)) return text;
    return NO_LEADER;
  }
  return 'the client gave no reason';
}

/** Converts an error to the one that the application knows. */
export function unavailable(error: unknown): StoreUnavailable {
  const cause = refusalOf(error) ?? error;
  return new StoreUnavailable(reasonOf(cause), { cause });
}

/** True when the failed call cannot have changed anything. */
export function isCertainlyUndone(error: unknown): boolean {
  const { code, details } = failureOf(error);
  switch (code) {
    case PERMISSION_DENIED:
    case UNIMPLEMENTED:
    case UNAUTHENTICATED:
      return true;
    case UNAVAILABLE:
      return typeof details === 'string' && NEVER_SENT.test(details);
    default:
      return false;
  }
}
