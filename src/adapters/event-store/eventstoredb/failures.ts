/** What gRPC and the client put on their errors. None of it is promised by a type. */
interface Failure {
  readonly code?: unknown;
  readonly details?: unknown;
  readonly type?: unknown;
  readonly message?: unknown;
}

const failureOf = (error: unknown): Failure =>
  typeof error === 'object' && error !== null ? error : { message: error };

/** In words, whatever was thrown: messages of the client are often empty. */
export function reasonOf(error: unknown): string {
  const { message, details, type } = failureOf(error);
  for (const text of [message, details, type]) {
    if (typeof text === 'string' && text !== '') return text;
  }
  return 'the client gave no reason';
}

const UNAVAILABLE = 14;
const PERMISSION_DENIED = 7;
const UNIMPLEMENTED = 12;
const UNAUTHENTICATED = 16;

/** How grpc-js 1.x says that a call never left this process. */
const NEVER_SENT = /^(No connection established|Name resolution failed|Channel closed before call)/;

/** True when a call that failed so cannot have changed anything. */
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
