import { setTimeout as delay } from 'node:timers/promises';
import type { MessageView } from '../../application/auditing/message-view.js';
import type { Print } from '../command.js';
import { isRead } from '../output.js';
import type { ServiceClient } from '../service-client.js';

const POLL_MS = 250;
/** Exit code of a message that failed for good. */
export const FAILED = 3;

const failures: ReadonlySet<string> = new Set(['rejected', 'undeliverable', 'failed', 'expired']);

export const exitCodeOf = ({ status }: MessageView): number => (failures.has(status) ? FAILED : 0);

/**
 * Prints each status of a message until the last one, until the time is over, or until nobody reads any more, and returns
 * the message.
 */
export async function followStatuses(
  client: ServiceClient,
  id: string,
  seconds: number,
  print: Print,
): Promise<MessageView> {
  const untilMs = performance.now() + seconds * 1000;
  let shown = '';
  for (;;) {
    const message = await client.message(id);
    if (message.status !== shown) print(`${message.statusSince}  ${message.status}`);
    shown = message.status;
    if (message.final || performance.now() >= untilMs || !isRead()) return message;
    await delay(POLL_MS);
  }
}

/** Returns undefined for a whole number of seconds. */
export const faultOfSeconds = (name: string, seconds: number): string | undefined =>
  Number.isInteger(seconds) && seconds >= 0
    ? undefined
    : `${name} must be a whole number of seconds.`;
