import { isOver, type Moment } from '../../domain/elapsed-time.js';
import { currentAttempt, type Message } from '../../domain/message/message.js';
import { isWaitingToBeSent } from '../../domain/message/message-status.js';
import type { AgendaEntry } from '../ports/agenda.js';

/**
 * True when the ledger still waits for an entry's work, although nothing is to be done now: the clock was set since the
 * entry was handed out, or a call is under way. The agenda must keep such an entry.
 */
export function isLive({ kind, dueAt }: AgendaEntry, message: Message, moment: Moment): boolean {
  if (message.kind !== 'tracked') return false;
  switch (kind) {
    case 'send':
      return isWaitingToBeSent(message.status) && message.next?.dueAt === dueAt;
    case 'expire':
      return isWaitingToBeSent(message.status) && message.request?.expiresAt === dueAt;
    case 'confirm': {
      const attempt = currentAttempt(message);
      if (attempt?.confirmBy !== dueAt) return false;
      // An outcome may stay unknown for ever; when it becomes known, that event closes an overdue window.
      return message.status === 'unknown'
        ? !isOver({ from: attempt.startedAt, until: dueAt }, moment)
        : ['sending', 'sent', 'submitted'].includes(message.status);
    }
    case 'settle':
    case 'adopt':
      return false;
  }
}
