import type { MessageFilter } from '../../../application/ports/message-search.js';
import { messageStatuses } from '../../../domain/message/message-status.js';
import { given, type QueryReader } from './query-reader.js';

/** Reads the filters of the message list; faults stay with the reader. */
export function readMessageFilter(query: QueryReader): MessageFilter {
  const statuses = query.someOf('status', messageStatuses);
  const to = query.address('to');
  const from = query.address('from');
  return {
    ...given({
      statuses: statuses.length === 0 ? undefined : statuses,
      to: to?.is,
      toEndsWith: to?.endsWith,
      from: from?.is,
      fromEndsWith: from?.endsWith,
      country: query.matching('country', /^[A-Z]{2}$/, 'two capital letters, for example GB'),
      errorCode: query.matching('errorCode', /^[\w-]{1,40}$/, 'an error code, for example 1310'),
      channel: query.matching('channel', /^[a-z_]{2,40}$/, 'a channel, for example sms'),
      reference: query.text('reference'),
      contradicted: query.flag('contradicted'),
    }),
    ...query.range(),
  };
}
