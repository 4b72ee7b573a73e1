import { hkdfSync } from 'node:crypto';
import { tmpdir } from 'node:os';
import { setTimeout as delay } from 'node:timers/promises';
import {
  Inject,
  Module,
  type DynamicModule,
  type OnApplicationBootstrap,
  type OnApplicationShutdown,
  type OnModuleDestroy,
  type Provider,
} from '@nestjs/common';
import { LRUCache } from 'lru-cache';
import {
  CoordinationModule,
  type CoordinationConfig,
} from './adapters/coordination/coordination.module.js';
import type { PushConfig } from './adapters/push/push-config.js';
import { pushGatewayFor } from './adapters/push/push-gateway.js';
import { emailGatewayFor } from './adapters/email/email-gateway.js';
import { EventStoreModule, type Ledger } from './adapters/event-store/event-store.module.js';
import { SqliteEventStore } from './adapters/event-store/sqlite/sqlite-event-store.js';
import { HttpModule } from './adapters/http/http.module.js';
import { WebhookListener } from './adapters/http/webhooks/webhook-listener.js';
import {
  addBackgroundGauges,
  addAwaitedReportsGauge,
  addBackOffGauge,
  addClockGauges,
  addHoldGauges,
  addLedgerCheckGauges,
  addLedgerGauges,
  addLimitGauges,
  addParkedGauge,
  addPartGauges,
  addProviderGauges,
  addWaitingGauge,
} from './adapters/metrics/gauges.js';
import {
  addDeliverySeries,
  addEndpointSeries,
  addLaneSeries,
  addLogSeries,
  type LaneFigures,
} from './adapters/metrics/ledger-series.js';
import { DeliveryStoreModule } from './adapters/delivery-store/delivery-store.module.js';
import { OutgoingWebhooksModule } from './adapters/outgoing-webhooks/outgoing-webhooks.module.js';
import { KeyStoreModule } from './adapters/key-store/key-store.module.js';
import { logClockNotice } from './adapters/logging/log-clock-notice.js';
import { PrometheusMetrics } from './adapters/metrics/prometheus-metrics.js';
import { ReadModelModule } from './adapters/read-model/read-model.module.js';
import { systemTime, type TimeSource } from './adapters/system/system-time.js';
import { TemporaryIdSet } from './adapters/system/temporary-id-set.js';
import { TrustedClock } from './adapters/system/trusted-clock.js';
import { uuidIdentifiers } from './adapters/system/uuid-identifiers.js';
import type { Telemetry } from './adapters/telemetry/telemetry.js';
import { TransparencyLogModule } from './adapters/transparency-log/transparency-log.module.js';
import { VonageModule } from './adapters/vonage/vonage.module.js';
import { ApplicationModule } from './application/application.module.js';
import { AGENDA, LEDGER, PACES, PERSON_ROWS, SET_ASIDE } from './application/port-tokens.js';
import type { ApplicationSettings } from './application/settings.js';
import type { SetAside } from './application/ports/set-aside.js';
import { HealthRegistry } from './application/health/health-registry.js';
import { HeldForReports } from './application/health/held-for-reports.js';
import { Outages } from './application/health/outages.js';
import { RecordOutages } from './application/health/record-outages.js';
import { ObservedEventStore } from './application/health/observed-event-store.js';
import { ReadLimits } from './application/guards/read-limits.js';
import { DeliveryFigures } from './application/operating/delivery-figures.js';
import { ReadEndpointFigures } from './application/operating/endpoint-figures.js';
import { ReadLogFigures } from './application/operating/log-figures.js';
import type { Agenda } from './application/ports/agenda.js';
import type { Logger } from './application/ports/logger.js';
import type { Paces } from './application/ports/pace.js';
import type { PersonRows } from './application/ports/person-rows.js';
import type { SmsGateway } from './application/ports/sms-gateway.js';
import { GatewayByChannel } from './application/dispatching/gateway-by-channel.js';
import { BackgroundWork } from './application/background/background-work.js';
import { CompareClock } from './application/background/compare-clock.js';
import { WatchLedger } from './application/background/watch-ledger.js';
import { CheckReadiness } from './application/reporting/check-readiness.js';
import { BackOffs } from './application/steering/back-off.js';
import { ReadSending } from './application/steering/read-sending.js';
import { SteerSending } from './application/steering/steer-sending.js';
import type { PushService } from './domain/contacts/push-address.js';
import { isOnlyHere, keyRowsOf, type Config, type VonageConfig } from './config.js';
import type { StartResources } from './start-resources.js';
import { VERSION } from './version.js';
import { logDamage } from './threads/log-damage.js';
import { DelivererModule } from './threads/deliverer/deliverer.module.js';
import { ProjectorModule } from './threads/projector.module.js';
import { SignerModule } from './threads/signer.module.js';

