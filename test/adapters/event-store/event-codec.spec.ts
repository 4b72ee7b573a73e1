import { readdirSync, readFileSync } from 'node:fs';
import * as fc from 'fast-check';
import {
  contentOf,
  createEventCodec,
  eventCodec,
  type EncodedEvent,
} from '../../../src/adapters/event-store/event-codec.js';
import { recordedEvent } from '../../../src/adapters/event-store/recorded-event.js';
import { eventTypes } from '../../../src/adapters/event-store/event-types.js';
import { UndecodableEvent, UnknownEventVersion } from '../../../src/application/errors.js';
import type { NewEvent } from '../../../src/application/ports/event-store.js';
import type { DomainEvent, DomainEventType } from '../../../src/domain/events.js';
import {
  newEvent,
  person,
  sampleEvents,
  sampleMetadata,
  stepExtras,
} from '../../../testing/events.js';

type Json = Readonly<Record<string, unknown>>;

interface Fixture {
  readonly type: DomainEventType;
  readonly version: number;
  readonly data: Json;
  readonly metadata: Json;
}

const fixtures = new URL('../../fixtures/events/', import.meta.url);

/** Loads events as earlier builds stored them. A released fixture is never changed. */
const fixture = (file: string): Fixture =>
  JSON.parse(readFileSync(new URL(file, fixtures), 'utf8')) as Fixture;

const stored = ({ type, version, data, metadata }: Fixture): Omit<EncodedEvent, 'id'> => ({
  type,
  version,
  data: JSON.stringify(data),
  metadata: JSON.stringify(metadata),
});

const currentVersion = (type: DomainEventType): number => eventTypes[type].upcasts.length + 1;

const typeNames = Object.keys(eventTypes) as readonly DomainEventType[];

const id = '0195f000-0000-7000-8000-000000000001';

describe('the fixtures', () => {
  it('cover every version of every event type, and nothing else', () => {
    const expected = typeNames.flatMap((type) =>
      Array.from({ length: currentVersion(type) }, (_, index) => `${type}.v${index + 1}.json`),
    );
    expect(readdirSync(fixtures).toSorted()).toEqual(expected.toSorted());
  });

  it.each(readdirSync(fixtures))('%s reads as the event of today', (file) => {
    const read = fixture(file);
    expect(file).toBe(`${read.type}.v${read.version}.json`);
    expect(eventCodec.decode(stored(read))).toEqual({
      event: sampleEvents[read.type],
      metadata: sampleMetadata,
    });
    expect(eventCodec.decodeEvent(stored(read))).toEqual(sampleEvents[read.type]);
  });

  it.each(typeNames)('%s is stored as its newest fixture says, letter by letter', (type) => {
    const newest = fixture(`${type}.v${currentVersion(type)}.json`);
    const event = sampleEvents[type];
    expect(eventCodec.encode({ id, event, metadata: sampleMetadata })).toEqual({
      id,
      ...stored(newest),
    });
  });
});

describe('what is personal', () => {
  /** The newest fixture with every field that an event may lack. */
  const complete = (type: DomainEventType): Fixture => {
    const sample = fixture(`${type}.v${currentVersion(type)}.json`);
    // Events of earlier versions have no token, and so have the fixtures.
    const webhook = { ...(sample.metadata['webhook'] as Json), token: person.words };
    const newest = { ...sample, metadata: { ...sample.metadata, webhook } };
    const { data } = newest;
    if (type === 'FallbackStarted') return { ...newest, data: { ...data, ...stepExtras } };
    if (type !== 'MessageRequested') return newest;
    const fallback = sampleEvents.MessageRequested.data.fallback.map((step) => ({
      ...step,
      ...stepExtras,
    }));
    return { ...newest, data: { ...data, fallback } };
  };

  it.each(typeNames)('lies in %s only where the table says so', (type) => {
    const { data, metadata } = complete(type);
    const { personal } = eventTypes[type];
    const rest = JSON.stringify([
      without(data, personal.data),
      without(metadata, personal.metadata),
    ]);
    for (const secret of Object.values(person)) expect(rest).not.toContain(secret);
  });

  it.each(typeNames)('is named in %s by paths that lead somewhere', (type) => {
    const { data, metadata } = complete(type);
    const { personal } = eventTypes[type];
    for (const path of personal.data) expect(without(data, [path])).not.toEqual(data);
    for (const path of personal.metadata) expect(without(metadata, [path])).not.toEqual(metadata);
  });
});

describe('a report of version 1, which took any claim for the time of the fact', () => {
  const types = ['StatusReported', 'StatusRefused', 'ReportAdopted', 'InboundReceived'] as const;
  const { receivedAt } = sampleMetadata.webhook ?? {};
  const timesOf = (type: DomainEventType, occurredAt: string, metadata: Json) => {
    const older = fixture(`${type}.v1.json`);
    const changed = stored({ ...older, data: { ...older.data, occurredAt }, metadata });
    const { data } = eventCodec.decode(changed).event as { readonly data: Json };
    return [data['occurredAt'], data['claimedAt']];
  };

  describe.each(types)('%s', (type) => {
    const { metadata } = fixture(`${type}.v1.json`);

    it.each([
      '9999-12-31T23:59:59.000Z',
      '2089-10-01T00:00:00.000Z',
      '2009-12-31T23:59:59.999Z',
      'not a time',
    ])('keeps %s as a claim, and goes by the time of receipt', (claimed) => {
      expect(timesOf(type, claimed, metadata)).toEqual([receivedAt, claimed]);
      const { webhook: _, ...withoutWebhook } = metadata;
      expect(timesOf(type, claimed, withoutWebhook)).toEqual([sampleMetadata.recordedAt, claimed]);
    });

    it('keeps a time that can be true, and leaves the metadata unread', () => {
      const { version, data } = fixture(`${type}.v1.json`);
      const metadataOf = (): never => {
        throw new Error('The metadata was read.');
      };
      const decoded = eventCodec.decodeParsed({ type, version }, contentOf(data, metadataOf));
      expect(decoded.event).toEqual(sampleEvents[type]);
    });
  });
});

