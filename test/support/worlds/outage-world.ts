import {
  EventStoreDbDouble,
  type DoubleOptions,
} from '../../../testing/eventstoredb-double/eventstoredb-double.js';
import { HealthWatch } from '../watching/health-watch.js';
import { OutageTraffic } from './outage-traffic.js';
import { startWaybill, type Waybill } from './waybill.js';

/** The machine is busy with other worlds; a call to Vonage that takes longer than this hit a defect. */
const VONAGE_TIMEOUT_MS = 5_000;

/** A complete service on an event store of its own that can be made to fail, and its clients. */
export class OutageWorld {
  private constructor(
    readonly double: EventStoreDbDouble,
    readonly waybill: Waybill,
    readonly traffic: OutageTraffic,
    readonly health: HealthWatch,
  ) {}

  static async start(nodes: DoubleOptions['nodes'] = 1): Promise<OutageWorld> {
    const double = await EventStoreDbDouble.start({ nodes });
    const waybill = await startWaybill({
      config: {
        eventStore: { kind: 'eventstoredb', url: double.url },
        readModel: { kind: 'sqlite', directory: null },
      },
      vonage: { timeoutMs: VONAGE_TIMEOUT_MS },
    });
    const traffic = new OutageTraffic(waybill);
    return new OutageWorld(double, waybill, traffic, new HealthWatch(waybill.url));
  }

  begin(): void {
    this.traffic.begin();
    this.health.begin();
  }

  /** Ends in any state: unacknowledged requests are given up. */
  async end(): Promise<void> {
    this.traffic.giveUp();
    await Promise.allSettled([this.traffic.stop(), this.health.stop()]);
    await this.waybill.end();
    this.double.stop();
  }
}
