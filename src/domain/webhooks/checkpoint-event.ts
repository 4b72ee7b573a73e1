import type { Fact } from '../fact.js';

/**
 * A checkpoint of the transparency log was shared with the receivers of outgoing webhooks, so that it is known outside of
 * this machine. It covers the events before it.
 */
export type CheckpointShared = Fact<
  'CheckpointShared',
  {
    /** Name of the log. */
    readonly origin: string;
    /** Entries under the checkpoint. */
    readonly size: number;
    /** The checkpoint, a signed note. */
    readonly checkpoint: string;
    /** Verifier keys, one a line. */
    readonly keys: string;
  }
>;
