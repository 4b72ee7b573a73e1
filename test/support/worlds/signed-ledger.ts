import { generateKeyPairSync, randomUUID } from 'node:crypto';
import type { Ledger } from '../../../src/adapters/event-store/event-store.module.js';
import { monotonicClock } from '../../../src/adapters/system/monotonic-clock.js';
import type { LogState, LogStore } from '../../../src/application/ports/log-store.js';
import type { Health, PartState } from '../../../src/application/ports/health.js';
import {
  parseSigningKeys,
  type SigningKeys,
} from '../../../src/application/proof/notes/signing-keys.js';
import { SignLog, type SignedLog } from '../../../src/application/proof/sign-log.js';
import { eventually } from '../watching/eventually.js';
import type { ReadableLog } from '../watching/log-observer.js';
import { silent } from './read-models.js';

export const newSigningKeys = (): SigningKeys => {
  const { privateKey } = generateKeyPairSync('ed25519');
  const keys = parseSigningKeys(privateKey.export({ type: 'pkcs8', format: 'pem' }).toString());
  if (keys === undefined) throw new Error('a key that was just made is no key');
  return keys;
};

/** Reads a log in its store as its routes serve it. */
export const logIn = (store: LogStore): ReadableLog => ({
  checkpoint: async () => (await store.state())?.checkpoint,
  keys: async () => (await store.state())?.keys ?? '',
  async tile(path) {
    const [, level = '', number = ''] = /^(\d+)\/([x\d/]+)/.exec(path) ?? [];
    const tile = await store.tile(Number(level), Number(number.replaceAll(/[x/]/g, '')));
    if (tile === undefined) throw new Error(`there is no tile ${path}`);
    const width = /\.p\/(\d+)$/.exec(path)?.[1];
    return width === undefined ? tile : tile.subarray(0, Number(width) * 32);
  },
});

/** A signer that runs until it is stopped. */
export class RunningSigner {
  /** The last state that it told, and why. */
  state: PartState = 'working';
  reason = '';
  /** Why no checkpoint reaches the file outside. */
  fileFault: string | undefined;
  /** All of them, one after the other. */
  readonly states: PartState[] = [];
  readonly failures: unknown[] = [];
  /** The sentences of its errors in the log. */
  readonly errors: string[] = [];
  private readonly stopping = new AbortController();
  private readonly running: Promise<void>;

  constructor(ledger: Ledger, store: LogStore, log: Partial<SignedLog> & Pick<SignedLog, 'keys'>) {
    const health: Health = {
      reporter: (component) =>
        component === 'CHECKPOINT_FILE'
          ? {
              working: () => void (this.fileFault = undefined),
              report: (_, reason) => void (this.fileFault = reason),
            }
          : {
              working: () => this.told('working', ''),
              report: (state, reason) => this.told(state, reason),
            },
    };
    const signer = new SignLog(
      {
        stored: ledger.stored,
        identity: async () => (await ledger.origin()).identity,
        streams: ledger.store,
      },
      {
        store,
        file: undefined,
        newOrigin: () => `example.com/waybill/${randomUUID()}`,
        holdRestored: () => Promise.reject(new Error('the ledger seems to be an older copy')),
        ...log,
      },
      monotonicClock,
      { ...silent, error: (_, message) => void this.errors.push(message) },
      health,
    );
    this.running = this.keepRunning(signer);
  }

  async stop(): Promise<void> {
    this.stopping.abort();
    await this.running;
  }

  private told(state: PartState, reason: string): void {
    if (this.states.at(-1) !== state) this.states.push(state);
    this.state = state;
    this.reason = reason;
  }

  private async keepRunning(signer: SignLog): Promise<void> {
    const { signal } = this.stopping;
    while (!signal.aborted) {
      await signer.run(signal).catch((error: unknown) => this.failures.push(error));
    }
  }
}

/** Waits until so many events are under a checkpoint. */
export const untilSigned = (store: LogStore, size: number): Promise<LogState> =>
  eventually(async () => {
    const state = await store.state();
    if (state !== undefined && state.size >= size) return state;
    throw new Error(`${state?.size} of ${size} events are signed`);
  });
