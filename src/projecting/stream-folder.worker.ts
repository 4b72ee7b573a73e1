/** The thread that reads a ledger's streams and folds them, while another one writes what they came to. */
import { on } from 'node:events';
import { parentPort, workerData } from 'node:worker_threads';
import { LedgerStreams } from '../adapters/event-store/sqlite/ledger-streams.js';
import { foldStreams } from '../application/processes/stream-folds.js';
import type { FromStreamFolder, StreamFolderThreadOptions } from './stream-folder-protocol.js';

/** How many are handed over before anybody asks for the next one, which is then under way already. */
const AHEAD_MAX = 1;

const port = parentPort;
if (port === null) throw new Error('the folder of streams runs only as a worker');
const send = (message: FromStreamFolder): void => port.postMessage(message);

const { ledgerDirectory, projection, upTo } = workerData as StreamFolderThreadOptions;
const ledger = new LedgerStreams(ledgerDirectory);
const requests = on(port, 'message');
let sent = 0;
// Whoever wants no more ends this thread.
for await (const folded of foldStreams(ledger, projection, upTo, new AbortController().signal)) {
  if (sent++ >= AHEAD_MAX) await requests.next();
  send(folded);
}
send('end');
ledger.close();
port.close();
