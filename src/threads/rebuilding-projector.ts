import { kindOf, reasonOf } from '../application/errors.js';
import type { Catalog } from '../adapters/read-model/copies/catalog.js';
import { projectionStores } from '../adapters/read-model/projection-stores.js';
import { rebuildOutdated, withAgendaBehindIndex } from '../adapters/read-model/copies/rebuild.js';
import { pause } from '../application/pause.js';
import type { EventFeed } from '../application/ports/event-feed.js';
import type { Position, RecordedEvent } from '../application/ports/event-store.js';
import type { HealthReporter } from '../application/ports/health.js';
import type { Logger } from '../application/ports/logger.js';
import { ThrottledLog } from '../application/throttled-log.js';
import { projectionNames, type ProjectionName } from '../application/ports/projection-store.js';
import { allProjections } from '../application/projecting/all-projections.js';
import {
  Projector,
  type ProjectionLag,
  type ProjectorControl,
  type RetriedEvents,
  type ProjectorSurroundings,
} from '../application/projecting/projector.js';
import { STANDBY_REASON } from '../application/background/loop.js';
import { SENDING_NEEDS } from '../application/background/observed-lag.js';

const REBUILD_AGAIN_MS = 5_000;
/** Poll interval for copies that wait to be rebuilt. */
const LOOK_AGAIN_MS = 1_000;

/** Period in which unused copies are dropped. */
const CLEAR_AWAY_MS = 60_000;

/** The logged reason for an empty copy that replaces a lost one. */
const EMPTY_REASON = '(its file was damaged or lost, or of another ledger)';

/** A projector that also rebuilds the copies that another version of the software has made, beside the copy in use. */
export class RebuildingProjector implements ProjectorControl {
  private readonly projector: Projector;
  private readonly logger: Logger;
  private readonly log: ThrottledLog;
  private readonly rebuilds: {
    readonly readModels: HealthReporter;
    readonly sending: HealthReporter;
  };

  constructor(
    private readonly feed: EventFeed,
    private readonly catalog: Catalog,
    surroundings: ProjectorSurroundings,
    eventsAfter?: (position: Position | undefined) => number,
  ) {
    const projections = allProjections(projectionStores(catalog));
    this.logger = surroundings.logger;
    this.log = new ThrottledLog(surroundings.logger);
    this.rebuilds = {
      readModels: surroundings.health.reporter('rebuild', ['readModels']),
      sending: surroundings.health.reporter('rebuild', ['sending']),
    };
    this.projector = new Projector(feed, projections, surroundings, eventsAfter);
  }

  get lag(): ProjectionLag {
    return this.projector.lag;
  }

  async run(signal: AbortSignal): Promise<void> {
    await Promise.all([this.projector.run(signal), this.rebuildWhatIsOutdated(signal)]);
    // A rebuild that the end of the turn cut off is the next leader's.
    for (const rebuild of Object.values(this.rebuilds)) rebuild.report('standby', STANDBY_REASON);
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

  /** A file may be damaged at any time, and `npm run rebuild` of another version may put its copies in use. */
  private async rebuildWhatIsOutdated(signal: AbortSignal): Promise<void> {
    let clearedAtMs = -Infinity;
    while (!signal.aborted) {
      await this.rebuildAll(signal);
      if (performance.now() - clearedAtMs >= CLEAR_AWAY_MS) {
        await this.clearAway();
        clearedAtMs = performance.now();
      }
      await pause(LOOK_AGAIN_MS, signal);
    }
  }

  /** Drops unused copies, because erasures do not reach them. */
  private async clearAway(): Promise<void> {
    try {
      for (const projection of projectionNames) await this.catalog.dropUnused(projection);
    } catch (error) {
      this.log.error(
        `unused ${kindOf(error)}`,
        { error },
        'Copies of the lists that are not in use could not be dropped; it is tried again in a minute.',
      );
    }
  }

  /** Rebuilds until all are done, because a projection that could not be rebuilt makes no progress. */
  private async rebuildAll(signal: AbortSignal): Promise<void> {
    const { readModels, sending } = this.rebuilds;
    // Until the outdated projections are known, sending may need one of them.
    let isSendingConcerned = true;
    /** The projections that are to be made anew, in words; undefined until they are known. */
    let waiting: string | undefined;
    const tellSending = (outdated: readonly ProjectionName[]): void => {
      isSendingConcerned = outdated.some((name) => SENDING_NEEDS.includes(name));
      if (!isSendingConcerned) sending.working();
    };
    while (!signal.aborted) {
      try {
        const outdated = withAgendaBehindIndex(await this.catalog.outdated());
        const empty = outdated.length > 0 ? await this.catalog.empty() : [];
        const told = (names: readonly ProjectionName[]): string =>
          names.map((name) => (empty.includes(name) ? `${name} ${EMPTY_REASON}` : name)).join(', ');
        waiting = outdated.length > 0 ? told(outdated) : undefined;
        const needed = outdated.filter((name) => SENDING_NEEDS.includes(name));
        tellSending(outdated);
        if (waiting !== undefined) readModels.report('rebuilding', waiting);
        if (needed.length > 0) sending.report('rebuilding', told(needed));
        if (outdated.length > 0) {
          await rebuildOutdated(this.catalog, this.feed, signal, this.logger, (remaining) => {
            // Each new copy is followed at once: sending must not wait for a long rebuild of other copies.
            this.projector.restart();
            tellSending(remaining);
          });
        }
        readModels.working();
        return;
      } catch (error) {
        if (signal.aborted) return;
        // Between two tries too it waits to be made anew: it does not heal by itself meanwhile.
        const state = waiting === undefined ? 'failing' : 'rebuilding';
        const named = waiting === undefined ? '' : `${waiting}; it is tried again: `;
        const reason = named + reasonOf(error);
        readModels.report(state, reason);
        if (isSendingConcerned) sending.report(state, reason);
        const sentence =
          waiting === undefined
            ? 'It cannot be seen whether a read model is to be made anew.'
            : 'A read model could not be rebuilt; it will be tried again.';
        this.log.error(kindOf(error), { error }, sentence);
        // Copies rebuilt before this one, here or by another process, can be followed already.
        if (waiting !== undefined) this.projector.restart();
        await pause(REBUILD_AGAIN_MS, signal);
      }
    }
  }
}
