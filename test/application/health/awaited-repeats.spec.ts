import { MemoryEventStore } from '../../../src/adapters/event-store/memory/memory-event-store.js';
import { uuidIdentifiers } from '../../../src/adapters/system/uuid-identifiers.js';
import { StoreUnavailable } from '../../../src/application/errors.js';
import { AwaitedRepeats } from '../../../src/application/health/awaited-repeats.js';
import { Outages } from '../../../src/application/health/outages.js';
import { RecordOutages } from '../../../src/application/health/record-outages.js';
import { RecordedOutages } from '../../../src/application/health/recorded-outages.js';
import type { Message } from '../../../src/domain/message/message.js';
import type { MessageEvent } from '../../../src/domain/message/message-events.js';
import { SettableTime } from '../../support/doubles/settable-time.js';
import {
  lost,
  reported,
  requested,
  retryScheduled,
  started,
  took,
} from '../../support/facts/message-facts.js';
import { NOON, stateOf } from '../../support/facts/scenario.js';
import { silent } from '../../support/worlds/read-models.js';

const SECOND_MS = 1_000;

let time: SettableTime;
let store: MemoryEventStore;

beforeEach(() => {
  time = new SettableTime(Date.parse(NOON));
  store = new MemoryEventStore();
});

/** An instance, as far as it knows of outages. */
function instance() {
  const clocks = { clock: { now: () => new Date(time.wallMs()) }, monotonic: time.monotonic };
  const outages = new Outages(time.monotonic);
  const recording = new RecordOutages(store, outages, {
    ...clocks,
    identifiers: uuidIdentifiers,
    logger: silent,
  });
  return {
    outages,
    record: () => recording.record(),
    repeats: new AwaitedRepeats(
      new RecordedOutages(store, { ...clocks, logger: silent }),
      outages,
      clocks,
    ),
  };
}

const sent: readonly MessageEvent[] = [requested(), started(), took()];
const message = (...more: readonly MessageEvent[]): Message => stateOf([...sent, ...more]);

it('knows after a restart, and on another instance, what was refused before, whatever was recorded since', async () => {
  const first = instance();
  time.pass(SECOND_MS);
  first.outages.refused();
  time.pass(60 * SECOND_MS);
  first.outages.refused();
  await first.record();
  time.pass(5 * SECOND_MS);
  expect(await first.repeats.leftMs(message())).toBe(65 * SECOND_MS);
  expect(await instance().repeats.leftMs(message())).toBe(65 * SECOND_MS);
  time.pass(65 * SECOND_MS);
  expect(await instance().repeats.leftMs(message())).toBe(0);
});

it('joins what one instance refused with what another did', async () => {
  const [first, second] = [instance(), instance()];
  time.pass(SECOND_MS);
  first.outages.refused();
  time.pass(60 * SECOND_MS);
  first.outages.refused();
  await first.record();
  time.pass(30 * SECOND_MS);
  second.outages.refused();
  expect(await second.repeats.leftMs(message())).toBe(100 * SECOND_MS);
});

it('records an outage again as it grows, and its end, and nothing else', async () => {
  const one = instance();
  time.pass(SECOND_MS);
  for (let times = 0; times < 25; times++) {
    one.outages.refused();
    await one.record();
    time.pass(SECOND_MS);
  }
  time.pass(10 * SECOND_MS);
  await one.record();
  await one.record();
  const { events } = await store.read('outages-2030-01-01T12');
  const ends = events.map(({ event }) => (event.data as { endedAt: string }).endedAt.slice(17, 19));
  expect(ends).toEqual(['01', '06', '11', '16', '21', '25']);
});

it('is known to others without a gap, where Vonage repeats one report and it is refused each time', async () => {
  const [first, second] = [instance(), instance()];
  time.pass(SECOND_MS);
  const waitsTooShort: number[] = [];
  for (let halfSeconds = 0; halfSeconds < 70; halfSeconds++) {
    if ([0, 5, 15, 35].includes(halfSeconds / 2)) first.outages.refused();
    if (halfSeconds % 2 === 1) await first.record();
    const isAwaited = (await first.repeats.leftMs(message())) > 0;
    // What was first refused just now is not recorded yet.
    if (halfSeconds > 2 && isAwaited && (await second.repeats.leftMs(message())) === 0) {
      waitsTooShort.push(halfSeconds / 2);
    }
    time.pass(SECOND_MS / 2);
  }
  expect(waitsTooShort).toEqual([]);
});

it('records it as soon as the ledger takes it, and waits for nothing while it does not', async () => {
  const one = instance();
  time.pass(SECOND_MS);
  one.outages.refused();
  const append = store.append.bind(store);
  let isAway = true;
  store.append = (...what) =>
    isAway ? Promise.reject(new StoreUnavailable('away')) : append(...what);
  await one.record();
  expect(await instance().repeats.leftMs(message())).toBe(0);
  isAway = false;
  await one.record();
  expect(await instance().repeats.leftMs(message())).toBe(10 * SECOND_MS);
});

it('is recorded once by each instance that noticed it, also where a turn begins meanwhile', async () => {
  const [first, second] = [instance(), instance()];
  time.pass(SECOND_MS);
  first.outages.refused();
  second.outages.refused();
  await Promise.all([first.record(), first.record(), second.record()]);
  const { events } = await store.read('outages-2030-01-01T12');
  expect(events).toHaveLength(2);
});

