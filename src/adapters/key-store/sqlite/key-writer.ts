import { Worker } from 'node:worker_threads';
import type { FoundKey, WantedKey } from '../key-table.js';

export interface KeyWriterOptions {
  readonly file: string;
  /** Time in which another instance's commit may end, milliseconds. */
  readonly busyMsMax: number;
}

export type ToKeyWriter =
  'close' | { readonly number: number; readonly wanted: readonly WantedKey[] };

export type FromKeyWriter =
  | { readonly number: number; readonly found: readonly FoundKey[] }
  | { readonly number: number; readonly reason: string };

interface Asked {
  readonly resolve: (found: readonly FoundKey[]) => void;
  readonly reject: (reason: Error) => void;
}

/** A thread takes about 11 MiB, and tens of milliseconds to start. */
const IDLE_MS_MAX = 30_000;

/** Asks the thread that commits keys. It starts with a question, and ends after a fault or without questions. */
export class KeyWriter {
  #worker: Worker | undefined;
  #idle: NodeJS.Timeout | undefined;
  #ended: Promise<void> = Promise.resolve();
  readonly #asked = new Map<number, Asked>();
  #numbers = 0;

  constructor(
    private readonly options: KeyWriterOptions,
    private readonly start = startWorker,
    private readonly idleMsMax = IDLE_MS_MAX,
  ) {}

  keysFor(wanted: readonly WantedKey[]): Promise<readonly FoundKey[]> {
    return new Promise((resolve, reject) => {
      const number = ++this.#numbers;
      this.#asked.set(number, { resolve, reject });
      this.#send({ number, wanted });
    });
  }

  async close(): Promise<void> {
    clearTimeout(this.#idle);
    this.#worker?.postMessage('close' satisfies ToKeyWriter);
    await this.#ended;
  }

  #send(message: ToKeyWriter): void {
    this.#worker ??= this.#begin();
    this.#worker.postMessage(message);
  }

  #begin(): Worker {
    const worker = this.start(this.options);
    worker.on('message', (answer: FromKeyWriter) => this.#hear(answer));
    let fault = new Error('the writer of the key store has ended');
    worker.on('error', (error: Error) => {
      fault = error;
    });
    const ended = new Promise<void>((resolve) => {
      worker.once('exit', () => {
        // One that ended without questions may have a successor by now, whose questions are not lost.
        if (this.#worker === worker) this.#lose(fault);
        resolve();
      });
    });
    this.#ended = Promise.all([this.#ended, ended]).then(() => undefined);
    return worker;
  }

  #lose(fault: Error): void {
    this.#worker = undefined;
    for (const { reject } of this.#asked.values()) reject(fault);
    this.#asked.clear();
  }

  #endUnasked(): void {
    if (this.#asked.size > 0) return;
    this.#worker?.postMessage('close' satisfies ToKeyWriter);
    this.#worker = undefined;
  }

  #hear(answer: FromKeyWriter): void {
    const asked = this.#asked.get(answer.number);
    this.#asked.delete(answer.number);
    if ('found' in answer) asked?.resolve(answer.found);
    else asked?.reject(new Error(answer.reason));
    this.#idle ??= setTimeout(() => this.#endUnasked(), this.idleMsMax).unref();
    this.#idle.refresh();
  }
}

/** Size of V8's young generation: what waits is small. */
const YOUNG_GENERATION_MIB_MAX = 4;

const startWorker = (options: KeyWriterOptions): Worker =>
  new Worker(new URL('./key-writer.worker.js', import.meta.url), {
    workerData: options,
    name: 'key-writer',
    resourceLimits: { maxYoungGenerationSizeMb: YOUNG_GENERATION_MIB_MAX },
  });
