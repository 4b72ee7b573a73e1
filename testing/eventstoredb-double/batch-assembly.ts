import type { BatchAppendReq } from '@eventstore/db-client/generated/streams_pb.js';
import type { Expectation, ProposedRecord } from './ledger.js';
import { batchExpectation, proposedRecord, streamName, uuidText } from './messages.js';

/** A completely received append. */
export interface BatchedAppend {
  readonly correlationId: string;
  readonly stream: string;
  readonly expected: Expectation;
  readonly proposed: ProposedRecord[];
}

/**
 * Assembles appends from the frames of one call. Frames of one append share a correlation id; the
 * first has the options, the last is marked as final.
 */
export class BatchAssembly {
  readonly #open = new Map<string, BatchedAppend>();

  /** Returns the append that this frame completes, or undefined. */
  add(frame: BatchAppendReq): BatchedAppend | undefined {
    const correlationId = uuidText(frame.getCorrelationId());
    const options = frame.getOptions();
    const append =
      options === undefined
        ? this.#open.get(correlationId)
        : {
            correlationId,
            stream: streamName(options.getStreamIdentifier()),
            expected: batchExpectation(options),
            proposed: [],
          };
    if (append === undefined) return undefined;
    append.proposed.push(...frame.getProposedMessagesList().map(proposedRecord));
    if (frame.getIsFinal()) this.#open.delete(correlationId);
    else this.#open.set(correlationId, append);
    return frame.getIsFinal() ? append : undefined;
  }
}
