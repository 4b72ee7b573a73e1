/** The thread that commits new keys, so that no request waits on the disk for another. */
import { reasonOf } from '../../../application/errors.js';
import { DatabaseSync } from 'node:sqlite';
import { parentPort, workerData } from 'node:worker_threads';
import { KeyRows, setUpKeys } from './key-rows.js';
import type { FromKeyWriter, KeyWriterOptions, ToKeyWriter } from './key-writer.js';

const port = parentPort;
if (port === null) throw new Error('the writer of the key store runs only as a worker');

const { file, busyMsMax } = workerData as KeyWriterOptions;
const database = new DatabaseSync(file, { timeout: busyMsMax });
database.exec(setUpKeys);
const rows = new KeyRows(database);

function answerTo({ number, wanted }: Exclude<ToKeyWriter, 'close'>): FromKeyWriter {
  try {
    return { number, found: rows.keysFor(wanted.map(withBuffers)) };
  } catch (error) {
    return { number, reason: reasonOf(error) };
  }
}

/** Buffers arrive as plain byte arrays. */
const withBuffers = <Wanted extends { hash: Buffer | null; wrapped: Buffer }>(
  wanted: Wanted,
): Wanted => ({
  ...wanted,
  hash: wanted.hash === null ? null : Buffer.from(wanted.hash),
  wrapped: Buffer.from(wanted.wrapped),
});

port.on('message', (message: ToKeyWriter) => {
  if (message === 'close') {
    database.close();
    port.close();
  } else {
    port.postMessage(answerTo(message));
  }
});
