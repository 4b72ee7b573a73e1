import { randomUUID } from 'node:crypto';
import { setImmediate as nextTurn } from 'node:timers/promises';
import * as fc from 'fast-check';
import { LRUCache } from 'lru-cache';
import { openDeliveryStore } from '../../../src/adapters/delivery-store/delivery-store.module.js';
import { MemoryEventStore } from '../../../src/adapters/event-store/memory/memory-event-store.js';
import { PagedEventFeed } from '../../../src/adapters/event-store/paged-event-feed.js';
import { OpeningEventFeed } from '../../../src/adapters/event-store/sealed/opening-event-feed.js';
import { SealingEventStore } from '../../../src/adapters/event-store/sealed/sealing-event-store.js';
import { openKeyStore } from '../../../src/adapters/key-store/open-key-store.js';
import { uuidIdentifiers } from '../../../src/adapters/system/uuid-identifiers.js';
import { StoreUnavailable } from '../../../src/application/errors.js';
import type { DeliveryStore } from '../../../src/application/ports/delivery-store.js';
import type { EventFeed } from '../../../src/application/ports/event-feed.js';
import type {
  CopiedEvent,
  ExpectedRevision,
  NewEvent,
} from '../../../src/application/ports/event-store.js';
import type { Health } from '../../../src/application/ports/health.js';
import type { KeyStore } from '../../../src/application/ports/key-store.js';
import type {
  WebhookOutcome,
  WebhookSender,
} from '../../../src/application/ports/webhook-sender.js';
import {
  CHECKPOINTS_STREAM,
  ENDPOINTS_STREAM,
  messageStream,
} from '../../../src/application/streams.js';
import { DeliverWebhooks } from '../../../src/application/webhooks/deliver-webhooks.js';
import { WebhookEndpoints } from '../../../src/application/webhooks/endpoints.js';
import { ManageEndpoints } from '../../../src/application/webhooks/manage-endpoints.js';
import { OutgoingEvents } from '../../../src/application/webhooks/outgoing-event.js';
import type { DomainEvent } from '../../../src/domain/events.js';
import type { MessageEvent } from '../../../src/domain/message/message-events.js';
import type { OutgoingType } from '../../../src/domain/webhooks/endpoint-events.js';
import { damagedEvent, newEvent, person, sampleEvents } from '../../../testing/events.js';
import { seededRandom } from '../../../testing/seeded-random.js';
import { SettableTime } from '../../support/doubles/settable-time.js';
import { silent } from '../../support/worlds/read-models.js';

const URL_A = 'https://a.example/';
const HOUR_MS = 3_600_000;

interface Arrival {
  readonly id: string;
  readonly type: string;
  readonly url: string;
  readonly body: string;
}

/** The real deliveries over a ledger in memory, in time that passes only as the test says. */
class World {
  readonly time = new SettableTime();
  ledger = new MemoryEventStore();
  readonly keys = openKeyStore({ kind: 'sqlite', directory: null }, { keys: null, file: null });
  readonly arrived: Arrival[] = [];
  readonly taken: Arrival[] = [];
  answer: (arrival: Arrival) => number | 'hang' | Promise<number> = () => 204;
  retryAfterMs: number | null = null;
  /** The secrets that signed the last delivery. */
  signedBy: readonly string[] = [];
  private stopping = new AbortController();
  private running: Promise<void> = Promise.resolve();

  constructor(
    readonly deliveries: DeliveryStore = openDeliveryStore({ kind: 'sqlite', directory: null }),
  ) {}

  /** The states that were told, each with its reason. */
  readonly told: string[] = [];
  private readonly health: Health = {
    reporter: () => ({
      working: () => void this.told.push('working'),
      report: (state, reason) => void this.told.push(`${state}: ${reason}`),
    }),
  };

  private readonly clock = { now: () => new Date(this.time.wallMs()) };

  private readonly sender: WebhookSender = {
    addressFault: () => undefined,
    send: async ({ id, url, body, secrets }, signal): Promise<WebhookOutcome> => {
      const { type } = JSON.parse(body) as { type: string };
      const arrival = { id, type, url, body };
      this.arrived.push(arrival);
      this.signedBy = secrets;
      const status = await this.answer(arrival);
      if (status === 'hang') {
        await this.time.monotonic.wait(15_000, signal).catch(() => undefined);
        return { httpStatus: null, error: 'no answer', retryAfterMs: null };
      }
      await nextTurn();
      if (status === 204) this.taken.push(arrival);
      const error = status === 204 ? null : `the receiver answered ${status}`;
      return { httpStatus: status, error, retryAfterMs: this.retryAfterMs };
    },
  };

