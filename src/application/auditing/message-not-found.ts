import { ApplicationError } from '../errors.js';

export const messageNotFound = (messageId: string): ApplicationError =>
  new ApplicationError('message-not-found', `There is no message ${messageId}.`);