describe('an event that this build cannot read', () => {
  const readable = stored(fixture('MessageCancelled.v1.json'));

  it.each<[string, Partial<EncodedEvent>]>([
    ['of an unknown type', { type: 'MessageTeleported' }],
    ['of a type that is a word of the language', { type: 'constructor' }],
    ['of a version that is yet to come', { version: 2 }],
    ['of version 0', { version: 0 }],
    ['of a version that is no whole number', { version: 1.5 }],
    ['with data that is not JSON', { data: '{"reason":' }],
    ['with metadata that is not JSON', { metadata: '' }],
  ])('is refused: one %s', (_, change) => {
    expect(() => eventCodec.decode({ ...readable, ...change })).toThrow(UndecodableEvent);
    if (change.metadata !== undefined) return;
    expect(() => eventCodec.decodeEvent({ ...readable, ...change })).toThrow(UndecodableEvent);
  });
});

describe('an event that only a newer build can read', () => {
  const readable = stored(fixture('MessageCancelled.v1.json'));
  const place = { stream: 'message-1', revision: 0n, position: '1' };

  it.each<[string, Partial<EncodedEvent>, boolean]>([
    ['an unknown type', { type: 'MessageTeleported' }, true],
    ['a version that is yet to come', { version: 2 }, true],
    ['version 0', { version: 0 }, false],
    ['no version', { version: Number.NaN }, false],
    ['data that is not JSON', { data: '{"reason":' }, false],
  ])('is told from a broken one: %s', (_, change, isNewer) => {
    const faults: unknown[] = [];
    for (const read of [
      () => eventCodec.decode({ ...readable, ...change }),
      () => recordedEvent({ ...readable, ...change, id: 'id' }, place).event,
    ]) {
      try {
        read();
      } catch (error) {
        faults.push(error);
      }
    }
    expect(faults.map((fault) => fault instanceof UnknownEventVersion)).toEqual([isNewer, isNewer]);
  });
});

describe('an event whose shape has changed twice', () => {
  interface Moved {
    readonly type: 'Moved';
    readonly data: { readonly metres: number; readonly direction: string };
  }

  const codec = createEventCodec<Moved>({
    Moved: {
      upcasts: [
        // Version 1 had no direction; every move was forward.
        ({ data, metadata }) => ({ data: { ...data, direction: 'forward' }, metadata }),
        // Version 2 measured in kilometres, and had no source in its metadata.
        ({ data: { kilometres, ...data }, metadata }) => ({
          data: { ...data, metres: Number(kilometres) * 1_000 },
          metadata: { ...metadata, source: 'cli' },
        }),
      ],
    },
  });
  const { metadata } = newEvent();

  it.each([
    [1, { kilometres: 2 }, { metres: 2_000, direction: 'forward' }],
    [2, { kilometres: 2, direction: 'left' }, { metres: 2_000, direction: 'left' }],
    [3, { metres: 5, direction: 'right' }, { metres: 5, direction: 'right' }],
  ])('is read from version %i in the shape of today', (version, data, expected) => {
    const decoded = codec.decode({
      type: 'Moved',
      version,
      data: JSON.stringify(data),
      metadata: JSON.stringify({ ...metadata, source: version < 3 ? undefined : 'cli' }),
    });
    expect(decoded.event).toEqual({ type: 'Moved', data: expected });
    expect(decoded.metadata.source).toBe('cli');
  });

  it('is written in the newest version', () => {
    const event: Moved = { type: 'Moved', data: { metres: 5, direction: 'right' } };
    expect(codec.encode({ id, event, metadata })).toMatchObject({
      version: 3,
      data: '{"metres":5,"direction":"right"}',
    });
  });

  it('cannot be read from a version that is yet to come', () => {
    expect(() => codec.decode({ type: 'Moved', version: 4, data: '{}', metadata: '{}' })).toThrow(
      UndecodableEvent,
    );
  });
});

it('writes what it has read exactly as it was', () => {
  fc.assert(
    fc.property(
      fc.jsonValue({ noUnicodeString: false }),
      fc.string({ unit: 'binary' }),
      (extra, reason) => {
        const event = { type: 'MessageCancelled', data: { occurredAt: '', reason, extra } };
        const appended: NewEvent = { ...newEvent(), event: event as DomainEvent };
        const once = eventCodec.encode(appended);
        const again = eventCodec.encode({ ...appended, ...eventCodec.decode(once) });
        expect(again).toEqual(once);
      },
    ),
  );
});

/** Returns a copy without the fields at the given paths. */
function without(value: unknown, paths: readonly string[]): unknown {
  return paths.reduce((copy, path) => withoutField(copy, path.split('.')), value);
}

function withoutField(value: unknown, [name, ...rest]: readonly string[]): unknown {
  if (name === undefined || value === null || typeof value !== 'object') return value;
  if (name === '*') {
    if (!Array.isArray(value)) return value;
    return rest.length === 0 ? [] : value.map((item) => withoutField(item, rest));
  }
  return Object.fromEntries(
    Object.entries(value)
      .filter(([key]) => key !== name || rest.length > 0)
      .map(([key, field]) => [key, key === name ? withoutField(field, rest) : (field as unknown)]),
  );
}
