import { monotonicClock } from '../../../../src/adapters/system/monotonic-clock.js';
import { MemoryEventStore } from '../../../../src/adapters/event-store/memory/memory-event-store.js';
import { PagedEventFeed } from '../../../../src/adapters/event-store/paged-event-feed.js';
import { AgendaTable } from '../../../../src/adapters/read-model/tables/agenda.js';
import { Catalog } from '../../../../src/adapters/read-model/copies/catalog.js';
import { MessageIndexTable } from '../../../../src/adapters/read-model/tables/message-index.js';
import type { AgendaOrder } from '../../../../src/application/ports/agenda.js';
import { noHealth } from '../../../support/doubles/no-health.js';
import { eventually } from '../../../support/watching/eventually.js';
import { positionOf, runUntilStopped } from '../../../support/worlds/read-models.js';
import { agendaTable, copiesTable } from '../../../../src/adapters/read-model/tables.js';
import { projectionStores } from '../../../../src/adapters/read-model/projection-stores.js';
import { MemoryReadModelDatabase } from '../../../../src/adapters/read-model/copies/sqlite/sqlite-read-model-database.js';
import { allProjections } from '../../../../src/application/projecting/all-projections.js';
import { ProjectorUnavailable } from '../../../../src/application/errors.js';
import { Projector } from '../../../../src/application/projecting/projector.js';

describe('a projector over a memory ledger', () => {
  let ledger: MemoryEventStore;
  let catalog: Catalog;
  let projector: Projector;
  let running: ReturnType<typeof runUntilStopped>;

  beforeEach(async () => {
    ledger = new MemoryEventStore();
    catalog = await Catalog.open(new MemoryReadModelDatabase());
    const logger = { info() {}, warn() {}, error: (facts: unknown) => console.error(facts) };
    projector = new Projector(
      new PagedEventFeed(ledger),
      allProjections(projectionStores(catalog)),
      { clock: { now: () => new Date() }, monotonic: monotonicClock, logger, health: noHealth },
    );
  });

  afterEach(async () => {
    await running.stop();
    await ledger.close();
    await catalog.close();
  });

  it('puts a started attempt on the agenda and its uuid into the index', async () => {
    const index = new MessageIndexTable(catalog);
    let told = 0;
    projector.onProgress(() => told++);
    const metadata = {
      recordedAt: '2026-01-01T00:00:00.000Z',
      correlationId: 'c',
      causationId: 'c',
      source: 'dispatcher' as const,
    };
    const occurredAt = '2026-01-01T00:00:00.000Z';
    const confirmBy = '2026-01-01T00:30:00.000Z';
    running = runUntilStopped(projector);
    await ledger.append(
      'message-a',
      [
        {
          id: '00000000-0000-4000-8000-000000000001',
          event: {
            type: 'AttemptStarted',
            data: {
              attempt: 1,
              channel: 'sms',
              to: '447700900000',
              from: 'Waybill',
              clientRef: 'a.1',
              confirmBy,
              occurredAt,
            },
          },
          metadata,
        },
        {
          id: '00000000-0000-4000-8000-000000000002',
          event: {
            type: 'AttemptAccepted',
            data: { attempt: 1, messageUuid: 'uuid-1', occurredAt },
          },
          metadata,
        },
      ],
      'no-stream',
    );
    await eventually(async () => (await positionOf(catalog)) === '2');
    // The index is not the last of the projections; only the final notification means that all are done.
    await eventually(() => projector.lag.events === 0 && told > 0);
    const agenda = new AgendaTable(catalog);
    expect(await agenda.due('confirm', { now: '2027-01-01T00:00:00.000Z' }, 10)).toEqual([
      { messageId: 'a', kind: 'confirm', attempt: 0, dueAt: confirmBy },
    ]);
    expect(await agenda.due('settle', { now: '2027-01-01T00:00:00.000Z' }, 10)).toEqual([]);
    expect(await index.messageIdOf('uuid-1')).toBe('a');
    expect(projector.lag).toEqual({ events: 0, seconds: 0 });
  });
});

it('does not say that it knows no uuid while the index is made anew', async () => {
  const catalog = await Catalog.open(new MemoryReadModelDatabase());
  const index = new MessageIndexTable(catalog);
  expect(await index.messageIdOf('uuid-1')).toBeUndefined();
  const inUse = await catalog.copyOf('message-index');
  await catalog.replaceDamaged(inUse.name, 'a test damaged it');
  await expect(index.messageIdOf('uuid-1')).rejects.toThrow(ProjectorUnavailable);
  await catalog.close();
});

