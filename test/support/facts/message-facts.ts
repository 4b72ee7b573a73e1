import type { MessageCommand } from '../../../src/domain/message/message-commands.js';
import type {
  AttemptRecovered,
  AttemptStarted,
  MessageEvent,
  MessageRequest,
  MessageRequested,
} from '../../../src/domain/message/message-events.js';
import type { Report, ReportStatus } from '../../../src/domain/report.js';
import { explainDeliveryError } from '../../../src/domain/delivery-errors/catalogue.js';
import { uuidIdentifiers } from '../../../src/adapters/system/uuid-identifiers.js';
import { NOON } from './scenario.js';

/** Facts about one message, for tests to put together. */
export const MESSAGE_ID = '01890a5d-ac96-774b-bcce-b302099a8057';
export const MESSAGE_UUID = 'aaaaaaaa-bbbb-4ccc-8ddd-0123456789ab';

export const aRequest = (changes: Partial<MessageRequest> = {}): MessageRequest => ({
  to: '447700900123',
  from: '447700900001',
  channel: 'sms',
  text: 'Your code is 123456',
  reference: null,
  sendAt: null,
  expiresAt: null,
  ttlSeconds: null,
  confirmWithinSeconds: 1800,
  encoding: 'auto',
  segments: { encoding: 'GSM-7', count: 1 },
  country: 'GB',
  fallback: [],
  onUnknown: 'wait',
  resendOf: null,
  overrideOptOut: null,
  priority: 'normal',
  inReplyTo: null,
  ...changes,
});

/** A step of a fallback plan that goes to another person. */
export const stepToAnother = {
  channel: 'whatsapp',
  when: 'unconfirmed',
  from: '447700900002',
  to: '447700900201',
  text: null,
} as const;

export const requested = (changes: Partial<MessageRequest> = {}): MessageRequested => ({
  type: 'MessageRequested',
  data: { ...aRequest(changes), occurredAt: NOON },
});

export const started = (
  attempt = 1,
  changes: Partial<AttemptStarted['data']> = {},
): AttemptStarted => ({
  type: 'AttemptStarted',
  data: {
    attempt,
    channel: 'sms',
    to: '447700900123',
    from: '447700900001',
    clientRef: `${MESSAGE_ID}.${attempt}`,
    confirmBy: '2030-01-01T12:30:00.000Z',
    occurredAt: NOON,
    ...changes,
  },
});

/** The event recorded for a report about an attempt that the ledger never started. */
export const recovered = (attempt = 1): AttemptRecovered => ({
  type: 'AttemptRecovered',
  data: { ...started(attempt).data, messageUuid: MESSAGE_UUID, fallbackStepsStarted: 0 },
});

export const took = (attempt = 1, messageUuid = MESSAGE_UUID): MessageEvent => ({
  type: 'AttemptAccepted',
  data: { attempt, messageUuid, occurredAt: NOON },
});

export const lost = (attempt = 1): MessageEvent => ({
  type: 'AttemptOutcomeUnknown',
  data: { attempt, reason: 'no answer in time', occurredAt: NOON },
});

/** A report about an attempt; its id derives from its content, so that two equal reports are one. */
export const aReport = (
  status: ReportStatus,
  {
    attempt = 1,
    code = null,
    id = '',
  }: { attempt?: number | null; code?: string | null; id?: string } = {},
): Report => ({
  reportId: uuidIdentifiers.idOf(MESSAGE_ID, `${status}-${attempt}-${code}-${id}`),
  messageUuid: MESSAGE_UUID,
  attempt,
  status,
  to: '447700900123',
  from: '447700900001',
  channel: 'sms',
  clientRef: attempt === null ? null : `${MESSAGE_ID}.${attempt}`,
  error:
    code === null
      ? null
      : {
          code,
          title: code,
          detail: null,
          type: null,
          class: explainDeliveryError(code, status).class,
        },
  usage: null,
  networkCode: null,
  segmentCount: null,
  segments: [],
  workflow: null,
});

export const reported = (
  status: ReportStatus,
  options: Parameters<typeof aReport>[1] = {},
): MessageEvent => ({
  type: 'StatusReported',
  data: { ...aReport(status, options), occurredAt: NOON },
});

export const report = (
  status: ReportStatus,
  options: Parameters<typeof aReport>[1] = {},
  { occurredAt, receivedAt } = { occurredAt: NOON, receivedAt: NOON },
): MessageCommand => ({
  type: 'ReportStatus',
  report: aReport(status, options),
  occurredAt,
  receivedAt,
});

/** The lane, channel and sender of a repeated attempt. */
export const line = { priority: 'normal', channel: 'sms', from: '447700900001' } as const;

export const retryScheduled = (nextAttempt = 2): MessageEvent => ({
  type: 'RetryScheduled',
  data: {
    nextAttempt,
    dueAt: '2030-01-01T12:01:00.000Z',
    reason: 'rejected: Sending too fast',
    ...line,
    occurredAt: NOON,
  },
});
