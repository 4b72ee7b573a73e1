import { ApplicationError } from '../errors.js';

export const messageNotFound = (messageId: string): ApplicationError =>
  new ApplicationError('message-not-found', `There is no message ${messageId}.`);

/** The message is known, and was not at that moment. */
export const messageNotKnownYet = (messageId: string, at: Date): ApplicationError =>
  new ApplicationError(
    'message-not-found',
    `Nothing was recorded of the message ${messageId} by ${at.toISOString()}: ask for a later time.`,
  );
