import { InvalidRequest } from '../errors.js';
import type { EventFeed } from '../ports/event-feed.js';
import type { Position, RecordedEvent } from '../ports/event-store.js';
import type { LogStore } from '../ports/log-store.js';
import { TILE_WIDTH } from '../proof/tree/tiles.js';
import { INBOUND_STREAMS, MESSAGE_STREAMS } from '../streams.js';
import { changeOf, type Change } from './change-stream.js';
import { cursorProblem, decodeCursor, encodeCursor } from './cursor.js';

/** Bundles of the transparency log that one page covers; each stands for `TILE_WIDTH` events. */
const BUNDLES_PER_PAGE = 4;
/** The most events that one page reads: the newest page also holds those that no checkpoint covers yet. */
const EVENTS_READ_MAX = 5_000;
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

  /** A page may be empty although there is more. @throws InvalidRequest for another list's cursor; StoreUnavailable */
  async execute(cursor: string | undefined, signal: AbortSignal): Promise<WebhookHistory> {
    const end = cursor === undefined ? undefined : bundleOf(cursor);
    const bundles = Math.ceil(((await this.log.state())?.size ?? 0) / TILE_WIDTH);
    const start = Math.max(0, (end ?? bundles) - BUNDLES_PER_PAGE);
    // Excluded, and included: the first event of a bundle belongs to the page before.
    const after = start === 0 ? undefined : await this.log.firstPosition(start);
    const upTo = end === undefined ? undefined : await this.log.firstPosition(end);
    const items = await this.read(after, upTo, signal);
    return {
      items: items.toReversed(),
      nextCursor: after === undefined ? null : encodeCursor([start], QUESTION),
    };
  }

  private async read(
    after: Position | undefined,
    upTo: Position | undefined,
    signal: AbortSignal,
  ): Promise<readonly ReceivedWebhook[]> {
    const isBehind = (position: Position): boolean =>
      upTo !== undefined && this.feed.comparePositions(position, upTo) > 0;
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
        if (left-- <= 0 || isBehind(event.position)) return found;
        // An unreadable event tells nothing; `/v1/parked-events` shows it.
        if (event.damage !== undefined || event.metadata.source !== 'webhook') continue;
        // The webhook is kept where its report was recorded first.
        if (isAdopted(event)) continue;
        const change = changeOf(event);
        if (isWebhook(change)) found.push(change);
      }
      if (isBehind(position)) return found;
    }
    return found;
  }
}

const isAdopted = ({ event }: RecordedEvent): boolean =>
  event.type === 'StatusRefused' && event.data.adoptedFrom !== null;

function bundleOf(cursor: string): number {
  const [bundle] = decodeCursor(cursor, QUESTION) ?? [];
  if (typeof bundle === 'number') return bundle;
  throw new InvalidRequest([{ parameter: 'cursor', detail: `cursor ${cursorProblem}` }]);
}