/** A configuration with an account: the real one, or that of the sandbox. */
export type RunnableConfig = Config & { readonly vonage: VonageConfig };

/** The composition root: which adapter stands behind which port, and what runs. */
@Module({})
export class AppModule implements OnApplicationBootstrap, OnModuleDestroy, OnApplicationShutdown {
  constructor(
    @Inject(BackgroundWork) private readonly background: BackgroundWork,
    @Inject(RecordOutages) private readonly recordOutages: RecordOutages,
    @Inject(WebhookListener) private readonly webhooks: WebhookListener,
    @Inject(CheckReadiness) private readonly readiness: CheckReadiness,
    @Inject(HealthRegistry) private readonly health: HealthRegistry,
    @Inject(LEDGER) private readonly ledger: Ledger,
    @Inject(PrometheusMetrics) private readonly metrics: PrometheusMetrics,
    @Inject(BackOffs) private readonly backOffs: BackOffs,
    @Inject(HeldForReports) private readonly heldForReports: HeldForReports,
    @Inject(PACES) private readonly paces: Paces,
    @Inject(SteerSending) private readonly steering: SteerSending,
    @Inject(ReadSending) private readonly readSending: ReadSending,
    @Inject(CompareClock) private readonly compareClock: CompareClock,
    @Inject(TrustedClock) private readonly clock: TrustedClock,
    @Inject(SET_ASIDE) private readonly setAside: SetAside,
    @Inject(AGENDA) private readonly agenda: Agenda,
    @Inject(WatchLedger) private readonly watchLedger: WatchLedger,
    @Inject(ReadLimits) private readonly readLimits: ReadLimits,
    @Inject(PERSON_ROWS) private readonly personRows: PersonRows,
  ) {}

