import type { DatabaseSync } from 'node:sqlite';
import type { KeyRow, KeyStoreRows, PersonRow } from '../key-table.js';

const ROWS_AT_ONCE = 1_000;

const none: KeyStoreRows = { contacts: [], persons: [], keys: [] };

export async function* allKeyRows(database: DatabaseSync): AsyncGenerator<KeyStoreRows> {
  const rowsOf = <Row>(columns: string): Generator<readonly Row[]> =>
    inParts(database.prepare(`SELECT ${columns}`).iterate() as Iterable<unknown> as Iterable<Row>);
  for (const contacts of rowsOf<KeyStoreRows['contacts'][number]>('hash, id FROM contacts')) {
    yield { ...none, contacts };
  }
  for (const persons of rowsOf<PersonRow>('hash, id, erased FROM persons')) {
    yield { ...none, persons };
  }
  for (const keys of rowsOf<KeyRow>('person, month, wrapped FROM personal_keys')) {
    yield { ...none, keys };
  }
}

/** In a transaction of the caller. */
export async function replaceKeyRows(
  database: DatabaseSync,
  rows: AsyncIterable<KeyStoreRows>,
): Promise<void> {
  for (const table of ['contacts', 'persons', 'personal_keys', 'erasures_seen']) {
    database.exec(`DELETE FROM ${table}`);
  }
  const addContact = database.prepare('INSERT INTO contacts VALUES (?, ?)');
  const addPerson = database.prepare('INSERT INTO persons VALUES (?, ?, ?)');
  const addKey = database.prepare('INSERT INTO personal_keys VALUES (?, ?, ?)');
  for await (const { contacts, persons, keys } of rows) {
    for (const { hash, id } of contacts) addContact.run(hash, id);
    for (const { hash, id, erased } of persons) addPerson.run(hash, id, erased);
    for (const { person, month, wrapped } of keys) addKey.run(person, month, wrapped);
  }
}

function* inParts<Row>(rows: Iterable<Row>): Generator<readonly Row[]> {
  let part: Row[] = [];
  for (const row of rows) {
    part.push(row);
    if (part.length < ROWS_AT_ONCE) continue;
    yield part;
    part = [];
  }
  if (part.length > 0) yield part;
}
