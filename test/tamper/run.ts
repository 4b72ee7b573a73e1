// `npm run test:tamper -- [--events 100000] [--places 300] [--seed N]`: changes a signed ledger in random places, and
// insists that each verification names the first bad event.
import { parseArgs } from 'node:util';
import { seededRandom } from '../../testing/seeded-random.js';
import { TamperedLedger } from './tampered-ledger.js';

const text = { type: 'string' } as const;
const { values } = parseArgs({ options: { events: text, places: text, seed: text } });
const events = Number(values.events ?? 100_000);
const places = Number(values.places ?? 100);
const seed = Number(values.seed ?? Math.floor(Math.random() * 1e9));
console.log(`${places} places of ${events} events, seed ${seed}`);

const ledger = await TamperedLedger.create(events);
const random = seededRandom(seed);
const missed: string[] = [];
let rate = 0;
try {
  for (let place = 0; place < places; place++) {
    const { what, first } = ledger.tamper(random);
    const { faults } = await ledger.verify();
    const named = faults[0] ?? 'nothing found';
    if (!named.includes(`${first} `)) missed.push(`${what}: ${named}`);
    ledger.restore();
  }
  const startedMs = performance.now();
  const whole = await ledger.verify();
  rate = Math.round(whole.events / ((performance.now() - startedMs) / 1000));
  if (whole.faults.length > 0) missed.push(`after all was restored: ${whole.faults[0]}`);
} finally {
  ledger.end();
}
console.log(`${places - missed.length} of ${places} named, ${rate} events/s`);
for (const miss of missed) console.log(miss);
process.exitCode = missed.length === 0 ? 0 : 1;
