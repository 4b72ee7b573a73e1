import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { generateLedger } from '../../../bench/read/generate-ledger.js';
import { LedgerStreams } from '../../../src/adapters/event-store/sqlite/ledger-streams.js';
import { ReadOnlyLedger } from '../../../src/adapters/event-store/sqlite/read-only-ledger.js';
import type { RecordedEvent } from '../../../src/application/ports/event-store.js';
import type { ProjectionProgress } from '../../../src/application/ports/projection-store.js';

const PREFIX = 'message-';

describe('a ledger that is read by streams', () => {
  let directory: string;
  let ledger: ReadOnlyLedger;
  let streams: LedgerStreams;

  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'waybill-streams-'));
    generateLedger(directory, 11, 300);
    ledger = new ReadOnlyLedger(directory);
    streams = new LedgerStreams(directory);
  });

  afterEach(() => {
    streams.close();
    ledger.close();
    rmSync(directory, { recursive: true });
  });

  const execute = (sql: string): void => {
    const database = new DatabaseSync(join(directory, 'ledger.sqlite'));
    database.exec(sql);
    database.close();
  };

  /** What following the feed shows, in its order. */
  function followed(upTo: number): readonly RecordedEvent[] {
    const events: RecordedEvent[] = [];
    for (let after = 0; after < upTo;) {
      const page = ledger.page({ after, upTo, prefixes: [PREFIX], eventsMax: 10_000 });
      events.push(...page.events);
      after = page.position;
    }
    return events;
  }

  function readAll(upTo: ProjectionProgress, eventsMin: number): readonly RecordedEvent[] {
    const events: RecordedEvent[] = [];
    for (let after = 0, isAtEnd = false; !isAtEnd;) {
      const page = streams.streams({ after, upTo, prefix: PREFIX, eventsMin });
      events.push(...page.events);
      after = page.last;
      isAtEnd = page.isLast;
    }
    return events;
  }

  const plain = (event: RecordedEvent): object => {
    const { id, stream, revision, position, version, metadata } = event;
    return { id, stream, revision, position, version, metadata, event: event.event };
  };

  it.each([1, 7, 100, 10_000])(
    'gives each event once, stream by stream, %i at once',
    (eventsMin) => {
      const end = streams.end();
      if (end === undefined) throw new Error('the ledger is empty');
      const read = readAll(end, eventsMin).map(plain);
      const expected = Map.groupBy(followed(ledger.head()), ({ stream }) => stream);
      expect(read).toEqual([...expected.values()].flat().map(plain));
      expect(end.asOf).toBe(followed(ledger.head()).at(-1)?.metadata.recordedAt);
    },
  );

  it('gives nothing that was recorded later, and nothing of other streams', () => {
    execute(`
      INSERT INTO streams (name) VALUES ('inbound-1');
      INSERT INTO events (stream, revision, id, type, version, data, metadata)
      VALUES (last_insert_rowid(), 0, 'i', 'InboundReceived', 1, '{}', '{}');`);
    const upTo = { position: '500', asOf: '2026-01-01T00:00:00.000Z' };
    const read = readAll(upTo, 50).map(({ id }) => id);
    expect(read.toSorted()).toEqual(
      followed(500)
        .map(({ id }) => id)
        .toSorted(),
    );
    const all = readAll({ ...upTo, position: String(ledger.head()) }, 50);
    expect(all).toHaveLength(ledger.head() - 1);
  });

  it('names an event that cannot be decoded', () => {
    execute(`
      INSERT INTO streams (name) VALUES ('message-broken');
      INSERT INTO events (stream, revision, id, type, version, data, metadata)
      SELECT number, 0, 'b', 'MessageCancelled', 1, '{"occurredAt":', '{}' FROM streams
      WHERE name = 'message-broken';`);
    const upTo = { position: String(ledger.head()), asOf: '2026-01-01T00:00:00.000Z' };
    expect(() => readAll(upTo, 100)).toThrow('an event of type MessageCancelled is not JSON');
  });

  it('has no end while nothing was recorded', () => {
    const empty = mkdtempSync(join(tmpdir(), 'waybill-streams-'));
    generateLedger(empty, 1, 0);
    const none = new LedgerStreams(empty);
    expect(none.end()).toBeUndefined();
    none.close();
    rmSync(empty, { recursive: true });
  });
});
