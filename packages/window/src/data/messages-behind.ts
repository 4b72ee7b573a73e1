export const HOUR_MS = 3_600_000;
export const DAY_MS = 24 * HOUR_MS;

export interface Range {
  readonly since: string;
  readonly until: string;
}

/** The begins of all hours or days of a range, also of the one in which it begins. */
export function startsOf({ since, until }: Range, stepMs: number): readonly number[] {
  const first = Math.floor(Date.parse(since) / stepMs) * stepMs;
  const length = Math.ceil((Date.parse(until) - first) / stepMs);
  return Array.from({ length }, (_, index) => first + index * stepMs);
}

/** Only the messages to this country, from this sender. */
export interface Only {
  readonly country?: string;
  readonly from?: string;
}

/** A row of a report, by the values that its messages share. */
interface Group {
  readonly group: { readonly [dimension: string]: string | null };
}

/**
 * The messages behind a group, as an address of Find; undefined for a group without a country, or without an error, since
 * a list cannot be asked for what is not there.
 */
export function messagesOf(row: Group, range: Range, only: Only = {}): string | undefined {
  const query = new URLSearchParams({ ...only });
  for (const name of ['country', 'from', 'channel', 'errorCode'] as const) {
    const value = row.group[name];
    if (value === null) return undefined;
    if (value !== undefined) query.set(name, value);
  }
  const [since, until] = timesOf(row, range);
  query.set('since', since);
  query.set('until', until);
  return `/?${query}`;
}

function timesOf({ group }: Group, range: Range): readonly [since: string, until: string] {
  const start = group['hour'] ?? group['day'];
  if (start == null) return [range.since, range.until];
  const length = group['hour'] == null ? DAY_MS : HOUR_MS;
  const at = Date.parse(start);
  // The first and the last day of a range count only what is in it.
  const since = Math.max(at, Date.parse(range.since));
  const until = Math.min(at + length, Date.parse(range.until));
  return [new Date(since).toISOString(), new Date(until).toISOString()];
}
