import type { MessageEvent } from '../../domain/message/message-events.js';
import { meansFailed, meansReached } from '../../domain/message/transitions.js';
import { agendaKinds, type AgendaKind } from '../ports/agenda.js';

/** What one event does to a message's entries: first these are cleared, then these are set. */
export interface AgendaChanges {
  readonly clear: readonly AgendaKind[];
  readonly set: readonly { readonly kind: AgendaKind; readonly dueAt: string }[];
}

const none: AgendaChanges = { clear: [], set: [] };
const over: AgendaChanges = { clear: agendaKinds, set: [] };

/** Which timers an event starts and stops. Pure: the agenda can be rebuilt from the ledger at any time. */
export function agendaChanges(event: MessageEvent): AgendaChanges {
  switch (event.type) {
    case 'MessageRequested': {
      const { sendAt, expiresAt, occurredAt } = event.data;
      const expire = expiresAt === null ? [] : [{ kind: 'expire' as const, dueAt: expiresAt }];
      return { clear: [], set: [{ kind: 'send', dueAt: sendAt ?? occurredAt }, ...expire] };
    }
    case 'AttemptStarted':
      return {
        clear: ['send'],
        set: [
          { kind: 'settle', dueAt: event.data.occurredAt },
          { kind: 'confirm', dueAt: event.data.confirmBy },
        ],
      };
    case 'AttemptAccepted':
      return { clear: ['settle'], set: [{ kind: 'adopt', dueAt: event.data.occurredAt }] };
    case 'AttemptOutcomeUnknown':
      return { clear: ['settle'], set: [] };
    case 'AttemptRefused':
      return { clear: ['settle', 'confirm'], set: [] };
    case 'RetryScheduled':
      return { clear: ['confirm'], set: [{ kind: 'send', dueAt: event.data.dueAt }] };
    case 'FallbackStarted':
      return { clear: ['confirm'], set: [{ kind: 'send', dueAt: event.data.occurredAt }] };
    case 'DeliveryUnconfirmed':
      return { clear: ['confirm', 'adopt'], set: [] };
    case 'StatusReported':
    case 'ReportAdopted':
      // The outcome of our own call may still be open, so `settle` stays until that is recorded.
      return meansReached(event.data.status) || meansFailed(event.data.status)
        ? { clear: ['send', 'expire', 'confirm', 'adopt'], set: [] }
        : none;
    case 'MessageCancelled':
    case 'MessageExpired':
    case 'RetryWithdrawn':
      return over;
    case 'StatusRefused':
    case 'FallbackFinished':
      return none;
  }
}
