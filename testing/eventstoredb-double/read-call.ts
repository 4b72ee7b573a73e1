import type { ReadReq, ReadResp } from '@eventstore/db-client/generated/streams_pb.js';
import type { ServerWritableStream } from '@grpc/grpc-js';
import type { Ledger, LogRecord } from './ledger.js';

export type ReadCall = ServerWritableStream<ReadReq, ReadResp>;

/** One read call, with the ledger that it reads. */
export interface Reader {
  readonly call: ReadCall;
  readonly ledger: Ledger;
  /** True while the node answers no call. */
  readonly isSilent: () => boolean;
  readonly send: (record: LogRecord) => Promise<void>;
}

/** Waits while the client reads more slowly than we write (back-pressure). */
export async function send(call: ReadCall, response: ReadResp): Promise<void> {
  if (isOver(call)) return;
  if (call.write(response)) return;
  await new Promise<void>((resolve) => {
    const done = (): void => {
      for (const event of ['drain', 'cancelled', 'close', 'finish']) call.off(event, done);
      resolve();
    };
    for (const event of ['drain', 'cancelled', 'close', 'finish']) call.once(event, done);
  });
}

export const isOver = (call: ReadCall): boolean =>
  call.cancelled || call.destroyed || call.writableEnded;
