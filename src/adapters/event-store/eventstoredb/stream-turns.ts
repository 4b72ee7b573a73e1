import type { ExpectedRevision, Revision } from '../../../application/ports/event-store.js';

interface Turns {
  /** Number of tasks that wait, and the one that runs. */
  count: number;
  last: Promise<unknown>;
  /** Ids of events that were seen written, by revision, as long as they are consecutive. */
  readonly written: Map<Revision, string>;
  revision: Revision | undefined;
}

/**
 * Serializes the appends to a stream. Two appends that expect the same revision are then never both sent: the second
 * is refused from what is known of the first.
 */
export class StreamTurns {
  readonly #streams = new Map<string, Turns>();

  /** Runs `task` after all earlier tasks of that stream. */
  async take<Result>(stream: string, task: () => Promise<Result>): Promise<Result> {
    const turns = this.#streams.get(stream) ?? {
      count: 0,
      last: Promise.resolve(),
      written: new Map<Revision, string>(),
      revision: undefined,
    };
    this.#streams.set(stream, turns);
    turns.count++;
    const mine = turns.last.then(task);
    turns.last = mine.catch(() => {});
    try {
      return await mine;
    } finally {
      if (--turns.count === 0) this.#streams.delete(stream);
    }
  }

  /** Remembers the written ids while others wait for their turn. */
  remember(stream: string, ids: readonly string[], revision: Revision): void {
    const turns = this.#streams.get(stream);
    if (turns === undefined || turns.count <= 1) return;
    const first = revision - BigInt(ids.length) + 1n;
    for (const [index, id] of ids.entries()) turns.written.set(first + BigInt(index), id);
    if (turns.revision === undefined || turns.revision < revision) turns.revision = revision;
  }

  /**
   * Returns the revision that the stream has at least reached, when an append is certain to conflict: another event
   * stands at the revision of its first one. Undefined when only the server can tell.
   */
  conflictOf(stream: string, firstId: string, expected: ExpectedRevision): Revision | undefined {
    const turns = this.#streams.get(stream);
    const occupant = turns?.written.get(expected === 'no-stream' ? 0n : expected + 1n);
    return occupant === undefined || occupant === firstId ? undefined : turns?.revision;
  }
}
