import { Module, type DynamicModule, type Provider } from '@nestjs/common';
import type { RetryPolicy } from '../domain/message/retry-policy.js';
import type { DefaultCountry } from '../domain/contacts/phone-number.js';
import type { ApiKey } from './access/api-keys.js';
import { AuthenticateKey } from './access/authenticate-key.js';
import { IssuedKeys } from './access/issued-keys.js';
import { KeyUse } from './access/key-use.js';
import { KnownKeys } from './access/known-keys.js';
import { ManageKeys } from './access/manage-keys.js';
import { RequestRate } from './access/request-rate.js';
import { ExportLedger } from './auditing/export-ledger.js';
import { ReadMessage } from './auditing/read-message.js';
import { ReplayMessage } from './auditing/replay-message.js';
import type { HealthRegistry } from './health/health-registry.js';
import { MessageLedger, type MessageAsOf } from './message-ledger.js';
import type { Agenda } from './ports/agenda.js';
import type { Cache } from './ports/cache.js';
import type { Clock, MonotonicClock } from './ports/clock.js';
import type { DeliveryTotalsSource } from './ports/delivery-totals.js';
import type { EventFeed } from './ports/event-feed.js';
import type { EventStore } from './ports/event-store.js';
import type { Identifiers } from './ports/identifiers.js';
import type { LedgerCheck } from './ports/ledger-check.js';
import type { LedgerOrigins, ReadModelOrigin } from './ports/ledger-origin.js';
import type { Leadership } from './ports/leadership.js';
import type { Logger } from './ports/logger.js';
import type { MessageIndex } from './ports/message-index.js';
import type { Metrics } from './ports/metrics.js';
import type { Pace } from './ports/pace.js';
import type { ProjectionPositions, ProjectionTimes } from './ports/projection-positions.js';
import type { SmsGateway } from './ports/sms-gateway.js';
import { AwaitIdentity } from './background/await-identity.js';
import { BackgroundWork, type BackgroundProcesses } from './background/background-work.js';
import { CompareClock } from './background/compare-clock.js';
import { Dispatcher } from './background/dispatcher.js';
import { HeldStart } from './background/held-start.js';
import { OpenLedger } from './background/open-ledger.js';
import { ObservedLag } from './background/observed-lag.js';
import type { ProjectorControl } from './projecting/projector.js';
import { Timers } from './background/timers.js';
import { WatchLedger } from './background/watch-ledger.js';
import { CheckReadiness } from './reporting/check-readiness.js';
import { TypicalCosts } from './reporting/typical-cost.js';
import { AwaitOutcome } from './sending/await-outcome.js';
import { BackOff } from './sending/back-off.js';
import { DoubtWaiting } from './sending/doubt-waiting.js';
import { PreviewMessage } from './sending/preview-message.js';
import { ReadSending } from './sending/read-sending.js';
import { SteerSending } from './sending/steer-sending.js';
import { CancelMessage } from './sending/cancel-message.js';
import { ResendMessage } from './sending/resend-message.js';
import { ResolveOutcome } from './sending/resolve-outcome.js';
import { SendMessage } from './sending/send-message.js';
import { AdoptReports } from './tracking/adopt-reports.js';
import { QuarantineWebhook } from './tracking/quarantine-webhook.js';
import { ReceiveInbound } from './tracking/receive-inbound.js';
import { ReceiveStatus } from './tracking/receive-status.js';

/** The injection token of each port. */
export interface PortTokens {
  readonly eventStore: symbol;
  readonly eventFeed: symbol;
  readonly agenda: symbol;
  readonly messageIndex: symbol;
  readonly projectionPositions: symbol;
  readonly deliveryTotals: symbol;
  readonly ledgerOrigins: symbol;
  readonly readModelOrigin: symbol;
  readonly smsGateway: symbol;
  readonly leadership: symbol;
  readonly pace: symbol;
  /** Runs the projections. */
  readonly projector: symbol;
}

