import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openLedger, type Ledger } from '../../../src/adapters/event-store/event-store.module.js';
import { SqliteLogStore } from '../../../src/adapters/transparency-log/sqlite/sqlite-log-store.js';
import { InvalidRequest } from '../../../src/application/errors.js';
import type { LogStore } from '../../../src/application/ports/log-store.js';
import type { Change } from '../../../src/application/reporting/change-stream.js';
import { encodeCursor } from '../../../src/application/reporting/cursor.js';
import { ReadWebhookHistory } from '../../../src/application/reporting/webhook-history.js';
import { LEDGER_STREAMS } from '../../../src/application/streams.js';
import { reported, requested } from '../../support/facts/message-facts.js';
import { recordEvents } from '../../support/facts/record-events.js';
import { newSigningKeys, RunningSigner, untilSigned } from '../../support/worlds/signed-ledger.js';

/** Two of the three events of each message came by a webhook. */
const MESSAGES = 900;
const PAGES_MIN = 3;

let directory: string;
let ledger: Ledger;
let log: LogStore;

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'waybill-history-'));
  ledger = await openLedger({ kind: 'sqlite', directory });
  log = new SqliteLogStore(join(directory, 'transparency-log.sqlite'));
});

afterEach(async () => {
  await log.close();
  await ledger.store.close();
  await rm(directory, { recursive: true, force: true });
});

const { signal } = new AbortController();

const record = (name: string, messages: number): Promise<unknown> =>
  Promise.all(
    Array.from({ length: messages }, (_, index) =>
      recordEvents(
        ledger.store,
        `${name}-${index}`,
        requested(),
        reported('submitted'),
        reported('delivered'),
      ),
    ),
  );

async function history(): Promise<{ readonly items: readonly Change[]; readonly pages: number }> {
  const read = new ReadWebhookHistory(ledger.feed, log);
  const items: Change[] = [];
  let pages = 0;
  let cursor: string | undefined;
  do {
    const page = await read.execute(cursor, signal);
    items.push(...page.items);
    cursor = page.nextCursor ?? undefined;
    pages++;
  } while (cursor !== undefined);
  return { items, pages };
}

/** The positions of all reports, the newest first. */
async function reports(): Promise<readonly string[]> {
  const positions: string[] = [];
  for await (const { events } of ledger.feed.readAll({ prefixes: LEDGER_STREAMS, signal })) {
    for (const { event, position } of events) {
      if (event.type === 'StatusReported') positions.unshift(position);
    }
  }
  return positions;
}

it('lists every webhook of the ledger once, the newest first, also those that no checkpoint covers', async () => {
  await record('early', 3);
  expect((await history()).items.map(({ position }) => position)).toEqual(await reports());
  const signer = new RunningSigner(ledger, log, { keys: newSigningKeys() });
  await record('signed', MESSAGES);
  await untilSigned(log, 3 * (MESSAGES + 3));
  await signer.stop();
  await record('late', 3);
  const { items, pages } = await history();
  expect(pages).toBeGreaterThanOrEqual(PAGES_MIN);
  expect(items).toHaveLength(2 * (MESSAGES + 6));
  expect(items.map(({ position }) => position)).toEqual(await reports());
  expect(items[0]).toMatchObject({ type: 'StatusReported', messageId: 'late-2' });
});

it('begins with the newest, however many events no checkpoint covers', async () => {
  await record('unsigned', 4_000);
  const { items, pages } = await history();
  expect(items[0]).toMatchObject({ type: 'StatusReported' });
  expect(items.map(({ position }) => position)).toEqual(await reports());
  expect(pages).toBe(2);
});

it('refuses a place in a log that was replaced since, instead of beginning anew', async () => {
  await record('early', 3);
  const read = new ReadWebhookHistory(ledger.feed, log);
  const cursor = encodeCursor([7], 'webhooks');
  await expect(read.execute(cursor, signal)).rejects.toThrow(InvalidRequest);
});
