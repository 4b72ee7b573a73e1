import type { Catalog } from '../adapters/read-model/catalog.js';
import { projectionStores } from '../adapters/read-model/projection-stores.js';
import { rebuildOutdated, type RebuildSource } from '../adapters/read-model/rebuild.js';
import { pause } from '../application/pause.js';
import type { Clock } from '../application/ports/clock.js';
import type { EventFeed } from '../application/ports/event-feed.js';
import type { Position, RecordedEvent } from '../application/ports/event-store.js';
import type { Logger } from '../application/ports/logger.js';
import { allProjections } from '../application/processes/all-projections.js';
import {
  Projector,
  type ProjectionLag,
  type ProjectorControl,
  type RetriedEvents,
} from '../application/processes/projector.js';

const REBUILD_AGAIN_MS = 5_000;

/** A projector that also rebuilds, beside the copy in use, what another version of the software has made. */
export class RebuildingProjector implements ProjectorControl {
  private readonly projector: Projector;

  constructor(
    private readonly source: RebuildSource & { readonly feed: EventFeed },
    private readonly catalog: Catalog,
    clock: Clock,
    private readonly logger: Logger,
    eventsAfter?: (position: Position | undefined) => number,
  ) {
    const projections = allProjections(projectionStores(catalog));
    this.projector = new Projector(source.feed, projections, clock, logger, eventsAfter);
  }

  get lag(): ProjectionLag {
    return this.projector.lag;
  }

  async run(signal: AbortSignal): Promise<void> {
    await Promise.all([this.projector.run(signal), this.rebuildWhatIsOutdated(signal)]);
  }

  restart(): void {
    this.projector.restart();
  }

  retryParked(read: (stream: string) => Promise<readonly RecordedEvent[]>): Promise<RetriedEvents> {
    return this.projector.retryParked(read);
  }

  onProgress(listener: () => void): () => void {
    return this.projector.onProgress(listener);
  }

  /** A projection that could not be rebuilt stands still, so it is tried until it is done. */
  private async rebuildWhatIsOutdated(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      try {
        const rebuilt = await rebuildOutdated(this.catalog, this.source, signal, this.logger);
        if (rebuilt.length > 0) this.projector.restart();
        return;
      } catch (error) {
        if (signal.aborted) return;
        this.logger.error({ error }, 'A read model could not be rebuilt; it will be tried again.');
        // What was rebuilt before this one, here or by another process, can be followed already.
        this.projector.restart();
        await pause(REBUILD_AGAIN_MS, signal);
      }
    }
  }
}
