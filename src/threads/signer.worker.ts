/** The thread that signs the transparency log: composes what it needs, and knows nothing of HTTP. */
import { workerData } from 'node:worker_threads';
import { monotonicClock } from '../adapters/system/monotonic-clock.js';
import { PagedStoredEvents } from '../adapters/event-store/paged-stored-events.js';
import { CommitBell } from '../adapters/event-store/sqlite/commit-bell.js';
import { InProcessReader } from '../adapters/event-store/sqlite/in-process-reader.js';
import { existingLedger } from '../adapters/event-store/sqlite/ledger-file.js';
import { StoredEventReader } from '../adapters/event-store/sqlite/stored/stored-event-reader.js';
import { openLogStore } from '../adapters/transparency-log/open-log-store.js';
import { keepRunning } from '../application/background/keep-running.js';
import { beginThread } from './begin-thread.js';
import { composeSigner } from './compose-signer.js';
import type { FromSigner, SignerThreadOptions } from './signer-protocol.js';

const { port, logger, health } = beginThread('the signer');
const send = (message: FromSigner): void => port.postMessage(message);

const { ledgerDirectory, identity, store, settings, commitBell } =
  workerData as SignerThreadOptions;
const ledger = new StoredEventReader(ledgerDirectory, new CommitBell(commitBell));
const streams = new InProcessReader(existingLedger(ledgerDirectory));
const log = openLogStore(store);
const signer = composeSigner(
  {
    stored: new PagedStoredEvents(ledger),
    identity: async () => identity,
    streams: {
      async read(stream) {
        // This thread gets no notice of commits.
        streams.refresh();
        const events = streams.stream(stream);
        return { events, revision: events.at(-1)?.revision ?? 'no-stream' };
      },
    },
  },
  log,
  settings,
  {
    logger,
    health,
    holdRestored: async (id, proof) => send({ kind: 'restored', id, proof }),
  },
);
const stopping = new AbortController();
const running = keepRunning('transparency log', (signal) => signer.run(signal), stopping.signal, {
  monotonic: monotonicClock,
  logger,
});

async function stop(): Promise<void> {
  stopping.abort();
  await running;
  await log.close();
  streams.close();
  ledger.close();
  port.close();
}

port.on('message', () => void stop());
