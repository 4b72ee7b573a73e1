import { MemoryEventStore } from '../../src/adapters/event-store/memory/memory-event-store.js';
import { PagedEventFeed } from '../../src/adapters/event-store/paged-event-feed.js';
import { Catalog } from '../../src/adapters/read-model/copies/catalog.js';
import { MemoryReadModelDatabase } from '../../src/adapters/read-model/copies/sqlite/sqlite-read-model-database.js';
import { monotonicClock } from '../../src/adapters/system/monotonic-clock.js';
import { StoreUnavailable } from '../../src/application/errors.js';
import { HealthRegistry } from '../../src/application/health/health-registry.js';
import { RebuildingProjector } from '../../src/threads/rebuilding-projector.js';
import { eventually } from '../support/watching/eventually.js';
import { runUntilStopped, silent, systemClock } from '../support/worlds/read-models.js';

it('is on standby after a turn that ended with a fault, so that the instance is ready while another leads', async () => {
  const store = new MemoryEventStore();
  const catalog = await Catalog.open(new MemoryReadModelDatabase());
  const health = new HealthRegistry(systemClock, monotonicClock, silent);
  const feed = new PagedEventFeed(store);
  const follow = feed.follow.bind(feed);
  feed.follow = () => {
    throw new StoreUnavailable('the cut of a cable');
  };
  const outdated = catalog.outdated.bind(catalog);
  catalog.outdated = async () => Promise.reject(new StoreUnavailable('the cut of a cable'));
  const surroundings = { clock: systemClock, monotonic: monotonicClock, logger: silent, health };
  const projector = new RebuildingProjector(feed, catalog, surroundings);
  const states = () => [health.part('readModels').state, health.part('sending').state];

  const { stop } = runUntilStopped(projector);
  await eventually(() => states().every((state) => state === 'failing'));
  await stop();
  expect(states()).toEqual(['standby', 'standby']);

  feed.follow = follow;
  catalog.outdated = outdated;
  const next = runUntilStopped(projector);
  await eventually(() => states().every((state) => state === 'working'));
  await next.stop();
  await store.close();
  await catalog.close();
});