  /**
   * @param resources tracks what the modules open
   * @param telemetry undefined: nothing is traced
   */
  static for(
    config: RunnableConfig,
    logger: Logger,
    resources: StartResources,
    time: TimeSource = systemTime,
    telemetry?: Telemetry,
  ): DynamicModule {
    const metrics = new PrometheusMetrics(VERSION);
    const clock = new TrustedClock(time, (notice) => logClockNotice(logger, notice));
    addClockGauges(metrics, clock);
    const health = new HealthRegistry(clock, time.monotonic, logger);
    const outages = new Outages(time.monotonic);
    const keys = resources.track(KeyStoreModule.for(keyRowsOf(config), config.masterKeys));
    const ledger = resources.track(
      EventStoreModule.for(
        config.eventStore,
        (store) => {
          const observed = new ObservedEventStore(store, time.monotonic);
          return telemetry?.overStore(observed) ?? observed;
        },
        keys,
        { clock, identifiers: uuidIdentifiers, logger },
      ),
    );
    const stores = [
      ledger,
      resources.track(ReadModelModule.for(config.readModel, logDamage(logger))),
    ];
    const log = resources.track(TransparencyLogModule.for(config.readModel));
    const delivering = [
      resources.track(DeliveryStoreModule.for(config.readModel)),
      resources.track(
        OutgoingWebhooksModule.for({
          allowsPrivateNetworks: config.webhookPrivateNetworks === 'allow',
        }),
      ),
    ];
    const clocks = { clock, monotonic: time.monotonic };
    const adapters = [
      ...stores,
      keys,
      ...delivering,
      VonageModule.for(config.vonage, (vonage) => {
        const gateway = withDirectChannels(vonage, config);
        return telemetry?.overGateway(gateway) ?? gateway;
      }),
      CoordinationModule.for(coordinationFor(config), {
        callsPerSecond: {
          vonage: config.vonage.requestsPerSecond,
          email: config.callsPerSecond.email,
          'web-push': config.callsPerSecond.push,
          fcm: config.callsPerSecond.push,
        },
        clock: time.monotonic,
        logger,
        health,
      }),
      ProjectorModule.for(stores, config, { ...clocks, logger, health }),
      log,
      DelivererModule.for([...stores, ...delivering], config, {
        ...clocks,
        logger,
        metrics,
        health,
      }),
      SignerModule.for([...stores, log], config, logger, health),
    ];
    const application = ApplicationModule.with(adapters, {
      ...settingsFor(config, logger, metrics),
      ...clocks,
      health,
      outages,
    });
    const http = HttpModule.with([application, ledger], {
      clock,
      logger,
      metrics,
      metricsPage: metrics.registry,
      isOnLoopback: isOnlyHere(config),
      webhooks: {
        secrets: new Map([[config.vonage.apiKey, config.vonage.signatureSecrets]]),
        applicationId: config.vonage.applicationId,
      },
      webhookRejectStatus: config.webhookRejectStatus,
      defaultCountry: config.defaultCountry,
      uploadDirectory: uploadDirectoryOf(config),
      accessLog: config.accessLog,
      tracing: telemetry?.tracing,
      outages,
    });
    const timing = { provide: TrustedClock, useValue: clock };
    const counting = { provide: PrometheusMetrics, useValue: metrics };
    const telling = { provide: HealthRegistry, useValue: health };
    return {
      module: AppModule,
      imports: [...adapters, application, http],
      providers: [counting, timing, telling, ledgerSeries],
    };
  }

  async onApplicationBootstrap(): Promise<void> {
    addPartGauges(this.metrics, this.health, () => this.readiness.look());
    addBackgroundGauges(this.metrics, this.background);
    addBackOffGauge(this.metrics, this.backOffs.of('vonage'));
    addAwaitedReportsGauge(this.metrics, this.heldForReports);
    addHoldGauges(this.metrics, this.steering);
    addProviderGauges(this.metrics, (provider) => ({
      isHeld: this.readSending.holdOf(provider) !== undefined,
      backOffSeconds: this.backOffs.of(provider).leftMs() / 1000,
      callsPerSecond: this.paces.of(provider).rate.current,
    }));
    addParkedGauge(this.metrics, () => this.setAside.parkedCount());
    addWaitingGauge(this.metrics, () => this.countWaiting());
    addLaneSeries(this.metrics, () => this.readLanes());
    addLedgerCheckGauges(this.metrics, this.watchLedger);
    addLimitGauges(this.metrics, () => this.readLimits.shares());
    const { store } = this.ledger;
    if (store instanceof SqliteEventStore) addLedgerGauges(this.metrics, () => store.statistics());
    await this.compareClock.execute();
    this.background.start();
  }

  private async countWaiting(): Promise<number> {
    const lanes = await this.agenda.sendBacklog(this.clock.now().toISOString());
    return Object.values(lanes).reduce((sum, { entries }) => sum + entries, 0);
  }

  private async readLanes(): Promise<readonly LaneFigures[]> {
    const now = this.clock.now();
    const lanes = await this.agenda.sendBacklog(now.toISOString());
    return Object.entries(lanes).map(([lane, { entries, oldestDueAt }]) => ({
      lane,
      messages: entries,
      oldestSeconds:
        oldestDueAt === undefined
          ? 0
          : Math.max(0, (now.getTime() - Date.parse(oldestDueAt)) / 1000),
    }));
  }

