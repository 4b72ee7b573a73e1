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

it('finds nothing in a ledger that is whole again', async () => {
  expect(await ledger.verify()).toEqual({
    events: EVENTS,
    unsigned: 0,
    checkpoints: 1,
    faults: [],
  });
});
