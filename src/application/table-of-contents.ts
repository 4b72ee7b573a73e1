import { AuthenticateKey } from './access/authenticate-key.js';
import { IssuedKeys } from './access/issued-keys.js';
import { KeyUse } from './access/key-use.js';
import { KnownKeys, type Known } from './access/known-keys.js';
import { ManageKeys } from './access/manage-keys.js';
import { RequestRate } from './access/request-rate.js';
import { Sessions } from './access/sessions.js';
import { ExportLedger } from './auditing/export-ledger.js';
import { ReadMessage } from './auditing/read-message.js';
import { ReadTexts } from './auditing/read-texts.js';
import { ReplayMessage } from './auditing/replay-message.js';
import { AwaitIdentity } from './background/await-identity.js';
import { BackgroundWork } from './background/background-work.js';
import { CompareClock } from './background/compare-clock.js';
import { SenderRates } from './dispatching/sender-rates.js';
import { Dispatcher } from './background/dispatcher.js';
import { callMsMax, Dispatchers, providersSetUp } from './dispatching/dispatchers.js';
import { providers, type Provider } from '../domain/sending/provider.js';
import { HeldStart } from './background/held-start.js';
import { ObservedLag } from './background/observed-lag.js';
import { OpenLedger } from './background/open-ledger.js';
import { Timers } from './background/timers.js';
import { WatchLedger } from './background/watch-ledger.js';
import { AwaitedRepeats } from './health/awaited-repeats.js';
import { HeldForReports } from './health/held-for-reports.js';
import { RecordOutages } from './health/record-outages.js';
import { RecordedOutages } from './health/recorded-outages.js';
import { Admission } from './guards/admission.js';
import { ApplicableCaps } from './guards/applicable-caps.js';
import { ExpectedCosts } from './guards/expected-cost.js';
import { Quotas } from './guards/quotas.js';
import { ConsentGuard } from './guards/consent-guard.js';
import { ReplyGuard } from './guards/reply-guard.js';
import { ReadLimits } from './guards/read-limits.js';
import { AnswerKeyword } from './contacts/answer-keyword.js';
import { Contacts } from './contacts/contacts.js';
import { ListContacts } from './contacts/list-contacts.js';
import { ReadContact } from './contacts/read-contact.js';
import { ReviewContact } from './contacts/review-contact.js';
import { HeedWishes } from './contacts/heed-wishes.js';
import { DestroyAgain } from './erasure/destroy-again.js';
import { ErasePerson } from './erasure/erase-person.js';
import { ExpirePersonalData } from './erasure/expire-personal-data.js';
import { ForgetStreams } from './erasure/forget-streams.js';
import { NamingReadModels } from './erasure/naming-read-models.js';
import { WithholdOptedOut } from './contacts/withhold-opted-out.js';
import { MessageLedger, bytesRemembered, type MessageAsOf } from './message-ledger.js';
import { DeliveryFigures } from './operating/delivery-figures.js';
import { ReadEndpointFigures } from './operating/endpoint-figures.js';
import { ReadLogFigures } from './operating/log-figures.js';
import { WaitingSince } from './operating/waiting-since.js';
import * as ports from './port-tokens.js';
import { ProveMessage } from './proof/prove-message.js';
import { ReadLog } from './proof/read-log.js';
import { SummarizeLog } from './proof/summarize-log.js';
import { ReconcileFile } from './reconciliation/reconcile-file.js';
import { ReconcileRecords } from './reconciliation/reconcile-records.js';
import { ReconcileStuck } from './reconciliation/reconcile-stuck.js';
import { recipe, recipeBy, type Recipe } from './recipe.js';
import { Freshness } from './reporting/as-of.js';
import { FollowChanges } from './reporting/change-stream.js';
import { CheckReadiness } from './reporting/check-readiness.js';
import { ReportConfidence } from './reporting/delivery-confidence.js';
import { ReportDelivery } from './reporting/delivery-report.js';
import { ListInbound } from './reporting/inbound-list.js';
import { ListMessages } from './reporting/message-list.js';
import { ReadWebhookHistory } from './reporting/webhook-history.js';
import { ReadSetAside } from './reporting/set-aside.js';
import { TakeInParked } from './projecting/take-in-parked.js';
import { TypicalCosts } from './reporting/typical-cost.js';
import { AwaitOutcome } from './sending/await-outcome.js';
import { BackOffs } from './steering/back-off.js';
import { CancelMessage } from './sending/cancel-message.js';
import { DecideInBulk } from './sending/decide-in-bulk.js';
import { DoubtWaiting } from './sending/doubt-waiting.js';
import { PreviewMessage } from './sending/preview-message.js';
import { Probes } from './steering/probes.js';
import { ReadHolds } from './steering/past-holds.js';
import { ReadSending } from './steering/read-sending.js';
import { RequestIds } from './sending/request-ids.js';
import { ResendMessage } from './sending/resend-message.js';
import { ResolveOutcome } from './sending/resolve-outcome.js';
import { SendMessage } from './sending/send-message.js';
import { SteerSending } from './steering/steer-sending.js';
import { WebhookEndpoints } from './webhooks/endpoints.js';
import { ManageEndpoints } from './webhooks/manage-endpoints.js';
import { TellReceivers } from './webhooks/tell-receivers.js';
import { ShareCheckpoints } from './webhooks/share-checkpoints.js';
import type { ExpectedRevision } from './ports/event-store.js';
import type { ApplicationSettings } from './settings.js';
import { AdoptReports } from './tracking/adopt-reports.js';
import { LeaveQuarantine } from './tracking/leave-quarantine.js';
import { QuarantineWebhook } from './tracking/quarantine-webhook.js';
import { ReceiveInbound } from './tracking/receive-inbound.js';
import { ReceiveStatus } from './tracking/receive-status.js';

