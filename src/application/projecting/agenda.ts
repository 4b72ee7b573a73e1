import { directCallMsMax, isDirect } from '../../domain/message/direct-channels.js';
import type { MessageEvent } from '../../domain/message/message-events.js';
import { meansFailed, meansReached } from '../../domain/message/transitions.js';
import { RETRIES, type AgendaKey, type AgendaKind, type NewAgendaEntry } from '../ports/agenda.js';
import type { AgendaTableChanges, ProjectionStores } from '../ports/projection-store.js';
import { MESSAGE_STREAMS, messageIdOfStream } from '../streams.js';
import type { Projection } from './projection.js';
import { readsNothingPersonal, simpleProjection, type Gathering } from './simple-projection.js';

type Slot = Omit<AgendaKey, 'messageId'>;

/** The effect of one event on a message's entries: first these are cleared, then these are set. */
export interface AgendaChanges {
  readonly clear: readonly Slot[];
  readonly set: readonly Omit<NewAgendaEntry, 'messageId'>[];
}

const ofMessage = (kind: Exclude<AgendaKind, 'settle'>): Slot => ({ kind, attempt: 0 });
const settle = (attempt: number): Slot => ({ kind: 'settle', attempt });

const send = ofMessage('send');
const expire = ofMessage('expire');
const confirm = ofMessage('confirm');
const adopt = ofMessage('adopt');

const none: AgendaChanges = { clear: [], set: [] };

/**
 * Nothing is to be sent or awaited any more. The outcome of a call may still be open, and a stray report may still wait
 * for adoption, so `settle` and `adopt` stay until they are handled.
 */
const over: AgendaChanges = { clear: [send, expire, confirm], set: [] };

/**
 * Returns the timers that an event starts and stops. Pure: the agenda can be rebuilt from the ledger at any time.
 * @param key the name of the API key that the event was recorded for; empty without one
 */
export function agendaChanges(event: MessageEvent, key: string): AgendaChanges {
  switch (event.type) {
    case 'MessageRequested': {
      const { sendAt, expiresAt, occurredAt, priority, channel, from } = event.data;
      const begunAt = sendAt === null ? occurredAt : null;
      return {
        clear: [],
        set: [
          { ...send, dueAt: sendAt ?? occurredAt, begunAt, line: { priority, channel, from, key } },
          ...(expiresAt === null ? [] : [{ ...expire, dueAt: expiresAt, begunAt, line: null }]),
        ],
      };
    }
    case 'AttemptStarted': {
      const { attempt, channel, occurredAt, confirmBy } = event.data;
      const dueAt = callEndFor(channel, occurredAt);
      return {
        clear: [send],
        set: [
          { ...settle(attempt), dueAt, begunAt: occurredAt, line: null },
          { ...confirm, dueAt: confirmBy, begunAt: occurredAt, line: null },
        ],
      };
    }
    case 'AttemptRecovered': {
      const { occurredAt, confirmBy } = event.data;
      return {
        clear: [send],
        set: [
          { ...confirm, dueAt: confirmBy, begunAt: occurredAt, line: null },
          { ...adopt, dueAt: occurredAt, begunAt: occurredAt, line: null },
        ],
      };
    }
    case 'AttemptAccepted': {
      const { attempt, occurredAt } = event.data;
      return {
        clear: [settle(attempt)],
        set: [{ ...adopt, dueAt: occurredAt, begunAt: occurredAt, line: null }],
      };
    }
    // The late outcome of an earlier call does not change the window of the current one.
    case 'AttemptRefused':
    case 'AttemptOutcomeUnknown':
      return { clear: [settle(event.data.attempt)], set: [] };
    case 'OutcomeResolved':
      return event.data.outcome === 'resend' ? none : over;
    case 'RetryScheduled': {
      const { dueAt, occurredAt, priority, channel, from } = event.data;
      const line = { priority, channel, from, key: RETRIES };
      return { clear: [confirm], set: [{ ...send, dueAt, begunAt: occurredAt, line }] };
    }
    case 'FallbackStarted': {
      const { occurredAt, priority, channel, from } = event.data;
      const line = { priority, channel, from, key: RETRIES };
      return { clear: [confirm], set: [{ ...send, dueAt: occurredAt, begunAt: occurredAt, line }] };
    }
    case 'DeliveryUnconfirmed':
      return { clear: [confirm], set: [] };
    case 'StatusReported':
    case 'ReportAdopted':
      if (meansReached(event.data.status)) return over;
      // A retry or a fallback may follow, and wait past the message's time: only that time ends it then.
      return meansFailed(event.data.status) ? { clear: [send, confirm], set: [] } : none;
    // The expiry stays, because a fallback may follow the withdrawn repeat. A delivery has cleared it before.
    case 'RetryWithdrawn': {
      const { confirmBy: dueAt, occurredAt: begunAt } = event.data;
      const open = dueAt === undefined ? [] : [{ ...confirm, dueAt, begunAt, line: null }];
      return { clear: [send, confirm], set: open };
    }
    case 'MessageCancelled':
    case 'MessageExpired':
      return over;
    case 'StatusRefused':
    case 'FallbackFinished':
    case 'MessageResent':
    case 'PersonalDataErased':
      return none;
  }
}

/**
 * The time by which a call on a channel beside Vonage has ended. The time limit of a call to Vonage is a setting, which
 * the timers add.
 */
const callEndFor = (channel: string, startedAt: string): string =>
  isDirect(channel)
    ? new Date(Date.parse(startedAt) + directCallMsMax[channel]).toISOString()
    : startedAt;

/** The agenda: the work that is due, by message. */
export const agendaProjection = (stores: ProjectionStores): Projection =>
  simpleProjection('agenda', MESSAGE_STREAMS, stores.agenda, gatherEntries, readsNothingPersonal);

function gatherEntries(): Gathering<AgendaTableChanges> {
  const entries = new Map<string, AgendaTableChanges[number]>();
  const put = (change: AgendaTableChanges[number]): void => {
    entries.set(`${change.kind} ${change.attempt} ${change.messageId}`, change);
  };
  return {
    add(recorded) {
      const { event, stream } = recorded;
      const messageId = messageIdOfStream(stream);
      if (messageId === undefined) return;
      // Metadata is decoded only where it is needed: a rebuild reads millions of events.
      const key = event.type === 'MessageRequested' ? (recorded.metadata.actor ?? '') : '';
      const { clear, set } = agendaChanges(event as MessageEvent, key);
      for (const slot of clear) put({ messageId, ...slot, dueAt: null });
      for (const entry of set) put({ messageId, ...entry });
    },
    changes: () => [...entries.values()],
  };
}
