import { Module, type DynamicModule } from '@nestjs/common';
import { APP_FILTER, APP_GUARD, APP_INTERCEPTOR, Reflector } from '@nestjs/core';
import { HeedWishes } from '../../application/contacts/heed-wishes.js';
import type { Outages } from '../../application/health/outages.js';
import type { Clock } from '../../application/ports/clock.js';
import type { Logger } from '../../application/ports/logger.js';
import type { Metrics, RequestMetrics } from '../../application/ports/metrics.js';
import type { Tracing } from '../../application/ports/tracing.js';
import { LeaveQuarantine } from '../../application/tracking/leave-quarantine.js';
import { QuarantineWebhook } from '../../application/tracking/quarantine-webhook.js';
import { ReceiveInbound } from '../../application/tracking/receive-inbound.js';
import { ReceiveStatus } from '../../application/tracking/receive-status.js';
import type { DefaultCountry } from '../../domain/contacts/phone-number.js';
import { ApiKeyCheck } from './auth/api-key-check.js';
import { ApiKeyGuard } from './auth/api-key.guard.js';
import { WrongKeys } from './auth/wrong-keys.js';
import { AuthenticateKey } from '../../application/access/authenticate-key.js';
import { RequestRate } from '../../application/access/request-rate.js';
import { Sessions } from '../../application/access/sessions.js';
import { HealthController } from './health/health.controller.js';
import { IndexController } from './health/index.controller.js';
import { METRICS_PAGE, MetricsController, type MetricsPage } from './health/metrics.controller.js';
import { KeysController } from './keys/keys.controller.js';
import { LimitsController } from './limits/limits.controller.js';
import { WebhookEndpointsController } from './webhook-endpoints/webhook-endpoints.controller.js';
import { ContactsController } from './contacts/contacts.controller.js';
import { ErasureController } from './contacts/erasure.controller.js';
import { SuppressionsController } from './contacts/suppressions.controller.js';
import { LedgerController } from './ledger/ledger.controller.js';
import { BatchController } from './messages/batch.controller.js';
import { PreviewController } from './messages/preview.controller.js';
import { BulkOutcomesController } from './outcomes/bulk-outcomes.controller.js';
import { OutcomesController } from './outcomes/outcomes.controller.js';
import { LogController } from './proof/log.controller.js';
import { MessagesController } from './messages/messages.controller.js';
import { SessionController } from './session/session.controller.js';
import { ReconciliationController } from './reconciliation/reconciliation.controller.js';
import { UPLOAD_DIRECTORY } from './reconciliation/upload.js';
import { SendingController } from './sending/sending.controller.js';
import { ProblemDetailsFilter } from './problems/problem-details.filter.js';
import { ProblemsController } from './problems/problems.controller.js';
import { AUDIT_LOG } from './auth/audit-log.js';
import { DEFAULT_COUNTRY } from './reporting/default-country.js';
import { Exports } from './exports/exports.js';
import { InboundController } from './reporting/inbound.controller.js';
import { MessageListController } from './reporting/message-list.controller.js';
import { ReportsController } from './reporting/reports.controller.js';
import { SetAsideController } from './reporting/set-aside.controller.js';
import { StreamController } from './reporting/stream.controller.js';
import type { AccessLog } from './server/access-log.js';
import { RequestObserver } from './server/request-observer.js';
import { TurnInterceptor } from './turns/turn-interceptor.js';
import { createTokenVerifier, type WebhookVerifierConfig } from './webhooks/verify-webhook.js';
import { EVENT_STORE, KEY_STORE, PERSONAL_KEYS } from '../../application/port-tokens.js';
import type { EventStore } from '../../application/ports/event-store.js';
import type { KeyStore } from '../../application/ports/key-store.js';
import type { PersonalKeys } from '../../application/ports/personal-keys.js';
import { ReceivedWebhooksController } from './webhooks/received-webhooks.controller.js';
import { RefusedWebhookLog } from './webhooks/refused-webhooks.js';
import { ReplayController } from './webhooks/replay/replay.controller.js';
import { ReplayWebhook } from './webhooks/replay/replay-webhook.js';
import { WebhookListener } from './webhooks/webhook-listener.js';
import { WebhookRecorder } from './webhooks/webhook-recorder.js';

