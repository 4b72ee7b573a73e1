import type { ReadReq } from '@eventstore/db-client/generated/streams_pb.js';
import type { LogRecord } from './ledger.js';

/** True for a record that a filtered read or subscription returns. */
export type Matcher = (record: LogRecord) => boolean;

/** Compares prefixes exactly; case matters. A regular expression is searched for, as .NET does. */
export function matcherOf(options: ReadReq.Options | undefined): Matcher {
  const names = options?.getFilter()?.getStreamIdentifier();
  const prefixes = names?.getPrefixList() ?? [];
  const pattern = names?.getRegex() ?? '';
  if (pattern !== '') {
    const expression = new RegExp(pattern, 'u');
    return ({ stream }) => expression.test(stream);
  }
  if (prefixes.length === 0) return () => true;
  return ({ stream }) => prefixes.some((prefix) => stream.startsWith(prefix));
}
