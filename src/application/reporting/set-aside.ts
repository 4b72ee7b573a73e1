import { InvalidRequest } from '../errors.js';
import type { EventStore } from '../ports/event-store.js';
import type { ProjectionName } from '../ports/projection-store.js';
import type { ParkedByProjection, QuarantineKey, SetAside } from '../ports/set-aside.js';
import type { ProjectorControl, RetriedEvents } from '../projecting/projector.js';
import type { QuarantineRow } from '../ports/projection-store.js';
import type { Freshness } from './as-of.js';
import { decodeCursor, encodeCursor } from './cursor.js';
import { cursorFault, LIST_LIMIT_DEFAULT, LIST_LIMIT_MAX, type Page } from './message-list.js';

export type ListedQuarantine = Page<QuarantineRow>;

export interface ParkedEvents {
  readonly items: readonly ParkedByProjection[];
  readonly counts: Readonly<Partial<Record<ProjectionName, number>>>;
}

const QUESTION = 'quarantine';

/** Shows quarantined webhooks and parked events, and retries the events. */
export class ReadSetAside {
  constructor(
    private readonly setAside: SetAside,
    private readonly projector: Pick<ProjectorControl, 'retryParked'>,
    private readonly store: EventStore,
    private readonly freshness: Freshness,
  ) {}

  /** @throws InvalidRequest for a cursor that was not given out here */
  async quarantined(
    cursor: string | undefined,
    limit = LIST_LIMIT_DEFAULT,
  ): Promise<ListedQuarantine> {
    const { rows, next, progress } = await this.setAside.quarantined(keyOf(cursor), limit);
    const nextCursor = next && encodeCursor([next.receivedAt, next.eventId], QUESTION);
    const asOf = await this.freshness.asOf(progress);
    return { items: rows, nextCursor: nextCursor ?? null, asOf };
  }

  async parked(): Promise<ParkedEvents> {
    return {
      items: await this.setAside.parked(LIST_LIMIT_MAX),
      counts: Object.fromEntries(await this.setAside.parkedCount()),
    };
  }

  retry(): Promise<RetriedEvents> {
    return this.projector.retryParked(async (stream) => (await this.store.read(stream)).events);
  }
}

function keyOf(cursor: string | undefined): QuarantineKey | undefined {
  if (cursor === undefined) return undefined;
  const [receivedAt, eventId] = decodeCursor(cursor, QUESTION) ?? [];
  if (typeof receivedAt === 'number' && typeof eventId === 'string') return { receivedAt, eventId };
  throw new InvalidRequest([cursorFault]);
}
