import type { Endpoint } from '../../domain/webhooks/endpoint.js';
import { isOutgoingType, type OutgoingType } from '../../domain/webhooks/endpoint-events.js';
import { UndecodableEvent } from '../errors.js';
import type { Clocks } from '../ports/clock.js';
import type { Delivery, DeliveryStore } from '../ports/delivery-store.js';
import type { EventFeed } from '../ports/event-feed.js';
import type { Position, RecordedEvent } from '../ports/event-store.js';
import type { Logger } from '../ports/logger.js';
import type { DeliveryMetrics } from '../ports/metrics.js';
import type { WebhookOutcome, WebhookSender } from '../ports/webhook-sender.js';
import { EndpointAvailability } from './endpoint-availability.js';
import type { WebhookEndpoints } from './endpoints.js';
import type { ReadEndpoints } from './read-endpoints.js';
import { ThrottledLog } from '../throttled-log.js';
import { ENDPOINTS_STREAM, MESSAGE_STREAMS } from '../streams.js';
import {
  bodyOf,
  mayBeTold,
  TOLD_STREAMS,
  type OutgoingEvent,
  type OutgoingEvents,
  type StreamReader,
} from './outgoing-event.js';
import { heededMs, retryWaitMs } from './retry-schedule.js';
import { Slots } from './slots.js';

/** Concurrent deliveries to one endpoint. With 5 % that hang for 15 s it still takes some hundred events a second. */
const IN_FLIGHT_MAX = 256;
const BATCH_EVENTS_MAX = 200;
/** Batches that wait for their slowest delivery; bounds the memory of a hanging endpoint. */
const BATCHES_MAX = 50;
/** With so many failed deliveries waiting, the rest stays in the ledger. */
const PENDING_MAX = 10_000;
/** Concurrent repeats, beside the first attempts. With 5 % that hang for 15 s it repeats more than a hundred events a second. */
const RETRIES_MAX = 128;
/** Between two repeats after a recovery: ten thousand at once would keep the first repeats of what fails then waiting. */
const HASTENED_MS = 30;
const ROUND_MS = 1_000;
/** A position without deliveries is kept only so often. */
const IDLE_POSITION_MS = 5_000;
/** The age up to which events of a restored ledger are delivered again. */
const RESTORED_MS = 10 * 60_000;
/** An event this old is read from the ledger again before it is told, because its person may have been erased since. */
const REREAD_AFTER_MS = 1_000;
const GONE = 410;

export interface RunnerPorts extends Clocks {
  readonly store: StreamReader;
  readonly feed: EventFeed;
  /** Returns the identity of the ledger. @throws StoreUnavailable */
  readonly ledger: () => Promise<string | undefined>;
  readonly endpoints: Pick<ReadEndpoints, 'read' | 'secrets'> & Pick<WebhookEndpoints, 'disable'>;
  readonly events: OutgoingEvents;
  readonly deliveries: DeliveryStore;
  readonly sender: WebhookSender;
  readonly logger: Logger;
  readonly metrics: DeliveryMetrics;
}

/** The attempts of an event so far. */
interface Before {
  readonly attempts: number;
  /** The time that the schedule has for a hastened event. */
  readonly dueAtMs?: number | undefined;
}

/** The endpoint as it was read last. */
export interface KnownEndpoint {
  current(): Endpoint | undefined;
  /** @throws StoreUnavailable */
  readAgain(): Promise<void>;
}

/**
 * Delivers to one endpoint, so that a slow one delays no other. It follows the feed from the endpoint's own position,
 * which moves on only when everything before it is delivered or kept as failed: each event goes out at least once.
 */
export class EndpointRunner {
  private readonly slots = new Slots(IN_FLIGHT_MAX);
  private readonly availability: EndpointAvailability;
  private readonly log: ThrottledLog;
  private keptAtMs = 0;
  /** No more failed deliveries wait than these. Counted again where it seems that there are too many. */
  private pendingMost = PENDING_MAX;
  private isDisabled = false;
  /** The repeats under way, by event. */
  private readonly repeats = new Map<string, Promise<void>>();
  /** The scheduled times of hastened events that are not tried yet, by event; about `PENDING_MAX` at most. */
  private readonly hastened = new Map<string, number>();
  /** Set when a repeat could not be recorded. */
  private fault: unknown;
  /** Ends the works of a run, when one of them fails or the endpoint is disabled. */
  private ending = new AbortController();

