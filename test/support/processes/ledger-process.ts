/**
 * A process that owns a ledger, for tests that kill it. Arguments: the ledger's directory, and what
 * to do: `write` appends for ever and prints the stream of each append once it is acknowledged;
 * `close` appends once and closes; `open` only opens.
 */
import { randomUUID } from 'node:crypto';
import { SqliteEventStore } from '../../../src/adapters/event-store/sqlite/sqlite-event-store.js';
import { newEvents } from '../../../testing/events.js';

const WRITERS = 8;

const [directory = '', task] = process.argv.slice(2);

try {
  const store = await SqliteEventStore.open(directory);
  process.stdout.write('opened\n');
  const append = async (): Promise<void> => {
    const stream = `message-${randomUUID()}`;
    await store.append(stream, newEvents(3), 'no-stream');
    process.stdout.write(`${stream}\n`);
  };
  const appendForEver = async (): Promise<never> => {
    for (;;) await append();
  };
  if (task === 'write') await Promise.all(Array.from({ length: WRITERS }, appendForEver));
  if (task === 'close') {
    await append();
    await store.close();
  }
} catch (error) {
  process.stdout.write(`${String(error)}\n`);
}
