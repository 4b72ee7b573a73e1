import { randomUUID } from 'node:crypto';
import * as fc from 'fast-check';
import {
  ConcurrencyConflict,
  InvalidAppend,
  StoreUnavailable,
} from '../../src/application/errors.js';
import type { EventFeed } from '../../src/application/ports/event-feed.js';
import {
  APPEND_BYTES_MAX,
  APPEND_EVENTS_MAX,
  EVENT_BYTES_MAX,
  type EventStore,
  type ExpectedRevision,
  type NewEvent,
} from '../../src/application/ports/event-store.js';
import { newEvent, newEvents, sampleEvents, sampleMetadata } from '../../testing/events.js';

/** One open ledger. It may already hold other events, in streams that no test here writes to. */
export interface OpenedStore {
  readonly store: EventStore;
  readonly feed: EventFeed;
  /** Closes the store and everything that was opened for it. */
  readonly close: () => Promise<void>;
}

const newStream = (): string => `message-${randomUUID()}`;

/** The contract of every event store. It takes no options: a store that needs one breaks the contract. */
export function eventStoreContract(name: string, open: () => Promise<OpenedStore>): void {
  describe(`${name} as an event store`, () => {
    let opened: OpenedStore;
    let store: EventStore;

    // Tests that do not close the ledger share one: each writes to streams of its own.
    beforeAll(async () => {
      opened = await open();
      store = opened.store;
    });

    afterAll(() => opened.close());

    describe('reading', () => {
      it('reads a stream that was never written as empty', async () => {
        expect(await store.read(newStream())).toEqual({ events: [], revision: 'no-stream' });
      });

      it('gives back what was appended, oldest first, numbered from 0', async () => {
        const stream = newStream();
        const events = newEvents(3);
        const { position } = await store.append(stream, events, 'no-stream');
        const read = await store.read(stream);
        expect(read.revision).toBe(2n);
        expect(read.events.map(({ revision }) => revision)).toEqual([0n, 1n, 2n]);
        expect(read.events.map(({ id }) => id)).toEqual(events.map(({ id }) => id));
        expect(read.events.map(({ event }) => event)).toEqual(events.map(({ event }) => event));
        expect(read.events.map((event) => event.stream)).toEqual([stream, stream, stream]);
        expect(read.events.map(({ version }) => version)).toEqual([1, 1, 1]);
        expect(read.events.at(-1)?.position).toBe(position);
      });

      it.each(Object.values(sampleEvents))(
        'gives back a $type with all that it says',
        async (event) => {
          const stream = newStream();
          const appended: NewEvent = { id: randomUUID(), event, metadata: sampleMetadata };
          await store.append(stream, [appended], 'no-stream');
          const { events } = await store.read(stream);
          expect(events).toEqual([
            // An encrypted ledger says whose key an event has, too.
            expect.objectContaining({
              ...appended,
              stream,
              revision: 0n,
              version: expect.any(Number) as number,
              position: expect.any(String) as string,
            }),
          ]);
        },
      );

      it('keeps apart streams whose names begin alike', async () => {
        const stream = newStream();
        await store.append(stream, [newEvent('short')], 'no-stream');
        await store.append(`${stream}.1`, [newEvent('long'), newEvent('long')], 'no-stream');
        expect((await store.read(stream)).revision).toBe(0n);
        expect((await store.read(`${stream}.1`)).revision).toBe(1n);
      });

      it('keeps apart streams whose names differ in case only', async () => {
        const id = randomUUID();
        await store.append(`message-a${id}`, [newEvent()], 'no-stream');
        expect((await store.read(`message-A${id}`)).revision).toBe('no-stream');
      });
    });

    describe('what may be inside an event', () => {
      const roundTrip = async (reason: string): Promise<unknown> => {
        const stream = newStream();
        await store.append(stream, [newEvent(reason)], 'no-stream');
        const { events } = await store.read(stream);
        return events[0]?.event.data;
      };

      it.each([
        ['letters of many scripts', 'Zwölf Boxkämpfer 拳闘 بوكسر'],
        ['characters outside the basic plane', '👩‍👩‍👧‍👦 𝔘𝔫𝔦𝔠𝔬𝔡𝔢'],
        ['control characters and NUL', 'a\u0000b\u001f\u007f\u2028\r\n'],
        ['half of a surrogate pair', 'broken \ud83d text'],
        ['quotes and backslashes', `"'\\ \\u0000 %s $1 {}`],
        ['nothing', ''],
      ])('keeps %s', async (_, reason) => {
        expect(await roundTrip(reason)).toEqual({ ...newEvent(reason).event.data });
      });

      it('drops fields that are undefined', async () => {
        const stream = newStream();
        const { event, metadata, id } = newEvent();
        const withUndefined = {
          id,
          event: { ...event, data: { ...event.data, extra: undefined } },
          metadata: { ...metadata, actor: undefined },
        } as unknown as NewEvent;
        await store.append(stream, [withUndefined], 'no-stream');
        const [read] = (await store.read(stream)).events;
        expect(Object.keys(read?.event.data ?? {})).toEqual(Object.keys(event.data));
        expect(Object.keys(read?.metadata ?? {})).toEqual(Object.keys(metadata));
      });

      it('is no longer connected to what the caller holds', async () => {
        const stream = newStream();
        const data = { occurredAt: '2026-03-04T05:06:05.000Z', reason: 'before' };
        const appended: NewEvent = { ...newEvent(), event: { type: 'MessageCancelled', data } };
        const reasonRead = async (): Promise<unknown> => {
          const [read] = (await store.read(stream)).events;
          if (read?.event.type !== 'MessageCancelled') throw new Error('another event was read');
          const { reason } = read.event.data;
          Object.assign(read.event.data, { reason: 'changed by a reader' });
          return reason;
        };
        await store.append(stream, [appended], 'no-stream');
        data.reason = 'changed by the writer';
        expect([await reasonRead(), await reasonRead()]).toEqual(['before', 'before']);
      });
    });

    describe('expecting a revision', () => {
      it('appends after the last event', async () => {
        const stream = newStream();
        const first = await store.append(stream, newEvents(2), 'no-stream');
        expect(first.revision).toBe(1n);
        const second = await store.append(stream, newEvents(1), 1n);
        expect(second.revision).toBe(2n);
        expect(opened.feed.comparePositions(first.position, second.position)).toBeLessThan(0);
      });

      it.each<[string, number, ExpectedRevision, ExpectedRevision]>([
        ['a stream that is not there', 0, 0n, 'no-stream'],
        ['no stream where there is one', 2, 'no-stream', 1n],
        ['a revision that has passed', 3, 1n, 2n],
        ['a revision that is yet to come', 2, 2n, 1n],
        ['a revision beyond all counting', 1, 2n ** 62n, 0n],
      ])('refuses to append expecting %s', async (_, length, expected, actual) => {
        const stream = newStream();
        if (length > 0) await store.append(stream, newEvents(length), 'no-stream');
        const refusal = await failureOf(store.append(stream, newEvents(2), expected));
        expect(refusal).toBeInstanceOf(ConcurrencyConflict);
        expect(refusal).toMatchObject({ stream, expected, actual });
        const { events, revision } = await store.read(stream);
        expect({ length: events.length, revision }).toEqual({
          length,
          revision: actual === 'no-stream' ? 'no-stream' : BigInt(length - 1),
        });
      });

      it('lets exactly one of many win that write at the same time', async () => {
        const stream = newStream();
        await store.append(stream, newEvents(1), 'no-stream');
        const outcomes = await Promise.allSettled(
          Array.from({ length: 20 }, () => store.append(stream, newEvents(2), 0n)),
        );
        const lost = outcomes.filter((outcome) => outcome.status === 'rejected');
        expect(lost).toHaveLength(19);
        for (const { reason } of lost) {
          expect(reason).toBeInstanceOf(ConcurrencyConflict);
          expect(reason).toMatchObject({ expected: 0n, actual: 2n });
        }
        expect((await store.read(stream)).revision).toBe(2n);
      });

      it('lets writers to other streams be, when one of them is refused', async () => {
        const taken = newStream();
        await store.append(taken, newEvents(1), 'no-stream');
        const streams = Array.from({ length: 20 }, newStream);
        const outcomes = await Promise.allSettled(
          streams.flatMap((stream) => [
            store.append(stream, newEvents(2), 'no-stream'),
            store.append(taken, newEvents(1), 'no-stream'),
          ]),
        );
        expect(outcomes.map(({ status }) => status)).toEqual(
          streams.flatMap(() => ['fulfilled', 'rejected']),
        );
        const revisions = await Promise.all(streams.map((stream) => store.read(stream)));
        expect(revisions.map(({ revision }) => revision)).toEqual(streams.map(() => 1n));
      });

      it('takes appends in the order in which they were made', async () => {
        const stream = newStream();
        const events = newEvents(30);
        const results = await Promise.all(
          events.map((event, index) =>
            store.append(stream, [event], index === 0 ? 'no-stream' : BigInt(index - 1)),
          ),
        );
        expect(results.map(({ revision }) => revision)).toEqual(
          events.map((_, index) => BigInt(index)),
        );
        const read = await store.read(stream);
        expect(read.events.map(({ id }) => id)).toEqual(events.map(({ id }) => id));
      });
    });

    describe('appending the same again', () => {
      it('answers with the result of the first time', async () => {
        const stream = newStream();
        const events = newEvents(3);
        const first = await store.append(stream, events, 'no-stream');
        expect(await store.append(stream, events, 'no-stream')).toEqual(first);
        expect((await store.read(stream)).events).toHaveLength(3);
      });

      it('answers so also at an exact revision', async () => {
        const stream = newStream();
        await store.append(stream, newEvents(2), 'no-stream');
        const events = newEvents(2);
        const first = await store.append(stream, events, 1n);
        expect(await store.append(stream, events, 1n)).toEqual(first);
        expect((await store.read(stream)).events).toHaveLength(4);
      });

      it('answers so also when others have written since, here and elsewhere', async () => {
        const stream = newStream();
        const events = newEvents(2);
        const first = await store.append(stream, events, 'no-stream');
        await store.append(stream, newEvents(3), 1n);
        await store.append(newStream(), newEvents(1), 'no-stream');
        expect(await store.append(stream, events, 'no-stream')).toEqual(first);
      });

      it('answers so also while the first time is still under way', async () => {
        const stream = newStream();
        const events = newEvents(2);
        const [first, ...others] = await Promise.all(
          Array.from({ length: 5 }, () => store.append(stream, events, 'no-stream')),
        );
        expect(others).toEqual([first, first, first, first]);
        expect((await store.read(stream)).events).toHaveLength(2);
      });

      it('looks at the ids, and keeps what was first said under them', async () => {
        const stream = newStream();
        const id = randomUUID();
        const first = await store.append(stream, [newEvent('first', id)], 'no-stream');
        expect(await store.append(stream, [newEvent('second', id)], 'no-stream')).toEqual(first);
        const [event] = (await store.read(stream)).events;
        expect(event?.event.data).toHaveProperty('reason', 'first');
      });

      it.each<[string, (events: readonly NewEvent[]) => readonly NewEvent[]]>([
        [
          'begins alike and goes on otherwise',
          ([one, two]) => [one, two, newEvent()].filter((event) => event !== undefined),
        ],
        ['has one more than the stream', (events) => [...events, newEvent()]],
        [
          'begins otherwise',
          ([, two, three]) => [newEvent(), two, three].filter((event) => event !== undefined),
        ],
        ['has the same ids in another order', (events) => events.toReversed()],
        ['begins later', (events) => events.slice(1)],
      ])('refuses an append that %s', async (_, change) => {
        const stream = newStream();
        const events = newEvents(3);
        await store.append(stream, events, 'no-stream');
        const refusal = await failureOf(store.append(stream, change(events), 'no-stream'));
        expect(refusal).toBeInstanceOf(ConcurrencyConflict);
        expect(refusal).toMatchObject({ expected: 'no-stream', actual: 2n });
        expect((await store.read(stream)).events).toHaveLength(3);
      });

      it('takes the beginning of an earlier append for a repeat', async () => {
        const stream = newStream();
        const events = newEvents(3);
        await store.append(stream, events, 'no-stream');
        const [, second] = (await store.read(stream)).events;
        const result = await store.append(stream, events.slice(0, 2), 'no-stream');
        expect(result).toEqual({ revision: 1n, position: second?.position });
      });

      it('takes the same ids in another stream for another fact', async () => {
        const events = newEvents(2);
        const first = await store.append(newStream(), events, 'no-stream');
        const second = await store.append(newStream(), events, 'no-stream');
        expect(second.revision).toBe(1n);
        expect(second.position).not.toBe(first.position);
      });
    });

    describe('limits', () => {
      const emptyEventBytes = (): number =>
        Buffer.byteLength(JSON.stringify(newEvent('').event.data)) +
        Buffer.byteLength(JSON.stringify(newEvent('').metadata));
      const eventOfBytes = (bytes: number): NewEvent =>
        newEvent('x'.repeat(bytes - emptyEventBytes()));

      const refuses = async (
        stream: string,
        events: readonly NewEvent[],
        expected: ExpectedRevision = 'no-stream',
      ): Promise<void> => {
        expect(await failureOf(store.append(stream, events, expected))).toBeInstanceOf(
          InvalidAppend,
        );
      };

      it('takes the largest event, and refuses one that is a byte larger', async () => {
        const stream = newStream();
        await refuses(stream, [eventOfBytes(EVENT_BYTES_MAX + 1)]);
        const largest = eventOfBytes(EVENT_BYTES_MAX);
        await store.append(stream, [largest], 'no-stream');
        const [read] = (await store.read(stream)).events;
        expect(read?.event).toEqual(largest.event);
      });

      it('counts bytes, not characters', async () => {
        await refuses(newStream(), [newEvent('ü'.repeat(EVENT_BYTES_MAX / 2))]);
      });

      it('takes the largest append, and refuses one that is a byte larger', async () => {
        const stream = newStream();
        const half = APPEND_BYTES_MAX / 2;
        await refuses(stream, [eventOfBytes(half), eventOfBytes(half + 1)]);
        await store.append(stream, [eventOfBytes(half), eventOfBytes(half)], 'no-stream');
        expect((await store.read(stream)).revision).toBe(1n);
      });

      it('takes as many events as the port allows, and refuses one more', async () => {
        const stream = newStream();
        await refuses(stream, newEvents(APPEND_EVENTS_MAX + 1));
        await store.append(stream, newEvents(APPEND_EVENTS_MAX), 'no-stream');
        expect((await store.read(stream)).revision).toBe(BigInt(APPEND_EVENTS_MAX - 1));
      });

      it('refuses an append without events', async () => {
        await refuses(newStream(), []);
      });

      it.each([
        '',
        '$all',
        '$$message-1',
        'message',
        'message-',
        '-1',
        'Message-1',
        'message-ü',
        'message-a b',
        'message-1\n',
      ])('refuses the stream name %j', async (stream) => {
        await refuses(stream, newEvents(1));
      });

      it('takes 200 characters after the kind of a stream, and refuses one more', async () => {
        const id = randomUUID().padEnd(200, '.');
        await refuses(`message-${id}.`, newEvents(1));
        await store.append(`message-${id}`, newEvents(1), 'no-stream');
        expect((await store.read(`message-${id}`)).revision).toBe(0n);
      });

      it.each(['contact-+447700900123', 'quarantine-2026-03-04', 'message-A_b.c:d-'])(
        'takes a stream name that begins with %j',
        async (prefix) => {
          const stream = `${prefix}${randomUUID()}`;
          await store.append(stream, newEvents(1), 'no-stream');
          expect((await store.read(stream)).revision).toBe(0n);
        },
      );

      it.each([
        '',
        'abc',
        '00000000-0000-0000-0000-000000000000',
        'A5EA4777-8FB5-4827-8599-43908DB16217',
        '{a5ea4777-8fb5-4827-8599-43908db16217}',
        'a5ea4777-8fb5-4827-8599-43908db16217 ',
      ])('refuses the event id %j', async (id) => {
        await refuses(newStream(), [newEvent('bad id', id)]);
      });

      it('refuses one id for two events of an append', async () => {
        const id = randomUUID();
        await refuses(newStream(), [newEvent('one', id), newEvent('two', id)]);
      });

      it('refuses to expect a revision below 0', async () => {
        await refuses(newStream(), newEvents(1), -1n);
      });

      it('writes nothing of an append that it refuses', async () => {
        const stream = newStream();
        await refuses(stream, [newEvent('good'), newEvent('bad', 'no uuid')]);
        expect((await store.read(stream)).revision).toBe('no-stream');
      });
    });

    describe('its life', () => {
      let mortal: OpenedStore;

      beforeEach(async () => {
        mortal = await open();
      });

      afterEach(() => mortal.close());

      it('is writable', async () => {
        expect(await mortal.store.checkWritable()).toBeUndefined();
      });

      it('leaves no trace of having been checked', async () => {
        const before = await mortal.feed.head();
        await mortal.store.checkWritable();
        expect(await mortal.feed.head()).toBe(before);
      });

      it('finishes what it accepted before it closes', async () => {
        const appends = Array.from({ length: 20 }, () =>
          mortal.store.append(newStream(), newEvents(2), 'no-stream'),
        );
        await mortal.store.close();
        const results = await Promise.all(appends);
        expect(results.map(({ revision }) => revision)).toEqual(appends.map(() => 1n));
      });

      it('refuses everything once it is closed', async () => {
        const stream = newStream();
        await mortal.store.append(stream, newEvents(1), 'no-stream');
        await mortal.store.close();
        expect(await failureOf(mortal.store.append(stream, newEvents(1), 0n))).toBeInstanceOf(
          StoreUnavailable,
        );
        expect(await failureOf(mortal.store.read(stream))).toBeInstanceOf(StoreUnavailable);
        expect(await failureOf(mortal.store.checkWritable())).toBeInstanceOf(StoreUnavailable);
      });

      it('may be closed twice', async () => {
        await Promise.all([mortal.store.close(), mortal.store.close()]);
        expect(await mortal.store.close()).toBeUndefined();
      });
    });

    it('does what a list of lists would do', async () => {
      await fc.assert(
        fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 25 }), async (steps) => {
          const streams = [newStream(), newStream(), newStream()];
          const model = new StreamsModel();
          const made: {
            stream: string;
            events: readonly NewEvent[];
            expected: ExpectedRevision;
          }[] = [];
          const positions = new Map<string, string>();
          for (const { streamIndex, count, belief, again } of steps) {
            const earlier = again === null ? undefined : made[again % Math.max(made.length, 1)];
            const stream = earlier?.stream ?? streams[streamIndex] ?? newStream();
            const append = earlier ?? {
              stream,
              events: newEvents(count),
              expected: model.revisionAfter(stream, belief),
            };
            if (earlier === undefined) made.push(append);

            const predicted = model.append(stream, append.events, append.expected);
            const actual = await store.append(stream, append.events, append.expected).then(
              ({ revision, position }) => {
                const key = `${stream}@${revision}`;
                if (!positions.has(key)) positions.set(key, position);
                expect(position).toBe(positions.get(key));
                return { revision };
              },
              (error: unknown) => {
                if (error instanceof ConcurrencyConflict) return { actual: error.actual };
                throw error;
              },
            );
            expect(actual).toEqual(predicted);
          }
          for (const stream of streams) {
            const read = await store.read(stream);
            expect(read.events.map(({ id }) => id)).toEqual(model.idsOf(stream));
            expect(read.events.map(({ revision }) => revision)).toEqual(
              model.idsOf(stream).map((_, index) => BigInt(index)),
            );
            for (const { revision, position } of read.events) {
              expect(positions.get(`${stream}@${revision}`) ?? position).toBe(position);
            }
          }
        }),
        { numRuns: 40 },
      );
    });
  });
}

