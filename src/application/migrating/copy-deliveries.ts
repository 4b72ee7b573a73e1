import type { EndpointEvent } from '../../domain/webhooks/endpoint-events.js';
import type { DeliveryKey, DeliveryStore } from '../ports/delivery-store.js';
import type { EventStore, Position } from '../ports/event-store.js';
import { ENDPOINTS_STREAM } from '../streams.js';

const ROWS_AT_ONCE = 500;

/** The place of one endpoint, in a ledger and in its copy. */
interface Place {
  readonly endpointId: string;
  readonly inSource: Position;
  /** Undefined until the copy is read. */
  inCopy: Position | undefined;
}

/**
 * Takes along how far the outgoing webhooks of a ledger are: positions in its copy are others, and without a place in it everything
 * since an endpoint was made would be posted again.
 */
export class CopyDeliveries {
  private constructor(
    private readonly from: DeliveryStore,
    private readonly to: DeliveryStore,
    /** The last place in the source first. */
    private readonly places: readonly Place[],
    private readonly comparePositions: (left: Position, right: Position) => number,
  ) {}

  /** @param to the same as `from` where both ledgers share it @throws StoreUnavailable */
  static async begin(
    from: DeliveryStore,
    to: DeliveryStore,
    source: Pick<EventStore, 'read'>,
    comparePositions: (left: Position, right: Position) => number,
  ): Promise<CopyDeliveries> {
    const places: Place[] = [];
    for (const recorded of (await source.read(ENDPOINTS_STREAM)).events) {
      if (recorded.damage !== undefined) continue;
      const made = recorded.event as EndpointEvent;
      if (made.type !== 'EndpointCreated') continue;
      const endpointId = made.data.id;
      const { position } = await from.progress(endpointId);
      if (position !== undefined)
        places.push({ endpointId, inSource: position, inCopy: undefined });
    }
    places.sort((left, right) => comparePositions(right.inSource, left.inSource));
    return new CopyDeliveries(from, to, places, comparePositions);
  }

  /** Call it for each event of the source, in order, with its place in the copy. */
  readonly seen = (inSource: Position, inCopy: Position): void => {
    for (const place of this.places) {
      if (this.comparePositions(inSource, place.inSource) > 0) break;
      place.inCopy = inCopy;
    }
  };

  /**
   * May be repeated.
   * @param ledger identity of the copy
   * @returns the number of endpoints
   * @throws StoreUnavailable
   */
  async finish(ledger: string | undefined): Promise<number> {
    for (const { endpointId, inCopy } of this.places) {
      if (inCopy === undefined) continue;
      if (this.from === this.to) {
        if (ledger !== undefined) await this.to.keepPlace(endpointId, ledger, inCopy);
        continue;
      }
      await this.copyRows(endpointId);
      const { failingSince, replaySince } = await this.from.progress(endpointId);
      await this.to.setFailingSince(endpointId, failingSince);
      if (replaySince !== undefined) await this.to.requestReplay(endpointId, replaySince);
      await this.to.advance(endpointId, inCopy, []);
    }
    return this.places.length;
  }

  async close(): Promise<void> {
    await Promise.all([...new Set([this.from, this.to])].map((store) => store.close()));
  }

  private async copyRows(endpointId: string): Promise<void> {
    let before: DeliveryKey | undefined;
    for (;;) {
      const rows = await this.from.list(endpointId, before, ROWS_AT_ONCE);
      before = rows.at(-1);
      if (before === undefined) return;
      await this.to.put(endpointId, rows);
    }
  }
}