/** Pure services and settings that need no token. */
export interface ApplicationSettings {
  readonly clock: Clock;
  readonly monotonicClock: MonotonicClock;
  readonly identifiers: Identifiers;
  readonly logger: Logger;
  readonly metrics: Metrics;
  readonly health: HealthRegistry;
  /** A bounded cache for each caller. */
  readonly newCache: <Key extends string, Value extends object | string | bigint | boolean>(
    entriesMax: number,
  ) => Cache<Key, Value>;
  readonly retryPolicy: RetryPolicy;
  readonly defaultSender: string | null;
  readonly defaultCountry: DefaultCountry;
  readonly confirmWithinSeconds: number;
  readonly vonageTimeoutMs: number;
  /** `SENDING=held`. */
  readonly startsHeld: boolean;
  /** `API_KEYS`. */
  readonly apiKeys: readonly ApiKey[];
}

/** The most folded messages in the cache, about 2 KiB each. */
const RECENT_MESSAGES_MAX = 20_000;
const QUARANTINED_BODIES_MAX = 10_000;
/** Quarantine streams in use at the same time: today's, and yesterday's around midnight. */
const QUARANTINE_STREAMS_MAX = 4;

const BACKGROUND_PROCESSES = Symbol('BackgroundProcesses');

/** Use cases and processes are plain classes, so this module tells Nest how to build each of them. */
@Module({})
export class ApplicationModule {
  static with(
    imports: NonNullable<DynamicModule['imports']>,
    tokens: PortTokens,
    settings: ApplicationSettings,
  ): DynamicModule {
    const providers = [
      ...sending(tokens, settings),
      ...tracking(tokens, settings),
      ...auditing(tokens),
      ...access(tokens, settings),
      ...processes(tokens, settings),
    ];
    return {
      module: ApplicationModule,
      imports,
      providers,
      exports: providers.map((provider) => (provider as { provide: symbol }).provide),
    };
  }
}

const sending = (
  { eventStore, eventFeed, agenda, messageIndex, deliveryTotals }: PortTokens,
  {
    clock,
    monotonicClock,
    identifiers,
    logger,
    health,
    newCache,
    retryPolicy,
    defaultSender,
    defaultCountry,
    confirmWithinSeconds,
  }: ApplicationSettings,
): Provider[] => [
  {
    provide: MessageLedger,
    inject: [eventStore],
    useFactory: (store: EventStore) =>
      new MessageLedger(
        store,
        clock,
        identifiers,
        retryPolicy,
        Math.random,
        newCache<string, MessageAsOf>(RECENT_MESSAGES_MAX),
      ),
  },
  {
    provide: SendMessage,
    inject: [MessageLedger],
    useFactory: (messages: MessageLedger) =>
      new SendMessage(messages, identifiers, clock, {
        from: defaultSender,
        confirmWithinSeconds,
        country: defaultCountry,
      }),
  },
  {
    provide: DoubtWaiting,
    inject: [eventStore, eventFeed, MessageLedger],
    useFactory: (store: EventStore, feed: EventFeed, messages: MessageLedger) =>
      new DoubtWaiting(store, feed, messages, logger),
  },
  {
    provide: SteerSending,
    inject: [eventStore, DoubtWaiting],
    useFactory: (store: EventStore, doubtWaiting: DoubtWaiting) =>
      new SteerSending(store, doubtWaiting, clock, identifiers, logger, health),
  },
  {
    provide: ReadSending,
    inject: [SteerSending, agenda],
    useFactory: (steering: SteerSending, due: Agenda) => new ReadSending(steering, due, clock),
  },
  {
    provide: PreviewMessage,
    inject: [SteerSending, deliveryTotals],
    useFactory: (steering: SteerSending, totals: DeliveryTotalsSource) =>
      new PreviewMessage(steering, new TypicalCosts(totals, clock, monotonicClock), logger),
  },
  {
    provide: BackOff,
    useFactory: () => new BackOff(clock, monotonicClock),
  },
  {
    provide: AwaitOutcome,
    inject: [MessageLedger],
    useFactory: (messages: MessageLedger) => new AwaitOutcome(messages, monotonicClock),
  },
  {
    provide: CancelMessage,
    inject: [MessageLedger, messageIndex],
    useFactory: (messages: MessageLedger, index: MessageIndex) =>
      new CancelMessage(messages, index),
  },
  {
    provide: ResendMessage,
    inject: [MessageLedger, messageIndex, SendMessage],
    useFactory: (messages: MessageLedger, index: MessageIndex, send: SendMessage) =>
      new ResendMessage(messages, index, send, identifiers, clock),
  },
  {
    provide: ResolveOutcome,
    inject: [MessageLedger, messageIndex],
    useFactory: (messages: MessageLedger, index: MessageIndex) =>
      new ResolveOutcome(messages, index, identifiers),
  },
];