it('tells what is due from either end', async () => {
  const catalog = await Catalog.open(new MemoryReadModelDatabase());
  const { copy } = await catalog.copyOf('agenda');
  const days = ['2026-01-01', '2026-01-02', '2026-01-03'];
  await copy.write([
    { table: agendaTable, put: days.map((day) => [day, 'adopt', 0, day, day, 0, '']) },
  ]);
  const agenda = new AgendaTable(catalog);
  const due = async (order?: AgendaOrder) =>
    (await agenda.due('adopt', { now: '2026-01-03' }, 2, order)).map(({ dueAt }) => dueAt);
  expect(await due()).toEqual(['2026-01-01', '2026-01-02']);
  expect(await due('newest-first')).toEqual(['2026-01-03', '2026-01-02']);
  await catalog.close();
});

it('has nothing due that began before a step of the clock, until its whole length has elapsed', async () => {
  const catalog = await Catalog.open(new MemoryReadModelDatabase());
  const { copy } = await catalog.copyOf('agenda');
  const day = (hour: number) => `2026-01-01T${String(hour).padStart(2, '0')}:00:00.000Z`;
  const row = (id: string, begunHour: number | null, dueHour: number) => [
    id,
    'confirm',
    0,
    day(dueHour),
    begunHour === null ? null : day(begunHour),
    begunHour === null ? 0 : (dueHour - begunHour) * 3_600_000,
    '',
  ];
  // The clock was set to 10 o'clock, forward for `before` and back for `ahead`; now it is 12.
  const put = [
    row('before', 8, 11),
    row('ahead', 20, 21),
    row('present', 10, 12),
    row('not yet', 11, 13),
    row('chosen', null, 9),
    row('chosen for later', null, 23),
  ];
  await copy.write([{ table: agendaTable, put }]);
  const agenda = new AgendaTable(catalog);
  const dueAfter = async (elapsedHours: number, now = day(12), graceMs = 0) => {
    const lastStep = { since: day(10), elapsedMs: elapsedHours * 3_600_000 };
    const entries = await agenda.due('confirm', { now, lastStep, graceMs }, 10);
    return entries.map(({ messageId }) => messageId);
  };
  expect(await dueAfter(0)).toEqual(['chosen', 'present']);
  expect(await dueAfter(1)).toEqual(['chosen', 'present', 'ahead']);
  expect(await dueAfter(3, day(13))).toEqual(['chosen', 'present', 'not yet', 'before', 'ahead']);
  expect(await dueAfter(1, day(12), 1)).toEqual(['chosen']);
  await catalog.close();
});

it('has nothing due in a copy of another shape, which waits to be rebuilt', async () => {
  const catalog = await Catalog.open(new MemoryReadModelDatabase());
  const tables = await catalog.set();
  await tables.write([{ table: copiesTable, put: [['agenda', 'agenda-1', 2]] }]);
  const agenda = new AgendaTable(catalog);
  expect(await agenda.due('expire', { now: '2030-01-01T00:00:00.000Z' }, 10)).toEqual([]);
  expect(await agenda.lines()).toEqual([]);
  await agenda.forget([{ messageId: 'a', kind: 'send', attempt: 0, dueAt: '2030' }]);
  await catalog.close();
});

it('counts what is due up to a bound, and knows the oldest of it', async () => {
  const catalog = await Catalog.open(new MemoryReadModelDatabase());
  const { copy } = await catalog.copyOf('agenda');
  const dueAt = (index: number) => new Date(Date.UTC(2030, 0, 1) + index).toISOString();
  const put = Array.from({ length: 10_002 }, (_, index) => [
    String(index),
    'confirm',
    0,
    dueAt(index),
    null,
    0,
    '',
  ]);
  await copy.write([{ table: agendaTable, put }]);
  const agenda = new AgendaTable(catalog);
  const backlogAt = (index: number) => agenda.backlog('confirm', dueAt(index));
  expect(await backlogAt(9_999)).toEqual({ entries: 10_000, oldestDueAt: dueAt(0) });
  expect(await backlogAt(10_001)).toEqual({ entries: 10_001, oldestDueAt: dueAt(0) });
  await catalog.close();
});
