import type { RequestHandler } from 'express';

/**
 * Begins a pipelined request when the answers before it have left its connection. HTTP sends answers in order, so an
 * earlier begin would only keep the answer in memory.
 */
export const answerInOrder: RequestHandler = (_request, response, next) => {
  // A response gets the socket when it is the first in line, and is closed when the connection is lost.
  if (response.socket === null) response.once('socket', () => next());
  else next();
};
