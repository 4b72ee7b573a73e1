import { Worker } from 'node:worker_threads';
import { isCompiled } from '../../../files/is-compiled.js';
import { StoreUnavailable, reasonOf } from '../../../../application/errors.js';
import type { LedgerCheck, LedgerVerdict } from '../../../../application/ports/ledger-check.js';
import { gentlePass } from './gentle-pass.js';

/** A check allocates only short strings and one step's events. */
const YOUNG_GENERATION_MIB_MAX = 4;

/** Share of the time of one core and one disk. */
const SHARE = 0.05;

export interface CheckerOptions {
  readonly file: string;
  readonly share: number;
}

/** Checks a ledger's file in a thread of its own where the program is compiled, and in this one from source. */
export class SqliteLedgerCheck implements LedgerCheck {
  constructor(
    private readonly file: string,
    private readonly share = SHARE,
  ) {}

  async pass(signal: AbortSignal): Promise<LedgerVerdict | undefined> {
    try {
      return await (isCompiled ? this.threaded(signal) : gentlePass(this.file, this.share, signal));
    } catch (error) {
      const reason = reasonOf(error);
      throw new StoreUnavailable(`it could not be checked: ${reason}`, { cause: error });
    }
  }

  private async threaded(signal: AbortSignal): Promise<LedgerVerdict | undefined> {
    const thread = new Worker(new URL('./ledger-checker.worker.js', import.meta.url), {
      workerData: { file: this.file, share: this.share } satisfies CheckerOptions,
      name: 'ledger-checker',
      resourceLimits: { maxYoungGenerationSizeMb: YOUNG_GENERATION_MIB_MAX },
    });
    const stop = (): void => void thread.terminate();
    signal.addEventListener('abort', stop);
    try {
      return await new Promise((resolve, reject) => {
        thread.once('message', resolve);
        thread.once('error', reject);
        thread.once('exit', () =>
          signal.aborted ? resolve(undefined) : reject(new Error('its thread ended')),
        );
      });
    } finally {
      signal.removeEventListener('abort', stop);
      await thread.terminate();
    }
  }
}
