import { SENDING_STREAM } from '../../src/application/streams.js';
import streamsPb from '@eventstore/db-client/generated/streams_pb.js';
import { status } from '@grpc/grpc-js';
import { matcherOf } from './filter.js';
import type { Ledger } from './ledger.js';
import { streamName, streamNotFoundResponse } from './messages.js';
import { serviceError } from './service-error.js';
import { send, type ReadCall, type Reader } from './read-call.js';

/** Serves a read of one stream or of `$all`, in either direction, up to the end of the log. */
export async function serveRead(reader: Reader): Promise<void> {
  const { call, ledger, isSilent } = reader;
  const options = call.request.getOptions();
  const ofStream = options?.getStream();
  const stream = streamName(ofStream?.getStreamIdentifier());
  if (ofStream !== undefined && ledger.isDeleted(stream)) {
    call.emit(
      'error',
      serviceError(status.FAILED_PRECONDITION, 'stream deleted', {
        exception: 'stream-deleted',
        'stream-name': stream,
      }),
    );
    return;
  }
  const records = ofStream === undefined ? ledger.records : ledger.stream(stream);
  if (ofStream !== undefined && records.length === 0) {
    await send(call, streamNotFoundResponse(stream));
    call.end();
    return;
  }

  const step = isBackwards(call) ? -1 : 1;
  const matches = matcherOf(options);
  const countMax = Number(options?.getCount() ?? 0);
  let index = firstIndex(call, records.length, ledger);
  // A forward read includes records that are appended while it runs.
  for (let count = 0; count < countMax;) {
    const record = records[index];
    if (record === undefined || call.cancelled || isSilent()) break;
    index += step;
    if (!matches(record)) continue;
    count++;
    await reader.send(record);
  }
  if (!isSilent()) call.end();
}

export const isOfAll = (call: ReadCall): boolean => call.request.getOptions()?.hasAll() ?? false;

/** True for the reads that each instance makes every second, whatever its work. */
export const isRegularLook = (call: ReadCall): boolean => {
  if (isOfAll(call)) return isBackwards(call);
  const stream = call.request.getOptions()?.getStream()?.getStreamIdentifier();
  return streamName(stream) === SENDING_STREAM;
};

const isBackwards = (call: ReadCall): boolean =>
  call.request.getOptions()?.getReadDirection() ===
  streamsPb.ReadReq.Options.ReadDirection.BACKWARDS;

/** Reads include the given start, except backward reads from a position in `$all`. */
function firstIndex(call: ReadCall, recordCount: number, ledger: Ledger): number {
  const all = call.request.getOptions()?.getAll();
  const ofStream = call.request.getOptions()?.getStream();
  const position = all?.getPosition();
  if (position !== undefined) {
    const commit = Number(position.getCommitPosition());
    const prepare = Number(position.getPreparePosition());
    if (isBackwards(call)) return ledger.indexBefore({ commit, prepare });
    return ledger.indexOf(commit);
  }
  if (ofStream?.hasRevision() === true) return Number(ofStream.getRevision());
  const isFromEnd = all?.hasEnd() === true || ofStream?.hasEnd() === true;
  if (isBackwards(call)) return isFromEnd ? recordCount - 1 : 0;
  return isFromEnd ? recordCount : 0;
}
