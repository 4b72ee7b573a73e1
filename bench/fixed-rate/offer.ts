import { once } from 'node:events';
import { account } from '../ingest/signed-webhooks.js';
import { start } from '../support/process.js';
import type { PacedOrder } from './load-process.js';
import type { PacedResult } from './paced-load.js';

/**
 * Offers webhooks at a fixed rate, from a process of its own.
 * @param onBegin is called when all webhooks are signed, before the first is sent
 */
export async function offer(
  order: Omit<PacedOrder, 'account'>,
  onBegin?: () => void,
): Promise<PacedResult> {
  const load = start(new URL('./load-process.js', import.meta.url));
  load.send({ ...order, account } satisfies PacedOrder);
  await once(load, 'message');
  onBegin?.();
  const ended = once(load, 'exit');
  const [result] = (await once(load, 'message')) as [PacedResult];
  await ended;
  return result;
}
