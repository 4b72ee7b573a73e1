import type { Position } from './event-store.js';

/** `pending`: it is tried again at `nextAt`. `failed`: it is not tried again. */
export const deliveryStates = ['pending', 'delivered', 'failed'] as const;
export type DeliveryState = (typeof deliveryStates)[number];

/** One event for one endpoint, after its last attempt. Its content stays in the ledger. Times are ms since 1970. */
export interface Delivery {
  /** The webhook's id, by which a receiver recognises a repeat. */
  readonly eventId: string;
  /** As it is told; of an event that cannot be read, the type in the ledger. */
  readonly type: string;
  readonly stream: string;
  readonly revision: number;
  readonly state: DeliveryState;
  readonly attempts: number;
  readonly lastAt: number;
  readonly nextAt: number | null;
  readonly httpStatus: number | null;
  readonly error: string | null;
}

/** A place in the list of deliveries, which many may share a time in. An empty `eventId` is before all of its time. */
export type DeliveryKey = Pick<Delivery, 'lastAt' | 'eventId'>;

/** The position of an endpoint in the feed. */
export interface EndpointProgress {
  /** All events up to here were delivered or are kept as failed; undefined before the first. */
  readonly position: Position | undefined;
  /** Since when every delivery fails; undefined while some succeed. Milliseconds since 1970. */
  readonly failingSince: number | undefined;
  /** Events since then are to be delivered again; undefined: none. Milliseconds since 1970. */
  readonly replaySince: number | undefined;
}

/** Keeps the progress of outgoing webhooks, and forgets the oldest delivered and failed ones. Every adapter passes `test/contracts/delivery-store.contract.ts`. */
export interface DeliveryStore {
  progress(endpointId: string): Promise<EndpointProgress>;
  /** Moves on and keeps the deliveries in one transaction. */
  advance(endpointId: string, position: Position, deliveries: readonly Delivery[]): Promise<void>;
  /**
   * Keeps deliveries after another attempt.
   * @param forgotten ids of those that are forgotten in the same transaction
   */
  put(
    endpointId: string,
    deliveries: readonly Delivery[],
    forgotten?: readonly string[],
  ): Promise<void>;
  /** Pending deliveries, the earliest due first. */
  pending(endpointId: string, rowsMax: number): Promise<readonly Delivery[]>;
  pendingCount(endpointId: string): Promise<number>;
  /**
   * Keeps the place of an endpoint in another ledger, which is a copy of this one. Replaces one that was kept, and none that was
   * taken since.
   */
  keepPlace(endpointId: string, ledger: string, position: Position): Promise<void>;
  /** Goes on from the place that was kept for this ledger, once. */
  takePlace(endpointId: string, ledger: string): Promise<void>;
  /**
   * Makes pending deliveries due from a time on, one after the other in their order, because the endpoint has recovered.
   * None is due later than before.
   * @param apartMs between two of them
   */
  hasten(endpointId: string, atMs: number, apartMs: number): Promise<void>;
  setFailingSince(endpointId: string, atMs: number | undefined): Promise<void>;
  /**
   * Asks for a replay of what was recorded since a time, or earlier where an earlier replay has not ended. Makes
   * `replaySince` another one in any case, so that the end of a replay under way does not end this one too.
   */
  requestReplay(endpointId: string, sinceMs: number): Promise<void>;
  /** @param sinceMs `replaySince` as it was when the replay began; where it has changed since, a replay is still asked for */
  endReplay(endpointId: string, sinceMs: number): Promise<void>;
  /** The newest first. @param before only those before; undefined: all */
  list(
    endpointId: string,
    before: DeliveryKey | undefined,
    rowsMax: number,
  ): Promise<readonly Delivery[]>;
  forget(endpointId: string): Promise<void>;
  close(): Promise<void>;
}
