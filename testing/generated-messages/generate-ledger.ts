import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { eventCodec } from '../../src/adapters/event-store/event-codec.js';
import type { DomainEvent } from '../../src/domain/events.js';
import { prepareLedger } from '../../src/adapters/event-store/sqlite/ledger-schema.js';
import { generateMessage, type GeneratedEvent } from './generate-messages.js';

/** The number of messages whose later events are still to come when a message begins. */
const OVERLAP_MESSAGES = 20_000;
const TRANSACTION_MESSAGES = 50_000;

/** Yields every event of all messages, in the order in which the service would record them. */
export function* generateEvents(seed: number, messages: number): Generator<GeneratedEvent> {
  let waiting: GeneratedEvent[] = [];
  for (let number = 0; number < messages; number++) {
    for (const event of generateMessage(seed, number, messages)) waiting.push(event);
    if ((number + 1) % OVERLAP_MESSAGES !== 0) continue;
    const due = Math.max(...waiting.slice(-6).map(({ at }) => at)) - 3_700_000;
    waiting.sort((left, right) => left.at - right.at || left.revision - right.revision);
    const ready = waiting.findIndex(({ at }) => at > due);
    if (ready > 0) yield* waiting.splice(0, ready);
  }
  waiting.sort((left, right) => left.at - right.at || left.revision - right.revision);
  yield* waiting;
  waiting = [];
}

/** Writes the ledger of generated messages, and returns the number of its events. */
export const generateLedger = (directory: string, seed: number, messages: number): number =>
  writeLedger(directory, generateEvents(seed, messages));

/** Writes a ledger as the service would, but straight into its file, and without waiting for disks. */
export function writeLedger(directory: string, all: Iterable<GeneratedEvent<DomainEvent>>): number {
  mkdirSync(directory, { recursive: true });
  const file = join(directory, 'ledger.sqlite');
  prepareLedger(file);
  const database = new DatabaseSync(file);
  database.exec('PRAGMA synchronous = OFF; PRAGMA cache_size = -131072');
  const addStream = database.prepare('INSERT INTO streams (name) VALUES (?)');
  const addEvent = database.prepare(`
    INSERT INTO events (stream, revision, id, type, version, data, metadata)
    VALUES (?, ?, ?, ?, ?, ?, ?)`);
  const open = new Map<string, number>();
  let events = 0;
  database.exec('BEGIN');
  for (const one of all) {
    let stream = open.get(one.stream);
    if (stream === undefined) {
      stream = Number(addStream.run(one.stream).lastInsertRowid);
      open.set(one.stream, stream);
      // The oldest streams get no more events, so they can be forgotten.
      if (open.size > 6 * OVERLAP_MESSAGES) {
        for (const name of open.keys()) {
          open.delete(name);
          if (open.size <= 5 * OVERLAP_MESSAGES) break;
        }
      }
    }
    const { id, type, version, data, metadata } = eventCodec.encode({
      id: one.id,
      event: one.event,
      metadata: one.metadata,
    });
    addEvent.run(stream, one.revision, id, type, version, data, metadata);
    if (++events % TRANSACTION_MESSAGES === 0) database.exec('COMMIT; BEGIN');
  }
  database.exec('COMMIT');
  database.exec('PRAGMA wal_checkpoint(TRUNCATE)');
  database.close();
  return events;
}
