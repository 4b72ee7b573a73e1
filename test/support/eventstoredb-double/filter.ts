import type { ReadReq } from '@eventstore/db-client/generated/streams_pb.js';
import type { LogRecord } from './ledger.js';

/** True for a record that a filtered read or subscription returns. */
export type Matcher = (record: LogRecord) => boolean;

/** Compares prefixes exactly; case matters. */
export function matcherOf(options: ReadReq.Options | undefined): Matcher {
  const prefixes = options?.getFilter()?.getStreamIdentifier()?.getPrefixList() ?? [];
  if (prefixes.length === 0) return () => true;
  return ({ stream }) => prefixes.some((prefix) => stream.startsWith(prefix));
}
