import { AppendOutcomeUnknown, StoreUnavailable } from '../../../src/application/errors.js';

/** Accepts the only two errors that an append or a read may have while the event store is unavailable. */
export function expectUnwritable(failure: unknown): void {
  const isExpected = failure instanceof StoreUnavailable || failure instanceof AppendOutcomeUnknown;
  if (!isExpected) throw new Error('the failure has another shape', { cause: failure });
}

/** Returns the revision, or undefined when the append failed. */
export const revisionOf = (
  append: Promise<{ readonly revision: bigint }>,
): Promise<bigint | undefined> =>
  append.then(
    ({ revision }) => revision,
    () => undefined,
  );

export const failureOf = (work: Promise<unknown>): Promise<unknown> =>
  work.then(
    () => undefined,
    (error: unknown) => error,
  );