  constructor(
    private readonly ports: RunnerPorts,
    private readonly id: string,
    private readonly madeAt: Position,
    private readonly known: KnownEndpoint,
    /** Uniform in [0, 1). */
    private readonly random: () => number,
  ) {
    this.availability = new EndpointAvailability(id, ports);
    this.log = new ThrottledLog(ports.logger);
  }

  /** Runs until `signal` aborts or the endpoint is disabled. @throws when a store is unavailable: then begin again */
  async run(signal: AbortSignal): Promise<void> {
    if (signal.aborted) return;
    this.ending = new AbortController();
    const until = AbortSignal.any([signal, this.ending.signal]);
    await this.availability.begin();
    const works = [this.follow(until), this.retry(until), this.replay(until)].map((work) =>
      work.catch((error: unknown) => {
        this.ending.abort();
        if (!signal.aborted && !this.isDisabled) throw error;
      }),
    );
    const ended = await Promise.allSettled(works);
    for (const work of ended) if (work.status === 'rejected') throw work.reason;
  }

  /** True while the endpoint takes nothing. */
  get isFailing(): boolean {
    return this.availability.isFailing;
  }

  private async follow(signal: AbortSignal): Promise<void> {
    const { feed } = this.ports;
    const position = await this.begun();
    let commits: Promise<void>[] = [];
    let last: Promise<void> = Promise.resolve();
    const options = {
      prefixes: [...TOLD_STREAMS, ENDPOINTS_STREAM],
      after: position,
      signal,
      batchEventsMax: BATCH_EVENTS_MAX,
    };
    for await (const batch of feed.follow(options)) {
      const attempts: Promise<Delivery>[] = [];
      for (const recorded of batch.events) {
        // The runner reads the changed settings before it judges the next event.
        if (recorded.stream === ENDPOINTS_STREAM) await this.known.readAgain();
        attempts.push(...(await this.begin(recorded, signal)));
      }
      // Not the position of the batch: a server's feed may have looked further than the newest event, as from an older copy.
      const newest = batch.events.at(-1);
      if (newest === undefined) continue;
      last = this.keepAfter(last, attempts, newest.position, signal);
      // The loop may be waiting for the feed when a commit fails.
      last.catch(() => this.ending.abort());
      commits.push(last);
      if (commits.length >= BATCHES_MAX) {
        await commits[0];
        commits = commits.slice(1);
      }
    }
    await last;
  }

  /**
   * A place is that of an event. One ahead of the ledger is of another copy of it: what is recorded up to there would be left out in
   * silence.
   */
  private async begun(): Promise<Position> {
    const { deliveries, feed, logger, clock } = this.ports;
    const ledger = await this.ports.ledger();
    if (ledger !== undefined) await deliveries.takePlace(this.id, ledger);
    const { position } = await deliveries.progress(this.id);
    if (position === undefined) return this.madeAt;
    const head = (await feed.head([...TOLD_STREAMS, ENDPOINTS_STREAM])) ?? this.madeAt;
    if (feed.comparePositions(position, head) <= 0) return position;
    logger.warn(
      { endpointId: this.id, position, head },
      'The ledger is an older copy than the deliveries know; they go on from its end.',
    );
    // The service may have recorded some before it looked here.
    await deliveries.requestReplay(this.id, clock.now().getTime() - RESTORED_MS);
    await deliveries.advance(this.id, head, []);
    return head;
  }

  /** Moves on once all deliveries of the batch, and of the batches before, have ended. */
  private async keepAfter(
    previous: Promise<void>,
    attempts: readonly Promise<Delivery>[],
    position: Position,
    signal: AbortSignal,
  ): Promise<void> {
    const ended = await Promise.all(attempts);
    await previous;
    if (!signal.aborted) await this.keep(position, ended);
  }

  /** Failures are kept already, but the position moves with them: a restart would post them as new. */
  private async keep(position: Position, ended: readonly Delivery[]): Promise<void> {
    const nowMs = this.ports.monotonic.elapsedMs();
    if (ended.length === 0 && nowMs - this.keptAtMs < IDLE_POSITION_MS) return;
    this.keptAtMs = nowMs;
    await this.ports.deliveries.advance(this.id, position, delivered(ended));
  }

