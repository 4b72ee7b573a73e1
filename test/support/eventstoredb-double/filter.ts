import type { ReadReq } from '@eventstore/db-client/generated/streams_pb.js';
import type { LogRecord } from './ledger.js';

/** True for a record that a filtered read or subscription gives. */
export type Matcher = (record: LogRecord) => boolean;

/** Prefixes are compared as they are, with upper and lower case told apart. */
export function matcherOf(options: ReadReq.Options | undefined): Matcher {
  const prefixes = options?.getFilter()?.getStreamIdentifier()?.getPrefixList() ?? [];
  if (prefixes.length === 0) return () => true;
  return ({ stream }) => prefixes.some((prefix) => stream.startsWith(prefix));
}
