import { reasonOf } from '../errors.js';
import type { LogStore } from '../ports/log-store.js';
import type { StoredEvents } from '../ports/stored-events.js';
import { compareLedger } from './compare-ledger.js';
import { describeMismatch } from './describe-mismatch.js';
import { openCheckpoint, readCheckpoint, type Checkpoint } from './notes/checkpoint.js';
import { parseVerifierKeys } from './notes/signing-keys.js';
import { isSame } from './tree/check-proofs.js';

/** A checkpoint that the ledger must bear out. */
export interface FoundCheckpoint {
  readonly note: string;
  /** The origin of the checkpoint, for a person. */
  readonly source: string;
  /**
   * Verifier keys, one a line; empty where nobody can say who signed it. Null for a log that this one does not know: the root
   * is compared, and proves nothing where it fits.
   */
  readonly keys: string | null;
}

export interface Verified {
  /** Events of the ledger that were read. */
  readonly events: number;
  /** Events behind the last checkpoint, of the log or with known keys, that they bear out. */
  readonly unsigned: number;
  /** The checkpoints with known keys that were compared. */
  readonly checkpoints: number;
  /** The findings, the first differing event first. Empty where all is well. */
  readonly faults: readonly string[];
}

export interface VerifyOptions {
  readonly signal: AbortSignal;
  readonly onProgress: (events: number) => void;
}

/**
 * Recomputes the tree from the ledger, and compares it with the log beside it and with every checkpoint that was found.
 * @param store undefined where the ledger has no log beside it, as a copy on another machine
 */
export async function verifyLedger(
  stored: StoredEvents,
  store: LogStore | undefined,
  found: readonly FoundCheckpoint[],
  { signal, onProgress }: VerifyOptions,
): Promise<Verified> {
  const faults: string[] = [];
  const state = await store?.state();
  const checkpoints = found.map(({ note, source, keys }) => {
    const checkpoint = readCheckpoint(note);
    const fault = keys === null ? undefined : faultOfSignature(note, keys);
    if (fault !== undefined) faults.push(`${nameOf(checkpoint, source)}: ${fault}`);
    return { checkpoint, source, isSigned: keys !== null };
  });
  const roots = new Map<number, Uint8Array>();
  const at = new Map(
    checkpoints.map(({ checkpoint: { size } }) => [
      size,
      (tree: { root(): Uint8Array }) => void roots.set(size, tree.root()),
    ]),
  );
  const logged = state?.size ?? 0;
  const ofLog: string[] = [];
  const { tree, mismatch } = await compareLedger(stored, store, {
    size: Infinity,
    loggedSize: logged,
    signal,
    onProgress,
    at,
    onLogFault: (fault) => ofLog.push(`${fault}: its proofs do not hold`),
  });
  if (mismatch !== undefined) faults.unshift(await describeMismatch(mismatch, stored));
  let signed = logged;
  for (const { checkpoint, source, isSigned } of checkpoints) {
    const root = roots.get(checkpoint.size);
    if (root !== undefined && isSame(root, checkpoint.root)) {
      if (isSigned) signed = Math.max(signed, checkpoint.size);
      continue;
    }
    if (mismatch !== undefined && checkpoint.size > mismatch.index) continue;
    faults.push(
      root === undefined
        ? `${nameOf(checkpoint, source)}: the ledger ends before, at ${tree.size} events`
        : `${nameOf(checkpoint, source)}: its root is not that of the ledger's first ${checkpoint.size} events`,
    );
  }
  faults.push(...ofLog);
  return {
    events: tree.size,
    unsigned: Math.max(0, tree.size - signed),
    checkpoints: found.filter(({ keys }) => keys !== null).length,
    faults,
  };
}

const nameOf = ({ size }: Checkpoint, source: string): string =>
  `the checkpoint of ${size} events (${source})`;

function faultOfSignature(note: string, keys: string): string | undefined {
  if (keys === '') return 'no key is known that could have signed it';
  try {
    openCheckpoint(note, parseVerifierKeys(keys));
    return undefined;
  } catch (error) {
    return reasonOf(error);
  }
}
