import { setImmediate as nextTurn } from 'node:timers/promises';
import { isDeepStrictEqual } from 'node:util';
import { sql } from 'kysely';
import { allGroupings } from '../../testing/generated-messages/all-groupings.js';
import { seededRandom } from '../../testing/seeded-random.js';
import {
  generateMessage,
  PROBE_NUMBER,
  PROBE_REFERENCE,
} from '../../testing/generated-messages/generate-messages.js';
import { hardSearches } from '../../testing/generated-messages/hard-searches.js';
import { MemoryEventStore } from '../../src/adapters/event-store/memory/memory-event-store.js';
import { PagedEventFeed } from '../../src/adapters/event-store/paged-event-feed.js';
import { AgendaTable } from '../../src/adapters/read-model/tables/agenda.js';
import { Catalog } from '../../src/adapters/read-model/copies/catalog.js';
import { rebuild } from '../../src/adapters/read-model/copies/rebuild.js';
import { MessageIndexTable } from '../../src/adapters/read-model/tables/message-index.js';
import { projectionStores } from '../../src/adapters/read-model/projection-stores.js';
import { SqlDeliveryTotals } from '../../src/adapters/read-model/delivery-report/sql-delivery-totals.js';
import { InboundTables } from '../../src/adapters/read-model/tables/inbound.js';
import { SqlMessageSearch } from '../../src/adapters/read-model/messages/sql-message-search.js';
import { messagesTable, tablesOf } from '../../src/adapters/read-model/tables.js';
import { SetAsideTables } from '../../src/adapters/read-model/tables/quarantine.js';
import type { ReadModelDatabase } from '../../src/adapters/read-model/copies/read-model-database.js';
import { ProjectorUnavailable } from '../../src/application/errors.js';
import {
  REPORT_GROUPS_MAX,
  TooManyGroups,
  type ReportDimension,
} from '../../src/application/ports/delivery-totals.js';
import {
  ENDING_NUMBERS_MAX,
  type MessageFilter,
} from '../../src/application/ports/message-search.js';
import { ProjectionMoved } from '../../src/application/ports/projection-store.js';
import type { DeliveryContribution } from '../../src/application/projecting/messages/delivery-contribution.js';
import type { Projector } from '../../src/application/projecting/projector.js';
import { uuidIdentifiers } from '../../src/adapters/system/uuid-identifiers.js';
import type { DomainEvent } from '../../src/domain/events.js';
import { countedReport } from '../support/facts/counted-report.js';
import { sampleEvents } from '../../testing/events.js';
import {
  allRows,
  newProjector,
  projected,
  reportOf,
  runUntilStopped,
} from '../support/worlds/read-models.js';

/** The contribution of one message that was sent in the first hour of 1970. */
const contribution: DeliveryContribution = {
  hour: 0,
  country: null,
  networkCode: null,
  from: 'Waybill',
  channel: 'sms',
  status: 'sent',
  errorCode: null,
  currency: null,
  messages: 1,
  segments: 1,
  amount: 0,
  contradicted: 0,
  bucket: null,
};

const MESSAGES = 400;
const PAGE_ROWS = 17;
/**
 * Every seventh search, because all would take long; the step picks different columns in each row of the pair table.
 */
const HARD_SEARCHES_EVERY = 7;

/** Of the sets of groups: the step picks each dimension with and without each other one. */
export const SOME_GROUPINGS = 7;

/**
 * The contract of every read-model database.
 * @param open an empty database
 * @param groupingsEvery reports by each set of groups with 1, by a part of them with more
 */
