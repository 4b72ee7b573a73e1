import { pause } from '../../../application/pause.js';

/** The one counter in the shared memory. */
const RINGS = 0;

/** A ring wakes its waiter at once; the waiter also checks by itself this often, in case a ring is missed. */
const LOOK_AGAIN_MS = 1_000;

/**
 * Tells other threads of this process about a commit. A ring costs a fraction of a microsecond where nobody waits, so
 * it may be rung on the path of a webhook. Waiting for it costs nothing; polling the file did.
 */
export class CommitBell {
  readonly #rings: Int32Array;

  /** @param memory of a bell in another thread; without it a new bell is made */
  constructor(readonly memory = new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT)) {
    this.#rings = new Int32Array(memory);
  }

  ring(): void {
    Atomics.add(this.#rings, RINGS, 1);
    Atomics.notify(this.#rings, RINGS);
  }

  /** Read this before looking, so that no ring is missed between the look and the wait. */
  get rings(): number {
    return Atomics.load(this.#rings, RINGS);
  }

  /** Resolves when the count is no longer `rings`, after a second at the latest, or when `signal` aborts. */
  async next(rings: number, signal: AbortSignal): Promise<void> {
    const ring = Atomics.waitAsync(this.#rings, RINGS, rings, LOOK_AGAIN_MS);
    if (!ring.async) return;
    // `Atomics.waitAsync` alone would not keep the thread alive.
    const rung = new AbortController();
    void ring.value.then(() => rung.abort());

    await pause(LOOK_AGAIN_MS, AbortSignal.any([signal, rung.signal]));
  }
}
