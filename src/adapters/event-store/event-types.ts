import type { EventMetadata } from '../../application/ports/event-store.js';
import type { DomainEvent, DomainEventType } from '../../domain/events.js';
import { noKeyLimits, type KeyLimits } from '../../domain/keys/key-events.js';
import { believedTimes } from './believed-times.js';
import type { FieldPath } from './field-path.js';
import type { Upcast } from './stored-content.js';

/**
 * Lists the fields of an event that hold personal data: a person's number, their words, the bytes of a webhook that
 * holds both. The sender's side of what we send is not listed, because it is ours. These are the fields that may be
 * encrypted with a key that belongs to the person.
 */
export interface PersonalFields<Data> {
  readonly data: readonly FieldPath<Data>[];
  readonly metadata: readonly FieldPath<EventMetadata>[];
}

export interface EventTypeRules<Data> {
  /**
   * One upcast for each change of the stored shape, oldest first: index 0 turns version 1 into version 2. The current
   * version is therefore the number of upcasts + 1.
   */
  readonly upcasts: readonly Upcast[];
  readonly personal: PersonalFields<Data>;
}

type DataOf<Type extends DomainEventType> = Extract<DomainEvent, { type: Type }>['data'];

/** Adds fields that earlier versions of an event did not have. */
const withDefaults =
  (fields: object): Upcast =>
  (older) => ({
    data: { ...older.data, ...fields },
    // A getter, because a rebuild leaves the metadata unread.
    get metadata() {
      return older.metadata;
    },
  });

/** Version 1 of `MessageRequested` had neither `onUnknown` nor `resendOf`. */
const withoutResend = withDefaults({ onUnknown: 'wait', resendOf: null });

/** Version 1 of `KeyCreated` had no limit but the request rate. */
const withDayLimits: Upcast = (older) => ({
  data: {
    ...older.data,
    limits: { ...noKeyLimits, ...(older.data['limits'] as Partial<KeyLimits>) },
  },
  get metadata() {
    return older.metadata;
  },
});

/** Version 2 of `MessageRequested` had no `overrideOptOut`. */
const withoutOverride = withDefaults({ overrideOptOut: null });

/** Before the lanes, every message was of normal priority. The sender of an old retry stands in its message only. */
const withPriority = withDefaults({ priority: 'normal' });
const withLine = withDefaults({ priority: 'normal', channel: '', from: '' });

/** Version 3 of `MessageRequested` had neither `priority` nor `inReplyTo`. */
const withPriorityAndReply = withDefaults({ priority: 'normal', inReplyTo: null });

/**
 * Any event may have been caused by a webhook, and then carries its bytes. A path goes to the end: boxes hold their values in this
 * order.
 */
const metadata = ['webhook.rawBody', 'webhook.sha256', 'webhook.token'] as const;

const nothingPersonal = { data: [], metadata } as const;

/** A reference that is not ours may be a name; the carrier's words may quote the number. */
const report = { data: ['to', 'clientRef', 'error.title', 'error.detail'], metadata } as const;

/** The keyword is one of a known list; the reason is a person's own words. */
const consent = { data: ['number', 'reason'], metadata } as const;

/**
 * Every type of event that the ledger may hold. The names are stored for ever: never rename one. When
 * the data of an event changes its shape, add an upcast here and a fixture of the new version.
 */
