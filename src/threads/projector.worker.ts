/** The thread that keeps the read models: composes what it needs, and knows nothing of HTTP. */
import { reasonOf } from '../application/errors.js';
import { workerData } from 'node:worker_threads';
import { BoundKeys } from '../adapters/event-store/bound/bound-keys.js';
import { nameIn } from '../adapters/event-store/bound/named-key-store.js';
import { PagedEventFeed } from '../adapters/event-store/paged-event-feed.js';
import { CommitBell } from '../adapters/event-store/sqlite/commit-bell.js';
import { existingLedger } from '../adapters/event-store/sqlite/ledger-file.js';
import { InProcessReader } from '../adapters/event-store/sqlite/in-process-reader.js';
import { FollowingReader } from '../adapters/event-store/sqlite/following-reader.js';
import { openEvents } from '../adapters/event-store/sealed/open-events.js';
import { OpeningEventFeed } from '../adapters/event-store/sealed/opening-event-feed.js';
import { openKeyStore } from '../adapters/key-store/open-key-store.js';
import { Catalog } from '../adapters/read-model/copies/catalog.js';
import { systemClocks } from '../adapters/system/system-clock.js';
import { openReadModelDatabase } from '../adapters/read-model/copies/open-read-model-database.js';
import { pause } from '../application/pause.js';
import type { EventFeed, FeedBatch, FeedOptions } from '../application/ports/event-feed.js';
import { KEY_STORE_STREAM } from '../application/streams.js';
import { beginThread } from './begin-thread.js';
import type { FromProjector, ProjectorThreadOptions, ToProjector } from './projector-protocol.js';
import { logDamage } from './log-damage.js';
import { RebuildingProjector } from './rebuilding-projector.js';

/**
 * Pauses let events gather during a burst: a transaction for each few would cost as much as ingest. The pause grows
 * with the number of events during the last one, so that a single event does not wait for more.
 */
const PAUSE_MS_MIN = 10;
const PAUSE_MS_MAX = 150;
const PAUSE_MS_PER_EVENT = 1;
const SMALL_BATCH_EVENTS = 1_500;

const { port, logger, health } = beginThread('the projector');
const send = (message: FromProjector): void => port.postMessage(message);

/** A feed with a pause after each small batch. */
class GatheringFeed extends PagedEventFeed implements EventFeed {
  override async *follow(options: FeedOptions): AsyncGenerator<FeedBatch, void, undefined> {
    for await (const batch of super.follow(options)) {
      yield batch;
      const { length } = batch.events;
      if (length === 0 || length > SMALL_BATCH_EVENTS) continue;
      const pauseMs = Math.min(PAUSE_MS_MAX, PAUSE_MS_MIN + length * PAUSE_MS_PER_EVENT);
      await pause(pauseMs, options.signal);
    }
  }
}

const { ledgerDirectory, readModel, masterKeys, commitBell } = workerData as ProjectorThreadOptions;
const ledger = new FollowingReader(ledgerDirectory, new CommitBell(commitBell));
const streams = new InProcessReader(existingLedger(ledgerDirectory));
const keys = new BoundKeys(
  openKeyStore({ kind: 'sqlite', directory: ledgerDirectory }, masterKeys),
  async (own) => {
    streams.refresh();
    return nameIn(streams.stream(KEY_STORE_STREAM), own);
  },
);
const feed = new OpeningEventFeed(new GatheringFeed(ledger), keys);
const catalog = await Catalog.open(openReadModelDatabase(readModel, 'followed'), logDamage(logger));
const projector = new RebuildingProjector(
  feed,
  catalog,
  { ...systemClocks, logger, health },
  (position) => ledger.head() - Number(position ?? 0),
);
projector.onProgress(() => send({ kind: 'progress', lag: projector.lag }));
const stopping = new AbortController();
const running = projector.run(stopping.signal);

async function retry(): Promise<void> {
  try {
    const result = await projector.retryParked(async (stream) => {
      // This thread gets no notice of commits, and the feed may have shown events that are newer.
      streams.refresh();
      return openEvents(streams.stream(stream), keys);
    });
    send({ kind: 'retried', result });
  } catch (error) {
    send({ kind: 'retry-failed', reason: reasonOf(error) });
  }
}

async function stop(): Promise<void> {
  stopping.abort();
  await running;
  await catalog.close();
  await keys.close();
  streams.close();
  ledger.close();
  port.close();
}

port.on('message', (message: ToProjector) => {
  if (message === 'stop') void stop();
  else if (message === 'restart') projector.restart();
  else void retry();
});
