import type { ExpectedRevision } from './ports/event-store.js';

/** Errors that a caller can act on. Codes are public: never rename one. */
export type ErrorCode =
  | 'message-not-found'
  | 'inbound-not-found'
  | 'person-not-found'
  | 'ledger-not-encrypted'
  | 'message-erased'
  | 'webhook-not-found'
  | 'webhook-erased'
  | 'log-entry-not-found'
  | 'idempotency-key-reused'
  | 'message-not-cancellable'
  | 'message-not-unknown'
  | 'message-not-resendable'
  | 'message-already-reported'
  | 'recipient-opted-out'
  | 'review-not-waiting'
  | 'endpoint-not-found'
  | 'too-many-endpoints'
  | 'invalid-request'
  | 'sending-not-held'
  | 'sending-held-again'
  | 'waiting-undecided'
  | 'key-not-found'
  | 'key-name-taken'
  | 'key-configured'
  | 'too-many-keys'
  | 'rate-limited'
  | 'spend-limit'
  | 'recipient-limit'
  | 'country-not-allowed'
  | 'too-many-waiting'
  | 'concurrency-conflict'
  | 'store-unavailable'
  | 'erasure-incomplete'
  | 'append-outcome-unknown'
  | 'projector-unavailable'
  | 'vonage-refused'
  | 'invalid-append'
  | 'undecodable-event';

export class ApplicationError extends Error {
  constructor(
    readonly code: ErrorCode,
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
    this.name = new.target.name;
  }
}

/** One thing that is wrong with a request. */
export interface Fault {
  /** JSON pointer into the body, for example `/to`. */
  readonly pointer?: string;
  /** Name of a query parameter or header. */
  readonly parameter?: string;
  /** Tells a person the mistake and its remedy. Never the value itself: it may be personal. */
  readonly detail: string;
}

/** The most faults named in an error's message; the list has all of them. */
const FAULTS_IN_MESSAGE_MAX = 20;

/** The caller must change the request. Names every fault at once. */
export class InvalidRequest extends ApplicationError {
  constructor(readonly faults: readonly Fault[]) {
    const named = faults.slice(0, FAULTS_IN_MESSAGE_MAX).map(({ detail }) => detail);
    if (faults.length > named.length) named.push(furtherFaults(faults.length - named.length));
    super('invalid-request', named.join('; '));
  }
}

/** Stands for faults that are not listed. */
export const furtherFaults = (count: number): string => `and ${count.toLocaleString('en')} more`;

/** A cap refuses the message; later it may be taken. */
export class LimitExceeded extends ApplicationError {
  constructor(
    code: 'spend-limit' | 'recipient-limit',
    message: string,
    readonly retryAfterSeconds: number,
  ) {
    super(code, message);
  }
}

/** The stream was not at the revision that its writer expected. Read again and decide again. */
export class ConcurrencyConflict extends ApplicationError {
  constructor(
    readonly stream: string,
    readonly expected: ExpectedRevision,
    readonly actual: ExpectedRevision,
    options?: ErrorOptions,
  ) {
    super(
      'concurrency-conflict',
      `${stream} was expected at ${expected} and is at ${actual}`,
      options,
    );
  }
}

/** Nothing was written or read. The same call may succeed later. */
export class StoreUnavailable extends ApplicationError {
  constructor(
    readonly reason: string,
    options?: ErrorOptions,
    message = `the ledger cannot be used: ${reason}`,
  ) {
    super('store-unavailable', message, options);
  }
}

/** A store beside the ledger, such as the key store, which the reason names. The ledger may be well. */
export class OtherStoreUnavailable extends StoreUnavailable {
  constructor(reason: string, options?: ErrorOptions) {
    super(reason, options, reason);
  }
}

/** The person's keys are destroyed, and something that was made of the events does not know it yet. */
export class ErasureIncomplete extends ApplicationError {
  constructor(cause: Error) {
    super(
      'erasure-incomplete',
      `the keys are destroyed, and lists may still hold the number: ${cause.message}`,
      { cause },
    );
  }
}

/**
 * The connection broke while an append was on its way. Only a repeat with the same ids can tell whether it was written.
 */
export class AppendOutcomeUnknown extends ApplicationError {
  constructor(stream: string, reason: string, options?: ErrorOptions) {
    super(
      'append-outcome-unknown',
      `it is not known whether an append to ${stream} was written: ${reason}`,
      options,
    );
  }
}

/** Vonage did not answer a question about its records. */
export class ProviderRefused extends ApplicationError {
  constructor(reason: string, options?: ErrorOptions) {
    super('vonage-refused', reason, options);
  }
}

/** Nothing updates the read models at this moment. The same call may succeed later. */
export class ProjectorUnavailable extends ApplicationError {
  constructor(reason: string) {
    super('projector-unavailable', `the projector is unavailable: ${reason}`);
  }
}

/** Says that the database fails, by the setting with which its operator can mend it. */
export const databaseUnusable = (reason: string): string =>
  `The database at DATABASE_URL cannot be used: ${reason}`;

/** The database of the read models does not answer. The same call may succeed later. */
export class ReadModelsUnavailable extends ApplicationError {
  constructor(reason: string, options?: ErrorOptions) {
    super('projector-unavailable', databaseUnusable(reason), options);
  }
}

/** The caller asked for an append that no store may accept. */
export class InvalidAppend extends ApplicationError {
  constructor(stream: string, reason: string) {
    super('invalid-append', `an append to ${stream} is not allowed: ${reason}`);
  }
}

/** The ledger holds an event that this build cannot read. */
export class UndecodableEvent extends ApplicationError {
  constructor(reason: string, options?: ErrorOptions) {
    super('undecodable-event', reason, options);
  }
}

/** The event is of a type or version that this build does not know; a newer build can read it. */
export class UnknownEventVersion extends UndecodableEvent {}

/** True for a transient error: the same call may succeed later. */
export const isTransient = (error: unknown): boolean =>
  error instanceof StoreUnavailable ||
  error instanceof AppendOutcomeUnknown ||
  error instanceof ConcurrencyConflict;

/** Names the kind of what was thrown: one of few words, by which repeated faults are counted. */
export const kindOf = (error: unknown): string => (error instanceof Error ? error.name : 'unknown');

/** Tells a person what was thrown. An error that stands for several, one for each address of a name, has no message. */
export function reasonOf(error: unknown): string {
  if (error instanceof AggregateError) return error.errors.map(reasonOf).join(', ');
  return error instanceof Error ? error.message : String(error);
}
