import { setImmediate as nextTurn } from 'node:timers/promises';
import type { IdSet } from '../ports/id-set.js';
import type { FileProgress, ReadRecord } from '../ports/provider-reports.js';
import { findUnrecorded, TAKEN_AFTER_MS, TAKEN_BEFORE_MS } from './find-unrecorded.js';
import type { ReconciliationPorts, Run } from './reconcile-records.js';
import type { ReconciliationSummary, UnknownToVonage } from './summary.js';
import { Tally } from './tally.js';

export interface ReconcileFileRequest {
  readonly path: string;
  readonly actor: string | undefined;
  readonly dryRun: boolean;
  /** Aborts when nobody waits for the answer any more. What was recorded by then stays. */
  readonly signal: AbortSignal;
  readonly onProgress: (progress: FileProgress) => void;
}

interface Used extends ReconciliationPorts {
  readonly newIdSet: () => IdSet;
}

const MINUTE_MS = 60_000;
/** A shorter file cannot tell what is missing in it. */
const SPAN_MS_MIN = TAKEN_BEFORE_MS + TAKEN_AFTER_MS;

/** Compares the ledger with a report file of the provider, in constant memory. */
export class ReconcileFile {
  constructor(
    private readonly used: Used,
    /** The account of this service. Records of others say nothing about messages that are missing. */
    private readonly accountId: string,
  ) {}

  /** @throws InvalidRequest for another file; StoreUnavailable, AppendOutcomeUnknown: repeat all of it */
  async execute(request: ReconcileFileRequest): Promise<ReconciliationSummary> {
    const { identifiers, logger, newIdSet } = this.used;
    const run: Run = {
      id: identifiers.newId(),
      actor: request.actor,
      dryRun: request.dryRun,
    };
    const recorded = newIdSet();
    try {
      const tally = new Tally(this.accountId);
      await this.compareAll(request, run, tally, recorded);
      await this.findMissing(tally, recorded, request.signal);
      const summary = tally.summary(run);
      const { id, records, counts, recorded: reports } = summary;
      logger.info(
        { reconciliationId: id, actor: request.actor, records, ...counts, recorded: reports },
        "The ledger was reconciled with the provider's records.",
      );
      return summary;
    } finally {
      recorded.close();
    }
  }

  private async compareAll(
    { path, signal, onProgress }: ReconcileFileRequest,
    run: Run,
    tally: Tally,
    recorded: IdSet,
  ): Promise<void> {
    for await (const part of this.used.reports.ofFile(path, onProgress)) {
      signal.throwIfAborted();
      // Together, because a store over the network takes a while for each.
      await Promise.all(part.map((read) => this.compareOne(read, run, tally, recorded)));
      // An embedded store answers within the turn, so webhooks would wait for the whole file.
      await nextTurn();
    }
  }

  private async compareOne(
    read: ReadRecord,
    run: Run,
    tally: Tally,
    recorded: IdSet,
  ): Promise<void> {
    if (read.kind === 'unreadable' && read.clientRef != null) recorded.add(read.clientRef);
    const record = tally.recordIn(read);
    if (record === undefined) return;
    const result = await this.used.records.reconcile(record, run);
    if ('clientRef' in result) recorded.add(result.clientRef);
    else if (record.clientRef !== null) recorded.add(record.clientRef);
    tally.add(record, result);
  }

  private async findMissing(tally: Tally, recorded: IdSet, signal: AbortSignal): Promise<void> {
    const { range, accounts, channels } = tally;
    if (range === null) {
      if (accounts.size > 0) {
        tally.note(
          'No record names a time that can be read, so it is not known which messages the file should hold: none is called ' +
            'missing. Was it saved by another program? Give the file as Vonage made it.',
        );
      }
      return;
    }
    if (!accounts.has(this.accountId)) {
      tally.note(
        'The file holds no record of the account of this service, so none of its messages can be called missing.',
      );
      return;
    }
    const spanMs = Date.parse(range.to) - Date.parse(range.from);
    if (spanMs < SPAN_MS_MIN) {
      tally.note(
        `The records span ${Math.round(spanMs / MINUTE_MS)} minutes. What Vonage took so near to the first or the last of them may be in another ` +
          'file, so none of our messages can be called missing.',
      );
      return;
    }
    for await (const missing of findUnrecorded(this.used.search, range, channels, recorded)) {
      signal.throwIfAborted();
      if (await this.isOn(channels, missing)) tally.unknownToVonage(missing);
    }
  }

  /**
   * True for an attempt on a channel that the file is about. The first attempt is made on the channel of its message; an
   * e-mail or a push message is none of Vonage's.
   */
  private async isOn(
    channels: ReadonlySet<string>,
    { messageId, attempt }: UnknownToVonage,
  ): Promise<boolean> {
    if (attempt === 1) return true;
    const made = await this.used.records.attemptOf(messageId, attempt);
    return made === undefined || channels.has(made.channel);
  }
}