it('records a time without a process, also one as short as a restart, so that another instance waits as long', async () => {
  time.pass(10 * SECOND_MS);
  const restarted = instance();
  restarted.outages.silent(9 * SECOND_MS);
  await restarted.record();
  // Vonage was refused after 4 s and 9 s, and repeats it 10 s later.
  time.pass(9 * SECOND_MS);
  expect(await instance().repeats.leftMs(message())).toBe(10 * SECOND_MS);
});

it('records nothing where the newest record is not known, as on a new ledger', async () => {
  const one = instance();
  one.outages.silent(undefined);
  expect(await one.repeats.leftMs(message())).toBe(0);
  await one.record();
  expect((await store.read('outages-2030-01-01T12')).events).toEqual([]);
});

it('waits for the reports of a call of which nobody knows what became of it, and of no other', async () => {
  const one = instance();
  time.pass(SECOND_MS);
  one.outages.refused();
  const leftMs = (state: Message): Promise<number> => one.repeats.leftMs(state);
  expect(await leftMs(message())).toBeGreaterThan(0);
  expect(await leftMs(stateOf([requested(), started(), lost(), retryScheduled()]))).toBeGreaterThan(
    0,
  );
  expect(await leftMs(stateOf([requested()]))).toBe(0);
  expect(await leftMs(message(reported('rejected', { code: '1170' })))).toBe(0);
  expect(await leftMs(message(reported('delivered')))).toBe(0);
  const decided: MessageEvent = {
    type: 'OutcomeResolved',
    data: {
      attempt: 1,
      outcome: 'resend',
      reason: 'She called.',
      by: null,
      requestId: null,
      occurredAt: NOON,
    },
  };
  expect(await leftMs(stateOf([requested(), started(), lost(), decided, retryScheduled()]))).toBe(
    0,
  );
});

it('does not wait for the reports of a call that was made after the outage', async () => {
  time = new SettableTime(Date.parse(NOON) - 60 * SECOND_MS);
  const one = instance();
  for (let times = 0; times < 6; times++) {
    one.outages.refused();
    time.pass(10 * SECOND_MS);
  }
  time.pass(SECOND_MS);
  expect(await one.repeats.leftMs(message())).toBe(0);
});

it('does not believe what was recorded while a clock was wrong, but what it noticed itself', async () => {
  const one = instance();
  time.pass(SECOND_MS);
  time.stepWall(30 * 60 * SECOND_MS);
  for (let times = 0; times < 3; times++) {
    one.outages.refused();
    time.pass(10 * SECOND_MS);
  }
  await one.record();
  time.stepWall(-30 * 60 * SECOND_MS);
  expect(await one.repeats.leftMs(message())).toBe(20 * SECOND_MS);
  time.pass(60 * SECOND_MS);
  expect(await one.repeats.leftMs(message())).toBe(0);
  expect(await instance().repeats.leftMs(message())).toBe(0);
});

it('waits while the ledger cannot be read, but not for a day because of one damaged record', async () => {
  const other = instance();
  time.pass(SECOND_MS);
  other.outages.refused();
  await other.record();
  const one = instance();
  expect(await one.repeats.leftMs(message())).toBeGreaterThan(0);
  store.read = () => Promise.reject(new StoreUnavailable('damaged'));
  time.pass(SECOND_MS);
  await expect(one.repeats.leftMs(message())).rejects.toThrow('damaged');
  time.pass(59 * SECOND_MS);
  await expect(one.repeats.leftMs(message())).rejects.toThrow('damaged');
  one.outages.refused();
  time.pass(SECOND_MS);
  expect(await one.repeats.leftMs(message())).toBeGreaterThan(0);
  time.pass(60 * SECOND_MS);
  expect(await one.repeats.leftMs(message())).toBe(0);
});

it('reads an hour that is over once, and the stream to which it appends not again', async () => {
  const one = instance();
  const reads: string[] = [];
  const read = store.read.bind(store);
  store.read = (stream) => {
    reads.push(stream);
    return read(stream);
  };
  time.pass(SECOND_MS);
  for (let times = 0; times < 5; times++) {
    one.outages.refused();
    await one.record();
    time.pass(5 * SECOND_MS);
  }
  expect(reads).toEqual(['outages-2030-01-01T12']);
  expect(await one.repeats.leftMs(message())).toBeGreaterThan(0);
  for (let times = 0; times < 2; times++) {
    reads.length = 0;
    time.pass(10 * 60 * SECOND_MS);
    await one.repeats.leftMs(message());
  }
  expect(reads).toEqual(['outages-2030-01-01T12']);
});

it('knows what was recorded at the end of an hour that it did not read to its end', async () => {
  const [one, other] = [instance(), instance()];
  time.pass(50 * 60 * SECOND_MS);
  await one.repeats.leftMs(message());
  other.outages.refused();
  for (let minutes = 0; minutes < 9; minutes++) {
    time.pass(60 * SECOND_MS);
    other.outages.refused();
  }
  await other.record();
  time.pass(8 * 60 * SECOND_MS);
  expect(await one.repeats.leftMs(message())).toBe(70 * SECOND_MS);
});