export function describeReadModel(
  name: string,
  open: () => Promise<ReadModelDatabase>,
  groupingsEvery = 1,
): void {
  describe(`read models in ${name}`, () => {
    let ledger: MemoryEventStore;
    let feed: PagedEventFeed;
    let catalog: Catalog;
    let projector: Projector;
    let running: ReturnType<typeof runUntilStopped>;

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
      running = runUntilStopped(projector);
    });

    afterEach(async () => {
      await running.stop();
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

    it('says to ask again while a copy of another shape is in use, as in an upgrade', async () => {
      await append('message-one', [sampleEvents.MessageRequested]);
      await projected(feed, catalog);
      const { copy } = await catalog.copyOf('messages');
      const search = (): Promise<unknown> => new SqlMessageSearch(catalog).search({}, undefined, 5);
      await sql`ALTER TABLE messages RENAME COLUMN message_key TO of_another_version`.execute(
        copy.db,
      );
      await expect(search()).rejects.toThrow(ProjectorUnavailable);
      await sql`DROP TABLE messages`.execute(copy.db);
      await expect(search()).rejects.toThrow(ProjectorUnavailable);
      await expect(copy.find(messagesTable, 'recipient', ['1'])).rejects.toThrow(
        ProjectorUnavailable,
      );
    });

    it('finds exactly the messages that match, newest first, whatever is combined', async () => {
      await fill();
      const all = [...(await allRows(catalog)).values()].toSorted(
        (left, right) => right.createdAt - left.createdAt,
      );
      const some = all.find(({ status, reference }) => status === 'undeliverable' && reference);
      if (some === undefined) throw new Error('the sample has no such message');
      const numberSender = all.find(({ from }) => /^[0-9]+$/.test(from))?.from ?? '447700900001';
      const filters: readonly MessageFilter[] = [
        {},
        { statuses: ['delivered'] },
        { statuses: ['delivered', 'undeliverable'] },
        { statuses: ['undeliverable'], country: some.country ?? '' },
        { errorCode: some.current.errorCode ?? '', channel: 'sms' },
        { from: some.from, contradicted: false },
        { contradicted: true },
        { to: some.to },
        { to: some.to, statuses: ['undeliverable'] },
        { toEndsWith: some.to.slice(-6) },
        { toEndsWith: some.to.slice(-5), statuses: ['undeliverable', 'delivered'] },
        { toEndsWith: some.to, reference: some.reference ?? '' },
        { toEndsWith: '00000000000000000' },
        { fromEndsWith: numberSender.slice(-4) },
        { fromEndsWith: numberSender.slice(-4), toEndsWith: some.to.slice(-5) },
        { reference: some.reference ?? '' },
        { since: some.createdAt, until: some.createdAt + 86_400_000 },
        { statuses: ['delivered'], since: some.createdAt },
        { country: 'XX' },
        { to: PROBE_NUMBER, reference: PROBE_REFERENCE, statuses: ['delivered'] },
        ...hardSearches().filter((_, index) => index % HARD_SEARCHES_EVERY === 0),
      ];
      const usual = new SqlMessageSearch(catalog);
      // So small that each search strategy reaches its limit and continues with another one.
      const narrow = new SqlMessageSearch(catalog, { ofAll: 40, ofOwner: 3 });
      for (const [index, filter] of filters.entries()) {
        const search = index % 2 === 0 ? usual : narrow;
        const expected = all.filter(
          (row) =>
            (filter.statuses ?? [row.status]).includes(row.status) &&
            (filter.country ?? row.country) === row.country &&
            (filter.errorCode ?? row.current.errorCode) === row.current.errorCode &&
            (filter.channel ?? row.channel) === row.channel &&
            (filter.from ?? row.from) === row.from &&
            (filter.contradicted ?? row.contradicted) === row.contradicted &&
            (filter.to ?? row.to) === row.to &&
            row.to.endsWith(filter.toEndsWith ?? '') &&
            row.from.endsWith(filter.fromEndsWith ?? '') &&
            (filter.reference ?? row.reference) === row.reference &&
            (filter.since ?? row.createdAt) <= row.createdAt &&
            (filter.until ?? Number.POSITIVE_INFINITY) > row.createdAt,
        );
        const found: string[] = [];
        let after: number | undefined;
        do {
          const page = await search.search(filter, after, PAGE_ROWS);
          found.push(...page.rows.map(({ messageId }) => messageId));
          after = page.next;
        } while (after !== undefined);
        expect({ filter, found }).toEqual({
          filter,
          found: expected.map(({ messageId }) => messageId),
        });
      }
    });

    it('asks for more digits where too many numbers have the last ones', async () => {
      const { MessageRequested: requested } = sampleEvents;
      for (let number = 0; number <= ENDING_NUMBERS_MAX; number++) {
        const to = `4477009${String(number).padStart(2, '0')}123`;
        await append(`message-${to}`, [{ ...requested, data: { ...requested.data, to } }]);
      }
      await projected(feed, catalog);
      const search = new SqlMessageSearch(catalog);
      await expect(search.search({ toEndsWith: '123' }, undefined, 5)).rejects.toThrow(
        'more than 20 numbers',
      );
      const { rows } = await search.search({ toEndsWith: '07123' }, undefined, 5);
      expect(rows.map(({ to }) => to)).toEqual(['447700907123']);
    });

    it('goes on where a page ended, although newer messages have arrived', async () => {
      await fill();
      const search = new SqlMessageSearch(catalog);
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
    });

    it('moves a message that is not ours to the time of its earliest report', async () => {
      const { StatusReported: reported, StatusRefused: refused } = sampleEvents;
      const at = (day: number) => `2026-03-0${day}T00:00:00.000Z`;
      const about = (occurredAt: string) => ({
        ...reported,
        data: { ...reported.data, occurredAt },
      });
      await append('message-moved', [about(at(7))]);
      await append('message-other', [about(at(6))]);
      await projected(feed, catalog);
      await append('message-moved', [
        { ...refused, data: { ...refused.data, reason: 'late', occurredAt: at(5) } },
      ]);
      await projected(feed, catalog);
      const search = new SqlMessageSearch(catalog);
      for (const filter of [
        {},
        { statuses: [reported.data.status] },
        { to: reported.data.to },
        { toEndsWith: reported.data.to.slice(-6) },
      ]) {
        const { rows } = await search.search(filter, undefined, 10);
        expect(rows.map(({ messageId }) => messageId)).toEqual(['other', 'moved']);
      }
    });

    it.each([
      ['asking facets', 0],
      ['looking at all messages', 10_000],
    ])('shows each message once while all of them change, %s', async (_way, ofAll) => {
      const { MessageRequested: requested, AttemptStarted: started } = sampleEvents;
      const ids = Array.from({ length: 60 }, (_, index) => `m${index}`);
      // Each message has a facet of its own, before and after, so that one page covers many facets.
      for (const from of ids) {
        await append(`message-${from}`, [{ ...requested, data: { ...requested.data, from } }]);
      }
      await projected(feed, catalog);
      const search = new SqlMessageSearch(catalog, { ofAll, ofOwner: 1_000 });
      const walk = async (): Promise<readonly string[]> => {
        const seen: string[] = [];
        let after: number | undefined;
        do {
          const page = await search.search({ channel: requested.data.channel }, after, 7);
          seen.push(...page.rows.map(({ messageId }) => messageId));
          after = page.next;
        } while (after !== undefined);
        return seen.toSorted();
      };
      const changing = { isOver: false };
      const change = async (): Promise<void> => {
        for (const id of ids) {
          await append(`message-${id}`, [started]);
          await projected(feed, catalog);
        }
        changing.isOver = true;
      };
      const changed = change();
      const walks: (readonly string[])[] = [];
      while (!changing.isOver) {
        walks.push(await walk());
        await nextTurn();
      }
      await changed;
      for (const seen of walks) expect(seen).toEqual(ids.toSorted());
    });

    const sets = groupingsEvery === 1 ? 'every set' : 'sets';
    it(`reports by ${sets} of groups, at every level of time, what counting the rows gives`, async () => {
      await fill();
      const rows = [...(await allRows(catalog)).values()];
      const hours = rows.map(({ createdAt }) => Math.floor(createdAt / 3_600_000));
      const [firstHour, lastHour] = [Math.min(...hours), Math.max(...hours)];
      const many = allGroupings.filter((_, index) => index % groupingsEvery === 0);
      const some = allGroupings.filter((_, index) => index % 16 === 5);
      const questions = [
        { range: {}, groupings: many },
        { range: { first: firstHour + 5, last: lastHour - 7 }, groupings: many },
        { range: { first: firstHour + 30, last: firstHour + 31 }, groupings: some },
        { range: { first: lastHour + 1 }, groupings: some },
        { range: { last: firstHour - 1 }, groupings: some },
      ];
      for (const { range, groupings } of questions) {
        for (const groupBy of groupings) {
          const report = await reportOf(catalog, groupBy, range);
          const counted = countedReport(rows, groupBy, range);
          // `toStrictEqual` would take minutes for these, so it only reports the difference.
          if (isDeepStrictEqual(report, counted)) continue;
          expect({ groupBy, range, report }).toStrictEqual({ groupBy, range, report: counted });
        }
      }
    });

    it.each([
      ['an hour', 1],
      ['two hours', 2],
      ['two days', 48],
    ])(
      'refuses a report of too many groups, in all or apart by %s, and no other',
      async (_, apart) => {
        await running.stop();
        const { messages } = projectionStores(catalog);
        const half = REPORT_GROUPS_MAX / 2;
        const sent = (from: number, hour: number): DeliveryContribution => ({
          ...contribution,
          from: String(from),
          hour,
        });
        const senders = Array.from({ length: half }, (_unused, index) => index);
        const write = async (contributions: readonly DeliveryContribution[]): Promise<void> => {
          await messages.progress();
          await messages.commit({
            changes: { rows: [], contributions },
            progress: { position: '1', asOf: '2026-01-01T00:00:00.000Z' },
            parked: [],
            unparkedStreams: [],
          });
        };
        const groups = async (groupBy: readonly ReportDimension[]): Promise<number> => {
          const { totals } = await new SqlDeliveryTotals(catalog).totals(groupBy, {});
          return totals.length;
        };
        await write([
          ...senders.map((from) => sent(from, 0)),
          ...senders.map((from) => sent(from + half - 1, apart)),
        ]);
        // At most the limit of groups, although more groups would be possible.
        expect(await groups(['from'])).toBe(REPORT_GROUPS_MAX - 1);
        expect(await groups(['from', 'hour'])).toBe(REPORT_GROUPS_MAX);
        await write([sent(0, apart)]);
        await expect(groups(['from', 'hour'])).rejects.toThrow(TooManyGroups);
        expect(await groups(['hour'])).toBe(2);
        // Only what is asked for is counted: the other senders are not too many for it.
        const ofOne = { from: String(half - 1) };
        const totals = new SqlDeliveryTotals(catalog);
        expect((await totals.totals(['hour', 'from'], {}, ofOne)).totals).toEqual([
          expect.objectContaining({ group: [0, ofOne.from], messages: 1 }),
          expect.objectContaining({ group: [apart, ofOne.from], messages: 1 }),
        ]);
        await write([sent(-1, apart), sent(-2, apart)]);
        await expect(groups(['from'])).rejects.toThrow(TooManyGroups);
      },
    );

    it('keeps agenda, uuids, inbound messages and quarantine', async () => {
      await append('message-1', [
        sampleEvents.MessageRequested,
        sampleEvents.AttemptStarted,
        sampleEvents.AttemptAccepted,
      ]);
      await append('inbound-1', [sampleEvents.InboundReceived]);
      await append('quarantine-2026-03-04', [sampleEvents.WebhookQuarantined]);
      await projected(feed, catalog);

      const { messageUuid } = sampleEvents.AttemptAccepted.data;
      expect(await new MessageIndexTable(catalog).messageIdOf(messageUuid ?? '')).toBe('1');
      const agenda = new AgendaTable(catalog);
      const [entry] = await agenda.due('confirm', { now: '2030-01-01T00:00:00.000Z' }, 10);
      expect(entry?.messageId).toBe('1');
      if (entry === undefined) throw new Error('nothing is due');
      const another = { ...entry, dueAt: '2001-01-01T00:00:00.000Z' };
      await agenda.forget([another, { ...entry, kind: 'send' }]);
      expect(await agenda.due('confirm', { now: '2030-01-01T00:00:00.000Z' }, 10)).toEqual([entry]);
      await agenda.forget([another, entry]);
      expect(await agenda.due('confirm', { now: '2030-01-01T00:00:00.000Z' }, 10)).toEqual([]);
      const inbound = new InboundTables(catalog);
      const { from, keyword } = sampleEvents.InboundReceived.data;
      const page = await inbound.list({ from, keyword: keyword ?? '' }, undefined, 5);
      expect(page.rows[0]).toMatchObject(sampleEvents.InboundReceived.data);
      expect((await inbound.list({ from: 'nobody' }, undefined, 5)).rows).toEqual([]);
      const { to } = sampleEvents.InboundReceived.data;
      const ending = { fromEndsWith: from.slice(-6), toEndsWith: to.slice(-4) };
      expect((await inbound.list(ending, undefined, 5)).rows).toEqual(page.rows);
      expect((await inbound.list({ toEndsWith: '0'.repeat(12) }, undefined, 5)).rows).toEqual([]);
      const quarantined = await new SetAsideTables(catalog).quarantined(undefined, 5);
      expect(quarantined.rows[0]?.reason).toBe(sampleEvents.WebhookQuarantined.data.reason);
    });

    it('parks what it cannot handle, goes on with the rest, and retries it', async () => {
      const broken = structuredClone(sampleEvents.StatusReported);
      Object.assign(broken.data, { occurredAt: 'about noon' });
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
            Object.assign(event.data, { occurredAt: sampleEvents.StatusReported.data.occurredAt });
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
      const { totals } = await new SqlDeliveryTotals(catalog).totals([], {});
      expect(totals[0]?.messages).toBe(2);
    });

    it('is not stopped by what it cannot store', async () => {
      // PostgreSQL holds no NUL, and no index entry of this length that cannot be compressed.
      const random = seededRandom(3);
      const character = (): string => String.fromCodePoint(0x4e00 + Math.floor(random() * 20_000));
      const long = Array.from({ length: 1000 }, character).join('');
      const { MessageRequested: requested } = sampleEvents;
      const odd = (data: Partial<typeof requested.data>): DomainEvent => ({
        ...requested,
        data: { ...requested.data, ...data },
      });
      await append('message-1', [odd({ reference: 'a\u0000b' })]);
      await append('message-2', [odd({ to: long }), sampleEvents.AttemptStarted]);
      await append('message-3', [requested, sampleEvents.AttemptStarted]);
      await projected(feed, catalog);
      const aside = new SetAsideTables(catalog);
      const rows = await allRows(catalog);
      const parked = await aside.parked(10);
      expect(rows.get('1')?.reference).toMatch(/^a.b$/u);
      expect(rows.get('3')?.status).toBe('sending');
      expect([rows.has('2') ? 0 : 2, parked.length]).toEqual([parked.length, parked.length]);
      expect(parked.every(({ stream }) => stream === 'message-2')).toBe(true);
      const retried = await projector.retryParked(
        async (stream) => (await ledger.read(stream)).events,
      );
      expect(retried.stillParked).toBe(parked.length);
      const { totals } = await new SqlDeliveryTotals(catalog).totals([], {});
      expect(totals[0]?.messages).toBe(rows.size);
      expect(await new InboundTables(catalog).find('\u0000')).toMatchObject({ row: undefined });
      // A new copy must handle the same rows in the same way.
      await rebuild(catalog, feed, 'messages', new AbortController().signal);
      expect(await aside.parked(10)).toEqual(parked);
      expect(await allRows(catalog)).toEqual(rows);
    });

    it('drops the copy that a killed rebuild has left, and leaves alone one that is being made', async () => {
      await fill();
      const { database } = catalog;
      const inUse = (await catalog.copyOf('messages')).name;
      const leave = async (copy: string): Promise<void> =>
        (await database.openCopy(copy, tablesOf.messages, 'rebuild')).close();
      await leave('messages-7');
      const end = await database.beginRebuild();
      await catalog.dropUnused('messages');
      expect(await database.copies()).toContain('messages-7');
      await end();
      await catalog.dropUnused('messages');
      const left = (await database.copies()).filter((copy) => copy.startsWith('messages'));
      expect(left).toEqual([inUse]);
      // None that is under way prevents another.
      const ends = [await database.beginRebuild(), await database.beginRebuild()];
      await rebuild(catalog, feed, 'messages', new AbortController().signal);
      for (const one of ends) await one();
      expect((await allRows(catalog)).size).toBe(MESSAGES);
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

    it('notices a commit that did not move the position, as when parked events are tried again', async () => {
      await append('message-1', [sampleEvents.MessageRequested]);
      await projected(feed, catalog);
      const keeping = projectionStores(catalog)['message-index'];
      const retrying = projectionStores(catalog)['message-index'];
      const progress = await keeping.progress();
      await retrying.progress();
      if (progress === undefined) throw new Error('nothing was projected');
      const commit = { progress, parked: [], unparkedStreams: [] };
      await retrying.commit({ ...commit, changes: new Map() });
      await expect(keeping.commit({ ...commit, changes: new Map([['u', 'a']]) })).rejects.toThrow(
        ProjectionMoved,
      );
      await keeping.progress();
      await keeping.commit({ ...commit, changes: new Map([['u', 'b']]) });
      expect(await new MessageIndexTable(catalog).messageIdOf('u')).toBe('b');
    });
  });
}
