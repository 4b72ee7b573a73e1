import { randomUUID } from 'node:crypto';
import { copyFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { SqliteLedgerCheck } from '../../../src/adapters/event-store/sqlite/integrity/sqlite-ledger-check.js';
import { SqliteEventStore } from '../../../src/adapters/event-store/sqlite/sqlite-event-store.js';
import type { LedgerVerdict } from '../../../src/application/ports/ledger-check.js';
import {
  changeLastEvent,
  ledgerDamages,
  overwritePage,
  pagesOf,
} from '../../support/files/damage-ledger.js';
import { newEvent, newEvents } from '../../../testing/events.js';

let directory: string;
let whole: string;
let file: string;
const streams: string[] = [];

/** Fills the ledger with long and short streams, and an event that covers several pages. */
beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), 'waybill-check-'));
  const store = await SqliteEventStore.open(directory);
  for (let count = 0; count < 60; count++) {
    const stream = `message-${randomUUID()}`;
    streams.push(stream);
    await store.append(stream, newEvents(1 + (count % 7)), 'no-stream');
  }
  await store.append('quarantine-2026-11-28', newEvents(300), 'no-stream');
  await store.append(`inbound-${randomUUID()}`, [newEvent('x'.repeat(50_000))], 'no-stream');
  await store.close();
  whole = join(directory, 'ledger.sqlite');
  file = join(directory, 'damaged.sqlite');
});

beforeEach(() => copyFileSync(whole, file));

afterAll(() => rmSync(directory, { recursive: true }));

async function check(): Promise<LedgerVerdict> {
  const verdict = await new SqliteLedgerCheck(file, 1).pass(new AbortController().signal);
  if (verdict === undefined) throw new Error('The check did not come to its end.');
  return verdict;
}

/** A stream of several events. */
const stream = (): string => streams[5] ?? '';

it('finds nothing in a whole ledger', async () => {
  expect(await check()).toEqual({ findings: [], count: 0, isStructureDamaged: false });
});

it('finds each page that was overwritten', async () => {
  const unnoticed: number[] = [];
  for (let page = 1; page <= pagesOf(whole); page++) {
    copyFileSync(whole, file);
    overwritePage(file, page);
    if ((await check()).count === 0) unnoticed.push(page);
  }
  expect(pagesOf(whole)).toBeGreaterThan(50);
  expect(unnoticed).toEqual([]);
});

it.each(Object.entries(ledgerDamages))('finds %s, and names the place', async (_, damage) => {
  damage(file, stream());
  const verdict = await check();
  expect(verdict.isStructureDamaged).toBe(true);
  expect(verdict.count).toBeLessThan(10);
  expect(verdict.findings[0]?.place).toMatch(
    new RegExp(`${stream()}|^stream 6$|^the event at position \\d+$`),
  );
});

it.each([
  ['whose data is not JSON', `data = 'nonsense'`],
  ['whose metadata has no time', `metadata = '{}'`],
])('tells an event %s from damage of the structure', async (_, change) => {
  changeLastEvent(file, stream(), change);
  const { findings, count, isStructureDamaged } = await check();
  expect({ count, isStructureDamaged }).toEqual({ count: 1, isStructureDamaged: false });
  expect(findings[0]).toMatchObject({ kind: 'content', place: `event 5 of ${stream()}` });
});

it.each(['version = 99', `type = 'MessageTeleported'`])(
  'takes what a newer build has written for whole (%s)',
  async (change) => {
    changeLastEvent(file, stream(), change);
    expect((await check()).count).toBe(0);
  },
);

it('comes to its end over whatever stands in the file, with few findings in memory', async () => {
  const damage = fc.record({
    at: fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
    bytes: fc.uint8Array({ minLength: 1, maxLength: 6_000 }),
  });
  await fc.assert(
    fc.asyncProperty(fc.array(damage, { minLength: 1, maxLength: 8 }), async (damages) => {
      copyFileSync(whole, file);
      for (const { at, bytes } of damages) {
        overwritePage(file, 1 + at * pagesOf(whole), Buffer.from(bytes));
      }
      const { findings, count } = await check();
      expect(findings.length).toBe(Math.min(count, 20));
    }),
    { numRuns: 60 },
  );
});