export interface HttpSettings {
  readonly clock: Clock;
  readonly logger: Logger;
  readonly metrics: Metrics & RequestMetrics;
  readonly metricsPage: MetricsPage;
  /** True when nothing but this machine is known to reach the service. */
  readonly isOnLoopback: boolean;
  readonly webhooks: WebhookVerifierConfig;
  readonly webhookRejectStatus: 401 | 503;
  readonly defaultCountry: DefaultCountry;
  /** Uploads lie there while they are read. */
  readonly uploadDirectory: string;
  readonly accessLog: AccessLog;
  /** Undefined: nothing is traced. */
  readonly tracing: Tracing | undefined;
  /** Told of each webhook that Vonage is asked to send again. */
  readonly outages: Pick<Outages, 'refused' | 'tookIn'>;
}

/** The driving side over HTTP. */
@Module({})
export class HttpModule {
  static with(
    imports: NonNullable<DynamicModule['imports']>,
    settings: HttpSettings,
  ): DynamicModule {
    const { clock, logger, metrics, metricsPage, webhooks, webhookRejectStatus } = settings;
    const refused = new RefusedWebhookLog();
    const verify = createTokenVerifier(webhooks);
    return {
      module: HttpModule,
      imports,
      // Named routes come first: `/v1/messages/:id` would take a name for an id.
      controllers: [
        BatchController,
        PreviewController,
        MessageListController,
        ReportsController,
        InboundController,
        StreamController,
        SetAsideController,
        ReceivedWebhooksController,
        ReplayController,
        BulkOutcomesController,
        OutcomesController,
        MessagesController,
        LedgerController,
        LogController,
        SendingController,
        ReconciliationController,
        LimitsController,
        KeysController,
        ContactsController,
        SuppressionsController,
        ErasureController,
        SessionController,
        WebhookEndpointsController,
        HealthController,
        MetricsController,
        ProblemsController,
        IndexController,
      ],
      providers: [
        {
          provide: ApiKeyCheck,
          inject: [AuthenticateKey, Sessions],
          useFactory: (keys: AuthenticateKey, sessions: Sessions) =>
            new ApiKeyCheck(keys, sessions, new WrongKeys(logger, metrics), settings.isOnLoopback),
        },
        Exports,
        { provide: RefusedWebhookLog, useValue: refused },
        { provide: AUDIT_LOG, useValue: logger },
        {
          provide: RequestObserver,
          useValue: new RequestObserver({
            metrics,
            log: settings.accessLog === 'off' ? undefined : logger,
            tracing: settings.tracing,
          }),
        },
        { provide: METRICS_PAGE, useValue: metricsPage },
        { provide: UPLOAD_DIRECTORY, useValue: settings.uploadDirectory },
        { provide: DEFAULT_COUNTRY, useValue: settings.defaultCountry },
        { provide: APP_FILTER, useFactory: () => new ProblemDetailsFilter(logger) },
        {
          provide: APP_GUARD,
          inject: [ApiKeyCheck, RequestRate, Reflector],
          useFactory: (check: ApiKeyCheck, rate: RequestRate, reflector: Reflector) =>
            new ApiKeyGuard(check, rate, reflector),
        },
        { provide: APP_INTERCEPTOR, useClass: TurnInterceptor },
        {
          provide: WebhookRecorder,
          inject: [ReceiveStatus, ReceiveInbound, QuarantineWebhook, HeedWishes],
          useFactory: (
            status: ReceiveStatus,
            inbound: ReceiveInbound,
            quarantine: QuarantineWebhook,
            wishes: HeedWishes,
          ) => new WebhookRecorder(status, inbound, quarantine, wishes, logger),
        },
        {
          provide: ReplayWebhook,
          inject: [EVENT_STORE, WebhookRecorder, LeaveQuarantine, PERSONAL_KEYS],
          useFactory: (
            store: EventStore,
            recorder: WebhookRecorder,
            leave: LeaveQuarantine,
            keys: PersonalKeys,
          ) => new ReplayWebhook(store, verify, recorder, leave, { clock, keys }),
        },
        {
          provide: WebhookListener,
          inject: [WebhookRecorder, KEY_STORE],
          useFactory: (recorder: WebhookRecorder, keys: KeyStore) =>
            new WebhookListener({
              verify,
              recorder,
              digestOf: (sha256) => {
                const hash = keys.keyedHash('webhook-body', sha256);
                return hash instanceof Promise ? hash.then(hexOf) : hexOf(hash);
              },
              clock,
              metrics,
              refused,
              logger,
              rejectStatus: webhookRejectStatus,
              accessLog: settings.accessLog === 'all' ? logger : undefined,
              tracing: settings.tracing,
              outages: settings.outages,
            }),
        },
      ],
      exports: [WebhookListener, RequestObserver, ApiKeyCheck],
    };
  }
}

const hexOf = (hash: Buffer): string => hash.toString('hex');
