/** Keeps the transparency log, in this thread or in one of its own. */
export interface LogSigner {
  /** Runs until `signal` aborts. */
  run(signal: AbortSignal): Promise<void>;
}
