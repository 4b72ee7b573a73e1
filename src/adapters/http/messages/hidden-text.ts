import type { MessageView } from '../../../application/auditing/message-view.js';
import type { AuthenticatedRequest } from '../auth/api-key.guard.js';

/**
 * A text may be a secret. A person in the window asks for it, and asking is recorded; a program gets it with each
 * message, unless its key may not read.
 */
export const withoutText = (
  message: MessageView,
  { isPerson, mayRead }: Pick<AuthenticatedRequest, 'isPerson' | 'mayRead'>,
): MessageView => (isPerson === true || mayRead !== true ? { ...message, text: null } : message);
