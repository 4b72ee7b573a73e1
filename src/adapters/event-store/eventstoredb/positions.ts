import { ApplicationError } from '../../../application/errors.js';
import type { Position } from '../../../application/ports/event-store.js';

/**
 * A place in the log. An event written over gRPC has equal commit and prepare positions. A checkpoint has not: `p`
 * and 0 mean that everything before `p` was searched, and that the record at `p` may be still to come. So both are
 * kept.
 */
export interface Place {
  readonly commit: bigint;
  readonly prepare: bigint;
}

/** The log begins at 0, and starts are exclusive. */
export const BEFORE_ALL: Place = { commit: -1n, prepare: -1n };

export const isAfter = (one: Place, other: Place): boolean => comparePlaces(one, other) > 0;

export function comparePlaces(one: Place, other: Place): number {
  if (one.commit !== other.commit) return one.commit < other.commit ? -1 : 1;
  if (one.prepare !== other.prepare) return one.prepare < other.prepare ? -1 : 1;
  return 0;
}

/** `<commit>`, or `<commit>/<prepare>` where they differ. */
export const positionOf = ({ commit, prepare }: Place): Position =>
  commit === prepare ? String(commit) : `${commit}/${prepare}`;

const POSITION = /^(?<commit>\d{1,19}|-1)(?:\/(?<prepare>\d{1,19}))?$/;
const PLACE_MAX = 2n ** 63n - 1n;

/** @throws ApplicationError `invalid-request`: positions come back from outside, for example in a cursor */
export function placeOf(position: Position): Place {
  const { commit = '', prepare = commit } = POSITION.exec(position)?.groups ?? {};
  const place = { commit: BigInt(commit), prepare: BigInt(prepare) };
  if (commit === '' || place.commit > PLACE_MAX || place.prepare > place.commit) {
    throw new ApplicationError(
      'invalid-request',
      'a position is not one that this ledger gave out',
    );
  }
  return place;
}
