/** What a node does wrong. Everything can be switched while it runs; all is well until then. */
export interface Faults {
  /** Calls are taken and never answered, as when a process hangs or a network swallows packets. */
  silent: boolean;
  /** Appends are committed, then never answered. */
  silentAfterCommit: boolean;
  /** Every call ends cleanly with nothing said, as behind a proxy that gives up. */
  halfClosing: boolean;
  /** Every call is refused, as while a node starts. */
  notReady: boolean;
  /** Appends are committed, and the answer is that the server gave up waiting for that. */
  timesOut: boolean;
  /** Every answer to an append or a read comes so much later. */
  answerDelayMs: number;
  /** The account may append to streams and read them, but not read or follow `$all`. */
  refusesAll: boolean;
  /** The account may not append. */
  refusesAppends: boolean;
  /** So many of the next appends are committed and then, instead of an answer, lose all connections. */
  cutsAfterCommit: number;
}

export const noFaults = (): Faults => ({
  silent: false,
  silentAfterCommit: false,
  halfClosing: false,
  notReady: false,
  timesOut: false,
  answerDelayMs: 0,
  refusesAll: false,
  refusesAppends: false,
  cutsAfterCommit: 0,
});
