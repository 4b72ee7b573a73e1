/**
 * The server versions whose behaviour differs where the adapter can see it. 22.10 is older than Waybill needs;
 * the other two were run beside this double.
 */
export type DoubleVersion = '22.10' | '23.10' | '24.2';

export interface VersionTraits {
  /** The name of the server in `ServerFeatures.GetSupportedMethods`. */
  readonly fullVersion: string;
  /** True when the server reports that a subscription is live: since 23.10. */
  readonly saysCaughtUp: boolean;
  /**
   * True when the server, starting a subscription, skips the first record that matches the filter, at or after the
   * given position, because it takes it for the one at that position: before 24.2.
   */
  readonly skipsFirstMatch: boolean;
  /** True when the server sends a checkpoint as a subscription goes live: since 24.2. */
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