  /** Polls take virtual time here too. */
  private readonly monotonic = {
    elapsedMs: () => this.time.monotonic.elapsedMs(),
    wait: (ms: number, signal: AbortSignal) => this.time.monotonic.wait(ms, signal),
    pause: (ms: number, signal: AbortSignal) =>
      this.time.monotonic.wait(ms, signal).catch(() => undefined),
  };

  get endpoints(): WebhookEndpoints {
    const keyedHash = async (_: string, name: string) => Buffer.from(name);
    const keys = { keyedHash } as unknown as KeyStore;
    const { clock, monotonic } = this;
    return new WebhookEndpoints(this.ledger, keys, {
      clock,
      monotonic,
      identifiers: uuidIdentifiers,
    });
  }

  get manage(): ManageEndpoints {
    const { endpoints, deliveries, sender, clock } = this;
    return new ManageEndpoints({
      endpoints,
      deliveries,
      sender,
      clock,
      identifiers: uuidIdentifiers,
    });
  }

  async endpoint(...events: OutgoingType[]): Promise<string> {
    const settings = { url: URL_A, events, description: '' };
    return (await this.manage.create(settings, undefined)).endpoint.id;
  }

  start(): void {
    const { ledger, keys, endpoints, deliveries, sender, clock, monotonic } = this;
    this.stopping = new AbortController();
    const store = new SealingEventStore(ledger, keys);
    const events = new OutgoingEvents(store, new LRUCache({ max: 100 }));
    this.running = new DeliverWebhooks(
      {
        store,
        ledger: async () => undefined,
        feed: this.looksAhead(new OpeningEventFeed(new PagedEventFeed(ledger), keys)),
        endpoints,
        events,
        deliveries,
        sender,
        clock,
        monotonic,
        logger: silent,
        metrics: { endpointAnswered() {} },
      },
      seededRandom(1),
      this.health,
    ).run(this.stopping.signal);
  }

  async stop(): Promise<void> {
    this.stopping.abort();
    await this.running;
  }

  /** As on a server that writes records of its own: a batch ends behind its last event. */
  private looksAhead(feed: EventFeed): EventFeed {
    const { recordsOfServer } = this;
    return {
      head: (prefixes) => feed.head(prefixes),
      readAll: (options) => feed.readAll(options),
      comparePositions: (left, right) => feed.comparePositions(left, right),
      async *follow(options) {
        for await (const batch of feed.follow(options)) {
          yield { ...batch, position: String(Number(batch.position) + recordsOfServer) };
        }
      },
    };
  }

  /** How many follow the newest event. */
  recordsOfServer = 0;

  recorded = 0;

  /** Records events, each on a stream of its own. */
  async record(event: DomainEvent, times = 1): Promise<void> {
    this.recorded += times;
    for (let at = 0; at < times; at++) {
      const recorded = newEvent();
      const recordedAt = this.clock.now().toISOString();
      const metadata = { ...recorded.metadata, recordedAt };
      await this.ledger.append(
        `sending-${randomUUID()}`,
        [{ ...recorded, event, metadata }],
        'no-stream',
      );
    }
  }

  /** Records events of one message, one by one, with their personal fields encrypted. */
  async recordMessage(...events: readonly MessageEvent[]): Promise<void> {
    const store = new SealingEventStore(this.ledger, this.keys);
    const stream = messageStream(randomUUID());
    let expected: ExpectedRevision = 'no-stream';
    for (const event of events) {
      const recorded = newEvent();
      const metadata = { ...recorded.metadata, recordedAt: this.clock.now().toISOString() };
      const owned = {
        ...recorded,
        event,
        metadata,
        person: { number: person.number, mayReturn: true },
      };
      ({ revision: expected } = await store.append(stream, [owned], expected));
    }
  }

