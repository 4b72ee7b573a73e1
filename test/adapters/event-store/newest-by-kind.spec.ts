import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { APPEND_EVENTS_MAX } from '../../../src/application/ports/event-store.js';
import { NewestByKind } from '../../../src/adapters/event-store/newest-by-kind.js';
import { PAGE_EVENTS_SCANNED_MAX } from '../../../src/adapters/event-store/pages.js';
import { SqliteEventStore } from '../../../src/adapters/event-store/sqlite/sqlite-event-store.js';
import { newEvent } from '../../../testing/events.js';

describe('what a follower of one kind of stream need not read', () => {
  it('is all that was committed since to streams of other kinds', () => {
    const newest = new NewestByKind();
    newest.committed(10, undefined);
    newest.committed(12, ['message-a', 'message-b']);
    expect(newest.mayFollow(10, ['person-'])).toBe(false);
    expect(newest.mayFollow(10, ['message-'])).toBe(true);
    expect(newest.mayFollow(12, ['message-'])).toBe(false);
    newest.committed(15, ['message-a', 'person-p']);
    expect(newest.mayFollow(12, ['inbound-', 'person-'])).toBe(true);
    expect(newest.mayFollow(15, ['person-'])).toBe(false);
  });

  it('is nothing of what an earlier writer may have committed', () => {
    const newest = new NewestByKind();
    newest.committed(10, undefined);
    expect(newest.mayFollow(9, ['person-'])).toBe(true);
    newest.committed(11, ['message-a']);
    // The writer was started again, and found events of appends whose answers were lost.
    newest.committed(14, undefined);
    expect(newest.mayFollow(11, ['person-'])).toBe(true);
    expect(newest.mayFollow(14, ['person-'])).toBe(false);
  });

  it('is nothing where only a part of a kind, a whole name, or everything is followed', () => {
    const newest = new NewestByKind();
    newest.committed(3, ['endpoints-main']);
    expect(newest.mayFollow(3, ['endpoints-main'])).toBe(true);
    expect(newest.mayFollow(3, ['end'])).toBe(true);
    expect(newest.mayFollow(2, [''])).toBe(true);
  });
});

it('hands the events of a rare kind to its follower, and only the position of the others', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'waybill-ledger-'));
  const store = await SqliteEventStore.open(directory);
  const pageOf = (after: number) =>
    store.page({ after, upTo: store.head(), prefixes: ['person-'], eventsMax: 10 });
  try {
    // More events than one page scans.
    const appends = Math.ceil((PAGE_EVENTS_SCANNED_MAX + 1) / APPEND_EVENTS_MAX);
    for (let append = 0; append < appends; append++) {
      const events = Array.from({ length: APPEND_EVENTS_MAX }, () => newEvent());
      await store.append(`message-${append}`, events, 'no-stream');
    }
    const before = store.head();
    expect(before).toBeGreaterThan(PAGE_EVENTS_SCANNED_MAX);
    expect(pageOf(0)).toEqual({ events: [], position: before });
    await store.append('person-p', [newEvent()], 'no-stream');
    await store.append('message-a', [newEvent()], 'no-stream');
    const found = { events: [{ stream: 'person-p' }], position: before + 2 };
    expect(pageOf(before)).toMatchObject(found);
    expect(pageOf(before + 2)).toEqual({ events: [], position: before + 2 });
  } finally {
    await store.close();
    rmSync(directory, { recursive: true });
  }
});
