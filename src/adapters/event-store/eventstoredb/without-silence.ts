import type { StreamingRead } from '@eventstore/db-client';
import { afterSilence, NoAnswer } from './silence.js';

/**
 * What a read gives, as long as it keeps giving: the client would wait for ever. The time that the
 * reader takes does not count.
 * @throws NoAnswer after `silenceMs` without anything
 */
export async function* withoutSilence<Item>(
  read: StreamingRead<Item>,
  silenceMs: number,
): AsyncGenerator<Item, void, undefined> {
  // An error that comes when nobody listens any more would end the process.
  read.on('error', () => {});
  const watch = (): (() => void) =>
    afterSilence(silenceMs, () => read.destroy(new NoAnswer(silenceMs)));
  let stopWatching = watch();
  let isOver = false;
  try {
    for await (const item of read) {
      stopWatching();
      yield item;
      stopWatching = watch();
    }
    isOver = true;
  } finally {
    stopWatching();
    if (!isOver) leave(read);
  }
}

/** Ends the call too, which a stream that is only destroyed leaves open. */
function leave(read: StreamingRead<unknown>): void {
  read.cancel().catch(() => {});
  read.destroy();
}
