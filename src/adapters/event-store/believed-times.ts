import { occurrenceOf } from '../../domain/claimed-time.js';
import type { StoredContent, Upcast } from './stored-content.js';

/** Version 1 was written until then, so what it claims inside these bounds is over, and can be listed as it stands. */
const EARLIEST = '2010-01-01T00:00:00.000Z';
const LATEST = '2026-12-01T00:00:00.000Z';

/**
 * Version 1 took whatever a webhook claimed for the time of the fact. A claim that cannot be true now stands beside
 * the time of receipt. Only a claim outside the bounds costs a look at the metadata, which a rebuild otherwise leaves
 * unread.
 */
export const believedTimes: Upcast = (older) => {
  const claimed = String(older.data['occurredAt']);
  if (claimed >= EARLIEST && claimed <= LATEST) return older;
  const { metadata } = older;
  const { occurredAt, claimedAt } = occurrenceOf(claimed, claimed, receivedAtOf(metadata));
  return claimedAt === undefined
    ? older
    : { data: { ...older.data, occurredAt, claimedAt }, metadata };
};

function receivedAtOf({ webhook, recordedAt }: StoredContent['metadata']): string {
  const receivedAt = (webhook as { readonly receivedAt?: unknown } | undefined)?.receivedAt;
  return String(receivedAt ?? recordedAt);
}
