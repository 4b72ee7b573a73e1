import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { sql } from 'kysely';
import { generateMessage } from '../../bench/read/generate-messages.js';
import { MemoryEventStore } from '../../src/adapters/event-store/memory/memory-event-store.js';
import { PagedEventFeed } from '../../src/adapters/event-store/paged-event-feed.js';
import { AgendaTable } from '../../src/adapters/read-model/agenda-table.js';
import { Catalog } from '../../src/adapters/read-model/catalog.js';
import { CheckpointTable } from '../../src/adapters/read-model/checkpoint-table.js';
import { MessageIndexTable } from '../../src/adapters/read-model/message-index-table.js';
import { projectionStores } from '../../src/adapters/read-model/projection-stores.js';
import { DeliveryTotalsTables } from '../../src/adapters/read-model/queries/delivery-totals-tables.js';
import { InboundTables } from '../../src/adapters/read-model/queries/inbound-tables.js';
import { MessageSearchTables } from '../../src/adapters/read-model/queries/message-search-tables.js';
import { SetAsideTables } from '../../src/adapters/read-model/queries/set-aside-tables.js';
import type { ReadModelDatabase } from '../../src/adapters/read-model/read-model-database.js';
import type { MessageFilter } from '../../src/application/ports/message-search.js';
import { ProjectionMoved } from '../../src/application/ports/projection-store.js';
import type { Projector } from '../../src/application/processes/projector.js';
import { uuidIdentifiers } from '../../src/adapters/system/uuid-identifiers.js';
import type { DomainEvent } from '../../src/domain/events.js';
import { sampleEvents } from '../support/events.js';
import { allRows, newProjector, projected } from '../support/read-models.js';

const MESSAGES = 400;