  /**
   * Reports that this instance is stopping, and begins no background work; for a while it still answers clients that
   * have not noticed.
   */
  async drain(milliseconds: number): Promise<void> {
    this.readiness.stop();
    const ended = this.background.stop();
    if (milliseconds > 0) await delay(milliseconds);
    this.personRows.stopPurges();
    this.webhooks.stop();
    await ended;
  }

  /** Begins nothing new; the server then answers the requests under way and closes. */
  onModuleDestroy(): Promise<void> {
    return this.drain(0);
  }

  /** Tells the other instances of the webhooks that this one refused while it stopped. The ledger closes after it. */
  onApplicationShutdown(): Promise<void> {
    return this.recordOutages.record();
  }
}

/** Adds the figures that all instances share. */
const ledgerSeries: Provider = {
  provide: 'LEDGER_SERIES',
  inject: [PrometheusMetrics, DeliveryFigures, ReadEndpointFigures, ReadLogFigures],
  useFactory: (
    metrics: PrometheusMetrics,
    delivery: DeliveryFigures,
    endpoints: ReadEndpointFigures,
    log: ReadLogFigures,
  ): true => {
    addDeliverySeries(metrics, () => delivery.read());
    addEndpointSeries(metrics, () => endpoints.read());
    addLogSeries(metrics, () => log.read());
    return true;
  },
};

/** Instances that share a database of read models also share its background work. */
const coordinationFor = ({ readModel }: RunnableConfig): CoordinationConfig =>
  readModel.kind === 'postgres'
    ? { kind: 'postgres', url: readModel.url }
    : { kind: 'one-instance' };

const servicesOf = ({ webPush, fcm }: PushConfig): readonly PushService[] => [
  ...(webPush === null ? [] : (['web-push'] as const)),
  ...(fcm === null ? [] : (['fcm'] as const)),
];

/** Puts the channels beside Vonage beside it. */
const withDirectChannels = (vonage: SmsGateway, { email, push }: RunnableConfig): SmsGateway =>
  new GatewayByChannel(vonage, {
    email: email === null ? null : emailGatewayFor(email),
    push: servicesOf(push).length === 0 ? null : pushGatewayFor(push),
  });

/** Uploads lie beside the ledger: the system's own place is often in memory. */
const uploadDirectoryOf = ({ eventStore }: RunnableConfig): string =>
  eventStore.kind === 'sqlite' ? eventStore.directory : tmpdir();

const settingsFor = (
  config: RunnableConfig,
  logger: Logger,
  metrics: PrometheusMetrics,
): Omit<ApplicationSettings, 'clock' | 'monotonic' | 'health' | 'outages'> => ({
  identifiers: uuidIdentifiers,
  random: Math.random,
  logger,
  metrics,
  newCache: (entriesMax, weight) =>
    new LRUCache(
      weight === undefined
        ? // With `max` the package would take the memory of a full cache at the start.
          { maxSize: entriesMax, sizeCalculation: () => 1 }
        : { max: entriesMax, maxSize: weight.bytesMax, sizeCalculation: weight.bytesOf },
    ),
  newIdSet: () => new TemporaryIdSet(),
  retryPolicy: config.retryPolicy,
  accountId: config.vonage.apiKey,
  defaultSender: config.vonage.number,
  defaultCountry: config.defaultCountry,
  confirmWithinSeconds: config.confirmWithinSeconds,
  optOutScope: config.optOutScope,
  keywordAnswers: config.keywordAnswers,
  retainPersonalDays: config.retainPersonalDays,
  callTimeoutMs: config.vonage.timeoutMs,
  directChannels: {
    email: config.email?.from.address ?? null,
    push: servicesOf(config.push),
  },
  usNumberPerSecond: config.vonage.usNumberPerSecond,
  startsHeld: config.sending === 'held',
  probeMs: config.sendingProbeSeconds * 1_000,
  apiKeys: config.apiKeys,
  limits: config.limits,
  sessionSecret: sessionSecretOf(config.vonage),
});

/** All instances have the application's private key, and nobody else does. */
const sessionSecretOf = ({ privateKey }: VonageConfig): Buffer =>
  Buffer.from(hkdfSync('sha256', privateKey, '', 'waybill sessions', 32));