/**
 * Lists the use cases by room, the objects that they share, and the background processes.
 * Each entry names the object, what it needs, and how it is built from that.
 */
export const tableOfContents = (settings: ApplicationSettings): readonly Recipe[] => [
  ...sending(settings),
  ...tracking(settings),
  ...reconciliation(settings),
  ...erasure(settings),
  ...contacts(settings),
  ...webhooks(settings),
  ...auditing(settings),
  ...reporting(settings),
  ...access(settings),
  ...guards(settings),
  ...operating(settings),
  ...background(settings),
];

/** The most folded messages in the cache, about 2 KiB each. */
const RECENT_MESSAGES_MAX = 20_000;
/** One with six long texts can take fifty times as much as others. */
const RECENT_BYTES_MAX = 64 * 1024 * 1024;

const sending = (settings: ApplicationSettings): readonly Recipe[] => {
  const { clock, monotonic, identifiers, logger, retryPolicy } = settings;
  const defaults = {
    from: settings.defaultSender,
    confirmWithinSeconds: settings.confirmWithinSeconds,
    country: settings.defaultCountry,
    retainPersonalDays: settings.retainPersonalDays,
    direct: settings.directChannels,
  };
  const recentMessages = settings.newCache<string, MessageAsOf>(RECENT_MESSAGES_MAX, {
    bytesMax: RECENT_BYTES_MAX,
    bytesOf: bytesRemembered,
  });
  return [
    recipe(MessageLedger, [ports.EVENT_STORE], settings, retryPolicy, recentMessages),
    recipe(RequestIds, [MessageLedger, ports.KEY_STORE], identifiers),
    recipeBy(
      SendMessage,
      [MessageLedger, RequestIds, Admission],
      (messages, ids, admission) => new SendMessage(messages, ids, clock, defaults, admission),
    ),
    recipe(PreviewMessage, [SteerSending, TypicalCosts, Admission, Contacts], logger),
    recipe(AwaitOutcome, [MessageLedger], monotonic),
    recipe(CancelMessage, [MessageLedger, ports.MESSAGE_INDEX]),
    recipe(ResendMessage, [MessageLedger, ports.MESSAGE_INDEX, SendMessage, RequestIds], clock),
    recipe(ResolveOutcome, [MessageLedger, ports.MESSAGE_INDEX, RequestIds, Admission]),
    recipe(DecideInBulk, [ListMessages, ResolveOutcome, ResendMessage, Admission], monotonic),
    recipe(SteerSending, [ports.EVENT_STORE, DoubtWaiting], settings),
    recipe(DoubtWaiting, [ports.EVENT_STORE, ports.EVENT_FEED, MessageLedger], logger),
    recipeBy(
      ReadSending,
      [SteerSending, BackOffs, Probes, ports.AGENDA, ports.PACES, HeldForReports],
      (steering, backOffs, probes, agenda, paces, heldForReports) => {
        const setUp = providersSetUp(settings.directChannels);
        const brakes = { backOffs, paces, probes, heldForReports };
        return new ReadSending(steering, brakes, agenda, clock, setUp);
      },
    ),
    recipe(ReadHolds, [ports.EVENT_STORE]),
    recipe(Probes, [], clock, monotonic, settings.probeMs),
    recipe(BackOffs, [], clock, monotonic),
  ];
};

