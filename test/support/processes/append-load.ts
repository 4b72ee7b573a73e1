import { randomUUID } from 'node:crypto';
import type { EventStore } from '../../../src/application/ports/event-store.js';
import { newEvent } from '../../../testing/events.js';

const WRITERS = 16;

/** Writes to streams of its own as fast as answers come, and repeats unacknowledged appends. */
export class AppendLoad {
  acknowledged = 0;
  readonly failures: unknown[] = [];
  readonly #store: EventStore;
  /** The ids that each stream must contain, in order. */
  readonly written = new Map<string, readonly string[]>();
  readonly #writers: readonly Promise<void>[];
  #isStopping = false;

  constructor(target: EventStore) {
    this.#store = target;
    this.#writers = Array.from({ length: WRITERS }, () => this.#write(`message-${randomUUID()}`));
  }

  async stop(): Promise<void> {
    this.#isStopping = true;
    await Promise.all(this.#writers);
  }

  /** Returns the ids that each stream does contain. */
  async stored(): Promise<ReadonlyMap<string, readonly string[]>> {
    const stored = new Map<string, readonly string[]>();
    for (const stream of this.written.keys()) {
      const { events } = await this.#store.read(stream);
      stored.set(
        stream,
        events.map(({ id }) => id),
      );
    }
    return stored;
  }

  async #write(stream: string): Promise<void> {
    const ids: string[] = [];
    this.written.set(stream, ids);
    while (!this.#isStopping || ids.length === 0) {
      const event = newEvent('load');
      while (!(await this.#append(stream, event, ids.length)));
      ids.push(event.id);
      this.acknowledged++;
    }
  }

  /** Repeats an append until it is acknowledged, as Vonage repeats a webhook. */
  async #append(
    stream: string,
    event: ReturnType<typeof newEvent>,
    length: number,
  ): Promise<boolean> {
    try {
      await this.#store.append(stream, [event], length === 0 ? 'no-stream' : BigInt(length - 1));
      return true;
    } catch (error) {
      this.failures.push(error);
      return false;
    }
  }
}
