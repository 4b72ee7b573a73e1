import { randomUUID } from 'node:crypto';
import { MemoryEventStore } from '../../src/adapters/event-store/memory/memory-event-store.js';
import { PagedEventFeed } from '../../src/adapters/event-store/paged-event-feed.js';
import { Catalog } from '../../src/adapters/read-model/copies/catalog.js';
import { nextCopy } from '../../src/adapters/read-model/copies/copy-names.js';
import { progressOf } from '../../src/adapters/read-model/copies/progress.js';
import { MemoryReadModelDatabase } from '../../src/adapters/read-model/copies/sqlite/sqlite-read-model-database.js';
import { copiesTable } from '../../src/adapters/read-model/tables.js';
import { monotonicClock } from '../../src/adapters/system/monotonic-clock.js';
import { StoreUnavailable } from '../../src/application/errors.js';
import { HealthRegistry } from '../../src/application/health/health-registry.js';
import { projectionVersions } from '../../src/application/projecting/versions.js';
import { RebuildingProjector } from '../../src/threads/rebuilding-projector.js';
import { requested } from '../support/facts/message-facts.js';
import { recordEvents } from '../support/facts/record-events.js';
import { eventually } from '../support/watching/eventually.js';
import { LogCapture } from '../support/watching/log-capture.js';
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

it('is rebuilding, and not for a moment less, while a rebuild fails again and again', async () => {
  const store = new MemoryEventStore();
  const catalog = await Catalog.open(new MemoryReadModelDatabase());
  const log = new LogCapture();
  const health = new HealthRegistry(systemClock, monotonicClock, log.logger);
  let tries = 0;
  catalog.outdated = async () => ['messages'];
  catalog.database.copies = async () => {
    tries += 1;
    throw new StoreUnavailable('the disk is full');
  };
  const surroundings = {
    clock: systemClock,
    monotonic: monotonicClock,
    logger: log.logger,
    health,
  };
  const projector = new RebuildingProjector(new PagedEventFeed(store), catalog, surroundings);
  const { stop } = runUntilStopped(projector);
  await eventually(() => tries > 0 && health.part('readModels').reason?.includes('disk is full'));
  expect(health.part('readModels').state).toBe('rebuilding');
  const first = tries;
  await eventually(() => tries > first);
  await eventually(() => health.part('readModels').reason?.includes('disk is full'));
  await stop();
  const told = log.lines.filter((line) => line.includes('"part":"readModels"'));
  expect(told.filter((line) => line.includes('"state":"rebuilding"'))).toHaveLength(1);
  expect(told.filter((line) => line.includes('"state":"failing"'))).toEqual([]);
  await store.close();
  await catalog.close();
});

it('makes a copy anew that another version of the software puts in use in the middle of a turn', async () => {
  const store = new MemoryEventStore();
  const catalog = await Catalog.open(new MemoryReadModelDatabase());
  const health = new HealthRegistry(systemClock, monotonicClock, silent);
  const feed = new PagedEventFeed(store);
  const surroundings = { clock: systemClock, monotonic: monotonicClock, logger: silent, health };
  const { stop } = runUntilStopped(new RebuildingProjector(feed, catalog, surroundings));
  const agenda = () => catalog.freshCopyOf('agenda');
  const holdsAll = async () => {
    const { isOutdated, copy } = await agenda();
    return !isOutdated && (await progressOf(copy))?.position === (await feed.head());
  };
  await recordEvents(store, randomUUID(), requested());
  await eventually(holdsAll);

  // As its `npm run rebuild` does, beside the service.
  const other = nextCopy('agenda', await catalog.database.copies());
  const set = await catalog.set();
  const version = projectionVersions.agenda + 1;
  await set.write([{ table: copiesTable, put: [['agenda', other, version]] }]);
  expect((await agenda()).isOutdated).toBe(true);
  await recordEvents(store, randomUUID(), requested());
  await eventually(holdsAll);
  await stop();
  await store.close();
  await catalog.close();
});
