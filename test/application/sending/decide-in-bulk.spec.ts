import * as fc from 'fast-check';
import { ApplicationError } from '../../../src/application/errors.js';
import { DecideInBulk } from '../../../src/application/sending/decide-in-bulk.js';
import type { ListMessages } from '../../../src/application/reporting/message-list.js';
import { admitsAll } from '../../support/doubles/admits-all.js';

const ids = Array.from({ length: 120 }, (_, index) => `message ${index}`);

/** The cursor of this list is the number of messages before it. */
const execute = (_filter: unknown, cursor = '0', limit = 50) => {
  const end = Number(cursor) + limit;
  return Promise.resolve({
    items: ids.slice(Number(cursor), end).map((id) => ({ id })),
    nextCursor: end < ids.length ? String(end) : null,
  });
};
const list = { execute } as unknown as Pick<ListMessages, 'execute'>;

/** Each decision takes so long; those of `refused` are refused. */
function decideWith(decisionMs: number, refused: ReadonlySet<string> = new Set()) {
  let elapsedMs = 0;
  const decided: string[] = [];
  const decide = (id: string) => {
    elapsedMs += decisionMs;
    decided.push(id);
    if (refused.has(id)) throw new ApplicationError('message-not-resendable', 'It is not over.');
    return Promise.resolve({ messageId: `${id} again`, repeated: false });
  };
  const resend = { execute: decide, rehearse: decide } as never;
  const admission = { rehearsal: () => admitsAll };
  const bulk = new DecideInBulk(list, resend, resend, admission, { elapsedMs: () => elapsedMs });
  const page = (cursor: string | undefined, limit: number | undefined) =>
    bulk.resend(
      {
        filter: {},
        cursor,
        limit,
        dryRun: false,
        caller: { actor: 'clerk' },
        idempotencyKey: undefined,
      },
      'The number was barred by mistake.',
    );
  return { decided, page, elapsedMs: () => elapsedMs };
}

it('ends a page in the time that a caller waits, and goes on after it', async () => {
  const { decided, page, elapsedMs } = decideWith(1_000);
  const first = await page(undefined, 500);
  expect(elapsedMs()).toBeLessThanOrEqual(30_000);
  expect(first.items.length).toBeGreaterThan(0);
  expect(first.counts.matched).toBe(first.items.length);
  expect(first.nextCursor).not.toBeNull();
  const second = await page(first.nextCursor ?? undefined, 500);
  expect(second.items[0]?.id).toBe(ids[first.items.length]);
  expect(decided).toEqual(ids.slice(0, decided.length));
});

it('decides about each message once and in order, however slow it is and whatever is refused', async () => {
  const slowness = fc.integer({ min: 0, max: 5_000 });
  const limits = fc.option(fc.integer({ min: 1, max: 500 }), { nil: undefined });
  const refusals = fc.uniqueArray(fc.constantFrom(...ids)).map((some) => new Set(some));
  await fc.assert(
    fc.asyncProperty(slowness, limits, refusals, async (decisionMs, limit, refused) => {
      const { decided, page } = decideWith(decisionMs, refused);
      const told: string[] = [];
      let cursor: string | null = null;
      do {
        const answer = await page(cursor ?? undefined, limit);
        expect(answer.items.length).toBeLessThanOrEqual(limit ?? 50);
        expect(answer.items.length).toBeGreaterThan(0);
        for (const { id, result } of answer.items) {
          expect(result).toBe(refused.has(id) ? 'refused' : 'done');
          told.push(id);
        }
        cursor = answer.nextCursor;
      } while (cursor !== null);
      expect(decided).toEqual(ids);
      expect(told).toEqual(ids);
    }),
  );
});
