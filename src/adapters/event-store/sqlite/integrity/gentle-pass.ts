import { pause } from '../../../../application/pause.js';
import type { LedgerVerdict } from '../../../../application/ports/ledger-check.js';
import { FindingList } from './finding-list.js';
import { inspectLedger } from './inspect-ledger.js';

/** Length of a burst of work; a pause that keeps to the share follows it. */
const WORK_MS = 5;

/**
 * One pass over a ledger that takes a small share of a core, and of the disk, however large the ledger is.
 * @param share above 0, at most 1
 */
export async function gentlePass(
  file: string,
  share: number,
  signal: AbortSignal,
): Promise<LedgerVerdict | undefined> {
  const list = new FindingList();
  let startedAtMs = performance.now();
  for (const _ of inspectLedger(file, (finding) => list.add(finding))) {
    const workedMs = performance.now() - startedAtMs;
    if (workedMs < WORK_MS) continue;
    await pause(workedMs * (1 / share - 1), signal);
    if (signal.aborted) return undefined;
    startedAtMs = performance.now();
  }
  return list.verdict;
}