const step = fc.record({
  streamIndex: fc.nat({ max: 2 }),
  count: fc.integer({ min: 1, max: 4 }),
  /** The difference between the revision that the writer expects and the real one. */
  belief: fc.oneof(
    { weight: 4, arbitrary: fc.constant(0) },
    { weight: 1, arbitrary: fc.integer({ min: -3, max: 2 }) },
  ),
  /** The index of the append to repeat, instead of a new one. */
  again: fc.option(fc.nat(), { freq: 2 }),
});

/** The simplest model of the port's rules. */
class StreamsModel {
  readonly #streams = new Map<string, readonly string[]>();

  idsOf(stream: string): readonly string[] {
    return this.#streams.get(stream) ?? [];
  }

  revisionAfter(stream: string, difference: number): ExpectedRevision {
    const last = this.idsOf(stream).length - 1 + difference;
    return last < 0 ? 'no-stream' : BigInt(last);
  }

  append(
    stream: string,
    events: readonly NewEvent[],
    expected: ExpectedRevision,
  ): { revision: bigint } | { actual: ExpectedRevision } {
    const held = this.idsOf(stream);
    const ids = events.map(({ id }) => id);
    const start = expected === 'no-stream' ? 0 : Number(expected) + 1;
    const revision = BigInt(start + ids.length - 1);
    if (start === held.length) {
      this.#streams.set(stream, [...held, ...ids]);
      return { revision };
    }
    const isRepeat = ids.join() === held.slice(start, start + ids.length).join();
    return isRepeat ? { revision } : { actual: this.revisionAfter(stream, 0) };
  }
}

const failureOf = async (promise: Promise<unknown>): Promise<unknown> => {
  try {
    await promise;
  } catch (error) {
    return error;
  }
  throw new Error('this was expected to fail');
};
