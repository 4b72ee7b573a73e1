import type { ListFilter } from '../../../application/reporting/message-list.js';
import { messageStatuses } from '../../../domain/message/message-status.js';
import { given, type QueryReader } from './query-reader.js';

const UUID = /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/i;

/** Reads the filters of the message list; the reader keeps the faults. */
export function readMessageFilter(query: QueryReader): ListFilter {
  const statuses = query.someOf('status', messageStatuses);
  const to = query.address('to');
  const from = query.address('from');
  if (query.has('inReplyTo') && (query.has('reference') || query.has('messageUuid'))) {
    query.fault('inReplyTo', 'cannot be combined with reference or messageUuid: give one of them');
  }
  return {
    ...given({
      statuses: statuses.length === 0 ? undefined : statuses,
      to: to?.is,
      toEndsWith: to?.endsWith,
      from: from?.is,
      fromEndsWith: from?.endsWith,
      country: query.country(),
      // Reports may name any, and lists and reports show what they named.
      errorCode: query.words('errorCode'),
      channel: query.words('channel')?.toLowerCase(),
      reference: query.text('reference'),
      // Uuids are recorded in lower case, whatever way Vonage or a person writes them.
      messageUuid: query
        .matching('messageUuid', UUID, 'a UUID, as Vonage gives one to every message')
        ?.toLowerCase(),
      inReplyTo: query
        .matching('inReplyTo', UUID, 'the messageUuid of a received message')
        ?.toLowerCase(),
      contradicted: query.flag('contradicted'),
    }),
    ...query.range(),
  };
}