const QUARANTINED_BODIES_MAX = 10_000;
/** Quarantine streams in use at the same time: today's, and yesterday's around midnight. */
const QUARANTINE_STREAMS_MAX = 4;

const tracking = (settings: ApplicationSettings): readonly Recipe[] => [
  recipe(ReceiveStatus, [MessageLedger, ports.MESSAGE_INDEX, AdoptReports]),
  recipe(
    AdoptReports,
    [ports.EVENT_STORE, MessageLedger, ports.MESSAGE_INDEX],
    settings.identifiers,
  ),
  recipe(ReceiveInbound, [ports.EVENT_STORE], settings),
  recipe(
    QuarantineWebhook,
    [ports.EVENT_STORE],
    settings,
    settings.newCache<string, ExpectedRevision>(QUARANTINE_STREAMS_MAX),
    settings.newCache<string, true>(QUARANTINED_BODIES_MAX),
  ),
  recipe(LeaveQuarantine, [ports.EVENT_STORE], settings),
];

const erasure = (settings: ApplicationSettings): readonly Recipe[] => {
  const { clock, monotonic, identifiers, logger, metrics, health } = settings;
  return [
    recipe(ForgetStreams, [ports.EVENT_STORE, MessageLedger], settings, identifiers),
    recipe(
      NamingReadModels,
      [ports.PERSON_ROWS, ports.PROJECTION_POSITIONS, ports.EVENT_FEED],
      monotonic,
    ),
    recipeBy(
      ErasePerson,
      [ports.PERSONAL_KEYS, ports.KEY_STORE, ports.EVENT_STORE, NamingReadModels, ForgetStreams],
      (personal, keyStore, store, readModels, streams) =>
        new ErasePerson({ personal, store: keyStore }, store, readModels, streams, clock),
    ),
    recipeBy(
      DestroyAgain,
      [ports.PERSONAL_KEYS, ports.EVENT_FEED, ports.LEDGER, ErasePerson],
      (keys, feed, origins, erasing) =>
        new DestroyAgain(keys, feed, origins, monotonic, { logger, health, erasing }),
    ),
    recipeBy(
      ExpirePersonalData,
      [ports.PERSONAL_KEYS, ports.EVENT_STORE, ports.AGED_ROWS, NamingReadModels, ForgetStreams],
      (keys, store, aged, readModels, streams) =>
        new ExpirePersonalData(
          { keys, store, aged, metrics, logger, health },
          readModels,
          streams,
          settings,
          settings.retainPersonalDays,
        ),
    ),
  ];
};

const reconciliation = (settings: ApplicationSettings): readonly Recipe[] => {
  const { clock, identifiers, logger, newIdSet, accountId } = settings;
  return [
    recipeBy(
      ReconcileRecords,
      [ports.EVENT_STORE, MessageLedger, ports.MESSAGE_INDEX, HeedWishes],
      (store, messages, index, wishes) =>
        new ReconcileRecords({ store, messages, index, wishes, identifiers, clock }),
    ),
    recipeBy(
      ReconcileFile,
      [ports.PROVIDER_REPORTS, ReconcileRecords, ports.MESSAGE_SEARCH],
      (reports, records, search) =>
        new ReconcileFile({ reports, records, search, identifiers, logger, newIdSet }, accountId),
    ),
    recipeBy(
      ReconcileStuck,
      [ports.PROVIDER_REPORTS, ReconcileRecords, ports.MESSAGE_SEARCH],
      (reports, records, search) =>
        new ReconcileStuck({ reports, records, search, identifiers, clock, logger }),
    ),
  ];
};