  /** Lets time pass, wait by wait, until it is true. @throws when it is not within `ms` of that time */
  async until(isTrue: () => boolean | Promise<boolean>, ms = HOUR_MS): Promise<void> {
    const endsAtMs = this.time.monotonic.elapsedMs() + ms;
    while (!(await isTrue())) {
      if (this.time.monotonic.elapsedMs() > endsAtMs) throw new Error('it did not come true');
      await this.settle();
      this.time.pass(Math.min(this.time.msUntilNext(), 1_000));
    }
  }

  async pass(ms: number): Promise<void> {
    const endsAtMs = this.time.monotonic.elapsedMs() + ms;
    await this.until(() => this.time.monotonic.elapsedMs() >= endsAtMs, ms + 1_000);
  }

  private async settle(): Promise<void> {
    for (let turn = 0; turn < 12; turn++) await nextTurn();
  }
}

const { SendingHeld, SendingReleased } = sampleEvents;
let world: World;
beforeEach(() => {
  world = new World();
});
afterEach(async () => {
  await world.stop();
});

const takenOf = (type: string): readonly Arrival[] =>
  world.taken.filter((one) => one.type === type);

it('delivers other events, though the endpoint refuses all of one type', async () => {
  await world.endpoint('sending.held', 'sending.released');
  world.answer = ({ type }) => (type === 'sending.held' ? 400 : 204);
  world.start();
  await world.record(SendingHeld, 12);
  await world.pass(60_000);
  await world.record(SendingReleased, 3);
  await expect(world.until(() => takenOf('sending.released').length >= 3)).resolves.toBeUndefined();
});

it('goes on behind an event that follows damage in its stream', async () => {
  await world.endpoint('message.status_changed', 'sending.held');
  const stream = messageStream(randomUUID());
  await world.ledger.append(stream, [damagedEvent(sampleEvents.MessageRequested)], 'no-stream');
  await world.ledger.append(stream, [{ ...newEvent(), event: sampleEvents.AttemptStarted }], 0n);
  await world.record(SendingHeld);
  world.start();
  await expect(world.until(() => takenOf('sending.held').length === 1)).resolves.toBeUndefined();
});

describe('a damaged event of the endpoints', () => {
  const damage = async (event: DomainEvent): Promise<void> => {
    const { revision } = await world.ledger.read(ENDPOINTS_STREAM);
    await world.ledger.append(ENDPOINTS_STREAM, [damagedEvent(event)], revision);
  };

  it.each([
    ['a changed address', sampleEvents.EndpointChanged],
    ['the end of deliveries', sampleEvents.EndpointDisabled],
    ['the end of an endpoint', sampleEvents.EndpointDeleted],
  ] as const)(
    'that may be %s disables the endpoints before it, until a person decides',
    async (_, event) => {
      const inDoubt = await world.endpoint('sending.held');
      world.start();
      await world.record(SendingHeld);
      await world.until(() => world.taken.length === 1);
      await damage(event);
      await world.pass(2_000);
      const later = await world.endpoint('sending.held');
      await world.record(SendingHeld);
      await world.until(() => world.taken.length === 2);
      await world.pass(60_000);
      expect(world.arrived).toHaveLength(2);
      expect((await world.manage.read(inDoubt)).disabledBecause).toMatch(
        /^event 1 of endpoints-main is damaged \(.+\)/,
      );
      expect(await world.manage.read(later)).toMatchObject({ disabledBecause: null });
      await world.manage.patch(inDoubt, { enabled: true }, undefined);
      await expect(world.until(() => world.taken.length === 3)).resolves.toBeUndefined();
    },
  );

  it.each([
    ['the begin of another', sampleEvents.EndpointCreated],
    ['a new secret', sampleEvents.EndpointSecretRotated],
    ['the begin of deliveries', sampleEvents.EndpointEnabled],
  ] as const)('that is %s stops no endpoint', async (_, event) => {
    await world.endpoint('sending.held');
    await damage(event);
    world.start();
    await world.record(SendingHeld);
    await expect(world.until(() => world.taken.length === 1)).resolves.toBeUndefined();
  });
});

