import type { IncomingMessage, ServerResponse } from 'node:http';
import { ByteBudget } from '../../bodies/byte-budget.js';
import { lengthOf } from './body-intake.js';

/** Limit for one body. */
const DRAINED_BYTES_MAX = 256 * 1024;
/** Limit for all bodies under way. They are not kept, but each keeps its connection. */
const DRAINING_BYTES_MAX = 32 * 1024 * 1024;
const DRAINED_WITHIN_MS = 5_000;

/**
 * Reads and discards the bodies of webhooks that are answered before they have arrived. A connection that closes on
 * unread bytes is reset, and the reset can overtake the answer (RFC 9112 section 9.6).
 */
export class Drain {
  private readonly budget = new ByteBudget(DRAINING_BYTES_MAX);

  /**
   * Call it before the answer is written. A body that is too long or too slow is cut off; where that can be foreseen,
   * the answer announces that the connection closes, or other requests would be sent into it.
   * @returns settles when the response may end, since ending it closes the connection; undefined: at once
   */
  begin(request: IncomingMessage, response: ServerResponse): Promise<void> | undefined {
    // Its `close` event is over, so the budget would never be given back.
    if (request.destroyed) return undefined;
    const length = lengthOf(request) ?? Infinity;
    const mayBeCutOff = length > DRAINED_BYTES_MAX;
    const bytes = Math.min(length, DRAINED_BYTES_MAX);
    const drains = this.budget.take(bytes);
    if (mayBeCutOff || !drains) response.setHeader('Connection', 'close');
    if (!drains) return undefined;
    const cutOff = (): void => void request.destroy();
    const timer = setTimeout(cutOff, DRAINED_WITHIN_MS).unref();
    let drained = 0;
    request.on('data', (chunk: Buffer) => {
      drained += chunk.length;
      if (drained > DRAINED_BYTES_MAX) cutOff();
    });
    // The sender has disconnected, so the rest of the body will not come.
    request.on('error', () => undefined);
    const { promise, resolve } = Promise.withResolvers<void>();
    request.once('end', resolve);
    request.once('close', () => {
      clearTimeout(timer);
      this.budget.giveBack(bytes);
      resolve();
    });
    return mayBeCutOff ? promise : undefined;
  }
}