const tracking = (
  { eventStore, messageIndex }: PortTokens,
  { clock, identifiers, newCache }: ApplicationSettings,
): Provider[] => [
  {
    provide: ReceiveStatus,
    inject: [MessageLedger, messageIndex, AdoptReports],
    useFactory: (messages: MessageLedger, index: MessageIndex, adopt: AdoptReports) =>
      new ReceiveStatus(messages, index, adopt),
  },
  {
    provide: AdoptReports,
    inject: [eventStore, MessageLedger, messageIndex],
    useFactory: (store: EventStore, messages: MessageLedger, index: MessageIndex) =>
      new AdoptReports(store, messages, index, identifiers),
  },
  {
    provide: QuarantineWebhook,
    inject: [eventStore],
    useFactory: (store: EventStore) =>
      new QuarantineWebhook(
        store,
        clock,
        identifiers,
        newCache(QUARANTINE_STREAMS_MAX),
        newCache(QUARANTINED_BODIES_MAX),
      ),
  },
  {
    provide: ReceiveInbound,
    inject: [eventStore, QuarantineWebhook],
    useFactory: (store: EventStore, quarantine: QuarantineWebhook) =>
      new ReceiveInbound(store, clock, quarantine),
  },
];

/** Keys in the cache, folded, about 500 bytes each. More than can be made. */
const KNOWN_KEYS_MAX = 10_000;

const access = (
  { eventStore }: PortTokens,
  { clock, monotonicClock, identifiers, logger, newCache, apiKeys }: ApplicationSettings,
): Provider[] => [
  {
    provide: IssuedKeys,
    inject: [eventStore],
    useFactory: (store: EventStore) => new IssuedKeys(store, clock, identifiers),
  },
  {
    provide: KnownKeys,
    inject: [IssuedKeys],
    useFactory: (keys: IssuedKeys) => new KnownKeys(keys, newCache(KNOWN_KEYS_MAX), monotonicClock),
  },
  {
    provide: KeyUse,
    inject: [eventStore],
    useFactory: (store: EventStore) =>
      new KeyUse(store, clock, monotonicClock, identifiers, logger),
  },
  {
    provide: AuthenticateKey,
    inject: [KnownKeys, KeyUse],
    useFactory: (known: KnownKeys, use: KeyUse) =>
      new AuthenticateKey(apiKeys, known, use, clock, logger),
  },
  {
    provide: ManageKeys,
    inject: [IssuedKeys, KnownKeys, KeyUse],
    useFactory: (issued: IssuedKeys, known: KnownKeys, use: KeyUse) =>
      new ManageKeys(apiKeys, issued, known, use, clock),
  },
  { provide: RequestRate, useFactory: () => new RequestRate(monotonicClock) },
];

const auditing = ({ eventStore, eventFeed, messageIndex }: PortTokens): Provider[] => [
  {
    provide: ReadMessage,
    inject: [eventStore, messageIndex, BackOff, SteerSending],
    useFactory: (
      store: EventStore,
      index: MessageIndex,
      backOff: BackOff,
      steering: SteerSending,
    ) => new ReadMessage(store, index, backOff, steering),
  },
  {
    provide: ReplayMessage,
    inject: [eventStore, messageIndex],
    useFactory: (store: EventStore, index: MessageIndex) => new ReplayMessage(store, index),
  },
  {
    provide: ExportLedger,
    inject: [eventFeed],
    useFactory: (feed: EventFeed) => new ExportLedger(feed),
  },
];

