import type { MessageSearch } from '../../../src/application/ports/message-search.js';
import {
  changedRow,
  type MessageRow,
} from '../../../src/application/projecting/messages/message-row.js';
import type { ReconcileRecords } from '../../../src/application/reconciliation/reconcile-records.js';
import { ReconcileStuck } from '../../../src/application/reconciliation/reconcile-stuck.js';
import { steadyIdentifiers } from '../../support/doubles/held-store.js';
import { lost, requested, started } from '../../support/facts/message-facts.js';
import { silent, systemClock } from '../../support/worlds/read-models.js';

/** Messages of unknown outcome, the newest first, a second apart. */
const rows = ['d', 'c', 'b', 'a'].map((id, index): MessageRow => {
  const events = [requested(), started(), lost()];
  const row = events.reduce<MessageRow | undefined>(
    (before, event) => changedRow(before, id, event),
    undefined,
  );
  if (row === undefined) throw new Error('nothing was recorded');
  const createdAt = row.createdAt - index * 1000;
  return { ...row, createdAt, current: { ...row.current, messageUuid: `uuid-${id}` } };
});

/** Two rows a page. */
const search: MessageSearch = {
  search: ({ until = Infinity }, after = 0) => {
    const found = rows.filter(({ createdAt }) => createdAt < until);
    const next = after + 2 < found.length ? after + 2 : undefined;
    return Promise.resolve({ rows: found.slice(after, after + 2), next, progress: undefined });
  },
};

function stuckOf(messagesMax: number): { asked: string[]; stuck: ReconcileStuck } {
  const asked: string[] = [];
  const reports = {
    ofFile: () => [] as never,
    byIds: (uuids: readonly string[]) => {
      asked.push(...uuids);
      return Promise.resolve([]);
    },
    sentTo: () => Promise.resolve([]),
  };
  // No record is answered, so none is compared.
  const records = {} as ReconcileRecords;
  const identifiers = steadyIdentifiers;
  const used = { reports, records, search, identifiers, clock: systemClock, logger: silent };
  return { asked, stuck: new ReconcileStuck(used, messagesMax) };
}

it('asks about all messages in several runs, each of which says where the next begins', async () => {
  const { asked, stuck } = stuckOf(3);
  const { signal } = new AbortController();
  const first = await stuck.plan();
  expect([first.messages, first.leftBefore]).toEqual([3, '2030-01-01T11:59:58.001Z']);
  const { notes } = await stuck.execute('ops', signal);
  expect(notes).toEqual([expect.stringContaining('until=2030-01-01T11:59:58.001Z')]);

  const until = Date.parse('2030-01-01T11:59:58.001Z');
  const second = await stuck.plan(until);
  expect([second.messages, second.leftBefore]).toEqual([2, null]);
  expect((await stuck.execute('ops', signal, until)).notes).toEqual([]);
  expect(new Set(asked)).toEqual(new Set(['uuid-a', 'uuid-b', 'uuid-c', 'uuid-d']));
});

it('leaves none where as many messages are stuck as one run takes', async () => {
  expect(await stuckOf(4).stuck.plan()).toMatchObject({ messages: 4, leftBefore: null });
});
