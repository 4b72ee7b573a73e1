import type { ExpectedRevision, Revision } from '../../../application/ports/event-store.js';

interface Turns {
  /** Those who wait and the one whose turn it is. */
  count: number;
  last: Promise<unknown>;
  /** Ids that we saw being written, by revision, as far as they follow each other. */
  readonly written: Map<Revision, string>;
  revision: Revision | undefined;
}

/**
 * Lets one append to a stream follow the other. Two that expect the same revision can then not both
 * be sent: the second is told so by what we know from the first.
 */
export class StreamTurns {
  readonly #streams = new Map<string, Turns>();

  /** Runs `task` when all earlier ones of that stream are done. */
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

  /** Remembers, while others wait for their turn, what was written. */
  remember(stream: string, ids: readonly string[], revision: Revision): void {
    const turns = this.#streams.get(stream);
    if (turns === undefined || turns.count <= 1) return;
    const first = revision - BigInt(ids.length) + 1n;
    for (const [index, id] of ids.entries()) turns.written.set(first + BigInt(index), id);
    if (turns.revision === undefined || turns.revision < revision) turns.revision = revision;
  }

  /**
   * The revision that the stream has at least reached, when an append is certain to conflict: another
   * event stands where its first one would. Undefined when only the server can tell.
   */
  conflictOf(stream: string, firstId: string, expected: ExpectedRevision): Revision | undefined {
    const turns = this.#streams.get(stream);
    const occupant = turns?.written.get(expected === 'no-stream' ? 0n : expected + 1n);
    return occupant === undefined || occupant === firstId ? undefined : turns?.revision;
  }
}
