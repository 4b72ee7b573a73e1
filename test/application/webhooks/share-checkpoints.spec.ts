import { MemoryEventStore } from '../../../src/adapters/event-store/memory/memory-event-store.js';
import { uuidIdentifiers } from '../../../src/adapters/system/uuid-identifiers.js';
import type { StoredStream } from '../../../src/application/ports/event-store.js';
import type { LogState } from '../../../src/application/ports/log-store.js';
import { CHECKPOINTS_STREAM } from '../../../src/application/streams.js';
import { ShareCheckpoints } from '../../../src/application/webhooks/share-checkpoints.js';
import { SettableTime } from '../../support/doubles/settable-time.js';
import { systemClock } from '../../support/worlds/read-models.js';

const MINUTE_MS = 60_000;

/** A ledger that counts how often it is read. */
class CountingStore extends MemoryEventStore {
  reads = 0;

  override async read(stream: string): Promise<StoredStream> {
    this.reads++;
    return super.read(stream);
  }

  async sizes(): Promise<readonly unknown[]> {
    const { events } = await super.read(CHECKPOINTS_STREAM);
    return events.map(({ event }) => (event as { data: { size: number } }).data.size);
  }
}

let store: CountingStore;
let size: number;
const time = new SettableTime();

beforeEach(() => {
  store = new CountingStore();
  size = 10;
});

afterEach(() => store.close());

const sharing = (): ShareCheckpoints =>
  new ShareCheckpoints({
    log: {
      state: async () => ({ origin: 'log', size, checkpoint: `${size}`, keys: '' }) as LogState,
    },
    store,
    clock: systemClock,
    monotonic: time.monotonic,
    identifiers: uuidIdentifiers,
  });

it('shares what the log has grown by, without reading again what was shared before', async () => {
  const checkpoints = sharing();
  for (size of [10, 11, 20, 20, 30]) {
    await checkpoints.look();
    time.pass(MINUTE_MS);
  }
  expect(await store.sizes()).toEqual([10, 20, 30]);
  expect(store.reads).toBe(1);
});

it('goes on after another instance has shared', async () => {
  const checkpoints = sharing();
  await checkpoints.look();
  time.pass(MINUTE_MS);
  size = 20;
  await sharing().look();
  size = 30;
  for (let looks = 0; looks < 2; looks++) {
    await checkpoints.look();
    time.pass(MINUTE_MS);
  }
  expect(await store.sizes()).toEqual([10, 20, 30]);
});

it('goes on after an append that failed', async () => {
  const checkpoints = sharing();
  await checkpoints.look();
  time.pass(MINUTE_MS);
  size = 20;
  const append = store.append.bind(store);
  store.append = async () => Promise.reject(new Error('the disk is full'));
  await expect(checkpoints.look()).rejects.toThrow('the disk is full');
  store.append = append;
  await checkpoints.look();
  expect(await store.sizes()).toEqual([10, 20]);
});
