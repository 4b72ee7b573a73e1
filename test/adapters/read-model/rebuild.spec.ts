import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { generateLedger } from '../../../bench/read/generate-ledger.js';
import { PagedEventFeed } from '../../../src/adapters/event-store/paged-event-feed.js';
import { ReadOnlyLedger } from '../../../src/adapters/event-store/sqlite/read-only-ledger.js';
import { Catalog } from '../../../src/adapters/read-model/catalog.js';
import {
  rebuild,
  rebuildOutdated,
  RebuildOvertaken,
} from '../../../src/adapters/read-model/rebuild.js';
import { SqliteReadModelDatabase } from '../../../src/adapters/read-model/sqlite/sqlite-read-model-database.js';
import { copiesTable } from '../../../src/adapters/read-model/tables.js';
import {
  allRows,
  newProjector,
  projected,
  reportOf,
  runUntilStopped,
  silent,
} from '../../support/read-models.js';

const MESSAGES = 2_000;

describe('a rebuild', () => {
  let directory: string;
  let ledger: ReadOnlyLedger;
  let feed: PagedEventFeed;
  let catalog: Catalog;

  beforeEach(async () => {
    directory = mkdtempSync(join(tmpdir(), 'waybill-rebuild-'));
    generateLedger(directory, 5, MESSAGES);
    ledger = new ReadOnlyLedger(directory);
    feed = new PagedEventFeed(ledger);
    catalog = await Catalog.open(new SqliteReadModelDatabase(directory));
  });

  afterEach(async () => {
    await catalog.close();
    ledger.close();
    rmSync(directory, { recursive: true });
  });

  const follow = async (): Promise<void> => {
    const running = runUntilStopped(newProjector(feed, catalog));
    await projected(feed, catalog);
    await running.stop();
  };

  it('makes the copy that following the ledger made, and is then used', async () => {
    await follow();
    const rows = await allRows(catalog);
    const report = await reportOf(catalog, ['day', 'country']);
    expect(rows.size).toBe(MESSAGES);
    await rebuild(catalog, feed, 'messages', new AbortController().signal);
    expect((await catalog.freshCopyOf('messages')).name).toBe('messages-2');
    expect(await allRows(catalog)).toEqual(rows);
    expect(await reportOf(catalog, ['day', 'country'])).toEqual(report);
    // And whoever follows goes on with the new copy, without counting anything twice.
    await follow();
    expect(await reportOf(catalog, ['day', 'country'])).toEqual(report);
  });

  it('leaves the old copy in use when it is stopped half-way, and can be started again', async () => {
    await follow();
    const stopping = new AbortController();
    await expect(
      rebuild(catalog, feed, 'messages', stopping.signal, () => stopping.abort()),
    ).rejects.toThrow('aborted');
    expect((await catalog.freshCopyOf('messages')).name).toBe('messages-1');
    expect((await allRows(catalog)).size).toBe(MESSAGES);
    await rebuild(catalog, feed, 'messages', new AbortController().signal);
    expect((await catalog.freshCopyOf('messages')).name).toBe('messages-3');
    expect((await allRows(catalog)).size).toBe(MESSAGES);
    expect(readdirSync(directory)).not.toContain('read-model-messages-2.sqlite');
  });

  it('gives way to another one of the same projection, and says so', async () => {
    await follow();
    const other = await Catalog.open(new SqliteReadModelDatabase(directory));
    let started: Promise<number> | undefined;
    const both = await Promise.allSettled([
      rebuild(catalog, feed, 'messages', new AbortController().signal, () => {
        started ??= rebuild(other, feed, 'messages', new AbortController().signal);
      }),
    ]);
    await expect(started).resolves.toBeGreaterThan(MESSAGES);
    expect(both).toEqual([{ status: 'rejected', reason: expect.any(RebuildOvertaken) }]);
    expect((await allRows(other)).size).toBe(MESSAGES);
    expect((await catalog.freshCopyOf('messages')).name).toBe('messages-3');
    await other.close();
  });

  it('is done by itself when the shape has changed, and the old copy answers meanwhile', async () => {
    await follow();
    await (
      await catalog.set()
    ).write([{ table: copiesTable, put: [['messages', 'messages-1', 0]] }]);
    const fresh = await Catalog.open(new SqliteReadModelDatabase(directory));
    expect(await fresh.outdated()).toEqual(['messages']);
    expect((await allRows(fresh)).size).toBe(MESSAGES);
    const projector = newProjector(feed, fresh);
    const running = runUntilStopped(projector);
    await rebuildOutdated(fresh, feed, new AbortController().signal, silent);
    projector.restart();
    await projected(feed, fresh);
    await running.stop();
    expect(await fresh.outdated()).toEqual([]);
    expect((await allRows(fresh)).size).toBe(MESSAGES);
    await fresh.close();
  });
});