  private async begin(
    recorded: RecordedEvent,
    signal: AbortSignal,
  ): Promise<readonly Promise<Delivery>[]> {
    const attempts: Promise<Delivery>[] = [];
    if (!mayBeTold(recorded.stream, this.known.current()?.events ?? [])) return attempts;
    try {
      for (const event of await this.ports.events.of(recorded)) {
        if (!this.isAsked(event.type)) continue;
        await this.waitForRoom(signal, () => this.availability.admitsNew());
        const current = await this.currentOf(event, recorded);
        if (current === undefined) continue;
        await this.slots.take();
        const attempt = this.firstAttempt(current, signal).finally(() => this.slots.give());
        // The rest of its batch may be waiting for room, and nobody listens yet.
        attempt.catch(() => this.ending.abort());
        attempts.push(attempt);
      }
    } catch (error) {
      await this.keepUnread(recorded, error, signal);
    }
    return attempts;
  }

  /**
   * Keeps an event of which nothing can be told, because it or one before it cannot be read: a newer build may read it, or the
   * ledger is restored. Nothing behind it waits.
   * @throws every other error
   */
  private async keepUnread(
    recorded: RecordedEvent,
    error: unknown,
    signal: AbortSignal,
  ): Promise<void> {
    const outcome = unread(error);
    await this.waitForRoom(signal);
    if (signal.aborted) return;
    const { id, stream, damage } = recorded;
    const revision = Number(recorded.revision);
    const type = damage?.type ?? recorded.event.type;
    this.pendingMost += 1;
    const delivery = this.deliveryOf(
      { id, type, stream, revision },
      1,
      this.ports.clock.now(),
      outcome,
    );
    await this.ports.deliveries.put(this.id, [delivery]);
    this.log.warn(
      'unread event',
      { endpointId: this.id, stream, revision, reason: outcome.error },
      'A webhook endpoint is not told of an event yet, because it or one before it cannot be read; it is tried again for three days.',
    );
  }

  /** Reads an event again that is not new. @returns undefined where it cannot be told from the ledger any more */
  private async currentOf(
    event: OutgoingEvent,
    { stream, metadata, person }: RecordedEvent,
  ): Promise<OutgoingEvent | undefined> {
    // An event of a message is told with the person of the ones before.
    if (person === undefined && !stream.startsWith(MESSAGE_STREAMS)) return event;
    const ageMs = this.ports.clock.now().getTime() - Date.parse(metadata.recordedAt);
    if (ageMs < REREAD_AFTER_MS) return event;
    return (await this.toldNow(event)).find(({ id }) => id === event.id);
  }

  /** A failure is kept at once, because the rest of its batch may wait until the endpoint is up again. */
  private async firstAttempt(event: OutgoingEvent, signal: AbortSignal): Promise<Delivery> {
    const delivery = await this.attempt(event, { attempts: 0 }, signal);
    if (delivery.state !== 'delivered' && !signal.aborted) {
      this.pendingMost += 1;
      await this.ports.deliveries.put(this.id, [delivery]);
    }
    return delivery;
  }

  /** Leaves events in the ledger while too many failed deliveries wait, or the endpoint is down. */
  private async waitForRoom(
    signal: AbortSignal,
    isAdmitted: () => boolean = () => true,
  ): Promise<void> {
    const { deliveries } = this.ports;
    while (!signal.aborted) {
      if (this.pendingMost >= PENDING_MAX) {
        this.pendingMost = await deliveries.pendingCount(this.id);
      }
      if (this.pendingMost < PENDING_MAX && isAdmitted()) return;
      await this.wait(signal);
    }
  }

  private async retry(signal: AbortSignal): Promise<void> {
    this.fault = undefined;
    while (!signal.aborted) {
      for (const delivery of await this.due()) this.beginRepeat(delivery, signal);
      // One that hangs keeps only its own place, and each that ends makes room for the next.
      const isFull = this.repeats.size >= RETRIES_MAX;
      await (isFull ? Promise.race(this.repeats.values()) : this.wait(signal));
    }
    await Promise.all(this.repeats.values());
    if (this.fault !== undefined) throw this.fault;
  }

  private beginRepeat(delivery: Delivery, signal: AbortSignal): void {
    const { eventId } = delivery;
    const repeat = this.again(delivery, signal)
      .catch((error: unknown) => {
        this.fault ??= error;
        this.ending.abort();
      })
      .finally(() => this.repeats.delete(eventId));
    this.repeats.set(eventId, repeat);
  }

  private async due(): Promise<readonly Delivery[]> {
    const nowMs = this.ports.clock.now().getTime();
    const all = await this.ports.deliveries.pending(this.id, RETRIES_MAX);
    const rows = all.filter(({ eventId }) => !this.repeats.has(eventId));
    if (!this.isFailing) {
      const room = RETRIES_MAX - this.repeats.size;
      // A last attempt in the future: the clock was set back since.
      const isDue = ({ nextAt, lastAt }: Delivery) => (nextAt ?? 0) <= nowMs || lastAt > nowMs;
      return rows.filter(isDue).slice(0, room);
    }
    if (all.length === 0) await this.recovered();
    return this.availability.probes(this.known.current()?.url) ? rows.slice(0, 1) : [];
  }

