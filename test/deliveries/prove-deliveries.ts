import { LRUCache } from 'lru-cache';
import { setTimeout } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { PagedEventFeed } from '../../src/adapters/event-store/paged-event-feed.js';
import { SqlDeliveryStore } from '../../src/adapters/delivery-store/sql-delivery-store.js';
import { SqliteSql } from '../../src/adapters/delivery-store/sqlite/sqlite-sql.js';
import { uuidIdentifiers } from '../../src/adapters/system/uuid-identifiers.js';
import type { MonotonicClock } from '../../src/application/ports/clock.js';
import type { KeyStore } from '../../src/application/ports/key-store.js';
import { DeliverWebhooks } from '../../src/application/webhooks/deliver-webhooks.js';
import { WebhookEndpoints } from '../../src/application/webhooks/endpoints.js';
import { OutgoingEvents } from '../../src/application/webhooks/outgoing-event.js';
import { seededRandom } from '../../testing/seeded-random.js';
import { Life, Scheduler } from '../simulation/scheduler.js';
import { noHealth } from '../support/doubles/no-health.js';
import { silent as noLog } from '../support/worlds/read-models.js';
import { ledgerWith } from './ledger.js';
import { fast, hanging, Receiver, troubled } from './receivers.js';

export interface DeliveriesProof {
  readonly deliveries: number;
  readonly seed: number;
}

export interface ProvenDeliveries {
  readonly findings: readonly string[];
  readonly figures: Readonly<Record<string, number>>;
}

const BEGIN_MS = Date.parse('2031-03-04T12:00:00Z');
/** The schedule of repeats ends after three days. */
const END_MS = 80 * 3_600_000;
/** A receiver that takes everything gets this many events a second at least, whatever the others do. */
const FAST_PER_SECOND_MIN = 1_000;
const LATE_SHARE_MAX = 0.001;
const MEBIBYTE = 2 ** 20;
/** The caches are full after the first tenth, and little else may come. */
const GROWTH_MEBIBYTES_MAX = 48;

/** Delivers to three receivers in virtual time: one in trouble, one that takes everything, and one that always hangs. */
export async function proveDeliveries({
  deliveries,
  seed,
}: DeliveriesProof): Promise<ProvenDeliveries> {
  const scheduler = new Scheduler(seed);
  const life = new Life('deliveries');
  const receiver = (name: string, answers: ConstructorParameters<typeof Receiver>[3]) =>
    new Receiver(`https://${name}.example/`, scheduler, life, answers, deliveries);
  const bad = receiver('troubled', troubled(scheduler));
  const good = receiver('fast', fast(scheduler));
  const dead = receiver('hanging', hanging());
  const receivers = [bad, good, dead];
  const store = await ledgerWith(
    receivers.map(({ url }) => url),
    deliveries,
  );
  const delivering = deliveringTo(receivers, store, scheduler, life);
  const stopping = new AbortController();
  const running = delivering.run(stopping.signal);
  // It reads its receivers before it waits for the first time.
  await setTimeout(100);
  const heap = new HeapWatch(() => bad.arrived / deliveries);
  await scheduler.runUntil(END_MS, () => {
    heap.look();
    return bad.arrived === deliveries && good.arrived === deliveries;
  });
  heap.look();
  stopping.abort();
  await scheduler.runUntil(END_MS + 60_000, () => false);
  await running;
  await store.close();

  const fastSeconds = good.completeAtMs / 1000;
  const findings = [
    ...[bad, good].flatMap(({ url, taken }) => missing(url, taken)),
    ...(fastSeconds > 10 + deliveries / FAST_PER_SECOND_MIN
      ? [`the fast receiver had to wait: it had everything after ${fastSeconds.toFixed(0)} s`]
      : []),
    ...(bad.lateFirstRetries > LATE_SHARE_MAX * bad.firstRetries
      ? [`${bad.lateFirstRetries} of ${bad.firstRetries} first repeats came after more than 10 s`]
      : []),
    ...(heap.growthMebibytes > GROWTH_MEBIBYTES_MAX
      ? [`memory grew by ${heap.growthMebibytes.toFixed(0)} MiB`]
      : []),
  ];
  return {
    findings,
    figures: {
      attemptsAtTroubled: bad.attempts,
      hoursUntilTroubledHasAll: rounded(bad.completeAtMs / 3_600_000),
      secondsUntilFastHasAll: rounded(fastSeconds),
      firstRepeats: bad.firstRetries,
      firstRepeatsAfter10s: bad.lateFirstRetries,
      attemptsAtHanging: dead.attempts,
      heapGrowthMebibytes: rounded(heap.growthMebibytes),
    },
  };
}

const rounded = (figure: number): number => Math.round(figure * 10) / 10;

const missing = (url: string, taken: Uint8Array): readonly string[] => {
  const count = taken.filter((times) => times === 0).length;
  return count === 0 ? [] : [`${count} events never reached ${url}`];
};

function deliveringTo(
  receivers: readonly Receiver[],
  store: Awaited<ReturnType<typeof ledgerWith>>,
  scheduler: Scheduler,
  life: Life,
): DeliverWebhooks {
  const wait: MonotonicClock['wait'] = (ms, signal) => scheduler.wait(life, ms, signal);
  const monotonic: MonotonicClock = {
    elapsedMs: () => scheduler.elapsedMs,
    wait,
    pause: (ms, signal) => wait(ms, signal).catch(() => undefined),
  };
  const clock = { now: () => new Date(BEGIN_MS + scheduler.elapsedMs) };
  // Secrets need nothing else of it.
  const keys = { keyedHash: async () => Buffer.alloc(32, 1) } as unknown as KeyStore;
  return new DeliverWebhooks(
    {
      store,
      feed: new PagedEventFeed(store),
      endpoints: new WebhookEndpoints(store, keys, clock, uuidIdentifiers, monotonic),
      events: new OutgoingEvents(store, new LRUCache({ max: 20_000 })),
      deliveries: new SqlDeliveryStore(new SqliteSql(null), ''),
      sender: {
        addressFault: () => undefined,
        send: (webhook, signal) => {
          const receiver = receivers.find(({ url }) => url === webhook.url);
          if (receiver === undefined) throw new Error(`Nobody is at ${webhook.url}.`);
          return receiver.take(webhook, signal);
        },
      },
      clock,
      monotonic,
      logger: noLog,
      metrics: { endpointAnswered() {} },
    },
    seededRandom(Math.floor(scheduler.random() * 2 ** 32)),
    noHealth,
  );
}

/** Compares the heap after a tenth of the events, when all caches are full, with its largest size afterwards. */
class HeapWatch {
  private readonly collect: () => void;
  private nextShare = 0.1;
  private firstBytes: number | undefined;
  private mostBytes = 0;

  constructor(private readonly share: () => number) {
    setFlagsFromString('--expose-gc');
    this.collect = runInNewContext('gc') as () => void;
  }

  get growthMebibytes(): number {
    return (this.mostBytes - (this.firstBytes ?? this.mostBytes)) / MEBIBYTE;
  }

  look(): void {
    const share = this.share();
    if (share < this.nextShare) return;
    this.nextShare += 0.1;
    this.collect();
    const { heapUsed } = process.memoryUsage();
    this.firstBytes ??= heapUsed;
    this.mostBytes = Math.max(this.mostBytes, heapUsed);
  }
}
