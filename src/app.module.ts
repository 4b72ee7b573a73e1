import {
  Inject,
  Module,
  type BeforeApplicationShutdown,
  type DynamicModule,
  type OnApplicationBootstrap,
  type OnModuleDestroy,
} from '@nestjs/common';
import { LRUCache } from 'lru-cache';
import {
  EVENT_FEED,
  EVENT_STORE,
  EventStoreModule,
} from './adapters/event-store/event-store.module.js';
import { SqliteEventStore } from './adapters/event-store/sqlite/sqlite-event-store.js';
import { HttpModule } from './adapters/http/http.module.js';
import { WebhookListener } from './adapters/http/webhooks/webhook-listener.js';
import { addLagGauges, addLedgerGauges } from './adapters/metrics/ledger-gauges.js';
import { PrometheusMetrics } from './adapters/metrics/prometheus-metrics.js';
import {
  AGENDA,
  DELIVERY_TOTALS,
  INBOUND_MESSAGES,
  MESSAGE_SEARCH,
  SET_ASIDE,
  MESSAGE_INDEX,
  ReadModelModule,
} from './adapters/read-model/read-model.module.js';
import { systemClock } from './adapters/system/system-clock.js';
import { uuidIdentifiers } from './adapters/system/uuid-identifiers.js';
import { SMS_GATEWAY, VonageModule } from './adapters/vonage/vonage.module.js';
import { ApplicationModule, type ApplicationSettings } from './application/application.module.js';
import type { EventStore } from './application/ports/event-store.js';
import type { Logger } from './application/ports/logger.js';
import { Dispatcher } from './application/processes/dispatcher.js';
import type { ProjectorControl } from './application/processes/projector.js';
import { Timers } from './application/processes/timers.js';
import { ReportingModule } from './application/reporting/reporting.module.js';
import { CheckReadiness } from './application/reporting/check-readiness.js';
import type { Config, VonageConfig } from './config.js';
import { PROJECTOR, ProjectorModule } from './projecting/projector.module.js';

/** A configuration with an account: the real one, or that of the sandbox. */
export type RunnableConfig = Config & { readonly vonage: VonageConfig };

/** The composition root: which adapter stands behind which port, and what runs. */
@Module({})
export class AppModule
  implements OnApplicationBootstrap, OnModuleDestroy, BeforeApplicationShutdown
{
  constructor(
    @Inject(PROJECTOR) private readonly projector: ProjectorControl,
    @Inject(Dispatcher) private readonly dispatcher: Dispatcher,
    @Inject(Timers) private readonly timers: Timers,
    @Inject(WebhookListener) private readonly webhooks: WebhookListener,
    @Inject(CheckReadiness) private readonly readiness: CheckReadiness,
    @Inject(EVENT_STORE) private readonly store: EventStore,
    @Inject(PrometheusMetrics) private readonly metrics: PrometheusMetrics,
  ) {}

  static for(config: RunnableConfig, logger: Logger): DynamicModule {
    const metrics = new PrometheusMetrics();
    const stores = [EventStoreModule.for(config.eventStore), ReadModelModule.for(config.readModel)];
    const adapters = [
      ...stores,
      VonageModule.for(config.vonage),
      ProjectorModule.for(stores, config, systemClock, logger),
    ];
    const application = ApplicationModule.with(
      adapters,
      {
        eventStore: EVENT_STORE,
        eventFeed: EVENT_FEED,
        agenda: AGENDA,
        messageIndex: MESSAGE_INDEX,
        smsGateway: SMS_GATEWAY,
        projector: PROJECTOR,
      },
      settingsFor(config, logger, metrics),
    );
    const reporting = ReportingModule.with(
      [...adapters, application],
      {
        eventStore: EVENT_STORE,
        eventFeed: EVENT_FEED,
        messageSearch: MESSAGE_SEARCH,
        deliveryTotals: DELIVERY_TOTALS,
        inboundMessages: INBOUND_MESSAGES,
        setAside: SET_ASIDE,
        projector: PROJECTOR,
      },
      systemClock,
    );
    const http = HttpModule.with([application, reporting], {
      clock: systemClock,
      logger,
      metrics,
      metricsPage: metrics.registry,
      apiKeys: config.apiKeys,
      webhooks: {
        secrets: new Map([[config.vonage.apiKey, config.vonage.signatureSecrets]]),
        applicationId: config.vonage.applicationId,
      },
      webhookRejectStatus: config.webhookRejectStatus,
    });
    const counting = { provide: PrometheusMetrics, useValue: metrics };
    return { module: AppModule, imports: [...adapters, application, http], providers: [counting] };
  }

  onApplicationBootstrap(): void {
    addLagGauges(this.metrics, () => this.projector.lag);
    const { store } = this;
    if (store instanceof SqliteEventStore) addLedgerGauges(this.metrics, () => store.statistics());
    this.projector.onProgress(() => {
      this.dispatcher.wake();
      this.timers.wake();
    });
    this.projector.start();
    this.timers.start();
    this.dispatcher.start();
  }

  /** First nothing new is begun; the server then answers what is under way and closes. */
  async onModuleDestroy(): Promise<void> {
    this.readiness.stop();
    this.webhooks.stop();
    await Promise.all([this.dispatcher.stop(), this.timers.stop()]);
  }

  async beforeApplicationShutdown(): Promise<void> {
    await this.projector.stop();
  }
}

const settingsFor = (
  config: RunnableConfig,
  logger: Logger,
  metrics: PrometheusMetrics,
): ApplicationSettings => ({
  clock: systemClock,
  identifiers: uuidIdentifiers,
  logger,
  metrics,
  newCache: (entriesMax) => new LRUCache({ max: entriesMax }),
  retryPolicy: config.retryPolicy,
  defaultSender: config.vonage.number,
  confirmWithinSeconds: config.confirmWithinSeconds,
  vonageTimeoutMs: config.vonage.timeoutMs,
  vonageRequestsPerSecond: config.vonage.requestsPerSecond,
});
