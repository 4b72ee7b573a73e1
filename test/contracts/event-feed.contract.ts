import { randomUUID } from 'node:crypto';
import * as fc from 'fast-check';
import { StoreUnavailable } from '../../src/application/errors.js';
import type { EventFeed, FeedBatch, FeedOptions } from '../../src/application/ports/event-feed.js';
import type {
  EventStore,
  Position,
  RecordedEvent,
} from '../../src/application/ports/event-store.js';
import { eventually } from '../support/watching/eventually.js';
import { newEvent, newEvents } from '../../testing/events.js';
import type { OpenedStore } from './event-store.contract.js';

/** The contract of every event feed. It takes no options: a feed that needs one breaks the contract. */
export function eventFeedContract(name: string, open: () => Promise<OpenedStore>): void {
  describe(`${name} as an event feed`, () => {
    let opened: OpenedStore;
    let store: EventStore;
    let feed: EventFeed;
    let abort: AbortController;
    /** The prefix of the streams that one test writes; no other stream has it. */
    let kind: string;

    // Tests that do not close the ledger share one: each writes to streams of its own.
    beforeAll(async () => {
      opened = await open();
      ({ store, feed } = opened);
    });

    afterAll(() => opened.close());

    beforeEach(() => {
      abort = new AbortController();
      kind = newKind();
    });

    afterEach(() => abort.abort());

    const append = (stream: string, count = 1) =>
      store.append(stream, newEvents(count), 'no-stream');
    const newStream = (): string => `${kind}-${randomUUID()}`;
    const ours = (): FeedOptions => ({ prefixes: [`${kind}-`], signal: abort.signal });
    const readAll = (options: Partial<FeedOptions> = {}): Promise<readonly RecordedEvent[]> =>
      eventsOf(feed.readAll({ ...ours(), ...options }));

    describe('reading all that is there', () => {
      it('gives nothing where nothing matches', async () => {
        expect(await readAll()).toEqual([]);
      });

      it('gives the events of all streams in the order in which they were appended', async () => {
        const [one, two] = [newStream(), newStream()];
        await append(one, 2);
        await append(two, 1);
        await store.append(one, newEvents(2), 1n);
        const events = await readAll();
        expect(events.map(({ stream, revision }) => [stream, revision])).toEqual([
          [one, 0n],
          [one, 1n],
          [two, 0n],
          [one, 2n],
          [one, 3n],
        ]);
        for (const [left, right] of pairs(events)) {
          expect(feed.comparePositions(left.position, right.position)).toBeLessThan(0);
        }
      });

      it('gives events exactly as a read of their stream does', async () => {
        const stream = newStream();
        const { position } = await append(stream, 3);
        const events = await readAll();
        expect(events).toEqual((await store.read(stream)).events);
        expect(events.at(-1)?.position).toBe(position);
      });

      it('starts after the given position', async () => {
        await append(newStream(), 5);
        const events = await readAll();
        for (const [index, { position }] of events.entries()) {
          expect(await readAll({ after: position })).toEqual(events.slice(index + 1));
        }
      });

      it('does not split or lose anything at the borders of batches', async () => {
        await append(newStream(), 7);
        const whole = await readAll();
        for (const batchEventsMax of [1, 2, 3, 6, 7, 8]) {
          const batches = await collect(feed.readAll({ ...ours(), batchEventsMax }));
          expect(batches.flatMap(({ events }) => events)).toEqual(whole);
          expect(Math.max(...batches.map(({ events }) => events.length))).toBeLessThanOrEqual(
            batchEventsMax,
          );
        }
      });

      it('says with each batch from where to go on', async () => {
        await append(newStream(), 7);
        const whole = await readAll();
        let seen = 0;
        for await (const { events, position } of feed.readAll({ ...ours(), batchEventsMax: 2 })) {
          seen += events.length;
          expect(await readAll({ after: position })).toEqual(whole.slice(seen));
        }
        expect(seen).toBe(7);
      });

      it('gives only streams that begin with one of the prefixes', async () => {
        const [one, two, three] = [`${kind}a-1`, `${kind}b-1`, `${kind}c-1`];
        for (const stream of [one, two, three]) await append(stream);
        const streams = async (prefixes: readonly string[]) =>
          (await readAll({ prefixes })).map(({ stream }) => stream);
        expect(await streams([`${kind}a-`])).toEqual([one]);
        expect(await streams([`${kind}c-`, `${kind}a-`])).toEqual([one, three]);
        expect(await streams([kind])).toEqual([one, two, three]);
        expect(await streams([`${kind}b-1`, `${kind}b`])).toEqual([two]);
        expect(await streams([`${kind}d-`])).toEqual([]);
      });

      it('compares prefixes letter by letter, and nothing in them has a special meaning', async () => {
        await append(`${kind}-a_b.c`);
        await append(`${kind}-aXbXc`);
        await append(`${kind}-A_b.c`);
        const streams = async (prefix: string) =>
          (await readAll({ prefixes: [`${kind}-${prefix}`] })).map(({ stream }) => stream);
        expect(await streams('a_b.')).toEqual([`${kind}-a_b.c`]);
        expect(await streams('A')).toEqual([`${kind}-A_b.c`]);
        expect(await streams('a%')).toEqual([]);
        expect(await streams('.*')).toEqual([]);
        expect(await streams('a_b.c')).toEqual([`${kind}-a_b.c`]);
        expect(await streams('a_b.cd')).toEqual([]);
      });

      it('ends at what was there when it began', async () => {
        await append(newStream(), 4);
        const seen: RecordedEvent[] = [];
        for await (const { events } of feed.readAll({ ...ours(), batchEventsMax: 1 })) {
          seen.push(...events);
          if (seen.length < 4) await append(newStream());
        }
        expect(seen).toHaveLength(4);
      });

      it('ends without an error when it is aborted on the way', async () => {
        await append(newStream(), 4);
        let batches = 0;
        for await (const _ of feed.readAll({ ...ours(), batchEventsMax: 1 })) {
          if (++batches === 2) abort.abort();
        }
        expect(batches).toBe(2);
      });

      it('agrees with a filtered list', async () => {
        await fc.assert(
          fc.asyncProperty(
            fc.array(
              fc.record({
                family: fc.constantFrom('a', 'b', 'ab'),
                count: fc.integer({ min: 1, max: 3 }),
              }),
              { maxLength: 12 },
            ),
            fc.uniqueArray(fc.constantFrom('a', 'b', 'a-', 'ab-', 'b-', 'c'), { minLength: 1 }),
            fc.integer({ min: 1, max: 5 }),
            async (appends, endings, batchEventsMax) => {
              const own = newKind();
              const list: { stream: string; id: string }[] = [];
              for (const { family, count } of appends) {
                const stream = `${own}${family}-${randomUUID()}`;
                const events = newEvents(count);
                await store.append(stream, events, 'no-stream');
                list.push(...events.map(({ id }) => ({ stream, id })));
              }
              const prefixes = endings.map((ending) => `${own}${ending}`);
              const matching = list.filter(({ stream }) =>
                prefixes.some((prefix) => stream.startsWith(prefix)),
              );
              const whole = await readAll({ prefixes, batchEventsMax });
              expect(whole.map(({ stream, id }) => ({ stream, id }))).toEqual(matching);
              const middle = whole[Math.floor(whole.length / 2)];
              if (middle !== undefined) {
                const rest = await readAll({ prefixes, batchEventsMax, after: middle.position });
                expect(rest).toEqual(whole.slice(whole.indexOf(middle) + 1));
              }
            },
          ),
          { numRuns: 25 },
        );
      });
    });

    describe('the head', () => {
      it('is there when there is an event, and not before', async () => {
        const fresh = await open();
        const everything = { ...ours(), prefixes: 'abcdefghijklmnopqrstuvwxyz'.split('') };
        const before = await eventsOf(fresh.feed.readAll(everything));
        const headBefore = await fresh.feed.head();
        const { position } = await fresh.store.append(newStream(), newEvents(2), 'no-stream');
        const head = (await fresh.feed.head()) ?? '';
        await fresh.close();
        expect(headBefore === undefined).toBe(before.length === 0);
        expect(feed.comparePositions(head, position)).toBeGreaterThanOrEqual(0);
      });

      it('moves on with every append', async () => {
        await append(newStream());
        const before = (await feed.head()) ?? '';
        await append(newStream());
        const after = (await feed.head()) ?? '';
        expect(feed.comparePositions(before, after)).toBeLessThan(0);
        expect(feed.comparePositions(after, before)).toBeGreaterThan(0);
        expect(feed.comparePositions(after, after)).toBe(0);
      });
    });

    describe('following', () => {
      const follow = (options: Partial<FeedOptions> = {}): Follower =>
        new Follower(feed, { ...ours(), ...options });

      it('says that it is caught up also where there is nothing to catch up with', async () => {
        const follower = follow();
        await eventually(() => follower.batches.length > 0);
        expect(follower.batches[0]).toMatchObject({ events: [], caughtUp: true });
      });

      it('catches up and then goes on with what comes', async () => {
        await append(newStream(), 3);
        const follower = follow();
        await eventually(() => follower.isCaughtUp && follower.events.length === 3);
        await append(newStream(), 2);
        await eventually(() => follower.events.length === 5);
        expect(follower.events).toEqual(await readAll());
      });

      it('starts after the given position, and waits where that is the end', async () => {
        const { position } = await append(newStream(), 3);
        const follower = follow({ after: position });
        await eventually(() => follower.isCaughtUp);
        expect(follower.events).toEqual([]);
        await append(newStream(), 2);
        await eventually(() => follower.events.length >= 2);
        expect(follower.events).toEqual(await readAll({ after: position }));
      });

      it('can be resumed from any batch of an earlier one', async () => {
        await append(newStream(), 9);
        const first = follow({ batchEventsMax: 2 });
        await eventually(() => first.events.length === 9);
        const whole = await readAll();
        let seen = 0;
        for (const { events, position } of first.batches) {
          seen += events.length;
          expect(await readAll({ after: position })).toEqual(whole.slice(seen));
        }
      });

      it('neither skips nor repeats while writers are writing', async () => {
        const writer = async (): Promise<void> => {
          for (let index = 0; index < 40; index++) await append(newStream(), 1 + (index % 3));
        };
        const writing = Promise.all([writer(), writer(), writer()]);
        const early = follow({ batchEventsMax: 7 });
        await eventually(() => early.events.length > 50);
        const late = follow();
        await writing;
        const whole = await readAll();
        for (const follower of [early, late]) {
          await eventually(() => follower.events.length >= whole.length);
          expect(follower.events).toEqual(whole);
        }
      });

      it('gets around to a slow follower all that came in the meantime', async () => {
        const seen: RecordedEvent[] = [];
        for await (const { events } of feed.follow({ ...ours(), batchEventsMax: 2 })) {
          seen.push(...events);
          // Committed while the follower is busy, so that only the feed itself can notice it.
          if (seen.length < 10) await append(newStream());
          else abort.abort();
        }
        expect(seen).toHaveLength(10);
      });

      it('shows an event no earlier than a read does', async () => {
        const stream = newStream();
        const reads: bigint[] = [];
        const following = (async () => {
          for await (const { events } of feed.follow(ours())) {
            for (const { revision } of events) {
              const read = await store.read(stream);
              reads.push(read.revision === 'no-stream' ? -1n : read.revision - revision);
            }
          }
        })();
        await append(stream);
        for (let index = 0n; index < 20n; index++) await store.append(stream, [newEvent()], index);
        await eventually(() => reads.length === 21);
        abort.abort();
        await following;
        expect(reads.every((lead) => lead >= 0n)).toBe(true);
      });

      it('serves two followers, each at its own pace', async () => {
        const fast = follow();
        let isHeldUp = true;
        const slow: RecordedEvent[] = [];
        const following = (async () => {
          for await (const { events } of feed.follow({ ...ours(), batchEventsMax: 1 })) {
            slow.push(...events);
            await eventually(() => !isHeldUp);
          }
        })();
        for (let index = 0; index < 5; index++) await append(newStream(), 2);
        await eventually(() => fast.events.length === 10);
        isHeldUp = false;
        await eventually(() => slow.length === 10);
        abort.abort();
        await following;
        expect(slow).toEqual(fast.events);
      });

      it('moves its position past events that do not match', async () => {
        const follower = follow();
        await eventually(() => follower.isCaughtUp);
        const start = follower.position;
        const foreign = newKind();
        for (let index = 0; index < 10; index++) await append(`${foreign}-${index}`, 400);
        await eventually(() => feed.comparePositions(follower.position, start) > 0, {
          withinMs: 20_000,
        });
        expect(follower.events).toEqual([]);
        await append(newStream());
        await eventually(() => follower.events.length === 1);
      });

      it('ends without an error when it is aborted while it waits', async () => {
        const follower = follow();
        await eventually(() => follower.isCaughtUp);
        abort.abort();
        await follower.ended;
        expect(follower.failure).toBeUndefined();
      });

      it('gives nothing at all when it was aborted before it began', async () => {
        await append(newStream(), 3);
        abort.abort();
        expect(await collect(feed.follow(ours()))).toEqual([]);
      });

      it('gives no further batch once it is aborted', async () => {
        await append(newStream(), 5);
        let batches = 0;
        for await (const _ of feed.follow({ ...ours(), batchEventsMax: 1 })) {
          if (++batches === 2) abort.abort();
        }
        expect(batches).toBe(2);
      });

      it('may be left in the middle, and another may begin', async () => {
        await append(newStream(), 5);
        for await (const _ of feed.follow({ ...ours(), batchEventsMax: 1 })) break;
        const follower = follow();
        await eventually(() => follower.events.length === 5);
      });
    });

    describe('once the store is closed', () => {
      let mortal: OpenedStore;

      beforeEach(async () => {
        mortal = await open();
      });

      afterEach(() => mortal.close());

      it('fails instead of waiting for ever', async () => {
        const follower = new Follower(mortal.feed, ours());
        await eventually(() => follower.isCaughtUp);
        await mortal.store.close();
        await follower.ended;
        expect(follower.failure).toBeInstanceOf(StoreUnavailable);
      });

      it('reads nothing more', async () => {
        await mortal.store.close();
        await expect(collect(mortal.feed.readAll(ours()))).rejects.toBeInstanceOf(StoreUnavailable);
        await expect(mortal.feed.head()).rejects.toBeInstanceOf(StoreUnavailable);
      });
    });
  });
}