describe('an event that this build cannot read', () => {
  const ofNewerBuild = ({ id, event, metadata }: NewEvent): CopiedEvent => ({
    id,
    stored: {
      type: event.type,
      version: 99,
      data: JSON.stringify(event.data),
      metadata: JSON.stringify(metadata),
    },
  });

  it('is told by the build that can, once', async () => {
    const id = await world.endpoint('sending.held', 'sending.released');
    const endpoints = world.ledger;
    world.start();
    await world.pass(2_000);
    const held = { ...newEvent(), event: SendingHeld };
    await world.ledger.append('sending-main', [ofNewerBuild(held)], 'no-stream');
    await world.record(SendingReleased);
    await world.until(() => world.taken.length === 1);
    await world.pass(10_000);
    const { items } = await world.manage.deliveries(id, {}, 10);
    expect(items).toContainEqual(
      expect.objectContaining({
        type: 'SendingHeld',
        state: 'pending',
        error: expect.stringMatching(/^the event cannot be read: .+/),
      }),
    );
    await world.stop();

    world.ledger = new MemoryEventStore();
    const { events } = await endpoints.read(ENDPOINTS_STREAM);
    const made = events.map(({ id: eventId, event, metadata }) => ({
      id: eventId,
      event,
      metadata,
    }));
    await world.ledger.append(ENDPOINTS_STREAM, made, 'no-stream');
    await world.ledger.append('sending-main', [held], 'no-stream');
    await world.record(SendingReleased);
    world.start();
    await world.until(() => takenOf('sending.held').length === 1, 10 * 60_000);
    await world.pass(10 * 60_000);
    expect(takenOf('sending.held')).toHaveLength(1);
    expect(await world.deliveries.pendingCount(id)).toBe(0);
    const all = await world.manage.deliveries(id, {}, 10);
    expect(new Set(all.items.map(({ state }) => state))).toEqual(new Set(['delivered']));
  });

  it('is given up after three days, and says why', async () => {
    const id = await world.endpoint('sending.held');
    await world.ledger.append('sending-main', [damagedEvent(SendingHeld)], 'no-stream');
    world.start();
    for (let hour = 0; hour < 100; hour += 1) {
      world.time.pass(HOUR_MS);
      await world.pass(2_000);
    }
    const { items } = await world.manage.deliveries(id, {}, 10);
    expect(items).toMatchObject([{ type: 'SendingHeld', state: 'failed', attempts: 10 }]);
    expect(await world.manage.read(id)).toMatchObject({ disabledBecause: null });
  });

  it('waits only for endpoints that may be told of its stream', async () => {
    const id = await world.endpoint('contact.erased', 'log.checkpoint');
    await world.ledger.append('sending-main', [damagedEvent(SendingHeld)], 'no-stream');
    world.start();
    await world.pass(10_000);
    expect(await world.deliveries.pendingCount(id)).toBe(0);
  });
});

it('finds out that a receiver is up again, though the wall clock was set back meanwhile', async () => {
  await world.endpoint('sending.held');
  world.answer = () => 503;
  world.start();
  await world.record(SendingHeld, 12);
  await world.until(() => world.arrived.length >= 12);
  world.time.stepWall(-24 * HOUR_MS);
  world.answer = () => 204;
  await expect(
    world.until(() => new Set(world.taken.map(({ id }) => id)).size === 12, 10 * 60_000),
  ).resolves.toBeUndefined();
});

it('repeats what failed before the wall clock was set back', async () => {
  await world.endpoint('sending.held');
  world.answer = () => 503;
  world.start();
  await world.record(SendingHeld, 2);
  await world.until(() => world.arrived.length >= 2);
  world.time.stepWall(-365 * 24 * HOUR_MS);
  world.answer = () => 204;
  await expect(world.until(() => world.taken.length === 2)).resolves.toBeUndefined();
});

it('does not post again after a restart what failed once and was then taken', async () => {
  await world.endpoint('sending.held');
  world.start();
  await world.record(SendingHeld);
  await world.until(() => world.taken.length === 1);
  world.answer = () => 503;
  await world.record(SendingHeld);
  await world.until(() => world.arrived.length === 2);
  world.answer = () => 204;
  await world.until(() => world.taken.length === 2);
  await world.stop();
  const arrived = world.arrived.length;
  world.start();
  await world.pass(60_000);
  expect(world.arrived).toHaveLength(arrived);
});

