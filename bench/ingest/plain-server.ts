import { DatabaseSync } from 'node:sqlite';
import express from 'express';

/**
 * The baseline. Without a file: Express parses the JSON and answers 204; it checks nothing and stores
 * nothing. With a file: the same, and each webhook is one durable transaction before its answer, with
 * SQLite's default journal (`delete`) or with a write-ahead log (`wal`).
 */
const [file, journal = 'delete'] = process.argv.slice(2);
const store = file === undefined ? () => undefined : durableWrite(file, journal);

const app = express();
app.use(express.json());
app.use(express.urlencoded({ extended: true }));
app.post('/webhooks/status', (request, response) => {
  store(request.body);
  response.status(204).send();
});
const server = app.listen(0, '127.0.0.1', () => {
  const address = server.address();
  if (address !== null && typeof address === 'object') process.send?.(address.port);
});

function durableWrite(path: string, journalMode: string): (body: unknown) => void {
  const database = new DatabaseSync(path);
  database.exec(
    `PRAGMA journal_mode = ${journalMode}; PRAGMA synchronous = FULL; CREATE TABLE webhooks (body TEXT NOT NULL)`,
  );
  const insert = database.prepare('INSERT INTO webhooks VALUES (?)');
  return (body) => void insert.run(JSON.stringify(body));
}