  /** Makes another attempt. What is delivered is read from the ledger again. */
  private async again(delivery: Delivery, signal: AbortSignal): Promise<void> {
    const dueAtMs = this.hastened.get(delivery.eventId);
    this.hastened.delete(delivery.eventId);
    const { eventId, attempts } = delivery;
    let told: readonly OutgoingEvent[];
    try {
      told = await this.toldNow(delivery);
    } catch (error) {
      const at = this.ports.clock.now();
      // One before its time, of a receiver that is down or has recovered, does not count.
      const isEarly = at.getTime() < (dueAtMs ?? delivery.nextAt ?? 0);
      const counted = isEarly ? attempts : attempts + 1;
      const next = this.deliveryOf({ ...delivery, id: eventId }, counted, at, unread(error));
      return this.ports.deliveries.put(this.id, [next]);
    }
    if (!isOutgoingType(delivery.type)) return this.tellUnread(delivery, told, signal);
    const event = told.find(({ id }) => id === eventId);
    const given = { ...delivery, state: 'failed', nextAt: null } as const;
    const next: Delivery =
      event === undefined
        ? { ...given, error: 'the event cannot be told from the ledger' }
        : this.isAsked(event.type)
          ? await this.attempt(event, { attempts, dueAtMs }, signal)
          : { ...given, error: 'the endpoint no longer asks for this type' };
    if (!signal.aborted) await this.ports.deliveries.put(this.id, [next]);
  }

  /** Tells an event that could not be read before. */
  private async tellUnread(
    { eventId }: Delivery,
    told: readonly OutgoingEvent[],
    signal: AbortSignal,
  ): Promise<void> {
    const asked = told.filter(({ type }) => this.isAsked(type));
    const attempts = asked.map((event) => this.attempt(event, { attempts: 0 }, signal));
    const ended = await Promise.all(attempts);
    this.pendingMost += ended.length;
    if (!signal.aborted) await this.ports.deliveries.put(this.id, ended, [eventId]);
  }

  /** False too once the endpoint is gone. */
  private isAsked(type: OutgoingType): boolean {
    return this.known.current()?.events.includes(type) === true;
  }

  /** Returns what an event means to others, as the ledger has it now. @throws StoreUnavailable, UndecodableEvent */
  private async toldNow({
    stream,
    revision,
  }: Pick<Delivery, 'stream' | 'revision'>): Promise<readonly OutgoingEvent[]> {
    const { events } = await this.ports.store.read(stream);
    const recorded = events.find((one) => Number(one.revision) === revision);
    return recorded === undefined ? [] : this.ports.events.of(recorded, events);
  }

