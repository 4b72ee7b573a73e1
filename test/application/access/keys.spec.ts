import * as fc from 'fast-check';
import { LRUCache } from 'lru-cache';
import { noKeyLimits } from '../../../src/domain/keys/key-events.js';
import { MemoryEventStore } from '../../../src/adapters/event-store/memory/memory-event-store.js';
import { uuidIdentifiers } from '../../../src/adapters/system/uuid-identifiers.js';
import { TrustedClock } from '../../../src/adapters/system/trusted-clock.js';
import { AuthenticateKey } from '../../../src/application/access/authenticate-key.js';
import { newIssuedKey, nameInKey } from '../../../src/application/access/api-keys.js';
import { IssuedKeys } from '../../../src/application/access/issued-keys.js';
import { KeyUse } from '../../../src/application/access/key-use.js';
import { KnownKeys } from '../../../src/application/access/known-keys.js';
import { ManageKeys } from '../../../src/application/access/manage-keys.js';
import { RequestRate } from '../../../src/application/access/request-rate.js';
import { StoreUnavailable } from '../../../src/application/errors.js';
import type { StoredStream } from '../../../src/application/ports/event-store.js';
import { KEYRING_STREAM, keyUseStream } from '../../../src/application/streams.js';
import { damagedEvent, sampleEvents } from '../../../testing/events.js';
import { LogCapture } from '../../support/watching/log-capture.js';
import { SettableTime } from '../../support/doubles/settable-time.js';

/** Counts reads, and becomes unavailable or slow on demand. */
class WatchedStore extends MemoryEventStore {
  readonly reads: string[] = [];
  isAway = false;
  /** Answers that are read and still on their way wait for it. */
  answering: Promise<void> | undefined;

  override async read(stream: string): Promise<StoredStream> {
    this.reads.push(stream);
    if (this.isAway) throw new StoreUnavailable('it is away');
    const { answering } = this;
    const stored = await super.read(stream);
    await answering;
    return stored;
  }
}

/** One instance of the service, reduced to its keys. */
function instanceOn(store: WatchedStore, time: SettableTime) {
  const clock = new TrustedClock(time);
  const { logger } = new LogCapture();
  const issued = new IssuedKeys(store, {
    clock,
    monotonic: time.monotonic,
    identifiers: uuidIdentifiers,
  });
  const known = new KnownKeys(issued, new LRUCache({ max: 1_000 }), time.monotonic);
  const use = new KeyUse(store, clock, time.monotonic, uuidIdentifiers, logger);
  const authenticate = new AuthenticateKey([], known, use, clock, logger);
  return { use, authenticate, manage: new ManageKeys([], issued, known, use, clock) };
}

const wish = (name: string) => ({
  name,
  scopes: ['read'] as const,
  expiresAt: null,
  limits: noKeyLimits,
});

let store: WatchedStore;
let time: SettableTime;

beforeEach(() => {
  store = new WatchedStore();
  time = new SettableTime();
});

const settled = () => new Promise((resolve) => setImmediate(resolve));

describe('the ledger is asked about keys', () => {
  it('once a second for a key in use, however often it is used', async () => {
    const { manage, authenticate } = instanceOn(store, time);
    const { key } = await manage.create(wish('shop'), null);
    time.pass(1_000);
    store.reads.length = 0;
    for (let times = 0; times < 50; times++) {
      const both = [authenticate.execute(key, false), authenticate.execute(key, false)];
      for (const verdict of await Promise.all(both)) expect(verdict.valid).toBe(true);
    }
    expect(store.reads.filter((stream) => stream === 'key-shop')).toHaveLength(1);
  });

  it('for at most a hundred unknown names a second, twenty of them from suspects, and known keys go on', async () => {
    const { manage, authenticate } = instanceOn(store, time);
    const { key } = await manage.create(wish('shop'), null);
    store.reads.length = 0;
    const refusals: unknown[] = [];
    const attack = async (count: number, isSuspect: boolean) => {
      for (let times = 0; times < count; times++) {
        const wrong = newIssuedKey(`n${refusals.length}`);
        refusals.push(
          await authenticate.execute(wrong, isSuspect).catch((error: unknown) => error),
        );
      }
    };
    await attack(200, true);
    expect(store.reads).toHaveLength(20);
    await attack(200, false);
    expect(store.reads).toHaveLength(100);
    expect(refusals.filter((one) => one instanceof Error)).toHaveLength(120);
    expect((await authenticate.execute(key, true)).valid).toBe(true);
    time.pass(1_000);
    expect((await authenticate.execute(newIssuedKey('x'), true)).valid).toBe(false);
    expect(store.reads.at(-1)).toBe('key-x');
  });

  it('in vain for a minute, in which keys that are known go on working', async () => {
    const { manage, authenticate } = instanceOn(store, time);
    const { key } = await manage.create(wish('shop'), null);
    store.isAway = true;
    time.pass(59_000);
    expect((await authenticate.execute(key, false)).valid).toBe(true);
    time.pass(2_000);
    await expect(authenticate.execute(key, false)).rejects.toThrow(StoreUnavailable);
    store.isAway = false;
    expect((await authenticate.execute(key, false)).valid).toBe(true);
  });
});

