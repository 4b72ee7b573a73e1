import { CompiledQuery, sql, type Kysely } from 'kysely';
import { Catalog } from '../../src/adapters/read-model/copies/catalog.js';
import type { ReadModelDatabase } from '../../src/adapters/read-model/copies/read-model-database.js';
import {
  inboundStatement as receivedStatement,
  outboundStatement,
  receivedCount,
  sentCount,
} from '../../src/adapters/read-model/conversation.js';
import {
  edgeStatement,
  pageStatement,
} from '../../src/adapters/read-model/delivery-report/sql-delivery-totals.js';
import {
  endOfScan,
  latest,
  mergeFacets,
  scan,
} from '../../src/adapters/read-model/messages/message-search-statements.js';
import type { CopyTables } from '../../src/adapters/read-model/tables.js';
import {
  backlogStatement,
  dueStatement,
  forgetStatement,
  interruptedStatements,
} from '../../src/adapters/read-model/tables/agenda.js';
import { listingStatement } from '../../src/adapters/read-model/tables/contacts.js';
import { inboundStatement } from '../../src/adapters/read-model/tables/inbound.js';
import { quarantineStatement } from '../../src/adapters/read-model/tables/quarantine.js';

const range = { from: 5, to: Number.MAX_SAFE_INTEGER };

/** Every statement of the read models goes through an index. @param open an empty database */
export function describeStatementPlans(name: string, open: () => Promise<ReadModelDatabase>): void {
  describe(`plans of statements in ${name}`, () => {
    let catalog: Catalog;

    beforeAll(async () => {
      catalog = await Catalog.open(await open());
    });

    afterAll(() => catalog.close());

    const copyOf = async (projection: Parameters<Catalog['copyOf']>[0]) =>
      (await catalog.copyOf(projection)).copy;

    const expectIndex = async (
      db: Kysely<CopyTables>,
      query: CompiledQuery,
      table: string,
    ): Promise<void> => throughIndex(catalog.database.kind, db, query, table);

    it('search messages through an index, whatever is combined', async () => {
      const { kind } = catalog.database;
      const { db } = await copyOf('messages');
      const limits = { rowsMax: 10, looksMax: 50 };
      const owners = [
        { column: 'recipient_reversed', value: '1' },
        { column: 'reference', value: 'r' },
        { column: 'in_reply_to', value: 'u' },
      ] as const;
      const noFacets = { facetIds: undefined, recipients: ['1'] };
      for (const query of [
        latest(db, range, 50),
        scan(db, kind, { facetIds: [1, 2] }, range, limits),
        ...owners.flatMap((owner) => [
          latest(db, range, 50, owner),
          scan(db, kind, { owner, ...noFacets }, range, limits),
          scan(db, kind, { owner, facetIds: [1, 2] }, range, limits),
          endOfScan(db, owner, range, 100),
        ]),
      ]) {
        await expectIndex(db, query.compile(), 'messages');
      }
    });

    it('merge two facets by two reads of their index', async () => {
      const { kind } = catalog.database;
      const { db } = await copyOf('messages');
      const plan = await planOf(kind, db, mergeFacets(kind, [1, 2], range, 50).compile(db));
      const reads = plan
        .split('\n')
        .filter((line) => /messages/.test(line) && !/Cond|Key/.test(line));
      expect(reads).toHaveLength(2);
      for (const read of reads) expect(read).toMatch(/INDEX messages_facet|using messages_facet/);
    });

    it('read the pages of a report through an index', async () => {
      const copy = await copyOf('messages');
      for (const query of [
        edgeStatement(copy, 'asc'),
        edgeStatement(copy, 'desc'),
        pageStatement(copy, 'whole', [
          { level: 'month', first: 1, last: 2, sign: 1 },
          { level: 'day', first: 1, last: 2, sign: -1 },
        ]),
      ]) {
        await expectIndex(copy.db, query.compile(), 'roll_up_pages');
      }
    });

    it('find what is due through an index', async () => {
      const agenda = await copyOf('agenda');
      const confirm = { kind: 'confirm', line: '' } as const;
      const adopt = { kind: 'adopt', line: '' } as const;
      const lastStep = { since: '2029', elapsedMs: 1 };
      const done = ['1', '2'].map((messageId) => ({
        messageId,
        kind: confirm.kind,
        attempt: 0,
        dueAt: '2030',
      }));
      for (const query of [
        dueStatement(agenda, confirm, { now: '2030' }, 50, 'oldest-first'),
        dueStatement(agenda, adopt, { now: '2030' }, 50, 'newest-first'),
        ...interruptedStatements(agenda, confirm, { now: '2030', lastStep }, 50),
        backlogStatement(agenda, { kind: 'send', line: 'bulk\tsms\t1\tkey' }, '2030'),
        forgetStatement(agenda, done),
      ]) {
        await expectIndex(agenda.db, query.compile(), 'agenda');
      }
    });

    it('list inbound messages through an index', async () => {
      const inbound = await copyOf('inbound');
      const after = { occurredAt: 5, messageUuid: 'u' };
      const owners = [
        undefined,
        { column: 'sender_reversed', value: 'a' },
        { column: 'recipient_reversed', value: 'b' },
      ] as const;
      for (const query of [
        inboundStatement(inbound, { keyword: 'STOP' }, after, 50),
        ...owners.map((owner) => inboundStatement(inbound, {}, after, 50, owner)),
      ]) {
        await expectIndex(inbound.db, query.compile(), 'inbound');
      }
    });

    it('list contacts and the quarantine through an index', async () => {
      const contacts = await copyOf('contacts');
      const after = { since: 5, contactId: 'c', listing: 'l' };
      for (const query of [
        listingStatement(contacts, 'review', undefined, 50),
        listingStatement(contacts, 'suppressed', after, 50),
      ]) {
        await expectIndex(contacts.db, query.compile(), 'contact_listings');
      }
      const quarantine = await copyOf('quarantine');
      const set = quarantineStatement(quarantine, { receivedAt: 5, eventId: 'e' }, 50);
      await expectIndex(quarantine.db, set.compile(), 'quarantine');
    });

    it('read both sides of a conversation through an index', async () => {
      const messages = await copyOf('messages');
      const inbound = await copyOf('inbound');
      const recipient = { column: 'recipient_reversed', value: 'a' } as const;
      const sender = { column: 'sender_reversed', value: 'a' } as const;
      const key = { direction: 'inbound', at: 5, tie: 'u' } as const;
      const starts = [{ side: 'before' }, { side: 'before', key }, { side: 'after', key }] as const;
      for (const query of [
        sentCount(messages, recipient, 50),
        ...starts.map((start) => outboundStatement(messages, recipient, start, 50)),
      ]) {
        await expectIndex(messages.db, query.compile(), 'messages');
      }
      for (const query of [
        receivedCount(inbound, sender, 50),
        ...starts.map((start) => receivedStatement(inbound, sender, start, 50)),
      ]) {
        await expectIndex(inbound.db, query.compile(), 'inbound');
      }
    });

    it('would be refused without an index, or with a sort', async () => {
      const { db } = await copyOf('messages');
      const whole = db.selectFrom('messages').selectAll().where('attempt', '=', 7).compile();
      await expect(expectIndex(db, whole, 'messages')).rejects.toThrow('reads a whole table');
      const sorting = latest(db, range, 50).clearOrderBy().orderBy('recipient').compile();
      await expect(expectIndex(db, sorting, 'messages')).rejects.toThrow('sorts');
    });
  });
}

