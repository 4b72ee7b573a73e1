import { AppendOutcomeUnknown, StoreUnavailable } from '../../src/application/errors.js';

/** The only two ways in which an append or a read may fail while the event store is away. */
export function expectUnwritable(failure: unknown): void {
  const isExpected = failure instanceof StoreUnavailable || failure instanceof AppendOutcomeUnknown;
  if (!isExpected) throw new Error('the failure has another shape', { cause: failure });
}

/** The revision, or undefined when the append failed. */
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