const processes = (
  {
    eventStore,
    eventFeed,
    agenda,
    projectionPositions,
    ledgerOrigins,
    readModelOrigin,
    smsGateway,
    leadership,
    pace,
    projector,
  }: PortTokens,
  {
    clock,
    monotonicClock,
    identifiers,
    logger,
    metrics,
    health,
    vonageTimeoutMs,
    startsHeld,
  }: ApplicationSettings,
): Provider[] => [
  {
    provide: Dispatcher,
    inject: [MessageLedger, agenda, smsGateway, pace, BackOff, SteerSending, AdoptReports],
    useFactory: (
      messages: MessageLedger,
      due: Agenda,
      gateway: SmsGateway,
      callPace: Pace,
      backOff: BackOff,
      steering: SteerSending,
      adopt: AdoptReports,
    ) =>
      new Dispatcher({ messages, agenda: due, gateway, pace: callPace }, backOff, steering, adopt, {
        clock,
        monotonic: monotonicClock,
        logger,
        metrics,
        health,
        callTimeoutMs: vonageTimeoutMs,
      }),
  },
  {
    provide: Timers,
    inject: [MessageLedger, agenda, AdoptReports],
    useFactory: (messages: MessageLedger, due: Agenda, adopt: AdoptReports) =>
      new Timers(
        { messages, agenda: due, adoptReports: adopt },
        {
          clock,
          monotonic: monotonicClock,
          logger,
          health,
          callTimeoutMs: vonageTimeoutMs,
        },
      ),
  },
  {
    provide: ObservedLag,
    inject: [eventFeed, projectionPositions],
    useFactory: (feed: EventFeed, positions: ProjectionPositions) =>
      new ObservedLag(feed, positions, health, monotonicClock),
  },
  {
    provide: OpenLedger,
    inject: [eventStore, eventFeed, ledgerOrigins, readModelOrigin, SteerSending],
    useFactory: (
      store: EventStore,
      feed: EventFeed,
      origins: LedgerOrigins,
      readModels: ReadModelOrigin,
      steering: SteerSending,
    ) =>
      new OpenLedger(
        { store, feed, origins },
        readModels,
        steering,
        { identifiers, clock, health },
        logger,
      ),
  },
  {
    provide: WatchLedger,
    inject: [eventStore, ledgerOrigins, SteerSending],
    useFactory: (
      store: EventStore,
      origins: LedgerOrigins & { readonly check?: LedgerCheck },
      steering: SteerSending,
    ) =>
      new WatchLedger(
        { store, origins, check: origins.check },
        steering,
        { identifiers, clock, health },
        logger,
      ),
  },
  {
    provide: HeldStart,
    inject: [SteerSending],
    useFactory: (steering: SteerSending) => new HeldStart(steering, startsHeld, logger, health),
  },
  {
    provide: AwaitIdentity,
    inject: [eventFeed, ledgerOrigins, readModelOrigin],
    useFactory: (feed: EventFeed, origins: LedgerOrigins, readModels: ReadModelOrigin) =>
      new AwaitIdentity({ feed, origins }, readModels, logger),
  },
  {
    provide: CompareClock,
    inject: [projectionPositions],
    useFactory: (times: ProjectionTimes) => new CompareClock(times, clock),
  },
  {
    provide: BACKGROUND_PROCESSES,
    inject: [
      projector,
      Dispatcher,
      Timers,
      ObservedLag,
      SteerSending,
      CompareClock,
      HeldStart,
      OpenLedger,
      WatchLedger,
      AwaitIdentity,
    ],
    useFactory: (
      ...[
        running,
        dispatcher,
        timers,
        observedLag,
        steering,
        compareClock,
        heldStart,
        openLedger,
        watchLedger,
        awaitIdentity,
      ]: [
        ProjectorControl,
        Dispatcher,
        Timers,
        ObservedLag,
        SteerSending,
        CompareClock,
        HeldStart,
        OpenLedger,
        WatchLedger,
        AwaitIdentity,
      ]
    ): BackgroundProcesses => ({
      projector: running,
      dispatcher,
      timers,
      observedLag,
      steering,
      compareClock,
      heldStart,
      openLedger,
      watchLedger,
      awaitIdentity,
    }),
  },
  {
    provide: BackgroundWork,
    inject: [leadership, BACKGROUND_PROCESSES],
    useFactory: (turns: Leadership, running: BackgroundProcesses) =>
      new BackgroundWork(turns, running, health, logger),
  },
  {
    provide: CheckReadiness,
    inject: [eventStore, BackgroundWork],
    useFactory: (store: EventStore, background: BackgroundWork) =>
      new CheckReadiness(store, health, () => background.lag, monotonicClock),
  },
];
