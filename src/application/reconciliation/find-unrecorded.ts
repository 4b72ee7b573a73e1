import type { IdSet } from '../ports/id-set.js';
import type { MessageSearch, PageKey } from '../ports/message-search.js';
import type { AttemptRow, MessageRow } from '../projecting/messages/message-row.js';
import type { UnknownToVonage } from './summary.js';

const PAGE_ROWS = 500;

/**
 * A message is created before it is handed over. Two days are the time in which a failed one is tried again; only
 * messages that are scheduled farther ahead are not looked for.
 */
const CREATED_BEFORE_MS = 48 * 3_600_000;

/** Yields the attempts of ours, made in a range of time, that the provider's records lack. */
export async function* findUnrecorded(
  search: MessageSearch,
  range: { readonly from: string; readonly to: string },
  channels: ReadonlySet<string>,
  recorded: IdSet,
): AsyncGenerator<UnknownToVonage> {
  const [from, to] = [Date.parse(range.from), Date.parse(range.to)];
  const filter = { since: from - CREATED_BEFORE_MS, until: to };
  let after: PageKey | undefined;
  do {
    const page = await search.search(filter, after, PAGE_ROWS);
    for (const row of page.rows) {
      if (row.origin !== 'waybill' || !channels.has(row.channel)) continue;
      for (const attempt of [...row.earlier, row.current]) {
        if (!isHandedOver(attempt, row, from, to)) continue;
        const { number, messageUuid } = attempt;
        const { messageId, status } = row;
        if (recorded.has(`${messageId}.${number}`)) continue;
        yield { messageId, messageUuid, attempt: number, status };
      }
    }
    after = page.next;
  } while (after !== undefined);
}

/** True when Vonage took the attempt, or may have taken it. A call that was refused leaves no record. */
const isHandedOver = (
  { startedAt, messageUuid }: AttemptRow,
  { status }: MessageRow,
  from: number,
  to: number,
): boolean =>
  startedAt !== null &&
  startedAt >= from &&
  startedAt <= to &&
  (messageUuid !== null || status === 'unknown');