export const eventTypes: { readonly [Type in DomainEventType]: EventTypeRules<DataOf<Type>> } = {
  MessageRequested: {
    upcasts: [withoutResend, withoutOverride, withPriorityAndReply],
    // Our user chooses the reference freely; it may be a name or an address.
    personal: {
      data: [
        'to',
        'text',
        'reference',
        'fallback.*.to',
        'fallback.*.text',
        'fallback.*.subject',
        'fallback.*.template.parameters.*',
        'overrideOptOut',
      ],
      metadata,
    },
  },
  AttemptStarted: { upcasts: [], personal: { data: ['to'], metadata } },
  AttemptRecovered: { upcasts: [], personal: { data: ['to'], metadata } },
  AttemptAccepted: { upcasts: [], personal: nothingPersonal },
  AttemptRefused: { upcasts: [], personal: nothingPersonal },
  AttemptOutcomeUnknown: { upcasts: [], personal: nothingPersonal },
  // The decider writes the reason and may name the person.
  OutcomeResolved: { upcasts: [], personal: { data: ['reason'], metadata } },
  StatusReported: { upcasts: [believedTimes], personal: report },
  StatusRefused: { upcasts: [believedTimes], personal: report },
  ReportAdopted: { upcasts: [believedTimes], personal: report },
  RetryScheduled: { upcasts: [withLine], personal: nothingPersonal },
  RetryWithdrawn: { upcasts: [], personal: nothingPersonal },
  DeliveryUnconfirmed: { upcasts: [], personal: nothingPersonal },
  FallbackStarted: {
    upcasts: [withPriority],
    personal: { data: ['to', 'text', 'subject', 'template.parameters.*'], metadata },
  },
  FallbackFinished: { upcasts: [], personal: nothingPersonal },
  MessageCancelled: { upcasts: [], personal: nothingPersonal },
  MessageExpired: { upcasts: [], personal: nothingPersonal },
  // The requester writes the reason and may name the person.
  MessageResent: { upcasts: [], personal: { data: ['reason'], metadata } },
  // Here the person is the sender, and the keyword is the first word that they wrote.
  InboundReceived: {
    upcasts: [believedTimes],
    personal: { data: ['from', 'text', 'keyword'], metadata },
  },
  // The keyword is one of a few known words here, and says nothing about the person.
  WebhookQuarantined: { upcasts: [], personal: nothingPersonal },
  WebhookReplayed: { upcasts: [], personal: nothingPersonal },
  OutageNoticed: { upcasts: [], personal: nothingPersonal },
  SendingHeld: { upcasts: [], personal: nothingPersonal },
  SendingReleased: { upcasts: [], personal: nothingPersonal },
  SenderHeld: { upcasts: [], personal: nothingPersonal },
  SenderReleased: { upcasts: [], personal: nothingPersonal },
  // The key's name is that of a program, and its digest identifies nobody.
  KeyCreated: { upcasts: [withDayLimits], personal: nothingPersonal },
  KeyRevoked: { upcasts: [], personal: nothingPersonal },
  KeyUsed: { upcasts: [], personal: nothingPersonal },
  KeyRegistered: { upcasts: [], personal: nothingPersonal },
  KeyStoreBound: { upcasts: [], personal: nothingPersonal },
  LedgerEncrypted: { upcasts: [], personal: nothingPersonal },
  QuotaReserved: { upcasts: [], personal: nothingPersonal },
  QuotaReturned: { upcasts: [], personal: nothingPersonal },
  LimitReached: { upcasts: [], personal: nothingPersonal },
  EndpointCreated: { upcasts: [], personal: nothingPersonal },
  EndpointChanged: { upcasts: [], personal: nothingPersonal },
  EndpointSecretRotated: { upcasts: [], personal: nothingPersonal },
  EndpointDisabled: { upcasts: [], personal: nothingPersonal },
  EndpointEnabled: { upcasts: [], personal: nothingPersonal },
  EndpointDeleted: { upcasts: [], personal: nothingPersonal },
  CheckpointShared: { upcasts: [], personal: nothingPersonal },
  // The reason has the key of a day: the person has none any more.
  PersonErased: { upcasts: [], personal: { data: ['reason'], metadata } },
  PersonalDataErased: { upcasts: [], personal: nothingPersonal },
  ErasureCompleted: { upcasts: [], personal: nothingPersonal },
  PersonalDataExpired: { upcasts: [], personal: nothingPersonal },
  OptedOut: { upcasts: [], personal: consent },
  OptedIn: { upcasts: [], personal: consent },
  ContactBarred: { upcasts: [], personal: consent },
  OptOutSuspected: { upcasts: [], personal: consent },
  OptOutDismissed: { upcasts: [], personal: consent },
};
