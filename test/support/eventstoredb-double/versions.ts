/**
 * The servers whose behaviour differs where the adapter can see it. 22.10 is older than Waybill needs;
 * the other two were run beside this double.
 */
export type DoubleVersion = '22.10' | '23.10' | '24.2';

export interface VersionTraits {
  /** As the server names itself in `ServerFeatures.GetSupportedMethods`. */
  readonly fullVersion: string;
  /** The server says when a subscription is live: since 23.10. */
  readonly saysCaughtUp: boolean;
  /**
   * Starting a subscription, the server skips the first record that matches the filter, at or after the
   * given position, and takes it for the one at that position: before 24.2.
   */
  readonly skipsFirstMatch: boolean;
  /** The server sends a checkpoint when a subscription goes live: since 24.2. */
  readonly sendsCheckpointWhenLive: boolean;
}

export const versionTraits: Readonly<Record<DoubleVersion, VersionTraits>> = {
  '22.10': {
    fullVersion: '22.10.5',
    saysCaughtUp: false,
    skipsFirstMatch: true,
    sendsCheckpointWhenLive: false,
  },
  '23.10': {
    fullVersion: '23.10.6',
    saysCaughtUp: true,
    skipsFirstMatch: true,
    sendsCheckpointWhenLive: false,
  },
  '24.2': {
    fullVersion: '24.2.0',
    saysCaughtUp: true,
    skipsFirstMatch: false,
    sendsCheckpointWhenLive: true,
  },
};
