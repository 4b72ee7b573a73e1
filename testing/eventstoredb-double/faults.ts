/** The faults of a node. Each can be switched on and off at run time; all are off at first. */
export interface Faults {
  /** Calls are accepted and never answered, as when a process hangs or a network drops packets. */
  silent: boolean;
  /** Appends are committed, but never answered. */
  silentAfterCommit: boolean;
  /** Every call ends cleanly without an answer, as behind a proxy that gives up. */
  halfClosing: boolean;
  /** Every call is refused, as while a node starts. */
  notReady: boolean;
  /** Appends are committed, but the answer is a time-out of the server. */
  timesOut: boolean;
  /** Delays every answer to an append or a read. */
  answerDelayMs: number;
  /** The account may append to streams and read them, but not read or follow `$all`. */
  refusesAll: boolean;
  /** The account may not append. */
  refusesAppends: boolean;
  /** This many of the next appends are committed, but all connections are cut instead of an answer. */
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
