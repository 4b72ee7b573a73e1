import { reasonOf } from '../errors.js';
import { hash } from 'node:crypto';
import { parseEntry } from './log-entry.js';
import { openCheckpoint } from './notes/checkpoint.js';
import { InvalidNote, type VerifierKey } from './notes/signed-note.js';
import { parseProof } from './notes/tlog-proof.js';
import { isSame, rootOfInclusion } from './tree/check-proofs.js';
import { leafHash } from './tree/hashes.js';

/** An event that was proven, in words. */
export interface ProvenEntry {
  readonly index: number;
  /** Number of entries under the checkpoint that proves it. */
  readonly size: number;
  readonly origin: string;
  readonly stream: string;
  readonly revision: number;
  readonly type: string;
}

const NAMED = ['stream', 'revision', 'id', 'type', 'version'] as const;
const DIGESTED = ['data', 'metadata'] as const;

/**
 * Checks a message's proof as `GET /v1/messages/{id}/proof` gives it, with neither ledger nor network. The key in the
 * file is not believed: whoever forges a proof forges that too.
 * @param file the parsed JSON
 * @throws InvalidNote that names the first entry that is not proven, or is missing before the last one, and why
 */
export function checkMessageProof(
  file: unknown,
  keys: readonly VerifierKey[],
): readonly ProvenEntry[] {
  const entries = fieldOf(file, 'entries');
  if (!Array.isArray(entries) || entries.length === 0) {
    throw new InvalidNote(
      'the file holds no entries: it must be the answer of /v1/messages/…/proof',
    );
  }
  const proven = entries.map((one: unknown, at) => {
    try {
      return checkEntry(one, keys);
    } catch (error) {
      const reason = reasonOf(error);
      throw new InvalidNote(`entry ${at + 1} of ${entries.length} is not proven: ${reason}`, {
        cause: error,
      });
    }
  });
  checkOrder(proven);
  return proven;
}

/** Only the last events can be left out without a trace: nothing in the log says how many a stream has. */
function checkOrder(proven: readonly ProvenEntry[]): void {
  const stream = proven[0]?.stream;
  for (const [at, entry] of proven.entries()) {
    if (entry.stream !== stream) {
      throw new InvalidNote(
        `entry ${at + 1} is of ${entry.stream}, and the first one of ${stream}`,
      );
    }
    if (entry.revision !== at) {
      throw new InvalidNote(
        `event ${at} of ${stream} is missing: event ${entry.revision} is there`,
      );
    }
  }
}

function checkEntry(one: unknown, keys: readonly VerifierKey[]): ProvenEntry {
  const bytes = Buffer.from(textOf(one, 'entry'), 'base64');
  const { index, hashes, checkpoint } = parseProof(textOf(one, 'proof'));
  const { origin, size, root } = openCheckpoint(checkpoint, keys);
  const proven = rootOfInclusion({ leaf: leafHash(bytes), index, size, proof: hashes });
  if (proven === undefined || !isSame(proven, root)) {
    throw new InvalidNote('its hashes do not lead to the root of the checkpoint');
  }
  const entry = parseEntry(bytes);
  const event = fieldOf(one, 'event');
  for (const field of NAMED) {
    if (fieldOf(event, field) !== entry[field]) {
      throw new InvalidNote(`the ${field} of the event is not the one that was logged`);
    }
  }
  for (const field of DIGESTED) {
    if (hash('sha256', textOf(event, field), 'hex') !== entry[field]) {
      throw new InvalidNote(`the ${field} of the event are not the ones that were logged`);
    }
  }
  return { index, size, origin, stream: entry.stream, revision: entry.revision, type: entry.type };
}

const fieldOf = (value: unknown, name: string): unknown =>
  typeof value === 'object' && value !== null
    ? (value as Readonly<Record<string, unknown>>)[name]
    : undefined;

function textOf(value: unknown, name: string): string {
  const text = fieldOf(value, name);
  if (typeof text !== 'string') throw new InvalidNote(`it has no ${name}`);
  return text;
}
