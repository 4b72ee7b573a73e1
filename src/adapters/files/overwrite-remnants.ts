import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { Overwriting, OverwritingFor } from './overwrite-remnants.process.js';

/** The exit code of a process that others kept from its work. */
const KEPT = 75;

/** The work that has not begun yet, by file: it serves all who ask before it begins. */
const waiting = new Map<string, Promise<boolean>>();
/** One process at a time: each takes some 50 MB, and of two on one file the second would wait. */
let last: Promise<unknown> = Promise.resolve();

/**
 * Overwrites what a SQLite file in WAL mode still holds of rows that were changed or deleted. `secure_delete` overwrites a row in its
 * place, but not the copies that stay behind where SQLite has moved rows to another page: about one number in three hundred.
 *
 * A process of its own does it. It writes to the file beside SQLite, and to close a file ends all locks that its process has on it
 * (https://sqlite.org/howtocorrupt.html, 2.2).
 *
 * @param file null: nothing is on disk
 * @param signal aborts it; calls for one file pass the same signal
 * @returns false when others read for too long, so that remnants may be left
 */
export function overwriteRemnants(
  file: string | null,
  overwriting: Overwriting,
  signal?: AbortSignal,
): Promise<boolean> {
  if (file === null) return Promise.resolve(true);
  const known = waiting.get(file);
  if (known !== undefined) return known;
  const work = last.then(() => {
    waiting.delete(file);
    signal?.throwIfAborted();
    return runProcess(file, overwriting, signal);
  });
  last = work.catch(() => undefined);
  waiting.set(file, work);
  return work;
}

function runProcess(
  file: string,
  overwriting: Overwriting,
  signal: AbortSignal | undefined,
): Promise<boolean> {
  const extension = import.meta.url.endsWith('.ts') ? 'ts' : 'js';
  const program = new URL(`./overwrite-remnants.process.${extension}`, import.meta.url);
  return new Promise((resolve, reject) => {
    const own = { ...overwriting, parent: process.pid } satisfies OverwritingFor;
    const args = [fileURLToPath(program), file, JSON.stringify(own)];
    execFile(process.execPath, args, { signal }, (error, _stdout, stderr) => {
      if (error === null) resolve(true);
      else if (error.code === KEPT) resolve(false);
      else if (signal?.aborted === true) reject(signal.reason as Error);
      else reject(new Error(`the remnants in ${file} stay: ${reasonIn(stderr)}`, { cause: error }));
    });
  });
}

/** The line of an uncaught error that says why. */
const reasonIn = (stderr: string): string =>
  /^\w*Error.*$/m.exec(stderr)?.[0] ?? 'the process that overwrites them has ended';
