import { FollowChanges, type Changes } from '../../../src/application/reporting/change-stream.js';
import type { EventFeed } from '../../../src/application/ports/event-feed.js';
import { newEvents } from '../../../testing/events.js';
import { LedgerOnDouble } from '../../support/worlds/ledger-on-double.js';

let ledger: LedgerOnDouble;

afterEach(() => ledger.close());

const first = async (changes: AsyncGenerator<Changes>): Promise<Changes> => {
  const step = await changes.next();
  if (step.done === true) throw new Error('the changes ended');
  return step.value;
};

it('takes back the place where it began, although EventStoreDB has looked further than the newest event', async () => {
  ledger = await LedgerOnDouble.start();
  const { store, feed, signal } = ledger;
  await store.append('message-1', newEvents(1), 'no-stream');
  // A system event follows the newest event, and the server's checkpoint covers it.
  ledger.double.ledger.appendSystemEvent('$scavenges', '$scavengeStarted');
  const follow = new FollowChanges(feed);
  const begin = await first(follow.execute(undefined, signal));
  expect(begin.changes).toEqual([]);
  const next = first(follow.execute(begin.position, signal));
  // After this call the position has been compared with the newest event.
  await feed.head();
  await store.append('message-2', newEvents(1), 'no-stream');
  expect((await next).changes).toMatchObject([{ messageId: '2' }]);
});

it('takes back the place of its last changes, although the feed had looked further with them', async () => {
  ledger = await LedgerOnDouble.start();
  const { store, feed, signal } = ledger;
  await store.append('message-1', newEvents(1), 'no-stream');
  const further: EventFeed = {
    head: (prefixes) => feed.head(prefixes),
    readAll: (options) => feed.readAll(options),
    comparePositions: (left, right) => feed.comparePositions(left, right),
    async *follow(options) {
      for await (const batch of feed.follow(options)) {
        yield { ...batch, position: `${Number(batch.position) + 1_000}/0` };
      }
    },
  };
  const follow = new FollowChanges(further);
  const following = follow.execute(undefined, signal);
  await first(following);
  const told = first(following);
  await store.append('message-2', newEvents(1), 'no-stream');
  const { position } = await told;
  const next = first(follow.execute(position, signal));
  await store.append('message-3', newEvents(1), 'no-stream');
  expect((await next).changes).toMatchObject([{ messageId: '3' }]);
});
