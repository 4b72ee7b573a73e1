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
import { indexOf, ledgerWith } from './ledger.js';
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
/** The first attempt, and the waits of the schedule. */
const ATTEMPTS_MAX = 10;
/** A receiver that fails a quarter of all attempts, and more while it restarts, fails ten in a row for a few in a million. */
const GIVEN_UP_SHARE_MAX = 0.000_1;
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
  const kept = new SqlDeliveryStore(new SqliteSql(null), '');
  const delivering = deliveringTo(receivers, { store, kept }, scheduler, life);
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
  const givenUp = await givenUpAt(bad.url, kept);

  const fastSeconds = good.completeAtMs / 1000;
  const findings = [
    ...missing(bad.url, bad.taken, givenUp),
    ...missing(good.url, good.taken, new Set()),
    ...(givenUp.size > GIVEN_UP_SHARE_MAX * deliveries
      ? [`${givenUp.size} events were given up`]
      : []),
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
      givenUpAfterTenAttempts: givenUp.size,
      firstRepeats: bad.firstRetries,
      firstRepeatsAfter10s: bad.lateFirstRetries,
      attemptsAtHanging: dead.attempts,
      heapGrowthMebibytes: rounded(heap.growthMebibytes),
    },
  };
}

const rounded = (figure: number): number => Math.round(figure * 10) / 10;

/** An event that is lost neither arrived nor is kept as failed, from where a replay posts it again. */
function missing(url: string, taken: Uint8Array, givenUp: ReadonlySet<number>): readonly string[] {
  const lost = [...taken.keys()].filter((index) => taken[index] === 0 && !givenUp.has(index));
  return lost.length === 0 ? [] : [`${lost.length} events never reached ${url}`];
}

/** The numbers of the events that failed at each of their ten attempts, over three days. */
async function givenUpAt(url: string, kept: SqlDeliveryStore): Promise<ReadonlySet<number>> {
  const rows = await kept.list(url, undefined, Number.MAX_SAFE_INTEGER);
  return new Set(
    rows
      .filter(({ state, attempts }) => state === 'failed' && attempts === ATTEMPTS_MAX)
      .map(({ eventId }) => indexOf(eventId)),
  );
}

function deliveringTo(
  receivers: readonly Receiver[],
  {
    store,
    kept,
  }: { readonly store: Awaited<ReturnType<typeof ledgerWith>>; readonly kept: SqlDeliveryStore },
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
      ledger: async () => undefined,
      endpoints: new WebhookEndpoints(store, keys, {
        clock,
        monotonic,
        identifiers: uuidIdentifiers,
      }),
      events: new OutgoingEvents(store, new LRUCache({ max: 20_000 })),
      deliveries: kept,
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