/** What every database of the read models does. @param open an empty one */
export function describeReadModel(name: string, open: () => Promise<ReadModelDatabase>): void {
  describe(`read models in ${name}`, () => {
    let ledger: MemoryEventStore;
    let feed: PagedEventFeed;
    let catalog: Catalog;
    let projector: Projector;

    const append = async (stream: string, events: readonly DomainEvent[]): Promise<void> => {
      const { revision } = await ledger.read(stream);
      await ledger.append(
        stream,
        events.map((event) => ({
          id: uuidIdentifiers.newId(),
          event,
          metadata: {
            recordedAt: '2026-01-01T00:00:00.000Z',
            correlationId: 'c',
            causationId: 'c',
            source: 'api' as const,
          },
        })),
        revision,
      );
    };

    beforeEach(async () => {
      ledger = new MemoryEventStore();
      feed = new PagedEventFeed(ledger);
      catalog = await Catalog.open(await open());
      projector = newProjector(feed, catalog);
      projector.start();
    }, 30_000);

    afterEach(async () => {
      await projector.stop();
      await ledger.close();
      await catalog.close();
    });

    const fill = async (): Promise<void> => {
      for (let number = 0; number < MESSAGES; number++) {
        const events = generateMessage(7, number, MESSAGES);
        await append(
          events[0]?.stream ?? '',
          events.map(({ event }) => event),
        );
      }
      await projected(feed, catalog);
    };

    it('finds exactly the messages that match, newest first, whatever is combined', async () => {
      await fill();
      const all = [...(await allRows(catalog)).values()].toSorted(
        (left, right) => right.createdAt - left.createdAt,
      );
      const some = all.find(({ status, reference }) => status === 'undeliverable' && reference);
      if (some === undefined) throw new Error('the sample has no such message');
      const filters: readonly MessageFilter[] = [
        {},
        { status: 'delivered' },
        { status: 'undeliverable', country: some.country ?? '' },
        { errorCode: some.current.errorCode ?? '', channel: 'sms' },
        { from: some.from, contradicted: false },
        { contradicted: true },
        { to: some.to },
        { to: some.to, status: 'undeliverable' },
        { reference: some.reference ?? '' },
        { since: some.createdAt, until: some.createdAt + 86_400_000 },
        { status: 'delivered', since: some.createdAt },
        { country: 'XX' },
      ];
      const search = new MessageSearchTables(catalog);
      for (const filter of filters) {
        const expected = all.filter(
          (row) =>
            (filter.status ?? row.status) === row.status &&
            (filter.country ?? row.country) === row.country &&
            (filter.errorCode ?? row.current.errorCode) === row.current.errorCode &&
            (filter.channel ?? row.channel) === row.channel &&
            (filter.from ?? row.from) === row.from &&
            (filter.contradicted ?? row.contradicted) === row.contradicted &&
            (filter.to ?? row.to) === row.to &&
            (filter.reference ?? row.reference) === row.reference &&
            (filter.since ?? row.createdAt) <= row.createdAt &&
            (filter.until ?? Number.POSITIVE_INFINITY) > row.createdAt,
        );
        const found: string[] = [];
        let after: number | undefined;
        do {
          const page = await search.search(filter, after, 7);
          found.push(...page.rows.map(({ messageId }) => messageId));
          after = page.next;
        } while (after !== undefined);
        expect({ filter, found }).toEqual({
          filter,
          found: expected.map(({ messageId }) => messageId),
        });
      }
    }, 60_000);

    it('goes on where a page ended, although newer messages have arrived', async () => {
      await fill();
      const search = new MessageSearchTables(catalog);
      const first = await search.search({ channel: 'sms' }, undefined, 10);
      const second = await search.search({ channel: 'sms' }, first.next, 10);
      const newer = generateMessage(7, MESSAGES + 50, MESSAGES);
      await append(
        newer[0]?.stream ?? '',
        newer.map(({ event }) => event),
      );
      await projected(feed, catalog);
      const again = await search.search({ channel: 'sms' }, first.next, 10);
      expect(again.rows).toEqual(second.rows);
    }, 60_000);

    it('adds up reports that agree with the rows, at every level of time', async () => {
      await fill();
      const rows = [...(await allRows(catalog)).values()];
      const totals = new DeliveryTotalsTables(catalog);
      const hours = rows.map(({ createdAt }) => Math.floor(createdAt / 3_600_000));
      const ranges = [
        {},
        { first: Math.min(...hours) + 5, last: Math.max(...hours) - 7 },
        { first: Math.min(...hours) + 30, last: Math.min(...hours) + 31 },
      ];
      for (const range of ranges) {
        const inside = rows.filter((_, index) => {
          const hour = hours[index] ?? 0;
          return hour >= (range.first ?? hour) && hour <= (range.last ?? hour);
        });
        for (const groupBy of [[], ['day'], ['hour'], ['country', 'day']] as const) {
          const report = await totals.totals(groupBy, range);
          const counted = report.totals.reduce((sum, { messages }) => sum + messages, 0);
          expect(counted).toBe(inside.length);
          const groups = new Set(report.totals.map(({ group }) => JSON.stringify(group)));
          expect(groups.size).toBe(report.totals.length);
        }
      }
    }, 60_000);

    it('keeps agenda, uuids, inbound messages, quarantine and checkpoints', async () => {
      await append('message-1', [
        sampleEvents.MessageRequested,
        sampleEvents.AttemptStarted,
        sampleEvents.AttemptAccepted,
      ]);
      await append('inbound-1', [sampleEvents.InboundReceived]);
      await append('quarantine-2026-03-04', [sampleEvents.WebhookQuarantined]);
      await projected(feed, catalog);

      const { messageUuid } = sampleEvents.AttemptAccepted.data;
      expect(await new MessageIndexTable(catalog).messageIdOf(messageUuid)).toBe('1');
      const agenda = new AgendaTable(catalog);
      const [entry] = await agenda.due('confirm', '2030-01-01T00:00:00.000Z', 10);
      expect(entry?.messageId).toBe('1');
      if (entry !== undefined) {
        await agenda.forget({ ...entry, dueAt: '2001-01-01T00:00:00.000Z' });
        expect(await agenda.due('confirm', '2030-01-01T00:00:00.000Z', 10)).toEqual([entry]);
        await agenda.forget(entry);
      }
      expect(await agenda.due('confirm', '2030-01-01T00:00:00.000Z', 10)).toEqual([]);
      const inbound = new InboundTables(catalog);
      const { from, keyword } = sampleEvents.InboundReceived.data;
      const page = await inbound.list({ from, keyword: keyword ?? '' }, undefined, 5);
      expect(page.rows[0]).toMatchObject(sampleEvents.InboundReceived.data);
      expect((await inbound.list({ from: 'nobody' }, undefined, 5)).rows).toEqual([]);
      const quarantined = await new SetAsideTables(catalog).quarantined(undefined, 5);
      expect(quarantined.rows[0]?.reason).toBe(sampleEvents.WebhookQuarantined.data.reason);

      const checkpoints = new CheckpointTable(catalog);
      expect(await checkpoints.load('somebody')).toBeUndefined();
      await checkpoints.save('somebody', '12');
      await checkpoints.save('somebody', '13');
      expect(await checkpoints.load('somebody')).toBe('13');
    });

    it('parks what it cannot handle, goes on with the rest, and retries it', async () => {
      const broken = structuredClone(sampleEvents.StatusReported);
      Object.assign(broken.data, { usage: { currency: 'EUR', price: 'a lot' } });
      await append('message-1', [sampleEvents.MessageRequested, sampleEvents.AttemptStarted]);
      await append('message-1', [broken, sampleEvents.MessageCancelled]);
      await append('message-2', [sampleEvents.MessageRequested]);
      await projected(feed, catalog);
      const aside = new SetAsideTables(catalog);
      const rows = await allRows(catalog);
      expect(rows.get('1')?.status).toBe('sending');
      expect(rows.get('2')?.status).toBe('scheduled');
      expect((await aside.parkedCount()).get('messages')).toBe(2);
      expect((await aside.parked(10)).map(({ stream }) => stream)).toEqual([
        'message-1',
        'message-1',
      ]);

      const read = async (stream: string) => {
        const { events } = await ledger.read(stream);
        for (const { event } of events) {
          if (event.type === 'StatusReported') {
            Object.assign(event.data, { usage: { currency: 'EUR', price: '0.1' } });
          }
        }
        return events;
      };
      const still = await projector.retryParked(
        async (stream) => (await ledger.read(stream)).events,
      );
      expect(still).toEqual({ streams: 1, stillParked: 2 });
      expect(await projector.retryParked(read)).toEqual({ streams: 1, stillParked: 0 });
      expect((await allRows(catalog)).get('1')?.status).toBe('cancelled');
      expect((await aside.parkedCount()).get('messages')).toBe(0);
      const { totals } = await new DeliveryTotalsTables(catalog).totals([], {});
      expect(totals[0]?.messages).toBe(2);
    });

    it('writes nothing for a writer that was overtaken', async () => {
      await append('message-1', [sampleEvents.MessageRequested]);
      await projected(feed, catalog);
      const first = projectionStores(catalog)['message-index'];
      const second = projectionStores(catalog)['message-index'];
      const [one, other] = [await first.progress(), await second.progress()];
      if (one === undefined || other === undefined) throw new Error('nothing was projected');
      const commit = { parked: [], unparkedStreams: [] };
      const position = (change: string) => ({ ...one, position: change });
      await first.commit({
        ...commit,
        changes: new Map([['uuid-1', 'a']]),
        progress: position('7'),
      });
      await expect(
        second.commit({ ...commit, changes: new Map([['uuid-1', 'b']]), progress: position('8') }),
      ).rejects.toThrow(ProjectionMoved);
      expect(await new MessageIndexTable(catalog).messageIdOf('uuid-1')).toBe('a');
    });

    it('has no table without a way in: every index of the definitions is there', async () => {
      const { copy } = await catalog.copyOf('messages');
      await sql`SELECT 1 FROM messages WHERE message_key = 1`.execute(copy.db);
      const kind = catalog.database.kind;
      const { rows } =
        kind === 'sqlite'
          ? await sql<{
              name: string;
            }>`SELECT name FROM sqlite_schema WHERE type = 'index'`.execute(copy.db)
          : await sql<{ name: string }>`
              SELECT indexname AS name FROM pg_indexes WHERE schemaname = current_schema()`.execute(
              copy.db,
            );
      const names = rows.map((row) => row.name);
      expect(names).toEqual(
        expect.arrayContaining(['messages_facet', 'messages_recipient', 'messages_reference']),
      );
    });
  });
}
