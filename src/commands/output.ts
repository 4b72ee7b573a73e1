import { setImmediate as nextTurn } from 'node:timers/promises';
import { reasonOf } from '../application/errors.js';

/** The reader has ended, such as `head` after its lines. */
const READER_IS_GONE = 'EPIPE';

let fault: NodeJS.ErrnoException | undefined;

/** Lets a command go on to its end when its output cannot be written: what it does matters more than what it says. */
export function outliveOutput(): void {
  process.stdout.on('error', (error: NodeJS.ErrnoException) => (fault ??= error));
  // Progress and faults: there is no other place to tell them.
  process.stderr.on('error', () => undefined);
}

/** False once the reader of the output has ended. */
export const isRead = (): boolean => fault?.code !== READER_IS_GONE;

/** Returns the reason why the output did not reach its reader; undefined where it did, or the reader has ended. */
export async function lostOutput(): Promise<string | undefined> {
  // A stream tells its fault after the write.
  await nextTurn();
  return fault !== undefined && isRead() ? reasonOf(fault) : undefined;
}
