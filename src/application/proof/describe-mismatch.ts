import type { StoredEvents } from '../ports/stored-events.js';
import type { Mismatch } from './compare-ledger.js';
import { entryOf, parseEntry, type LogEntry } from './log-entry.js';

const COMPARED = ['id', 'type', 'version', 'data', 'metadata'] as const;

/** Names the event at which a ledger stops being the one that was signed, and what happened to it. */
export async function describeMismatch(
  { index, logged, found, next }: Mismatch,
  stored: Pick<StoredEvents, 'stream'>,
): Promise<string> {
  const place = `entry ${index} of the log`;
  const [first, second] = found;
  if (logged === undefined) {
    return first === undefined
      ? `${place} is missing, and so is its event`
      : `${nameOf(parse(first))} is not what ${place} holds, which the log has lost`;
  }
  const expected = parse(logged);
  const name = `${nameOf(expected)} (${place})`;
  if (first === undefined) return `${name} is missing: the ledger ends before it`;
  if (first === logged) return `${name} is as it was logged, and its hash in the log is not`;
  const actual = parse(first);
  if (actual.stream === expected.stream && actual.revision === expected.revision) {
    return `${name} was altered: its ${differences(expected, actual)}`;
  }
  if (second === logged) return `${nameOf(actual)} (before ${place}) was inserted`;
  const elsewhere = (await stored.stream(expected.stream)).find(
    ({ revision, id }) => Number(revision) === expected.revision || id === expected.id,
  );
  if (elsewhere === undefined) {
    return first === next
      ? `${name} is missing`
      : `${name} is missing: ${nameOf(actual)} stands in its place`;
  }
  const now = entryOf(elsewhere);
  return now === logged
    ? `${name} was moved: ${nameOf(actual)} stands in its place`
    : `${name} was altered: its ${differences(expected, parse(now))}`;
}

const parse = (entry: string): LogEntry => parseEntry(Buffer.from(entry, 'utf8'));

const nameOf = ({ stream, revision }: LogEntry): string => `event ${revision} of ${stream}`;

function differences(expected: LogEntry, actual: LogEntry): string {
  const all = ['stream', 'revision', ...COMPARED] as const;
  const named = all.filter((field) => expected[field] !== actual[field]);
  return `${named.join(', ')} ${named.length === 1 ? 'differs' : 'differ'}`;
}