const webhooks = (settings: ApplicationSettings): readonly Recipe[] => {
  const { clock, monotonic, identifiers } = settings;
  return [
    recipe(WebhookEndpoints, [ports.EVENT_STORE, ports.KEY_STORE], settings),
    recipeBy(
      ManageEndpoints,
      [WebhookEndpoints, ports.DELIVERY_STORE, ports.WEBHOOK_SENDER],
      (endpoints, deliveries, sender) =>
        new ManageEndpoints({ endpoints, deliveries, sender, clock, identifiers }),
    ),
    recipeBy(
      ShareCheckpoints,
      [ports.LOG_STORE, ports.EVENT_STORE],
      (log, store) => new ShareCheckpoints({ log, store, clock, monotonic, identifiers }),
    ),
    recipe(TellReceivers, [WebhookEndpoints, ports.WEBHOOK_DELIVERER, ShareCheckpoints], settings),
  ];
};

const contacts = (settings: ApplicationSettings): readonly Recipe[] => {
  const { clock, logger, optOutScope, keywordAnswers } = settings;
  return [
    recipe(Contacts, [ports.EVENT_STORE, ports.KEY_STORE], settings, optOutScope),
    recipe(ConsentGuard, [Contacts]),
    recipe(ListContacts, [ports.CONTACT_LISTINGS, Contacts, ports.CONVERSATIONS, Freshness]),
    recipe(ReadContact, [Contacts, ports.CONVERSATIONS, ReadMessage, Freshness]),
    recipe(ReviewContact, [Contacts]),
    recipe(HeedWishes, [Contacts, AnswerKeyword]),
    recipeBy(
      AnswerKeyword,
      [SendMessage],
      (send) => new AnswerKeyword(keywordAnswers, send, clock, logger),
    ),
    recipe(WithholdOptedOut, [MessageLedger, Contacts]),
  ];
};

const auditing = ({ clock }: ApplicationSettings): readonly Recipe[] => [
  recipeBy(
    ReadMessage,
    [
      ports.EVENT_STORE,
      ports.MESSAGE_INDEX,
      BackOffs,
      SteerSending,
      WithholdOptedOut,
      AwaitedRepeats,
    ],
    (store, index, backOffs, steering, withhold, repeats) =>
      new ReadMessage(store, index, { backOffs, steering, withhold, repeats }, clock),
  ),
  recipe(ReadTexts, [ReadMessage]),
  recipe(ReplayMessage, [ports.EVENT_STORE, ports.MESSAGE_INDEX]),
  recipe(ExportLedger, [ports.EVENT_FEED]),
  recipe(ReadLog, [ports.LOG_STORE]),
  recipe(SummarizeLog, [ports.LOG_STORE, ports.EVENT_STORE]),
  recipeBy(
    ProveMessage,
    [ports.EVENT_STORE, ports.LEDGER, ports.MESSAGE_INDEX, ports.LOG_STORE],
    (store, { stored }, index, log) => new ProveMessage({ store, stored, index }, log),
  ),
];

const reporting = (settings: ApplicationSettings): readonly Recipe[] => {
  const { clock, monotonic, health } = settings;
  return [
    recipe(ListMessages, [ports.MESSAGE_SEARCH, ports.MESSAGE_INDEX, Freshness]),
    recipe(ReportDelivery, [ports.DELIVERY_TOTALS, Freshness]),
    recipe(ReportConfidence, [ReportDelivery]),
    recipe(TypicalCosts, [ports.DELIVERY_TOTALS], clock, monotonic),
    recipe(ListInbound, [
      ports.INBOUND_MESSAGES,
      ports.MESSAGE_SEARCH,
      Freshness,
      ports.EVENT_STORE,
    ]),
    recipe(FollowChanges, [ports.EVENT_FEED]),
    recipe(ReadWebhookHistory, [ports.EVENT_FEED, ports.LOG_STORE]),
    recipe(ReadSetAside, [ports.SET_ASIDE, ports.PROJECTOR, ports.EVENT_STORE, Freshness]),
    recipeBy(
      Freshness,
      [ports.EVENT_FEED, BackgroundWork],
      (feed, work) => new Freshness(settings, feed, () => work.lag),
    ),
    recipeBy(
      CheckReadiness,
      [ports.EVENT_STORE, BackgroundWork, ReadSending],
      (store, work, holds) => new CheckReadiness(store, health, () => work.lag, monotonic, holds),
    ),
  ];
};

