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

/** True where the thread works: from the compiled program, not from its source. */
export const isCompiled = import.meta.url.endsWith('.js');

interface Asked {
  readonly resolve: (found: readonly FoundKey[]) => void;
  readonly reject: (reason: Error) => void;
}

/** Asks the thread that commits keys. The thread starts with the first question, and again after a fault. */
export class KeyWriter {
  #worker: Worker | undefined;
  #ended: Promise<void> = Promise.resolve();
  readonly #asked = new Map<number, Asked>();
  #numbers = 0;

  constructor(private readonly options: KeyWriterOptions) {}

  keysFor(wanted: readonly WantedKey[]): Promise<readonly FoundKey[]> {
    return new Promise((resolve, reject) => {
      const number = ++this.#numbers;
      this.#asked.set(number, { resolve, reject });
      this.#send({ number, wanted });
    });
  }

  async close(): Promise<void> {
    if (this.#worker !== undefined) this.#send('close');
    await this.#ended;
  }

  #send(message: ToKeyWriter): void {
    this.#worker ??= this.#start();
    this.#worker.postMessage(message);
  }

  #start(): Worker {
    const worker = new Worker(new URL('./key-writer.worker.js', import.meta.url), {
      workerData: this.options,
      name: 'key-writer',
    });
    worker.on('message', (answer: FromKeyWriter) => this.#hear(answer));
    let fault = new Error('the writer of the key store has ended');
    worker.on('error', (error: Error) => {
      fault = error;
    });
    this.#ended = new Promise((resolve) => {
      worker.once('exit', () => {
        this.#worker = undefined;
        for (const { reject } of this.#asked.values()) reject(fault);
        this.#asked.clear();
        resolve();
      });
    });
    return worker;
  }

  #hear(answer: FromKeyWriter): void {
    const asked = this.#asked.get(answer.number);
    this.#asked.delete(answer.number);
    if ('found' in answer) asked?.resolve(answer.found);
    else asked?.reject(new Error(answer.reason));
  }
}
