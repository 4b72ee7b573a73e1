import { InvalidRequest, ProjectorUnavailable } from '../errors.js';
import type { EventFeed } from '../ports/event-feed.js';
import type { Position, RecordedEvent } from '../ports/event-store.js';
import type { LogStore } from '../ports/log-store.js';
import { TILE_WIDTH } from '../proof/tree/tiles.js';
import { INBOUND_STREAMS, MESSAGE_STREAMS } from '../streams.js';
import { changeOf, type Change } from './change-stream.js';
import { cursorProblem, decodeCursor, encodeCursor } from './cursor.js';

/** Bundles of the transparency log that one page covers; each stands for `TILE_WIDTH` events. */
const BUNDLES_PER_PAGE = 4;
/** The most webhooks of one page: the newest page also holds those that no checkpoint covers yet, which may be many. */
const ITEMS_MAX = 5_000;
/** Webhooks in memory while the newest are sought. */
const HELD_MAX = 2 * ITEMS_MAX;
/** The most events that one page reads: they take seconds. */
const EVENTS_READ_MAX = 200_000;
const LOG_IS_BEHIND =
  'the transparency log, which leads to the newest webhooks, is too far behind: GET /health/ready?part=proof says why';
const BATCH_EVENTS_MAX = 500;
/** Tells the cursors of this list from those of others. */
const QUESTION = 'webhooks';

/** Types of the events that a webhook leads to. */
export const webhookEvents = [
  'StatusReported',
  'StatusRefused',
  'InboundReceived',
] as const satisfies readonly Change['type'][];

/** What a webhook reported, and whether that changed anything. */
export interface ReceivedWebhook extends Change {
  readonly type: (typeof webhookEvents)[number];
}

const isWebhook = (change: Change): change is ReceivedWebhook =>
  webhookEvents.some((type) => type === change.type);

export interface WebhookHistory {
  /** Newest first. */
  readonly items: readonly ReceivedWebhook[];
  /** Null: there is nothing before. */
  readonly nextCursor: string | null;
}

/**
 * Lists what webhooks left in the ledger, the newest first. A feed goes forwards only; the transparency log knows the
 * position of every 256th event, so each page begins at one of them.
 */
export class ReadWebhookHistory {
  constructor(
    private readonly feed: Pick<EventFeed, 'readAll' | 'comparePositions'>,
    private readonly log: Pick<LogStore, 'state' | 'firstPosition'>,
  ) {}

  /**
   * A page may be empty although there is more.
   * @throws InvalidRequest for another list's cursor; StoreUnavailable
   * @throws ProjectorUnavailable where the log is so far behind that the newest events cannot be found
   */
  async execute(cursor: string | undefined, signal: AbortSignal): Promise<WebhookHistory> {
    const span = cursor === undefined ? await this.newest() : spanOf(cursor);
    const { start } = span;
    // Excluded, and included: the first event of a bundle belongs to the page before.
    const after = start === 0 ? undefined : await this.log.firstPosition(start);
    if (start > 0 && after === undefined) throw unknownPlace();
    const found = await this.read(after, await this.endOf(span), signal);
    const items = found.slice(-ITEMS_MAX).toReversed();
    const earliest = items.at(-1);
    const isCut = found.length > items.length && earliest !== undefined;
    const before = after === undefined ? null : encodeCursor([start], QUESTION);
    const nextCursor = isCut ? encodeCursor([start, earliest.position], QUESTION) : before;
    return { items, nextCursor };
  }

  private async newest(): Promise<Span> {
    const bundles = Math.ceil(((await this.log.state())?.size ?? 0) / TILE_WIDTH);
    return { start: Math.max(0, bundles - BUNDLES_PER_PAGE) };
  }

  /** Tells whether an event stands behind the span. */
  private async endOf({ end, before }: Span): Promise<(position: Position) => boolean> {
    const { feed } = this;
    if (before !== undefined) return (position) => feed.comparePositions(position, before) >= 0;
    const last = end === undefined ? undefined : await this.log.firstPosition(end);
    return (position) => last !== undefined && feed.comparePositions(position, last) > 0;
  }

  /** Oldest first. Where there are more than `ITEMS_MAX`, some of the oldest may be missing. */
  private async read(
    after: Position | undefined,
    isBehind: (position: Position) => boolean,
    signal: AbortSignal,
  ): Promise<readonly ReceivedWebhook[]> {
    const found: ReceivedWebhook[] = [];
    let left = EVENTS_READ_MAX;
    const options = {
      prefixes: [MESSAGE_STREAMS, INBOUND_STREAMS],
      batchEventsMax: BATCH_EVENTS_MAX,
      signal,
      after,
    };
    for await (const { events, position } of this.feed.readAll(options)) {
      for (const event of events) {
        if (isBehind(event.position)) return found;
        if (left-- <= 0) throw new ProjectorUnavailable(LOG_IS_BEHIND);
        // An unreadable event tells nothing; `/v1/parked-events` shows it.
        if (event.damage !== undefined || event.metadata.source !== 'webhook') continue;
        // The webhook is kept where its report was recorded first.
        if (isAdopted(event)) continue;
        const change = changeOf(event);
        if (isWebhook(change)) found.push(change);
      }
      if (isBehind(position)) return found;
      if (found.length > HELD_MAX) found.splice(0, found.length - ITEMS_MAX - 1);
    }
    return found;
  }
}

const isAdopted = ({ event }: RecordedEvent): boolean =>
  event.type === 'StatusRefused' && event.data.adoptedFrom !== null;

/** From a bundle of the log to another one, or to an event; without either, to the newest event. */
interface Span {
  readonly start: number;
  readonly end?: number;
  readonly before?: Position;
}

function spanOf(cursor: string): Span {
  const [bundle, before] = decodeCursor(cursor, QUESTION) ?? [];
  if (typeof bundle === 'number' && typeof before === 'string') return { start: bundle, before };
  if (typeof bundle === 'number') {
    return { start: Math.max(0, bundle - BUNDLES_PER_PAGE), end: bundle };
  }
  throw unknownPlace();
}

/** Also where the log has been replaced by another one since. */
const unknownPlace = (): InvalidRequest =>
  new InvalidRequest([{ parameter: 'cursor', detail: `cursor ${cursorProblem}` }]);