it('a revoked key stays refused when an answer from before its revocation comes late', async () => {
  const { manage, authenticate } = instanceOn(store, time);
  const { key } = await manage.create(wish('shop'), null);
  time.pass(1_000);
  const answering = Promise.withResolvers<void>();
  store.answering = answering.promise;
  const early = authenticate.execute(key, false);
  await settled();
  store.answering = undefined;
  time.pass(10);
  expect((await manage.revoke('shop', null)).state).toBe('revoked');
  const refused = { valid: false, reason: 'revoked' };
  expect(await authenticate.execute(key, false)).toEqual(refused);
  time.pass(1_000);
  const late = authenticate.execute(key, false);
  answering.resolve();
  expect([await early, await late]).toEqual([refused, refused]);
  expect(await authenticate.execute(key, false)).toEqual(refused);
});

describe('the last use of a key', () => {
  it('is one event for each hour, whichever instances see how many requests', async () => {
    const instances = [instanceOn(store, time), instanceOn(store, time)];
    const start = new Date(time.wallMs()).toISOString();
    for (const hour of [0, 1, 2]) {
      for (let times = 0; times < 20; times++) for (const { use } of instances) use.used('shop');
      await settled();
      await settled();
      const { events } = await store.read(keyUseStream('shop', start));
      expect(events).toHaveLength(hour + 1);
      time.pass(3_600_000);
    }
    for (const { use } of instances) {
      expect(await use.lastUse('shop')).toBe(new Date(time.wallMs() - 3_600_000).toISOString());
    }
    const elsewhere = instanceOn(store, time).use;
    expect(await elsewhere.lastUse('shop')).toBe(new Date(time.wallMs() - 3_600_000).toISOString());
    expect(await elsewhere.lastUse('never')).toBeNull();
  });

  it('is found months later, and recorded when the ledger is back', async () => {
    const { use } = instanceOn(store, time);
    store.isAway = true;
    use.used('shop');
    await settled();
    store.isAway = false;
    use.used('shop');
    await settled();
    expect(await instanceOn(store, time).use.lastUse('shop')).toBeNull();
    time.pass(60_000);
    const usedAt = new Date(time.wallMs()).toISOString();
    use.used('shop');
    await settled();
    await settled();
    time.pass(300 * 86_400_000);
    expect(await instanceOn(store, time).use.lastUse('shop')).toBe(usedAt);
  });
});

it('a key carries its name, whatever that is', () => {
  const name = fc.stringMatching(/^[A-Za-z0-9_.-]{1,64}$/);
  fc.assert(fc.property(name, (one) => expect(nameInKey(newIssuedKey(one))).toBe(one)));
  expect(nameInKey('wb_4fzz')).toBeUndefined();
});

it('no second has more requests than the limit, beyond those that may come at once', () => {
  const steps = fc.array(fc.nat({ max: 700 }), { minLength: 1, maxLength: 200 });
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 50 }), steps, (requestsPerSecond, waits) => {
      const clock = new SettableTime();
      const rate = new RequestRate(clock.monotonic);
      const allowedAt: number[] = [];
      for (const wait of waits) {
        clock.pass(wait);
        const state = rate.take('shop', requestsPerSecond);
        expect(state.remaining).toBeLessThan(requestsPerSecond);
        if (!state.allowed) clock.pass(state.waitMs + 0.001);
        expect(state.allowed || rate.take('shop', requestsPerSecond).allowed).toBe(true);
        allowedAt.push(clock.monotonic.elapsedMs());
      }
      for (const [index, from] of allowedAt.entries()) {
        const until = allowedAt[index + 2 * requestsPerSecond] ?? Infinity;
        expect(until - from).toBeGreaterThanOrEqual(1_000 - 0.01);
      }
    }),
  );
});

it('makes and lists keys, though an event of their names is damaged', async () => {
  const { manage } = instanceOn(store, time);
  await manage.create(wish('shop'), null);
  const { KeyRegistered } = sampleEvents;
  await store.append(KEYRING_STREAM, [damagedEvent(KeyRegistered)], 0n);
  await manage.create(wish('desk'), null);
  const { items } = await manage.list(undefined);
  expect(items.map(({ name }) => name)).toEqual(['desk', 'shop']);
});
