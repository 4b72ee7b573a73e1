import { StoreUnavailable } from '../../../src/application/errors.js';
import { NamingReadModels } from '../../../src/application/erasure/naming-read-models.js';
import type { PersonRows } from '../../../src/application/ports/person-rows.js';
import type { ProjectionName } from '../../../src/application/ports/projection-store.js';
import { SettableTime } from '../../support/doubles/settable-time.js';

const rows: PersonRows = {
  messagesTo: async () => [],
  inboundFrom: async () => [],
  purge: async () => undefined,
  stopPurges: () => undefined,
  remains: async () => [],
};

it('waits 30 s in all, however often the read models fall behind', async () => {
  const time = new SettableTime();
  const ledger = { head: 10 };
  /** Reaches the ledger's end after as many looks, of which each takes a second. */
  let looksLeft = 25;
  const readModels = new NamingReadModels(
    rows,
    {
      positions: async () => {
        time.pass(1_000);
        looksLeft--;
        const position = String(looksLeft > 0 ? 0 : ledger.head);
        return new Map<ProjectionName, string>([
          ['messages', position],
          ['inbound', position],
        ]);
      },
    },
    {
      head: async () => String(ledger.head),
      comparePositions: (left, right) => Number(left) - Number(right),
    },
    time.monotonic,
  );
  const startedMs = time.monotonic.elapsedMs();
  const deadlineMs = readModels.deadlineMs();
  await readModels.untilProjected(deadlineMs);
  looksLeft = 25;
  await expect(readModels.untilProjected(deadlineMs)).rejects.toThrow(StoreUnavailable);
  expect(time.monotonic.elapsedMs() - startedMs).toBeLessThanOrEqual(32_000);
});

it('waits no longer once its turn is over, because nobody projects any more', async () => {
  const time = new SettableTime();
  const turn = new AbortController();
  let looks = 0;
  const readModels = new NamingReadModels(
    rows,
    {
      positions: async () => {
        time.pass(1_000);
        looks++;
        if (looks === 2) turn.abort(new Error('the turn is over'));
        return new Map<ProjectionName, string>();
      },
    },
    { head: async () => '10', comparePositions: (left, right) => Number(left) - Number(right) },
    time.monotonic,
  );
  const waiting = readModels.untilProjected(readModels.deadlineMs(), turn.signal);
  await expect(waiting).rejects.toThrow('the turn is over');
  expect(looks).toBe(2);
});
