import { setTimeout as delay } from 'node:timers/promises';
import {
  collectDefaultMetrics,
  Counter,
  Gauge,
  Histogram,
  Registry,
  type Metric,
} from 'prom-client';
import {
  webhookKinds,
  webhookResults,
  type DeliveryMetrics,
  type ExpiredCounts,
  type GuardMetrics,
  type Metrics,
  type RequestMetrics,
  type RetentionMetrics,
  type WebhookKind,
  type WebhookResult,
} from '../../application/ports/metrics.js';
import { deliveryErrorClasses } from '../../domain/delivery-errors/delivery-error.js';
import { providers, type Provider } from '../../domain/sending/provider.js';
import type { AttemptOutcome } from '../../application/ports/sms-gateway.js';

/**
 * Interval at which Node measures the event loop's delay. Each measurement wakes an idle process; its default is 10
 * ms.
 */
const EVENT_LOOP_LOOK_MS = 100;

/** A store that does not answer must not keep the other figures from a scrape. */
const READ_MS_MAX = 2_000;

/** One value of a family of series. */
export interface Sample {
  /** The sample's own name, where it differs from the family's: a histogram's `_bucket`, for example. */
  readonly metricName?: string;
  readonly labels?: Readonly<Record<string, string>>;
  readonly value: number;
}

export interface Family {
  readonly name: string;
  readonly help: string;
  /** `gauge` by default. */
  readonly type?: 'histogram';
}

/** The class of an answer that does not say whether the message was taken. */
const AMBIGUOUS = 'ambiguous';

const refusals = ['spend-limit', 'recipient-limit', 'country-not-allowed'];

