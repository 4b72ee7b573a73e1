import type { ReadResp } from '@eventstore/db-client/generated/streams_pb.js';
import type { Readable } from 'node:stream';
import { afterIdle, NoAnswer, NoLeader } from './idle-timeout.js';

/** The call that `read` of the generated stub returns: a read, or a subscription. */
export interface ReadCall extends Readable {
  read(): ReadResp | null;
  cancel(): void;
}

/**
 * Yields the answers of a read under an idle timeout: gRPC itself would wait for ever. The time that the reader takes
 * does not count.
 * @param signal ends the call
 * @throws NoAnswer or NoLeader after `silenceMs` without anything, an error once `signal` aborts, or the error that
 *   ended the call
 */
export async function* answersOf(
  opening: Promise<ReadCall>,
  silenceMs: number,
  signal?: AbortSignal,
): AsyncGenerator<ReadResp, void, undefined> {
  const call = await openedWithin(silenceMs, opening);
  // A late error without a listener would end the process.
  call.on('error', () => {});
  const watch = (): (() => void) =>
    afterIdle(silenceMs, () => call.destroy(new NoAnswer(silenceMs)));
  let stopWatching = watch();
  const abort = (): void => {
    call.destroy(new Error('the read was given up', { cause: signal?.reason }));
  };
  signal?.addEventListener('abort', abort);
  if (signal?.aborted === true) abort();
  let isOver = false;
  try {
    for await (const answer of call) {
      stopWatching();
      yield answer as ReadResp;
      stopWatching = watch();
    }
    isOver = true;
  } finally {
    stopWatching();
    signal?.removeEventListener('abort', abort);
    if (!isOver) leave(call);
  }
}

/** Returns the call, unless it takes too long to find a server. @throws NoLeader */
export function openedWithin(timeoutMs: number, opening: Promise<ReadCall>): Promise<ReadCall> {
  return new Promise((resolve, reject) => {
    let isLate = false;
    const stopWaiting = afterIdle(timeoutMs, () => {
      isLate = true;
      reject(new NoLeader());
    });
    opening.then((call) => (isLate ? leave(call) : resolve(call)), reject).finally(stopWaiting);
  });
}

/** Destroys the stream and cancels the call, which `destroy` alone leaves open. */
export function leave(call: ReadCall): void {
  call.on('error', () => {});
  // Cancel in the next turn, because grpc-js may be about to deliver a message (its issues 1464 and 1652).
  setImmediate(() => call.cancel());
  call.destroy();
}