/** Returns the plan, one step a line. */
async function planOf(
  kind: ReadModelDatabase['kind'],
  db: Kysely<CopyTables>,
  query: CompiledQuery,
): Promise<string> {
  const prefix = kind === 'sqlite' ? 'EXPLAIN QUERY PLAN' : 'EXPLAIN';
  const run = async (): Promise<readonly Record<string, unknown>[]> => {
    const explained = CompiledQuery.raw(`${prefix} ${query.sql}`, [...query.parameters]);
    if (kind === 'sqlite') return (await db.executeQuery<Record<string, unknown>>(explained)).rows;
    // PostgreSQL scans or sorts a small table whatever its indexes; with both disabled, the plan shows if an index
    // serves.
    return db.connection().execute(async (connection) => {
      await sql`SET enable_seqscan = off`.execute(connection);
      await sql`SET enable_sort = off`.execute(connection);
      return (await connection.executeQuery<Record<string, unknown>>(explained)).rows;
    });
  };
  return (await run()).map((row) => String(row['detail'] ?? row['QUERY PLAN'])).join('\n');
}

/** @throws Error when the plan of a query reads a table from end to end, or sorts all of it */
async function throughIndex(
  kind: ReadModelDatabase['kind'],
  db: Kysely<CopyTables>,
  query: CompiledQuery,
  table: string,
): Promise<void> {
  const plan = await planOf(kind, db, query);
  const whole = kind === 'sqlite' ? new RegExp(`^SCAN (${table}|roll_up_pages)`, 'm') : /Seq Scan/;
  const isOrderedScan = kind === 'sqlite' && /^SCAN \w+ USING (COVERING )?INDEX/m.test(plan);
  if (whole.test(plan) && !isOrderedScan)
    throw new Error(`it reads a whole table:\n${plan}\n${query.sql}`);
  const sorts = kind === 'sqlite' ? /TEMP B-TREE FOR ORDER BY/ : /^[ >-]*(Incremental )?Sort /m;
  if (sorts.test(plan)) throw new Error(`it sorts what it reads:\n${plan}\n${query.sql}`);
}