/** Follows in the background, and keeps everything that it received. */
class Follower {
  readonly batches: FeedBatch[] = [];
  readonly ended: Promise<void>;
  failure: unknown;

  constructor(feed: EventFeed, options: FeedOptions) {
    this.ended = this.#follow(feed, options).catch((error: unknown) => {
      this.failure = error;
    });
  }

  get events(): readonly RecordedEvent[] {
    return this.batches.flatMap(({ events }) => events);
  }

  get position(): Position {
    return this.batches.at(-1)?.position ?? '';
  }

  get isCaughtUp(): boolean {
    return this.batches.at(-1)?.caughtUp ?? false;
  }

  async #follow(feed: EventFeed, options: FeedOptions): Promise<void> {
    for await (const batch of feed.follow(options)) this.batches.push(batch);
  }
}

/** Lower-case letters that begin no other stream of the ledger. */
const newKind = (): string =>
  `k${randomUUID()
    .replaceAll('-', '')
    .replaceAll(/\d/g, (digit) => 'ghijklmnop'.charAt(Number(digit)))}`;

const collect = async <Item>(items: AsyncIterable<Item>): Promise<readonly Item[]> => {
  const collected: Item[] = [];
  for await (const item of items) collected.push(item);
  return collected;
};

const eventsOf = async (batches: AsyncIterable<FeedBatch>): Promise<readonly RecordedEvent[]> =>
  (await collect(batches)).flatMap(({ events }) => events);

const pairs = <Item>(items: readonly Item[]): readonly (readonly [Item, Item])[] =>
  items.slice(1).flatMap((right, index) => {
    const left = items[index];
    return left === undefined ? [] : [[left, right] as const];
  });
