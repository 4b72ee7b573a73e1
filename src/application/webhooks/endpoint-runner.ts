import type { Endpoint } from '../../domain/webhooks/endpoint.js';
import { UndecodableEvent } from '../errors.js';
import type { Clocks } from '../ports/clock.js';
import type { Delivery, DeliveryStore } from '../ports/delivery-store.js';
import type { EventFeed } from '../ports/event-feed.js';
import type { Position, RecordedEvent } from '../ports/event-store.js';
import type { Logger } from '../ports/logger.js';
import type { DeliveryMetrics } from '../ports/metrics.js';
import type { WebhookOutcome, WebhookSender } from '../ports/webhook-sender.js';
import type { WebhookEndpoints } from './endpoints.js';
import type { ReadEndpoints } from './read-endpoints.js';
import { ENDPOINTS_STREAM } from '../streams.js';
import {
  bodyOf,
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
/** So many failures in a row mean that the endpoint is down: then one delivery at a time finds out. */
const FAILING_AFTER = 10;
const PROBE_MS_MIN = 5_000;
const PROBE_MS_MAX = 60_000;
/** An endpoint that took nothing for so long, while it was tried, is disabled. */
const FAILING_MS_MAX = 76 * 3_600_000;
/** Longer than between two probes: more than this was no time in which it was tried. */
const UNTRIED_MS = 2 * 3_600_000;
/** The wall clock may differ by this before the kept time is corrected. */
const KEPT_FAILING_MS = 60_000;
/** Between two repeats after a recovery: ten thousand at once would keep the first repeats of what fails then waiting. */
const HASTENED_MS = 30;
const ROUND_MS = 1_000;
/** A position without deliveries is kept only so often. */
const IDLE_POSITION_MS = 5_000;
/** In a ledger that was restored, what was recorded so shortly before is delivered again. */
const RESTORED_MS = 10 * 60_000;
/** What is remembered of a message may be of a person who was erased since; an older event is told from the ledger. */
const REMEMBERED_MS = 1_000;
const GONE = 410;

export interface RunnerPorts extends Clocks {
  readonly store: StreamReader;
  readonly feed: EventFeed;
  readonly endpoints: Pick<ReadEndpoints, 'read' | 'secrets'> & Pick<WebhookEndpoints, 'disable'>;
  readonly events: OutgoingEvents;
  readonly deliveries: DeliveryStore;
  readonly sender: WebhookSender;
  readonly logger: Logger;
  readonly metrics: DeliveryMetrics;
}

/** Counts how long an endpoint has taken nothing. */
interface Failing {
  /** Only time in which it was tried: not a stop of this service, nor a step of the wall clock. */
  readonly forMs: number;
  /** On the monotonic clock. */
  readonly countedAtMs: number;
  /** As it is kept: the wall clock's time, from which on it has failed without a break for `forMs`. */
  readonly since: number;
}

/** What became of an event before an attempt. */
interface Before {
  readonly attempts: number;
  /** When the schedule has it, where it was hastened. */
  readonly dueAtMs?: number | undefined;
}

/** The endpoint as it was read last. */
export interface KnownEndpoint {
  current(): Endpoint | undefined;
  /** @throws StoreUnavailable, UndecodableEvent */
  readAgain(): Promise<void>;
}

/**
 * Delivers to one endpoint, so that a slow one delays no other. It follows the feed from the endpoint's own position,
 * which moves on only when everything before it is delivered or kept as failed: each event goes out at least once.
 */
export class EndpointRunner {
  private readonly slots = new Slots(IN_FLIGHT_MAX);
  private failures = 0;
  private failing: Failing | undefined;
  /** On the monotonic clock, which nobody can set. */
  private probeAtMs = 0;
  /** Until then the receiver at this address asked not to be tried, on the monotonic clock. */
  private asked: { readonly untilMs: number; readonly url: string | undefined } | undefined;
  private isTurnOfNew = false;
  /** A new event waits while the endpoint is down, or may be tried now. */
  private newTurn: 'none' | 'asked' | 'given' = 'none';
  private probeWaitMs = PROBE_MS_MIN;
  private keptAtMs = 0;
  /** No more failed deliveries wait than these. Counted again where it seems that there are too many. */
  private pendingMost = PENDING_MAX;
  /** When the endpoint last took a delivery, on the monotonic clock. */
  private tookAtMs = -Infinity;
  private isDisabled = false;
  /** The repeats under way, by event. */
  private readonly repeats = new Map<string, Promise<void>>();
  /** When the schedule has those that were hastened, by event, until they are tried. At most `PENDING_MAX` or so. */
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
  ) {}

  /** Runs until `signal` aborts or the endpoint is disabled. @throws when a store is unavailable: then begin again */
  async run(signal: AbortSignal): Promise<void> {
    this.ending = new AbortController();
    const until = AbortSignal.any([signal, this.ending.signal]);
    this.failing = await this.failingStill();
    if (this.isFailing) this.failures = FAILING_AFTER;
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
    return this.failing !== undefined;
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
      const reading = { hasWaited: false };
      for (const recorded of batch.events) {
        // The runner reads the changed settings before it judges the next event.
        if (recorded.stream === ENDPOINTS_STREAM) await this.known.readAgain();
        attempts.push(...(await this.begin(await this.told(recorded), reading, signal)));
      }
      last = this.keepAfter(last, attempts, batch.position, signal);
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

  /** A place ahead of the ledger is of another copy of it: what is recorded up to there would be left out in silence. */
  private async begun(): Promise<Position> {
    const { deliveries, feed, logger, clock } = this.ports;
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
    events: readonly OutgoingEvent[],
    reading: { hasWaited: boolean },
    signal: AbortSignal,
  ): Promise<readonly Promise<Delivery>[]> {
    const attempts: Promise<Delivery>[] = [];
    for (const event of events) {
      if (this.known.current()?.events.includes(event.type) !== true) continue;
      // What its batch tells of may have been erased while the receiver was down.
      if (await this.waitForRoom(signal)) reading.hasWaited = true;
      const told = reading.hasWaited ? await this.find({ ...event, eventId: event.id }) : event;
      if (told === undefined) continue;
      await this.slots.take();
      const attempt = this.firstAttempt(told, signal).finally(() => this.slots.give());
      // The rest of its batch may be waiting for room, and nobody listens yet.
      attempt.catch(() => this.ending.abort());
      attempts.push(attempt);
    }
    return attempts;
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
  private async waitForRoom(signal: AbortSignal): Promise<boolean> {
    const { deliveries } = this.ports;
    let hasWaited = false;
    while (!signal.aborted) {
      if (this.pendingMost >= PENDING_MAX) {
        this.pendingMost = await deliveries.pendingCount(this.id);
      }
      const isFull = this.pendingMost >= PENDING_MAX;
      if (!isFull && (!this.isFailing || this.newTurn === 'given')) {
        this.newTurn = 'none';
        return hasWaited;
      }
      if (!isFull) this.newTurn = 'asked';
      hasWaited = true;
      await this.wait(signal);
    }
    return hasWaited;
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

  /**
   * While the endpoint is down, one delivery at a time finds out whether it is up again: a repeat and a new one in turn,
   * because what waits may be just what the endpoint refuses.
   */
  private async due(): Promise<readonly Delivery[]> {
    const nowMs = this.ports.clock.now().getTime();
    const elapsedMs = this.ports.monotonic.elapsedMs();
    const all = await this.ports.deliveries.pending(this.id, RETRIES_MAX);
    const rows = all.filter(({ eventId }) => !this.repeats.has(eventId));
    if (!this.isFailing) {
      const room = RETRIES_MAX - this.repeats.size;
      // A last attempt in the future: the clock was set back since.
      const isDue = ({ nextAt, lastAt }: Delivery) => (nextAt ?? 0) <= nowMs || lastAt > nowMs;
      return rows.filter(isDue).slice(0, room);
    }
    if (all.length === 0) await this.recovered();
    if (elapsedMs < this.probeAtMs || this.isAskedToWait(elapsedMs)) return [];
    this.probeAtMs = elapsedMs + this.probeWaitMs;
    this.probeWaitMs = Math.min(PROBE_MS_MAX, 2 * this.probeWaitMs);
    this.isTurnOfNew = !this.isTurnOfNew && this.newTurn === 'asked';
    if (!this.isTurnOfNew) return rows.slice(0, 1);
    this.newTurn = 'given';
    return [];
  }

  private isAskedToWait(elapsedMs: number): boolean {
    const { asked } = this;
    return (
      asked !== undefined && elapsedMs < asked.untilMs && asked.url === this.known.current()?.url
    );
  }

  /** Makes another attempt. What is delivered is read from the ledger again. */
  private async again(delivery: Delivery, signal: AbortSignal): Promise<void> {
    const dueAtMs = this.hastened.get(delivery.eventId);
    this.hastened.delete(delivery.eventId);
    const event = await this.find(delivery);
    const isAsked = this.known.current()?.events.some((type) => type === delivery.type) ?? true;
    const given = { ...delivery, state: 'failed', nextAt: null } as const;
    const next: Delivery =
      event === undefined
        ? { ...given, error: 'the event cannot be told from the ledger' }
        : isAsked
          ? await this.attempt(event, { attempts: delivery.attempts, dueAtMs }, signal)
          : { ...given, error: 'the endpoint no longer asks for this type' };
    if (!signal.aborted) await this.ports.deliveries.put(this.id, [next]);
  }

  private async find({
    stream,
    revision,
    eventId,
  }: Pick<Delivery, 'stream' | 'revision' | 'eventId'>): Promise<OutgoingEvent | undefined> {
    const { events } = await this.ports.store.read(stream);
    const recorded = events.find((one) => Number(one.revision) === revision);
    if (recorded === undefined) return undefined;
    return (await this.told(recorded, events)).find(({ id }) => id === eventId);
  }

  /** Undefined for a new event, which is told by what is remembered of its message: nobody was erased meanwhile. */
  private async streamOfOld({
    stream,
    metadata,
  }: RecordedEvent): Promise<readonly RecordedEvent[] | undefined> {
    const ageMs = this.ports.clock.now().getTime() - Date.parse(metadata.recordedAt);
    return ageMs > REMEMBERED_MS ? (await this.ports.store.read(stream)).events : undefined;
  }

  /** What an event means to others. Behind damage in its stream nobody can tell, and that must not stop the rest. */
  private async told(
    recorded: RecordedEvent,
    all?: readonly RecordedEvent[],
  ): Promise<readonly OutgoingEvent[]> {
    if (recorded.damage !== undefined) return [];
    try {
      return await this.ports.events.of(recorded, all ?? (await this.streamOfOld(recorded)));
    } catch (error) {
      if (!(error instanceof UndecodableEvent)) throw error;
      const { stream, revision } = recorded;
      this.ports.logger.warn(
        { endpointId: this.id, stream, revision: Number(revision), reason: error.message },
        'An event is not told to a webhook endpoint, because one before it is damaged.',
      );
      return [];
    }
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
      const reading = { hasWaited: false };
      for (const recorded of events) {
        if (recorded.damage !== undefined || recorded.metadata.recordedAt < since) continue;
        attempts.push(...(await this.begin(await this.told(recorded), reading, signal)));
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
    { id: eventId, type, stream, revision }: OutgoingEvent,
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
    { httpStatus, error, retryAfterMs }: WebhookOutcome,
    begunMs: number,
    url: string | undefined,
  ): Promise<void> {
    if (error === null) {
      this.failures = 0;
      this.tookAtMs = this.ports.monotonic.elapsedMs();
      if (this.isFailing) await this.recovered();
      return;
    }
    if (httpStatus === GONE && !(await this.hasMovedFrom(url))) {
      return this.disable('the receiver answered 410: it is gone for good');
    }
    // Attempts that hang end together. That says nothing where the endpoint took another one meanwhile.
    if (begunMs < this.tookAtMs) return;
    this.failures += 1;
    if (retryAfterMs !== null) {
      this.asked = { untilMs: this.ports.monotonic.elapsedMs() + heededMs(retryAfterMs), url };
    }
    if (this.failing !== undefined) {
      await this.failingLonger(this.failing);
    } else if (this.failures >= FAILING_AFTER) {
      const since = this.ports.clock.now().getTime();
      this.failing = { forMs: 0, countedAtMs: this.ports.monotonic.elapsedMs(), since };
      this.probeWaitMs = PROBE_MS_MIN;
      this.probeAtMs = this.ports.monotonic.elapsedMs() + this.probeWaitMs;
      this.newTurn = 'none';
      await this.ports.deliveries.setFailingSince(this.id, since);
      const facts = { endpointId: this.id, reason: error };
      this.ports.logger.warn(
        facts,
        'A webhook endpoint takes nothing; one delivery at a time is tried.',
      );
    }
  }

  /** What a process before has seen, up to its last attempt. */
  private async failingStill(): Promise<Failing | undefined> {
    const { deliveries, clock, monotonic } = this.ports;
    const { failingSince: since } = await deliveries.progress(this.id);
    if (since === undefined) return undefined;
    const now = { lastAt: clock.now().getTime() + 1, eventId: '' };
    const [last] = await deliveries.list(this.id, now, 1);
    const forMs = Math.max(0, (last?.lastAt ?? since) - since);
    return { forMs, countedAtMs: monotonic.elapsedMs(), since };
  }

  /** Counts at once: meanwhile the endpoint may take one. */
  private async failingLonger({ forMs: beforeMs, countedAtMs, since }: Failing): Promise<void> {
    const elapsedMs = this.ports.monotonic.elapsedMs();
    const forMs = beforeMs + Math.min(elapsedMs - countedAtMs, UNTRIED_MS);
    const sinceNow = this.ports.clock.now().getTime() - forMs;
    const isKept = Math.abs(sinceNow - since) <= KEPT_FAILING_MS;
    this.failing = { forMs, countedAtMs: elapsedMs, since: isKept ? since : sinceNow };
    if (forMs > FAILING_MS_MAX) await this.disable('every delivery failed for three days');
    else if (!isKept) await this.ports.deliveries.setFailingSince(this.id, sinceNow);
  }

  private async recovered(): Promise<void> {
    this.failing = undefined;
    this.asked = undefined;
    this.failures = 0;
    const { deliveries, clock } = this.ports;
    await deliveries.setFailingSince(this.id, undefined);
    for (const { eventId, nextAt } of await deliveries.pending(this.id, PENDING_MAX)) {
      if (nextAt !== null && !this.hastened.has(eventId)) this.hastened.set(eventId, nextAt);
    }
    await deliveries.hasten(this.id, clock.now().getTime(), HASTENED_MS);
    this.ports.logger.info({ endpointId: this.id }, 'A webhook endpoint takes deliveries again.');
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
    this.ports.logger.warn({ endpointId: id, reason }, 'A webhook endpoint was disabled.');
    this.ending.abort();
  }

  private async wait(signal: AbortSignal): Promise<void> {
    await this.ports.monotonic.wait(ROUND_MS, signal).catch(() => undefined);
  }
}

const delivered = (deliveries: readonly Delivery[]): readonly Delivery[] =>
  deliveries.filter(({ state }) => state === 'delivered');
