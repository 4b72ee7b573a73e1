import { SummarizeLog } from '../../../src/application/proof/summarize-log.js';
import type { LogState, LogStore } from '../../../src/application/ports/log-store.js';
import { newSigningKeys } from '../../support/worlds/signed-ledger.js';

const origin = 'example.com/waybill';

it.each([
  ['no JSON', Buffer.from('\0\u0003abc')],
  ['cut off', Buffer.from('\0\u0009abc')],
  ['no entry', Buffer.from('\0\u0019{"stream":"a","id":"b"}    ')],
  ['one byte', Buffer.from('\0')],
])('summarizes a log whose last entry is damaged: %s', async (_, entries) => {
  const root = Buffer.alloc(32, 1);
  const checkpoint = newSigningKeys().sign({ origin, size: 1, root });
  const log: Pick<LogStore, 'state' | 'bundle'> = {
    state: async () => ({ origin, size: 1, checkpoint }) as LogState,
    bundle: async () => entries,
  };
  const read = () => Promise.reject(new Error('no event is read'));
  const summary = await new SummarizeLog(log, { read }).execute();
  expect(summary).toMatchObject({ origin, size: 1, coversUntil: null });
});