it('gives up what waits once its type is no longer asked for', async () => {
  const id = await world.endpoint('sending.held', 'sending.released');
  world.answer = () => 503;
  world.start();
  await world.record(SendingHeld);
  await world.until(() => world.arrived.length === 1);
  await world.manage.patch(id, { events: ['sending.released'] }, undefined);
  world.answer = () => 204;
  await world.until(async () => (await world.deliveries.pendingCount(id)) === 0);
  expect(world.taken).toEqual([]);
});

it('replays to a disabled endpoint once it is enabled', async () => {
  const id = await world.endpoint('sending.held');
  world.start();
  await world.record(SendingHeld, 2);
  await world.until(() => world.taken.length === 2);
  await world.manage.patch(id, { enabled: false }, undefined);
  await world.manage.replay(id, 0);
  await world.pass(60_000);
  expect(world.arrived).toHaveLength(2);
  await world.manage.patch(id, { enabled: true }, undefined);
  await expect(world.until(() => world.taken.length === 4)).resolves.toBeUndefined();
});

it('is not disabled by the old address of an endpoint that has moved', async () => {
  const id = await world.endpoint('sending.held');
  const gone = Promise.withResolvers<number>();
  world.answer = ({ url }) => (url === URL_A ? gone.promise : 204);
  world.start();
  await world.record(SendingHeld);
  await world.until(() => world.arrived.length === 1);
  await world.manage.patch(id, { url: 'https://b.example/' }, undefined);
  gone.resolve(410);
  await world.until(() => world.taken.length === 1);
  expect(await world.manage.read(id)).toMatchObject({ disabledBecause: null });
});

it('hears of a failure that cannot be kept while the rest of its batch waits', async () => {
  await world.endpoint('sending.held');
  const unheard: unknown[] = [];
  const hear = (reason: unknown) => void unheard.push(reason);
  process.on('unhandledRejection', hear);
  let faults = 0;
  const { deliveries } = world;
  const put = deliveries.put.bind(deliveries);
  deliveries.put = async (id, rows) => {
    // Of the second batch, whose last events wait for a slot.
    const at = world.arrived.findIndex((arrival) => arrival.id === rows[0]?.eventId);
    if (at >= 210 && faults++ === 0) throw new StoreUnavailable('no disk');
    return put(id, rows);
  };
  try {
    world.answer = () => 503;
    await world.record(SendingHeld, 400);
    world.start();
    await world.until(() => faults > 0);
    await world.pass(5_000);
    expect(unheard).toEqual([]);
    world.answer = () => 204;
    await world.until(() => new Set(world.taken.map(({ id }) => id)).size === 400);
  } finally {
    process.off('unhandledRejection', hear);
  }
});

it('says that it fails for as long as deliveries cannot be kept, and not longer', async () => {
  const id = await world.endpoint('sending.held');
  const { deliveries } = world;
  const advance = deliveries.advance.bind(deliveries);
  deliveries.advance = () => Promise.reject(new StoreUnavailable('the disk is full'));
  world.start();
  await world.record(SendingHeld);
  const isFailing = () => world.told.at(-1)?.startsWith('failing') === true;
  await world.until(isFailing);
  const before = world.told.length;
  await world.pass(60_000);
  expect(new Set(world.told.slice(before))).toEqual(
    new Set([expect.stringContaining(`webhook endpoint ${id}: `)]),
  );
  expect(world.told.at(-1)).toContain('the disk is full');
  deliveries.advance = advance;
  await world.until(() => world.told.at(-1) === 'working', 60_000);
  await world.pass(60_000);
  expect(world.told.at(-1)).toBe('working');
});

it('does not take the time in which an endpoint was disabled for one in which it failed', async () => {
  const id = await world.endpoint('sending.held');
  world.answer = () => 503;
  world.start();
  await world.record(SendingHeld, 12);
  await world.until(async () => (await world.deliveries.progress(id)).failingSince !== undefined);
  await world.manage.patch(id, { enabled: false }, undefined);
  await world.pass(10_000);
  world.time.pass(100 * HOUR_MS);
  await world.manage.patch(id, { enabled: true }, undefined);
  await world.pass(10 * 60_000);
  expect(await world.manage.read(id)).toMatchObject({ disabledBecause: null });
});

