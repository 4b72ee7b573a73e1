import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';
import type {
  GuardMetrics,
  Metrics,
  WebhookKind,
  WebhookResult,
} from '../../application/ports/metrics.js';
import type { AttemptOutcome } from '../../application/ports/sms-gateway.js';

/**
 * Interval at which Node measures the event loop's delay. Each measurement wakes an idle process; its default is 10
 * ms.
 */
const EVENT_LOOP_LOOK_MS = 100;

const refusals = ['spend-limit', 'recipient-limit', 'country-not-allowed'];

/** Counts for Prometheus; each instance has its own registry, so tests can run many in one process. */
export class PrometheusMetrics implements Metrics, GuardMetrics {
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
    help: 'Calls to Vonage, by outcome and, where Vonage answered with an error, by its class; an ambiguous one counts as unknown.',
    labelNames: ['outcome', 'class'] as const,
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

  constructor() {
    // A series that begins at 1 shows no increase.
    for (const code of refusals) this.refusedSends.inc({ code }, 0);
    collectDefaultMetrics({
      register: this.registry,
      eventLoopMonitoringPrecision: EVENT_LOOP_LOOK_MS,
    });
  }

  attemptEnded(outcome: AttemptOutcome): void {
    const isRefused = outcome.kind === 'refused';
    // An answer such as 500 does not tell if Vonage took the message.
    const isUnknown = isRefused && outcome.class === 'ambiguous';
    this.attempts.inc({
      outcome: isUnknown ? 'unknown' : outcome.kind,
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

  /** Adds a value that each scrape reads anew. */
  gauge(name: string, help: string, read: () => number | Promise<number>): void {
    const gauge: Gauge = new Gauge({
      name,
      help,
      registers: [this.registry],
      collect: async () => gauge.set(await read()),
    });
  }

  /** Like `gauge`, with several series, each with its labels. */
  labelledGauge<Label extends string>(
    name: string,
    help: string,
    labelNames: readonly Label[],
    read: () => readonly { readonly labels: Record<Label, string>; readonly value: number }[],
  ): void {
    const gauge: Gauge<Label> = new Gauge({
      name,
      help,
      labelNames,
      registers: [this.registry],
      collect: () => {
        for (const { labels, value } of read()) gauge.set(labels, value);
      },
    });
  }
}
