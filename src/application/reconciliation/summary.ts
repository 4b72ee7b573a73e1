import type { ReportStatus } from '../../domain/report.js';
import type { MessageStatus } from '../../domain/message/message-status.js';

/** A record and the message that it is about. */
export interface ComparedExample {
  readonly messageId: string;
  readonly messageUuid: string;
  readonly attempt: number;
  /** The status in the provider's records. */
  readonly reported: ReportStatus;
  /** Status of the message here, before. */
  readonly status: MessageStatus;
}

export interface UnknownHere {
  readonly messageUuid: string;
  readonly clientRef: string | null;
  readonly from: string;
  readonly reported: ReportStatus;
}

export interface UnknownToVonage {
  readonly messageId: string;
  readonly messageUuid: string | null;
  readonly attempt: number;
  readonly status: MessageStatus;
}

export interface ReconciliationCounts {
  /** Records that say what the ledger says. */
  readonly agree: number;
  /** Their reports never arrived here. */
  readonly missingHere: number;
  /** They deny what the ledger says. */
  readonly contradict: number;
  /** No message here is the one they name. */
  readonly unknownHere: number;
  /** Attempts of ours that the records lack. */
  readonly unknownToVonage: number;
  /** Records about messages that came in; they are not compared. */
  readonly inbound: number;
  readonly unreadable: number;
}

export type Category = keyof ReconciliationCounts;

export interface ReconciliationSummary {
  readonly id: string;
  readonly dryRun: boolean;
  readonly records: number;
  readonly counts: ReconciliationCounts;
  /** Reports that were added to the ledger. */
  readonly recorded: number;
  /** First and last time at which the provider took a message; null without a record. */
  readonly range: { readonly from: string; readonly to: string } | null;
  readonly accounts: readonly string[];
  /** The first of each kind. */
  readonly examples: {
    readonly missingHere: readonly ComparedExample[];
    readonly contradict: readonly ComparedExample[];
    readonly unknownHere: readonly UnknownHere[];
    readonly unknownToVonage: readonly UnknownToVonage[];
    readonly unreadable: readonly { readonly row: number; readonly reason: string }[];
  };
  /** A sentence about each comparison that was not made. */
  readonly notes: readonly string[];
}

/** The most examples of one kind. */
export const EXAMPLES_MAX = 20;
/** The most accounts that are listed beside the own one. */
export const ACCOUNTS_MAX = 100;