it.each([
  ['the wall clock jumped', () => world.time.stepWall(100 * HOUR_MS)],
  ['the service was stopped', () => world.time.pass(100 * HOUR_MS)],
])('does not disable a failing endpoint because %s', async (_, trouble) => {
  const id = await world.endpoint('sending.held');
  world.answer = () => 503;
  world.start();
  await world.record(SendingHeld, 12);
  await world.until(async () => (await world.deliveries.progress(id)).failingSince !== undefined);
  await world.pass(2 * 60_000);
  await world.stop();
  trouble();
  for (let round = 0; round < 2; round += 1) {
    world.start();
    await world.pass(10 * 60_000);
    await world.stop();
  }
  expect(await world.manage.read(id)).toMatchObject({ disabledBecause: null });
});

it('does not disable a failing endpoint because the wall clock jumps under it', async () => {
  const id = await world.endpoint('sending.held');
  world.answer = () => 503;
  world.start();
  await world.record(SendingHeld, 12);
  await world.until(async () => (await world.deliveries.progress(id)).failingSince !== undefined);
  for (const hours of [100, -100]) {
    world.time.stepWall(hours * HOUR_MS);
    await world.pass(10 * 60_000);
    await world.stop();
    world.start();
    await world.pass(10 * 60_000);
  }
  expect(await world.manage.read(id)).toMatchObject({ disabledBecause: null });
});

it('disables an endpoint that took nothing for 76 hours in which it was tried', async () => {
  const id = await world.endpoint('sending.held');
  world.answer = () => 503;
  world.start();
  await world.record(SendingHeld, 12);
  await world.until(async () => (await world.deliveries.progress(id)).failingSince !== undefined);
  const tryFor = async (hours: number) => {
    for (let quarter = 0; quarter < 4 * hours; quarter += 1) {
      world.time.pass(HOUR_MS / 4);
      await world.pass(1_000);
    }
  };
  await tryFor(40);
  await world.stop();
  world.time.pass(30 * HOUR_MS);
  world.start();
  await tryFor(34);
  expect(await world.manage.read(id)).toMatchObject({ disabledBecause: null });
  await tryFor(3);
  expect((await world.manage.read(id)).disabledBecause).toContain('three days');
});

it('uses up no attempts early, though the receiver goes up and down', async () => {
  const id = await world.endpoint('sending.held');
  let downUntilMs = Infinity;
  const nowMs = () => world.time.monotonic.elapsedMs();
  world.answer = () => {
    if (nowMs() < downUntilMs) return 503;
    downUntilMs = nowMs() + 20_000;
    return 204;
  };
  world.start();
  await world.record(SendingHeld, 120);
  await world.until(async () => (await world.deliveries.progress(id)).failingSince !== undefined);
  downUntilMs = 0;
  await world.pass(HOUR_MS);
  // Of the schedule, four attempts are due within this time.
  const rows = await world.deliveries.list(id, undefined, 500);
  expect(world.taken.length).toBeGreaterThan(20);
  expect(Math.max(...rows.map(({ attempts }) => attempts))).toBeLessThanOrEqual(5);
  expect(rows.filter(({ state }) => state === 'failed')).toEqual([]);
});

it('gives up at its time what is refused for itself, though the receiver goes up and down', async () => {
  const id = await world.endpoint('sending.held', 'sending.released');
  let isUp = true;
  world.answer = ({ type }) => (isUp && type === 'sending.released' ? 204 : 503);
  world.start();
  await world.record(SendingHeld);
  const isGivenUp = async () =>
    (await world.deliveries.list(id, undefined, 500)).some(({ state }) => state === 'failed');
  for (let hour = 0; hour < 95 && !(await isGivenUp()); hour += 1) {
    isUp = false;
    await world.record(SendingReleased, 12);
    world.time.pass(HOUR_MS / 2);
    await world.pass(90_000);
    isUp = true;
    world.time.pass(HOUR_MS / 2);
    await world.pass(90_000);
  }
  expect(await isGivenUp()).toBe(true);
});