  /** Replays beside what is new and what is repeated: while the endpoint is down, only a repeat finds out when it is up. */
  private async replay(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      const { replaySince } = await this.ports.deliveries.progress(this.id);
      if (replaySince !== undefined) await this.replayOnce(replaySince, signal);
      await this.wait(signal);
    }
  }

  /** Delivers again what was recorded since a time. */
  private async replayOnce(replaySince: number, signal: AbortSignal): Promise<void> {
    await this.known.readAgain();
    const since = new Date(replaySince).toISOString();
    const options = { prefixes: TOLD_STREAMS, signal, batchEventsMax: BATCH_EVENTS_MAX };
    for await (const { events } of this.ports.feed.readAll(options)) {
      const attempts: Promise<Delivery>[] = [];
      for (const recorded of events) {
        if (recorded.damage !== undefined || recorded.metadata.recordedAt < since) continue;
        attempts.push(...(await this.begin(recorded, signal)));
      }
      const done = delivered(await Promise.all(attempts));
      if (signal.aborted) return;
      if (done.length > 0) await this.ports.deliveries.put(this.id, done);
    }
    if (!signal.aborted) await this.ports.deliveries.endReplay(this.id, replaySince);
  }

  private async attempt(
    event: OutgoingEvent,
    { attempts: attemptsBefore, dueAtMs = 0 }: Before,
    signal: AbortSignal,
  ): Promise<Delivery> {
    const endpoint = this.known.current();
    const at = this.ports.clock.now();
    const begunMs = this.ports.monotonic.elapsedMs();
    const outcome =
      endpoint === undefined
        ? { httpStatus: null, error: 'the endpoint is gone', retryAfterMs: null }
        : await this.ports.sender.send(
            {
              url: endpoint.url,
              secrets: await this.ports.endpoints.secrets(endpoint),
              id: event.id,
              at,
              body: bodyOf(event),
            },
            signal,
          );
    this.ports.metrics.endpointAnswered(outcome.httpStatus, outcome.error === null);
    if (!signal.aborted) await this.heed(outcome, begunMs, endpoint?.url);
    // A probe of an endpoint that is down is not counted: it says nothing about the event. Nor is an attempt before its
    // time: an endpoint that goes up and down would use up all ten within minutes.
    const isEarly = at.getTime() < dueAtMs;
    const isExtra = outcome.error !== null && attemptsBefore > 0 && (this.isFailing || isEarly);
    const attempts = isExtra ? attemptsBefore : attemptsBefore + 1;
    const delivery = this.deliveryOf(event, attempts, at, outcome);
    if (!isEarly || delivery.nextAt === null) return delivery;
    // Its time is later than a whole wait from now only when the clock was set back.
    const askedAtMs = at.getTime() + heededMs(outcome.retryAfterMs);
    return { ...delivery, nextAt: Math.min(delivery.nextAt, Math.max(dueAtMs, askedAtMs)) };
  }

  private deliveryOf(
    {
      id: eventId,
      type,
      stream,
      revision,
    }: Pick<Delivery, 'type' | 'stream' | 'revision'> & {
      readonly id: string;
    },
    attempts: number,
    at: Date,
    { httpStatus, error, retryAfterMs }: WebhookOutcome,
  ): Delivery {
    const lastAt = at.getTime();
    const common = { eventId, type, stream, revision, attempts, lastAt, httpStatus, error };
    if (error === null) return { ...common, state: 'delivered', nextAt: null };
    const waitMs = retryWaitMs(attempts, retryAfterMs, this.random());
    return waitMs === undefined
      ? { ...common, state: 'failed', nextAt: null }
      : { ...common, state: 'pending', nextAt: lastAt + waitMs };
  }

  private async heed(
    outcome: WebhookOutcome,
    begunMs: number,
    url: string | undefined,
  ): Promise<void> {
    if (outcome.error === null) {
      this.availability.took();
      if (this.isFailing) await this.recovered();
    } else if (outcome.httpStatus === GONE && !(await this.hasMovedFrom(url))) {
      await this.disable('the receiver answered 410: it is gone for good');
    } else if (await this.availability.refused(outcome, begunMs, url)) {
      await this.disable('every delivery failed for three days');
    }
  }

  private async recovered(): Promise<void> {
    await this.availability.recovered();
    const { deliveries, clock, logger } = this.ports;
    for (const { eventId, nextAt } of await deliveries.pending(this.id, PENDING_MAX)) {
      if (nextAt !== null && !this.hastened.has(eventId)) this.hastened.set(eventId, nextAt);
    }
    await deliveries.hasten(this.id, clock.now().getTime(), HASTENED_MS);
    logger.info({ endpointId: this.id }, 'A webhook endpoint takes deliveries again.');
  }

  /** An old address may say that it is gone before the runner knows the new one. */
  private async hasMovedFrom(url: string | undefined): Promise<boolean> {
    await this.known.readAgain();
    return this.known.current()?.url !== url;
  }

  private async disable(reason: string): Promise<void> {
    const { id } = this;
    if (this.isDisabled) return;
    this.isDisabled = true;
    await this.ports.endpoints.disable(id, reason);
    await this.ports.deliveries.setFailingSince(id, undefined);
    this.ports.logger.warn(
      { endpointId: id, reason },
      'A webhook endpoint was disabled. PATCH it with `enabled: true`, and it goes on where it stopped.',
    );
    this.ending.abort();
  }

  private async wait(signal: AbortSignal): Promise<void> {
    await this.ports.monotonic.wait(ROUND_MS, signal).catch(() => undefined);
  }
}

const delivered = (deliveries: readonly Delivery[]): readonly Delivery[] =>
  deliveries.filter(({ state }) => state === 'delivered');

/** The outcome of an event that cannot be read. @throws every other error */
function unread(error: unknown): WebhookOutcome {
  if (!(error instanceof UndecodableEvent)) throw error;
  const reason = `the event cannot be read: ${error.message}`;
  return { httpStatus: null, error: reason, retryAfterMs: null };
}
