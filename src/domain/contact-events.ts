import type { Fact } from './fact.js';

/** Why a contact may or may not be written to: they said so, or the carrier told us that they did. */
export interface ConsentChange {
  /** Digits only. */
  readonly number: string;
  readonly channel: string;
  /** The word that they sent, upper case, or null when a carrier's code told us. */
  readonly keyword: string | null;
  /** The inbound message or report that said so. */
  readonly messageUuid: string;
}

export type OptedOut = Fact<'OptedOut', ConsentChange>;
export type OptedIn = Fact<'OptedIn', ConsentChange>;
export type ContactEvent = OptedOut | OptedIn;