it.each([
  ['as long as it asks for', 20 * 60_000, 20 * 60_000],
  ['an hour at most', 100 * HOUR_MS, HOUR_MS],
])('leaves a receiver that is down alone, %s', async (_, retryAfterMs, leftAloneMs) => {
  await world.endpoint('sending.held');
  world.answer = () => 503;
  world.retryAfterMs = retryAfterMs;
  world.start();
  await world.record(SendingHeld, 12);
  await world.until(() => world.arrived.length === 12);
  await world.pass(leftAloneMs - 60_000);
  expect(world.arrived).toHaveLength(12);
  await world.pass(3 * 60_000);
  expect(world.arrived).toHaveLength(13);
});

it('tries a receiver that has moved at once, whatever wait the old address asked for', async () => {
  const id = await world.endpoint('sending.held');
  world.answer = ({ url }) => (url === URL_A ? 503 : 204);
  world.retryAfterMs = HOUR_MS;
  world.start();
  await world.record(SendingHeld, 12);
  await world.until(() => world.arrived.length === 12);
  await world.manage.patch(id, { url: 'https://b.example/' }, undefined);
  await expect(world.until(() => world.taken.length === 12, 5 * 60_000)).resolves.toBeUndefined();
});

it('signs with each secret for its 24 hours, though the secret is rotated again meanwhile', async () => {
  const settings = { url: URL_A, events: ['sending.held' as const], description: '' };
  const { endpoint, secret: first } = await world.manage.create(settings, undefined);
  const signing = async () => {
    await world.manage.test(endpoint.id, new AbortController().signal);
    return world.signedBy;
  };
  const rotate = async () => (await world.manage.rotate(endpoint.id, undefined)).secret;
  const second = await rotate();
  world.time.pass(HOUR_MS);
  const third = await rotate();
  expect(await signing()).toEqual([third, second, first]);
  world.time.pass(23 * HOUR_MS);
  expect(await signing()).toEqual([third, second]);
  world.time.pass(HOUR_MS);
  expect(await signing()).toEqual([third]);
  for (let times = 0; times < 30; times += 1) await rotate();
  expect(await signing()).toHaveLength(10);
});

it('posts nothing personal of somebody who was erased while deliveries waited', async () => {
  await world.endpoint('message.status_changed');
  world.answer = () => 503;
  world.start();
  const { MessageRequested, AttemptStarted, AttemptAccepted } = sampleEvents;
  // After ten failures the rest of the batch waits in memory, and what is recorded then in the ledger.
  for (const pauseMs of [10_000, 60_000]) {
    for (let message = 0; message < 5; message++) {
      await world.recordMessage(MessageRequested, AttemptStarted, AttemptAccepted);
    }
    await world.pass(pauseMs);
  }
  expect(world.arrived.some(({ body }) => body.includes(person.number))).toBe(true);
  await world.keys.destroyKeys(person.number);
  world.answer = () => 204;
  const eventsTaken = () => new Set(world.taken.map(({ id }) => id)).size;
  await world.until(() => eventsTaken() === 2 * 5 * 3);
  for (const { body } of world.taken) {
    for (const said of [person.number, person.reference]) expect(body).not.toContain(said);
  }
});

it('reads no long stream again for each of its events that is not new', async () => {
  await world.endpoint('log.checkpoint');
  const { CheckpointShared } = sampleEvents;
  const shared = Array.from({ length: 500 }, () => ({ ...newEvent(), event: CheckpointShared }));
  await world.ledger.append(CHECKPOINTS_STREAM, shared, 'no-stream');
  let eventsRead = 0;
  const read = world.ledger.read.bind(world.ledger);
  world.ledger.read = async (stream) => {
    const stored = await read(stream);
    eventsRead += stored.events.length;
    return stored;
  };
  world.start();
  await world.until(() => world.taken.length === 500);
  expect(eventsRead).toBeLessThan(1_000);
});

it('delivers what is recorded in a ledger that was restored from an older copy', async () => {
  const id = await world.endpoint('sending.held');
  await world.deliveries.advance(id, '1000', []);
  world.start();
  await world.pass(5_000);
  await world.record(SendingHeld, 3);
  await expect(world.until(() => world.taken.length >= 3)).resolves.toBeUndefined();
});

it('repeats nothing after a start, although the feed of a server has looked further than the newest event', async () => {
  await world.endpoint('sending.held');
  world.recordsOfServer = 1_000;
  world.start();
  await world.record(SendingHeld, 3);
  await world.until(() => world.taken.length === 3);
  for (const _ of ['second start', 'third start']) {
    await world.pass(10_000);
    await world.stop();
    world.start();
  }
  await world.pass(60_000);
  expect(world.arrived).toHaveLength(3);
});

