import type { ReconciliationSummary } from '../../application/reconciliation/summary.js';
import type { Print } from '../command.js';

/** Prints a reconciliation for a person: the counts, then the first of each kind that needs a look. */
export function printReconciliation(summary: ReconciliationSummary, print: Print): void {
  const { counts, examples, range, records, recorded, dryRun, notes } = summary;
  const when = range === null ? '' : `, taken by Vonage from ${range.from} to ${range.to}`;
  print(`${records} records${when}`);
  line(print, counts.agree, 'agree');
  line(print, counts.missingHere, 'were missing here');
  for (const { messageId, reported, status } of examples.missingHere) {
    print(`      ${messageId} was ${status}, Vonage says ${reported}`);
  }
  line(print, counts.contradict, 'contradict the ledger; the status stays');
  for (const { messageId, reported, status } of examples.contradict) {
    print(`      ${messageId} is ${status}, Vonage says ${reported}`);
  }
  line(print, counts.unknownHere, 'are about messages that this ledger does not know');
  for (const { messageUuid, from, reported } of examples.unknownHere) {
    print(`      ${messageUuid} from ${from} is ${reported}`);
  }
  line(print, counts.unknownToVonage, 'messages of ours are unknown to Vonage');
  for (const { messageId, status } of examples.unknownToVonage) {
    print(`      ${messageId} is ${status}`);
  }
  if (counts.inbound > 0) line(print, counts.inbound, 'came in, and were not compared');
  if (counts.unreadable > 0) line(print, counts.unreadable, 'could not be read');
  for (const { row, reason } of examples.unreadable) print(`      row ${row}: ${reason}`);
  for (const note of notes) print(note);
  if (dryRun) print('Nothing was recorded: --dry-run.');
  else if (recorded === 0) print('Nothing had to be recorded.');
  else print(`Recorded: ${recorded}, by reconciliation ${summary.id}.`);
}

const COUNT_CHARACTERS = 9;

const line = (print: Print, count: number, what: string): void =>
  print(`${String(count).padStart(COUNT_CHARACTERS)} ${what}`);