/** Counts for Prometheus; each instance has its own registry, so tests can run many in one process. */
export class PrometheusMetrics
  implements Metrics, GuardMetrics, DeliveryMetrics, RequestMetrics, RetentionMetrics
{
  readonly registry = new Registry();

  private readonly webhooks = new Counter({
    name: 'waybill_webhooks_total',
    help: 'Webhooks answered, by what became of them.',
    labelNames: ['webhook', 'result'] as const,
    registers: [this.registry],
  });

  private readonly webhookSeconds = new Histogram({
    name: 'waybill_webhook_seconds',
    help: 'Time from the last byte of a webhook to its answer, commit included.',
    buckets: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 3],
    registers: [this.registry],
  });

  private readonly attempts = new Counter({
    name: 'waybill_attempts_total',
    help: 'Calls to Vonage, the mail server and the push services, by provider, outcome and, where it answered with an error, the class of that; an ambiguous one counts as unknown.',
    labelNames: ['provider', 'outcome', 'class'] as const,
    registers: [this.registry],
  });

  private readonly refusedKeys = new Counter({
    name: 'waybill_api_keys_refused_total',
    help: 'Requests with an API key that is not known.',
    registers: [this.registry],
  });

  private readonly refusedSends = new Counter({
    name: 'waybill_sends_refused_total',
    help: 'Messages that a limit refused before any cost, by the code of the problem.',
    labelNames: ['code'] as const,
    registers: [this.registry],
  });

  private readonly endpointDeliveries = new Counter({
    name: 'waybill_endpoint_deliveries_total',
    help: 'Attempts to post an event to a receiver of outgoing webhooks, by result: delivered, refused (another answer than 2xx) or unreachable (no answer).',
    labelNames: ['result'] as const,
    registers: [this.registry],
  });

  private readonly expired = new Counter({
    name: 'waybill_personal_data_expired_total',
    help: 'Personal data destroyed by age, by kind: keys of the key store, messages and inbound messages that lists have forgotten.',
    labelNames: ['kind'] as const,
    registers: [this.registry],
  });

  private readonly requests = new Counter({
    name: 'waybill_http_requests_total',
    help: 'Requests answered, without webhooks, by method, route and status; route is `window` for the pages and files of the window and `other` where there is none.',
    labelNames: ['method', 'route', 'status'] as const,
    registers: [this.registry],
  });

  private readonly requestSeconds = new Histogram({
    name: 'waybill_http_request_seconds',
    help: 'Time from the head of a request to the end of its answer, by method and route; without webhooks and streams of events.',
    labelNames: ['method', 'route'] as const,
    buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10],
    registers: [this.registry],
  });

  /** @param version of this build */
  constructor(version: string) {
    // A series that begins at 1 shows no increase, and an alert about silence needs a 0.
    for (const code of refusals) this.refusedSends.inc({ code }, 0);
    for (const webhook of webhookKinds) {
      for (const result of webhookResults) this.webhooks.inc({ webhook, result }, 0);
    }
    for (const provider of providers) {
      for (const outcome of ['accepted', 'unknown']) {
        this.attempts.inc({ provider, outcome, class: '' }, 0);
      }
      for (const errorClass of deliveryErrorClasses) {
        if (errorClass === AMBIGUOUS) continue;
        this.attempts.inc({ provider, outcome: 'refused', class: errorClass }, 0);
      }
    }
    this.personalDataExpired({ keys: 0, messages: 0, inbound: 0 });
    for (const result of ['delivered', 'refused', 'unreachable']) {
      this.endpointDeliveries.inc({ result }, 0);
    }
    this.series(
      {
        name: 'waybill_build_info',
        help: 'Always 1; its labels are the version of Waybill and of Node.js.',
      },
      async () => [{ labels: { version, node: process.versions.node }, value: 1 }],
    );
    collectDefaultMetrics({
      register: this.registry,
      eventLoopMonitoringPrecision: EVENT_LOOP_LOOK_MS,
    });
  }

  personalDataExpired(counts: ExpiredCounts): void {
    for (const [kind, count] of Object.entries(counts)) this.expired.inc({ kind }, count);
  }

  attemptEnded(outcome: AttemptOutcome, provider: Provider): void {
    // An answer such as 500 does not tell if Vonage took the message.
    const isAmbiguous = outcome.kind === 'refused' && outcome.class === AMBIGUOUS;
    const isRefused = outcome.kind === 'refused' && !isAmbiguous;
    this.attempts.inc({
      provider,
      outcome: isAmbiguous ? 'unknown' : outcome.kind,
      class: isRefused ? outcome.class : '',
    });
  }

  apiKeyRefused(): void {
    this.refusedKeys.inc();
  }

  sendRefused(code: string): void {
    this.refusedSends.inc({ code });
  }

  webhookAnswered(webhook: WebhookKind, result: WebhookResult, seconds: number): void {
    this.webhooks.inc({ webhook, result });
    this.webhookSeconds.observe(seconds);
  }

  endpointAnswered(httpStatus: number | null, isDelivered: boolean, times = 1): void {
    const failure = httpStatus === null ? 'unreachable' : 'refused';
    this.endpointDeliveries.inc({ result: isDelivered ? 'delivered' : failure }, times);
  }

  requestAnswered(method: string, route: string, status: number, seconds: number | null): void {
    this.requests.inc({ method, route, status: String(status) });
    if (seconds !== null) this.requestSeconds.observe({ method, route }, seconds);
  }

  /**
   * Adds series that each scrape reads anew.
   * @param read may fail or take long: then the series are not there, because no value would be true
   */
  series(family: Family, read: () => Promise<readonly Sample[]>): void {
    const get = async () => {
      const values = await Promise.race([
        read().catch(() => []),
        delay<readonly Sample[]>(READ_MS_MAX, [], { ref: false }),
      ]);
      return { type: 'gauge', ...family, values };
    };
    // prom-client has no class whose values are only read; its registry asks for no more than this.
    this.registry.registerMetric({ ...family, get, reset: () => undefined } as unknown as Metric);
  }

  /** Adds a value that each scrape reads anew. */
  gauge(name: string, help: string, read: () => number | Promise<number>): void {
    const gauge: Gauge = new Gauge({
      name,
      help,
      registers: [this.registry],
      collect: async () => gauge.set(await read()),
    });
  }
}
