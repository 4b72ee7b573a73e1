import type { Report } from '../../domain/report.js';

/** The provider's own record of one attempt. Times are ISO 8601 UTC. */
export interface ProviderRecord extends Omit<Report, 'reportId' | 'claimedAt'> {
  readonly accountId: string;
  /** The time at which the provider took the message; null where the record names none. */
  readonly receivedAt: string | null;
  /** The time of the status; null where the record names none that can be used. */
  readonly statusAt: string | null;
}

/** A record, or the reason why one is not compared. */
export type ReadRecord =
  | { readonly kind: 'record'; readonly record: ProviderRecord }
  | { readonly kind: 'inbound' }
  | {
      readonly kind: 'unreadable';
      readonly row: number;
      readonly reason: string;
      /** Names the attempt that the row is about, where it does. */
      readonly clientRef?: string | null;
    };

export interface FileProgress {
  readonly bytes: number;
  readonly bytesTotal: number;
}

/** Reads the provider's records. */
export interface ProviderReports {
  /**
   * Yields the records of a report file in parts, with constant memory.
   * @throws InvalidRequest when it is no report of the provider, or ends too early
   */
  ofFile(
    path: string,
    onProgress: (progress: FileProgress) => void,
  ): AsyncIterable<readonly ReadRecord[]>;

  /**
   * Asks the provider about attempts by its own ids. Each record that it answers costs money.
   * @param messageUuids at most `IDS_MAX`
   * @throws ProviderRefused
   */
  byIds(messageUuids: readonly string[]): Promise<readonly ReadRecord[]>;

  /**
   * Asks the provider for what it took for a recipient in a range of time: ISO 8601, `until` exclusive and in the past.
   * @throws ProviderRefused
   */
  sentTo(recipient: string, since: string, until: string): Promise<readonly ReadRecord[]>;
}

/** The most ids of one question: the address of the request stays below 4 KiB. */
export const IDS_MAX = 100;
