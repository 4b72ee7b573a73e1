import { randomUUID } from 'node:crypto';
import type { EventMetadata, NewEvent } from '../src/application/ports/event-store.js';
import type { ConsentFact } from '../src/domain/contacts/contact-events.js';
import type { DomainEvent, DomainEventType } from '../src/domain/events.js';
import type { FallbackStep } from '../src/domain/message/message-events.js';
import type { EndpointSettings } from '../src/domain/webhooks/endpoint-events.js';
import type { Report } from '../src/domain/report.js';

/** The person in all samples. Their number and texts may occur only in personal fields. */
export const person = {
  number: '447700900123',
  otherNumber: '447700900456',
  words: 'Zwölf Äpfel für Ørsted 🍏',
  keyword: 'ZWÖLF',
  reference: 'order of Mrs Ørsted',
} as const;

/** The optional fields of a fallback step beside its text. Absent in most, and in the samples, which equal what earlier builds stored. */
export const stepExtras: Pick<FallbackStep, 'subject' | 'template'> = {
  subject: person.words,
  template: {
    name: 'parcel_here',
    language: 'en_GB',
    parameters: [person.reference, person.words],
  },
};

const messageUuid = 'aaaaaaaa-bbbb-4ccc-8ddd-0123456789ab';

const report: Report & { readonly occurredAt: string } = {
  occurredAt: '2026-03-04T05:06:07.000Z',
  reportId: '5f6c3c3e-8a51-5c39-9d11-1f8f3a1f9b10',
  messageUuid,
  attempt: 1,
  status: 'undeliverable',
  to: person.number,
  from: 'WAYBILL',
  channel: 'sms',
  clientRef: '0195f000-0000-7000-8000-000000000001.1',
  error: {
    code: '1310',
    title: 'Unroutable',
    detail: 'No route to this destination',
    type: 'https://developer.vonage.com/api-errors/messages#1310',
    class: 'permanent',
  },
  usage: { currency: 'EUR', price: '0.0333' },
  networkCode: '23410',
  segmentCount: 2,
  segments: [
    { occurredAt: '2026-03-04T05:06:06.000Z', status: 'undeliverable', errorCode: '1310' },
    { occurredAt: null, status: 'undeliverable', errorCode: null },
  ],
  workflow: {
    workflowId: '3TcNjguHxr2vcCZ9Ddsnq6tw8yQUpZ9rMHv9QXSxLan5ibMxqSzLdx9',
    itemNumber: 1,
    itemsTotal: 2,
  },
};

const occurredAt = '2026-03-04T05:06:05.000Z';

const adoptedFrom = {
  stream: `message-${messageUuid}`,
  revision: '3',
  eventId: '0195f000-0000-7000-8000-00000000000a',
} as const;

const consent: ConsentFact & { readonly occurredAt: string } = {
  occurredAt,
  number: person.number,
  sender: 'WAYBILL',
  channel: 'sms',
  source: 'keyword',
  keyword: 'STOP',
  errorCode: '1240',
  messageUuid,
  reason: person.words,
  by: 'support-desk',
  ends: [{ kind: 'review', sender: null, channel: null }],
};

const endpoint = { occurredAt, id: '0195f000-0000-7000-8000-0000000000e1', by: 'on-call' };

const endpointSettings: EndpointSettings = {
  url: 'https://example.com/waybill',
  events: ['message.status_changed'],
  description: 'The shop',
};

