import { occurrenceOf } from '../../domain/claimed-time.js';
import type { StoredContent, Upcast } from './stored-content.js';

/** Version 1 was only written until `LATEST`, so a claim inside these bounds lies in the past and stays as it is. */
const EARLIEST = '2010-01-01T00:00:00.000Z';
const LATEST = '2026-12-01T00:00:00.000Z';

/**
 * Version 1 stored any time that a webhook claimed for the fact. An impossible claim now stands beside the time of
 * receipt. Only a claim outside the bounds reads the metadata, which a rebuild otherwise leaves unparsed.
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
