import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { seededRandom } from '../../testing/seeded-random.js';
import { TamperedLedger } from './tampered-ledger.js';

/** Continuous integration tampers with a hundred thousand events: `npm run test:tamper`. */
const EVENTS = 2_000;
const PLACES = 60;

const seed = Math.floor(Math.random() * 1e9);
let ledger: TamperedLedger;

beforeAll(async () => {
  ledger = await TamperedLedger.create(EVENTS);
});

afterAll(() => ledger.end());

it(`names the first bad event wherever somebody changes the ledger (seed ${seed})`, async () => {
  const random = seededRandom(seed);
  for (let place = 0; place < PLACES; place++) {
    const { what, first } = ledger.tamper(random);
    const { faults } = await ledger.verify();
    expect([what, faults[0] ?? 'nothing found']).toEqual([
      what,
      expect.stringContaining(`${first} `),
    ]);
    ledger.restore();
  }
});

it.each([
  ['bundles', 'entries', 'number = 3', /^entry \d+ of the log is not that of its event/],
  ['bundles', 'entries', 'number = 7', /^entry \d+ of the log is not that of its event/],
  ['tiles', 'hashes', 'level = 1', /^tile 1\/0 of the log does not belong to its entries/],
  ['tiles', 'hashes', 'level = 0 AND number = 3', /^event \d of message-.* is as it was logged/],
])(
  'finds a byte that was changed in %s of the log (%s, %s)',
  async (table, column, where, named) => {
    const log = new DatabaseSync(join(ledger.directory, 'transparency-log.sqlite'));
    const cell = log.prepare(`SELECT ${column} AS bytes FROM ${table} WHERE ${where}`).get();
    const whole = cell?.['bytes'] as Uint8Array;
    const at = Math.floor(Math.random() * whole.length);
    const changed = Uint8Array.from(whole, (byte, index) => (index === at ? byte ^ 1 : byte));
    const write = log.prepare(`UPDATE ${table} SET ${column} = ? WHERE ${where}`);
    write.run(changed);
    const { faults } = await ledger.verify();
    write.run(whole);
    log.close();
    expect(faults).toEqual([expect.stringMatching(named)]);
  },
);

it('names the first bad event also where the log lost its entries', async () => {
  const log = new DatabaseSync(join(ledger.directory, 'transparency-log.sqlite'));
  log.exec('CREATE TABLE kept AS SELECT * FROM bundles; UPDATE bundles SET entries = zeroblob(9)');
  const { first } = ledger.tamper(() => 0.3);
  const { faults } = await ledger.verify();
  ledger.restore();
  log.exec('DELETE FROM bundles; INSERT INTO bundles SELECT * FROM kept; DROP TABLE kept');
  log.close();
  expect(faults[0]).toContain(`${first} `);
});

it('finds nothing in a ledger that is whole again', async () => {
  expect(await ledger.verify()).toEqual({
    events: EVENTS,
    unsigned: 0,
    checkpoints: 1,
    faults: [],
  });
});
