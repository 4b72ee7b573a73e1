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

/** Time around the start of a call in which Vonage must have taken it: its limit, and the difference of two clocks. */
export const TAKEN_BEFORE_MS = 60_000;
export const TAKEN_AFTER_MS = 300_000;

/**
 * Yields the attempts of ours that the provider's records lack, although they must have been taken between the first and the last
 * of them. An attempt after the first may have been made on another channel than that of its message.
 */
export async function* findUnrecorded(
  search: MessageSearch,
  range: { readonly from: string; readonly to: string },
  channels: ReadonlySet<string>,
  recorded: IdSet,
): AsyncGenerator<UnknownToVonage> {
  const from = Date.parse(range.from) + TAKEN_BEFORE_MS;
  const to = Date.parse(range.to) - TAKEN_AFTER_MS;
  const filter = { since: from - CREATED_BEFORE_MS, until: to };
  let after: PageKey | undefined;
  do {
    const page = await search.search(filter, after, PAGE_ROWS);
    for (const row of page.rows) {
      if (row.origin !== 'waybill') continue;
      for (const attempt of [...row.earlier, row.current]) {
        if (!isHandedOver(attempt, row, from, to)) continue;
        const { number, messageUuid } = attempt;
        const { messageId, status } = row;
        if (number === 1 && !channels.has(row.channel)) continue;
        if (recorded.has(`${messageId}.${number}`)) continue;
        yield { messageId, messageUuid, attempt: number, status };
      }
    }
    after = page.next;
  } while (after !== undefined);
}

/** True when Vonage took the attempt, or may have taken it. A call that was refused leaves no record. */
const isHandedOver = (
  attempt: AttemptRow,
  { status, current }: MessageRow,
  from: number,
  to: number,
): boolean =>
  attempt.startedAt !== null &&
  attempt.startedAt >= from &&
  attempt.startedAt <= to &&
  (attempt.messageUuid !== null || (attempt === current && status === 'unknown'));
