import { randomUUID } from 'node:crypto';
import type { ReadReq } from '@eventstore/db-client/generated/streams_pb.js';
import type { Ledger, LogRecord } from './ledger.js';
import { caughtUpResponse, checkpointResponse, confirmationResponse } from './messages.js';
import { isOver, send, type ReadCall, type Reader } from './read-call.js';

/** What a filter considers at once when the client does not say. */
const SEARCH_WINDOW_DEFAULT = 32;

/** A subscription to `$all`: catches up, says so, and follows, until the call ends. */
export async function serveSubscription(reader: Reader): Promise<void> {
  const { call, ledger, isSilent } = reader;
  const options = call.request.getOptions();
  const filter = options?.getFilter();
  const matches = matcher(filter?.getStreamIdentifier()?.getPrefixList());
  const windowRecords =
    (filter?.getMax() || SEARCH_WINDOW_DEFAULT) * (filter?.getCheckpointintervalmultiplier() || 1);

  let index = firstIndex(call.request, ledger);
  let considered = 0;
  let isLive = index >= ledger.records.length;
  // What was last looked at ended here. What stands here, or will, was not looked at.
  const sendCheckpoint = (): Promise<void> =>
    send(call, checkpointResponse({ commit: ledger.positionAfter(index - 1), prepare: 0 }));

  await send(call, confirmationResponse(randomUUID()));
  if (isLive) await send(call, caughtUpResponse());
  const stopWatching = ledger.watch(() => call.emit('appended'));
  try {
    while (!isOver(call)) {
      const record = isSilent() ? undefined : ledger.records[index];
      if (record !== undefined) {
        index++;
        considered++;
        if (matches(record)) await reader.send(record);
        if (considered % windowRecords === 0) await sendCheckpoint();
      } else if (isLive || isSilent()) {
        await untilSomethingHappens(call);
      } else {
        isLive = true;
        await sendCheckpoint();
        await send(call, caughtUpResponse());
      }
    }
  } finally {
    stopWatching();
  }
}

const untilSomethingHappens = (call: ReadCall): Promise<void> =>
  new Promise((resolve) => {
    const events = ['appended', 'cancelled', 'close', 'finish'];
    const done = (): void => {
      for (const event of events) call.off(event, done);
      resolve();
    };
    for (const event of events) call.once(event, done);
  });

/** Prefixes are compared as they are, with upper and lower case told apart. */
function matcher(prefixes: readonly string[] | undefined): (record: LogRecord) => boolean {
  if (prefixes === undefined || prefixes.length === 0) return () => true;
  return ({ stream }) => prefixes.some((prefix) => stream.startsWith(prefix));
}

/** A subscription starts after the given position. */
function firstIndex(request: ReadReq, ledger: Ledger): number {
  const all = request.getOptions()?.getAll();
  if (all?.hasEnd() === true) return ledger.records.length;
  const position = all?.getPosition();
  if (position === undefined) return 0;
  return ledger.indexAfter({
    commit: Number(position.getCommitPosition()),
    prepare: Number(position.getPreparePosition()),
  });
}
