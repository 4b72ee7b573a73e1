import type { Fact } from './fact.js';

/** Webhooks were not taken in for a while, so Vonage repeats them. An outage that goes on is noticed again, with a later end. */
export type OutageNoticed = Fact<
  'OutageNoticed',
  {
    /** ISO 8601 UTC. */
    readonly beganAt: string;
    readonly endedAt: string;
    /**
     * `refused`: they were answered 503 from the first time to the last. `not-running`: nothing was recorded before the start of a
     * process, so perhaps nobody took them in.
     */
    readonly evidence: 'refused' | 'not-running';
  }
>;