/** Keys in the cache, folded, about 500 bytes each. More than can be made. */
const KNOWN_KEYS_MAX = 10_000;

/** Sessions that people ended, about 100 bytes each. */
const ENDED_SESSIONS_MAX = 10_000;

const access = (settings: ApplicationSettings): readonly Recipe[] => {
  const { clock, monotonic, identifiers, logger, apiKeys, sessionSecret, newCache } = settings;
  return [
    recipeBy(
      AuthenticateKey,
      [KnownKeys, KeyUse],
      (known, use) => new AuthenticateKey(apiKeys, known, use, clock, logger),
    ),
    recipe(
      Sessions,
      [AuthenticateKey],
      clock,
      sessionSecret,
      newCache<string, boolean>(ENDED_SESSIONS_MAX),
    ),
    recipeBy(
      ManageKeys,
      [IssuedKeys, KnownKeys, KeyUse],
      (issued, known, use) => new ManageKeys(apiKeys, issued, known, use, clock),
    ),
    recipe(IssuedKeys, [ports.EVENT_STORE], settings),
    recipe(KnownKeys, [IssuedKeys], newCache<string, Known>(KNOWN_KEYS_MAX), monotonic),
    recipe(KeyUse, [ports.EVENT_STORE], clock, monotonic, identifiers, logger),
    recipe(RequestRate, [], monotonic),
  ];
};

/** Quotas in the cache: a few for keys and days, and one for each recipient and hour. */
const KNOWN_QUOTAS_MAX = 20_000;

const guards = (settings: ApplicationSettings): readonly Recipe[] => {
  const { clock, monotonic, identifiers, logger, metrics, newCache } = settings;
  return [
    recipeBy(
      Admission,
      [ReplyGuard, ConsentGuard, ApplicableCaps],
      (replies, consent, caps) =>
        new Admission([replies, consent], caps, metrics, monotonic, logger),
    ),
    recipe(ReplyGuard, [ports.EVENT_STORE]),
    recipe(ReadLimits, [ApplicableCaps, ExpectedCosts], clock),
    recipeBy(
      ApplicableCaps,
      [Quotas, ExpectedCosts, ports.KEY_STORE],
      (quotas, costs, keyStore) =>
        new ApplicableCaps(settings.limits, { quotas, costs, keyStore, clock }),
    ),
    recipeBy(
      Quotas,
      [ports.EVENT_STORE],
      (store) => new Quotas({ store, clock, monotonic, identifiers }, newCache(KNOWN_QUOTAS_MAX)),
    ),
    recipe(ExpectedCosts, [ports.DELIVERY_TOTALS], clock, monotonic),
  ];
};

const operating = ({ clock, monotonic }: ApplicationSettings): readonly Recipe[] => [
  recipe(WaitingSince, [ports.EVENT_FEED], clock),
  recipe(DeliveryFigures, [ports.DELIVERY_TOTALS, ports.DELIVERY_TIMES], monotonic),
  recipe(
    ReadEndpointFigures,
    [WebhookEndpoints, ports.DELIVERY_STORE, WaitingSince],
    () => clock.now().getTime(),
    monotonic,
  ),
  recipe(ReadLogFigures, [ports.LOG_STORE, WaitingSince], monotonic),
];

/** A message for a provider that is no longer set up waits at most this long to be refused. */
const QUIET_LOOK_MS = 5_000;