/** One event of every type, with every field filled. */
export const sampleEvents: {
  readonly [Type in DomainEventType]: Extract<DomainEvent, { type: Type }>;
} = {
  MessageRequested: {
    type: 'MessageRequested',
    data: {
      occurredAt,
      to: person.number,
      from: 'WAYBILL',
      channel: 'sms',
      text: person.words,
      reference: person.reference,
      sendAt: '2026-03-04T06:00:00.000Z',
      expiresAt: '2026-03-04T07:00:00.000Z',
      ttlSeconds: 3_600,
      confirmWithinSeconds: 1_800,
      encoding: 'auto',
      segments: { encoding: 'UCS-2', count: 1 },
      country: 'GB',
      fallback: [
        {
          channel: 'whatsapp',
          when: 'unconfirmed',
          from: '15550100',
          to: person.otherNumber,
          text: person.words,
        },
      ],
      onUnknown: 'wait',
      resendOf: null,
      overrideOptOut: null,
      priority: 'normal',
      inReplyTo: null,
    },
  },
  AttemptStarted: {
    type: 'AttemptStarted',
    data: {
      occurredAt,
      attempt: 1,
      channel: 'sms',
      to: person.number,
      from: 'WAYBILL',
      clientRef: '0195f000-0000-7000-8000-000000000001.1',
      confirmBy: '2026-03-04T05:36:05.000Z',
    },
  },
  AttemptRecovered: {
    type: 'AttemptRecovered',
    data: {
      occurredAt,
      attempt: 1,
      channel: 'sms',
      to: person.number,
      from: 'WAYBILL',
      clientRef: '0195f000-0000-7000-8000-000000000001.1',
      confirmBy: '2026-03-04T05:36:05.000Z',
      messageUuid,
      fallbackStepsStarted: 0,
    },
  },
  AttemptAccepted: { type: 'AttemptAccepted', data: { occurredAt, attempt: 1, messageUuid } },
  AttemptRefused: {
    type: 'AttemptRefused',
    data: {
      occurredAt,
      attempt: 1,
      httpStatus: 429,
      class: 'transient',
      reason: 'Vonage asked us to slow down',
      problem: {
        type: 'https://developer.vonage.com/api-errors#throttled',
        title: 'Rate Limit Hit',
        detail: 'Please wait, then retry your request',
        instance: 'bf0ca0bf927b3b52e3cb03217e1a1ddf',
        invalidParameters: [{ name: 'to', reason: 'is too long' }],
      },
      retryAfterMs: 2_000,
    },
  },
  AttemptOutcomeUnknown: {
    type: 'AttemptOutcomeUnknown',
    data: { occurredAt, attempt: 1, reason: 'no answer within 10 s' },
  },
  OutcomeResolved: {
    type: 'OutcomeResolved',
    data: {
      occurredAt,
      outcome: 'abandon',
      reason: person.words,
      by: 'support-desk',
      requestId: '5f6c3c3e-8a51-5c39-9d11-1f8f3a1f9b20',
      attempt: 1,
    },
  },
  StatusReported: { type: 'StatusReported', data: report },
  StatusRefused: {
    type: 'StatusRefused',
    data: { ...report, current: 'delivered', reason: 'contradiction', adoptedFrom },
  },
  ReportAdopted: { type: 'ReportAdopted', data: { ...report, adoptedFrom } },
  RetryScheduled: {
    type: 'RetryScheduled',
    data: {
      occurredAt,
      nextAttempt: 2,
      dueAt: '2026-03-04T05:07:05.000Z',
      reason: 'throttled',
      priority: 'normal',
      channel: '',
      from: '',
    },
  },
  RetryWithdrawn: {
    type: 'RetryWithdrawn',
    data: { occurredAt, reason: 'an earlier attempt was delivered' },
  },
  DeliveryUnconfirmed: {
    type: 'DeliveryUnconfirmed',
    data: { occurredAt, attempt: 1, windowSeconds: 1_800 },
  },
  FallbackStarted: {
    type: 'FallbackStarted',
    data: {
      occurredAt,
      step: 0,
      nextAttempt: 2,
      channel: 'whatsapp',
      when: 'unconfirmed',
      from: '15550100',
      to: person.otherNumber,
      text: person.words,
      priority: 'normal',
    },
  },
  FallbackFinished: {
    type: 'FallbackFinished',
    data: { occurredAt, step: 0, outcome: 'exhausted' },
  },
  MessageCancelled: {
    type: 'MessageCancelled',
    data: { occurredAt, reason: 'cancelled by request' },
  },
  MessageExpired: {
    type: 'MessageExpired',
    data: { occurredAt, expiresAt: '2026-03-04T05:06:04.000Z' },
  },
  MessageResent: {
    type: 'MessageResent',
    data: {
      occurredAt,
      messageId: '0195f000-0000-7000-8000-000000000002',
      reason: person.words,
      by: 'support-desk',
    },
  },
  InboundReceived: {
    type: 'InboundReceived',
    data: {
      occurredAt,
      messageUuid,
      channel: 'sms',
      from: person.number,
      to: '15550100',
      messageType: 'text',
      text: person.words,
      keyword: person.keyword,
      segmentCount: 1,
      networkCode: '23410',
      usage: { currency: 'EUR', price: '0.0057' },
    },
  },
  WebhookQuarantined: {
    type: 'WebhookQuarantined',
    data: { occurredAt, webhook: 'status', reason: 'the status "evaporated" is not a known one' },
  },
  WebhookReplayed: {
    type: 'WebhookReplayed',
    data: { occurredAt, eventId: '0195f000-0000-7000-8000-0000000000c1', result: 'applied' },
  },
  SenderHeld: {
    type: 'SenderHeld',
    data: {
      occurredAt,
      channel: 'sms',
      from: 'WAYBILL',
      reason: 'The Vonage account may not do this (HTTP 403, Forbidden).',
      by: 'the service',
    },
  },
  SenderReleased: {
    type: 'SenderReleased',
    data: {
      occurredAt,
      channel: 'sms',
      from: 'WAYBILL',
      reason: 'Vonage took a message again',
      by: 'the service',
    },
  },
  SendingHeld: {
    type: 'SendingHeld',
    data: { occurredAt, cause: 'operator', reason: 'the wrong text is going out', by: 'on-call' },
  },
  SendingReleased: {
    type: 'SendingReleased',
    data: { occurredAt, reason: 'the text is corrected', waiting: 'unknown', by: 'on-call' },
  },
  KeyCreated: {
    type: 'KeyCreated',
    data: {
      occurredAt,
      name: 'shop',
      scopes: ['send', 'read'],
      sha256: 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855',
      expiresAt: '2027-03-04T05:06:05.000Z',
      limits: {
        requestsPerSecond: 10,
        messagesPerDay: null,
        costPerDay: null,
        countriesAllowed: null,
        countriesBlocked: [],
      },
      by: 'on-call',
    },
  },
  KeyRevoked: { type: 'KeyRevoked', data: { occurredAt, name: 'shop', by: 'on-call' } },
  KeyUsed: { type: 'KeyUsed', data: { occurredAt, name: 'shop' } },
  KeyRegistered: { type: 'KeyRegistered', data: { occurredAt, name: 'shop' } },
  QuotaReserved: {
    type: 'QuotaReserved',
    data: { occurredAt, messages: 7, cost: 23_310_000, used: { messages: 57, cost: 190_000_000 } },
  },
  QuotaReturned: {
    type: 'QuotaReturned',
    data: { occurredAt, messages: 1, cost: 3_330_000, used: { messages: 56, cost: 186_670_000 } },
  },
  LimitReached: {
    type: 'LimitReached',
    data: {
      occurredAt,
      limit: 'messages',
      cap: 100,
      used: { messages: 100, cost: 333_000_000 },
    },
  },
  EndpointCreated: { type: 'EndpointCreated', data: { ...endpoint, ...endpointSettings } },
  EndpointChanged: { type: 'EndpointChanged', data: { ...endpoint, ...endpointSettings } },
  EndpointSecretRotated: {
    type: 'EndpointSecretRotated',
    data: { ...endpoint, overlapUntil: '2026-03-05T05:06:05.000Z' },
  },
  EndpointDisabled: { type: 'EndpointDisabled', data: { ...endpoint, reason: 'It is gone.' } },
  EndpointEnabled: { type: 'EndpointEnabled', data: endpoint },
  EndpointDeleted: { type: 'EndpointDeleted', data: endpoint },
  KeyStoreBound: {
    type: 'KeyStoreBound',
    data: {
      occurredAt,
      fingerprint: '5d1f0c9a3b7e42680f1e2d3c4b5a69788796a5b4c3d2e1f00f1e2d3c4b5a6978',
    },
  },
  LedgerEncrypted: {
    type: 'LedgerEncrypted',
    data: {
      occurredAt,
      log: {
        origin: 'waybill.example/waybill/0195f000-0000-7000-8000-0000000000f1',
        size: 4_711,
        checkpoint: 'waybill.example/waybill/0195f000\n4711\nroot=\n\n— name signature\n',
        keys: 'waybill.example/waybill/0195f000+01234567+key\n',
      },
    },
  },
  CheckpointShared: {
    type: 'CheckpointShared',
    data: {
      occurredAt,
      origin: 'waybill.example/waybill/0195f000-0000-7000-8000-0000000000f1',
      size: 4_711,
      checkpoint: 'waybill.example/waybill/0195f000\n4711\nroot=\n\n— name signature\n',
      keys: 'waybill.example/waybill/0195f000+01234567+key\n',
    },
  },
  OutageNoticed: {
    type: 'OutageNoticed',
    data: {
      occurredAt,
      beganAt: '2026-03-04T04:50:05.000Z',
      endedAt: '2026-03-04T05:05:05.000Z',
      evidence: 'refused',
    },
  },
  PersonErased: {
    type: 'PersonErased',
    data: {
      occurredAt,
      person: 'Zr4vSdIRh0Cj3aQmX5o0Hw',
      keys: 2,
      reason: person.words,
      by: 'on-call',
    },
  },
  PersonalDataErased: {
    type: 'PersonalDataErased',
    data: {
      occurredAt,
      country: 'GB',
      inbound: {
        messageUuid,
        channel: 'sms',
        from: 'erased',
        to: '447700900001',
        messageType: 'text',
        text: 'erased',
        keyword: 'erased',
        segmentCount: 1,
        networkCode: '23410',
        usage: { currency: 'EUR', price: '0.0033' },
        receivedAt: '2026-03-04T05:06:07.000Z',
        recordedAt: '2026-03-04T05:06:07.890Z',
      },
    },
  },
  ErasureCompleted: {
    type: 'ErasureCompleted',
    data: { occurredAt, person: 'Zr4vSdIRh0Cj3aQmX5o0Hw', messages: 3, inbound: 1 },
  },
  PersonalDataExpired: {
    type: 'PersonalDataExpired',
    data: { occurredAt, keptFrom: '2026-01', keys: 40, messages: 120, inbound: 7 },
  },
  OptedOut: { type: 'OptedOut', data: consent },
  OptedIn: { type: 'OptedIn', data: consent },
  ContactBarred: { type: 'ContactBarred', data: consent },
  OptOutSuspected: { type: 'OptOutSuspected', data: consent },
  OptOutDismissed: { type: 'OptOutDismissed', data: consent },
};

