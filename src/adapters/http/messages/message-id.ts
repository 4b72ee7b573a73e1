import { messageNotFound } from '../../../application/auditing/message-not-found.js';

/** Every message id is a UUID, so anything else cannot name one. @throws ApplicationError `message-not-found` */
export function messageIdOf(parameter: string): string {
  const id = parameter.toLowerCase();
  if (/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(id)) return id;
  throw messageNotFound(parameter.slice(0, 40));
}
