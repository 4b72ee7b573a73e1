import type { MonotonicClock } from '../ports/clock.js';
import type { DeliveryStore } from '../ports/delivery-store.js';
import type { WebhookEndpoints } from '../webhooks/endpoints.js';
import { TOLD_STREAMS } from '../webhooks/outgoing-event.js';
import { Remembered } from './remembered.js';
import type { WaitingSince } from './waiting-since.js';

/** The state of one receiver of outgoing webhooks, the same on every instance. */
export interface EndpointFigures {
  readonly id: string;
  readonly isDisabled: boolean;
  /** Age of the oldest event that it was not yet posted, or that is not kept as failed; 0 while it is disabled. */
  readonly lagSeconds: number;
  /** Failed deliveries that are tried again. */
  readonly pending: number;
  /** For how long every delivery has failed; 0 while some succeed, and while it is disabled. */
  readonly failingSeconds: number;
}

/** Looks how far each receiver of outgoing webhooks is. There are at most 50. */
export class ReadEndpointFigures {
  private readonly figures: Remembered<readonly EndpointFigures[]>;

  constructor(
    private readonly endpoints: Pick<WebhookEndpoints, 'read'>,
    private readonly deliveries: Pick<DeliveryStore, 'progress' | 'pendingCount'>,
    private readonly waiting: WaitingSince,
    private readonly nowMs: () => number,
    monotonic: MonotonicClock,
  ) {
    this.figures = new Remembered(() => this.look(), monotonic);
  }

  /** @throws StoreUnavailable */
  read(): Promise<readonly EndpointFigures[]> {
    return this.figures.get();
  }

  private async look(): Promise<readonly EndpointFigures[]> {
    const { endpoints, madeAt } = await this.endpoints.read();
    return Promise.all(
      [...endpoints.values()].map(async ({ id, disabledBecause }) => {
        const isDisabled = disabledBecause !== null;
        const { position = madeAt.get(id), failingSince } = await this.deliveries.progress(id);
        return {
          id,
          isDisabled,
          lagSeconds: isDisabled ? 0 : await this.waiting.seconds(TOLD_STREAMS, position),
          pending: await this.deliveries.pendingCount(id),
          // The time is kept until it is enabled again.
          failingSeconds:
            isDisabled || failingSince === undefined
              ? 0
              : Math.max(0, (this.nowMs() - failingSince) / 1000),
        };
      }),
    );
  }
}
