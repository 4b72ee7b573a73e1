import { join } from 'node:path';
import { eventually } from '../watching/eventually.js';
import type { Waybill } from './waybill.js';

export interface SendingShown {
  readonly state: string;
  readonly cause: string | null;
  readonly reason: string | null;
  readonly waiting: Readonly<Record<'high' | 'normal' | 'bulk', number>>;
}

/** Returns the answer of `GET /v1/sending`. */
export const sending = async ({ api }: Waybill): Promise<SendingShown> =>
  (await api.get('/v1/sending')).as<SendingShown>(200);

/** Waits until sending is held and a message waits. */
export const untilHeld = (waybill: Waybill): Promise<SendingShown> =>
  eventually(async () => {
    const shown = await sending(waybill);
    if (shown.state === 'held' && shown.waiting.normal > 0) return shown;
    throw new Error(JSON.stringify(shown));
  });

/** Returns the ids in the list of messages. */
export const listed = async ({ api }: Waybill): Promise<readonly string[]> => {
  const list = (await api.get('/v1/messages')).as<{ items: readonly { id: string }[] }>(200);
  return list.items.map(({ id }) => id);
};

export const ledgerOf = ({ directory }: Waybill): string => join(directory, 'ledger.sqlite');
