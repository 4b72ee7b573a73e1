import type { MessageView } from '../../../application/auditing/message-view.js';

/** A text may be a secret, so a person in the window asks for it, and asking is recorded. Programs always get it. */
export const withoutText = (message: MessageView, isPerson: boolean): MessageView =>
  isPerson ? { ...message, text: null } : message;