/** Every field filled, as for an event that a webhook caused. */
export const sampleMetadata: EventMetadata = {
  recordedAt: '2026-03-04T05:06:07.890Z',
  correlationId: '0195f000-0000-7000-8000-0000000000c0',
  causationId: '0195f000-0000-7000-8000-0000000000ca',
  source: 'webhook',
  actor: 'support-desk',
  webhook: {
    jti: '0e5a8a56-5d4f-4a8e-8a6a-4b2f8a3a2c11',
    iat: 1_772_600_766,
    receivedAt: '2026-03-04T05:06:07.880Z',
    sha256: 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855',
    rawBody: `{"to":"${person.number}","text":"${person.words}"}`,
    rawBodyEncoding: 'utf8',
  },
};

/** A small event for appends; its reason distinguishes it from others. */
export const newEvent = (reason = 'a sample', id: string = randomUUID()): NewEvent => ({
  id,
  event: { type: 'MessageCancelled', data: { occurredAt, reason } },
  metadata: {
    recordedAt: '2026-03-04T05:06:07.890Z',
    correlationId: '0195f000-0000-7000-8000-0000000000c0',
    causationId: '0195f000-0000-7000-8000-0000000000ca',
    source: 'api',
  },
});

/** An event that the ledger keeps and cannot read: it has lost the time of its recording. */
export const damagedEvent = (event: DomainEvent): NewEvent => ({
  ...newEvent(),
  event,
  metadata: {} as EventMetadata,
});

export const newEvents = (count: number): readonly NewEvent[] =>
  Array.from({ length: count }, (_, index) => newEvent(`sample ${index}`));
