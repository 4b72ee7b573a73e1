import { once } from 'node:events';
import { account } from '../ingest/signed-webhooks.js';
import { start } from '../support/process.js';
import type { PacedOrder } from './load-process.js';
import type { PacedResult } from './paced-load.js';

/** Offers webhooks at a fixed rate, from a process of its own. */
export async function offer(order: Omit<PacedOrder, 'account'>): Promise<PacedResult> {
  const load = start(new URL('./load-process.js', import.meta.url));
  load.send({ ...order, account } satisfies PacedOrder);
  const [result] = (await once(load, 'message')) as [PacedResult];
  return result;
}
