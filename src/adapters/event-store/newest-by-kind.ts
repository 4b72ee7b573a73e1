/**
 * Remembers where the newest event of each kind of stream can be. So a follower of a rare kind, such as the erasures, need
 * not read the events of all other streams on the thread that answers webhooks.
 */
export class NewestByKind {
  /** Up to this position there may be events of any kind. */
  #unknownUpTo = 0;
  readonly #newest = new Map<string, number>();

  /**
   * Call it before anybody is told of a commit.
   * @param head position of the newest event
   * @param streams to which events may have been added; undefined: to any
   */
  committed(head: number, streams: readonly string[] | undefined): void {
    if (streams === undefined) this.#unknownUpTo = head;
    else for (const stream of streams) this.#newest.set(kindOf(stream), head);
  }

  /** False when no stream whose name begins with one of the prefixes has an event after this position. */
  mayFollow(after: number, prefixes: readonly string[]): boolean {
    if (after < this.#unknownUpTo) return true;
    return prefixes.some((prefix) => {
      const isKind = prefix !== '' && kindOf(prefix) === prefix;
      return !isKind || (this.#newest.get(prefix) ?? 0) > after;
    });
  }
}

/** The beginning of a stream's name, such as `message-`. There are some twenty kinds. */
const kindOf = (stream: string): string => stream.slice(0, stream.indexOf('-') + 1);