it('lists each delivery once, page by page, though many ended in the same millisecond', async () => {
  const id = await world.endpoint('sending.held');
  world.start();
  await world.record(SendingHeld, 25);
  await world.until(() => world.taken.length === 25);
  await world.until(async () => (await world.deliveries.list(id, undefined, 50)).length === 25);
  const listed: string[] = [];
  const page = async (cursor?: string): Promise<void> => {
    const { items, nextCursor } = await world.manage.deliveries(id, { cursor }, 10);
    listed.push(...items.map(({ eventId }) => eventId));
    if (nextCursor !== null) await page(nextCursor);
  };
  await page();
  expect(listed.toSorted()).toEqual(world.taken.map((one) => one.id).toSorted());
});

type Step =
  | { readonly kind: 'record' | 'pass' | 'replay' | 'step'; readonly amount: number }
  | { readonly kind: 'answer'; readonly answer: number | 'hang' | 'refuses held' }
  | { readonly kind: 'restart' | 'pause' | 'go on' | 'rotate' };

const step: fc.Arbitrary<Step> = fc.oneof(
  fc.record({ kind: fc.constant('record' as const), amount: fc.integer({ min: 1, max: 15 }) }),
  fc.record({ kind: fc.constant('pass' as const), amount: fc.integer({ min: 1, max: 400_000 }) }),
  fc.record({
    kind: fc.constant('replay' as const),
    amount: fc.integer({ min: -60_000, max: 600_000 }),
  }),
  fc.record({
    kind: fc.constant('step' as const),
    amount: fc.integer({ min: -HOUR_MS, max: HOUR_MS }),
  }),
  fc.record({
    kind: fc.constant('answer' as const),
    answer: fc.constantFrom<number | 'hang' | 'refuses held'>(
      204,
      503,
      429,
      302,
      'hang',
      'refuses held',
    ),
  }),
  fc.record({ kind: fc.constantFrom('restart', 'pause', 'go on', 'rotate') }),
);

async function take(done: Step, id: string): Promise<void> {
  switch (done.kind) {
    case 'record':
      await world.record(done.amount % 2 === 0 ? SendingHeld : SendingReleased, done.amount);
      return;
    case 'pass':
      return world.pass(done.amount);
    case 'replay':
      return world.manage.replay(id, world.time.wallMs() - done.amount);
    case 'step':
      return world.time.stepWall(done.amount);
    case 'answer': {
      const { answer } = done;
      const refusing = ({ type }: Arrival) => (type === 'sending.held' ? 400 : 204);
      world.answer = answer === 'refuses held' ? refusing : () => answer;
      return;
    }
    case 'rotate':
      await world.manage.rotate(id, undefined);
      return;
    case 'pause':
    case 'go on':
      await world.manage.patch(id, { enabled: done.kind === 'go on' }, undefined);
      return;
    case 'restart':
      await world.stop();
      world.start();
  }
}

it('delivers everything within minutes of the last trouble, whatever came in whatever order', async () => {
  const trouble = fc.array(step, { minLength: 1, maxLength: 12 });
  await fc.assert(
    fc.asyncProperty(trouble, async (steps) => {
      world = new World();
      const id = await world.endpoint('sending.held', 'sending.released');
      world.start();
      try {
        for (const one of steps) await take(one, id);
        world.answer = () => 204;
        await world.manage.patch(id, { enabled: true }, undefined);
        await world.record(SendingHeld);
        const isDone = async () => {
          const { replaySince } = await world.deliveries.progress(id);
          const waiting = await world.deliveries.pendingCount(id);
          const taken = new Set(world.taken.map((arrival) => arrival.id)).size;
          const failed = (await world.deliveries.list(id, undefined, 1_000)).filter(
            ({ state }) => state === 'failed',
          ).length;
          return replaySince === undefined && waiting === 0 && taken + failed >= world.recorded;
        };
        // The steps take less than an hour and a half. A second repeat is due after 5 minutes, the fourth after 2 hours.
        await world.until(isDone, 3 * HOUR_MS);
      } finally {
        await world.stop();
      }
    }),
    { numRuns: 60 },
  );
});