const background = (settings: ApplicationSettings): readonly Recipe[] => {
  const { clock, monotonic, logger, health, outages } = settings;
  const senderRates = new SenderRates(monotonic, settings.usNumberPerSecond);
  return [
    recipe(RecordedOutages, [ports.EVENT_STORE], settings),
    recipe(AwaitedRepeats, [RecordedOutages], outages, settings),
    recipe(HeldForReports, [AwaitedRepeats], settings),
    recipe(RecordOutages, [ports.EVENT_STORE], outages, settings),
    recipeBy(
      Dispatchers,
      [
        MessageLedger,
        ports.AGENDA,
        ports.SMS_GATEWAY,
        ports.PACES,
        AdoptReports,
        BackOffs,
        SteerSending,
        Probes,
        WithholdOptedOut,
        HeldForReports,
      ],
      (messages, agenda, gateway, paces, adopt, backOffs, steering, probes, withhold, repeats) => {
        const dispatcherOf = (provider: Provider, looks = {}): Dispatcher =>
          new Dispatcher(
            { messages, agenda, gateway, pace: paces.of(provider), withhold, repeats },
            { provider, backOff: backOffs.of(provider), steering, probes, senderRates },
            adopt,
            { ...settings, callTimeoutMs: callMsMax(provider, settings), looks },
          );
        const setUp = providersSetUp(settings.directChannels);
        const quiet = providers.filter((provider) => !setUp.includes(provider));
        return new Dispatchers(
          setUp.map((provider) => dispatcherOf(provider)),
          quiet.map((provider) => dispatcherOf(provider, { periodMs: QUIET_LOOK_MS })),
        );
      },
    ),
    recipeBy(
      Timers,
      [MessageLedger, ports.AGENDA, AdoptReports, HeldForReports],
      (messages, agenda, adoptReports, repeats) =>
        new Timers({ messages, agenda, adoptReports, repeats }, settings),
    ),
    recipe(ObservedLag, [ports.EVENT_FEED, ports.PROJECTION_POSITIONS], health, monotonic),
    recipeBy(
      OpenLedger,
      [
        ports.EVENT_STORE,
        ports.EVENT_FEED,
        ports.PERSONAL_KEYS,
        ports.KEY_STORE,
        ports.LEDGER,
        ports.LOG_STORE,
        ports.READ_MODEL_ORIGIN,
        SteerSending,
      ],
      (store, feed, keys, keyStore, origins, log, readModels, steering) => {
        const ledger = { store, feed, keys, contacts: keyStore, origins, log };
        return new OpenLedger(ledger, readModels, steering, settings, logger);
      },
    ),
    recipeBy(
      WatchLedger,
      [ports.EVENT_STORE, ports.LEDGER, SteerSending],
      (store, origins, steering) =>
        new WatchLedger({ store, origins, check: origins.check }, steering, settings, logger),
    ),
    recipe(HeldStart, [SteerSending], settings.startsHeld, monotonic, logger, health),
    recipeBy(
      AwaitIdentity,
      [ports.EVENT_FEED, ports.LEDGER, ports.READ_MODEL_ORIGIN],
      (feed, origins, readModels) =>
        new AwaitIdentity({ feed, origins }, readModels, monotonic, logger),
    ),
    recipe(CompareClock, [ports.PROJECTION_POSITIONS], clock, monotonic),
    recipe(TakeInParked, [ports.SET_ASIDE, ports.PROJECTOR, ports.EVENT_STORE], monotonic, logger),
    recipeBy(
      BackgroundWork,
      [
        ports.LEADERSHIP,
        ports.PROJECTOR,
        ports.LOG_SIGNER,
        TellReceivers,
        ExpirePersonalData,
        DestroyAgain,
        Dispatchers,
        Timers,
        ObservedLag,
        SteerSending,
        CompareClock,
        HeldStart,
        OpenLedger,
        WatchLedger,
        AwaitIdentity,
        TakeInParked,
        RecordOutages,
      ],
      (leadership, projector, logSigner, delivering, expiring, destroyingAgain, ...processes) => {
        const [dispatcher, timers, observedLag, steering, compareClock, ...starting] = processes;
        const [heldStart, openLedger, watchLedger, awaitIdentity, takeInParked, recordOutages] =
          starting;
        const running = {
          projector,
          logSigner,
          webhooks: delivering,
          expiring,
          destroyingAgain,
          dispatcher,
          timers,
          observedLag,
          steering,
          compareClock,
          heldStart,
          openLedger,
          watchLedger,
          awaitIdentity,
          takeInParked,
          outages,
          recordOutages,
        };
        return new BackgroundWork(leadership, running, health, monotonic, logger);
      },
    ),
  ];
};
