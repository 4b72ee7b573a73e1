import * as fc from 'fast-check';
import { reportDimensions } from '../../../src/application/ports/delivery-totals.js';
import type { ListedMessage } from '../../../src/application/reporting/message-list.js';
import type { DeliveryReportRow } from '../../../src/application/reporting/delivery-report.js';
import { formatAmount, parsePrice } from '../../../src/application/projecting/messages/money.js';
import {
  arbitraryWebhooks,
  everyExtremeInEveryField,
} from '../../support/facts/arbitrary-webhooks.js';
import type { Config } from '../../../src/config.js';
import type { EventShown } from '../../support/facts/api.js';
import { eventually } from '../../support/watching/eventually.js';
import { SignedWebhooks } from '../../support/facts/signed-webhooks.js';
import { rebuildBeside } from '../../support/worlds/rebuild-beside.js';
import { recipient, startWaybill, type Waybill } from '../../support/worlds/waybill.js';

export const SEED = Number(process.env['WEBHOOKS_SEED'] ?? Date.now() % 1_000_000);
/** `.ci/run` sends the larger number on both stores. */
const WEBHOOKS = Number(
  process.env['WEBHOOKS'] ?? (process.env['LONG_TESTS'] === 'yes' ? 150 : 60),
);
export const OWN_MESSAGES = 5;
const AT_ONCE = 16;
const PAGE = 500;
const PROJECTED_MS = 30_000;
const DAY_MS = 86_400_000;

const timeDimensions = new Set(['hour', 'day']);
const groupings = [
  [],
  ...reportDimensions.map((dimension) => [dimension]),
  reportDimensions.filter((dimension) => !timeDimensions.has(dimension)),
  ['country', 'networkCode'],
  ['from', 'channel', 'errorCode', 'day'],
];

let waybill: Waybill;
let webhooks: SignedWebhooks;

async function pagesOf<Item>(path: string): Promise<readonly Item[]> {
  const items: Item[] = [];
  let cursor: string | null = null;
  do {
    const query: string = cursor === null ? '' : `&cursor=${encodeURIComponent(cursor)}`;
    const answer = await waybill.api.get(`${path}?limit=${PAGE}${query}`);
    const page = answer.as<{ items: readonly Item[]; nextCursor: string | null }>(200);
    items.push(...page.items);
    cursor = page.nextCursor;
  } while (cursor !== null);
  return items;
}

/** All but the outages: a start on a busy machine records one. */
const ledger = async (): Promise<readonly EventShown[]> => {
  const answer = await waybill.api.get('/v1/events');
  expect(answer.status).toBe(200);
  const events = answer.lines as readonly EventShown[];
  return events.filter(({ stream }) => !stream.startsWith('outages-'));
};

const idsOf = (events: readonly EventShown[], kind: string): readonly string[] =>
  [
    ...new Set(
      events.flatMap(({ stream }) => (stream.startsWith(kind) ? [stream.slice(kind.length)] : [])),
    ),
  ].toSorted();

const reportFor = async (groupBy: readonly string[]): Promise<readonly DeliveryReportRow[]> => {
  const now = Date.now();
  const range = groupBy.includes('hour')
    ? `&since=${new Date(now - 20 * DAY_MS).toISOString()}&until=${new Date(now + 2 * DAY_MS).toISOString()}`
    : '';
  const query = groupBy.length === 0 ? '' : `?groupBy=${groupBy.join(',')}${range}`;
  const path = `/v1/reports/delivery${query}`;
  expect((await waybill.api.get(path, { accept: 'text/csv' })).status).toBe(200);
  return (await waybill.api.get(path)).as<{ rows: readonly DeliveryReportRow[] }>(200).rows;
};

/** Returns everything that the API shows, without how fresh it is. */
async function everythingShown() {
  const messages = await pagesOf<ListedMessage>('/v1/messages');
  const inbound = await pagesOf<{ readonly messageUuid: string }>('/v1/inbound');
  const quarantine = await pagesOf<{ readonly eventId: string }>('/v1/quarantine');
  const reports: (readonly DeliveryReportRow[])[] = [];
  for (const groupBy of groupings) reports.push(await reportFor(groupBy));
  for (const accept of ['text/csv', 'application/x-ndjson']) {
    expect((await waybill.api.get('/v1/messages', { accept })).status).toBe(200);
  }
  const confidence = await waybill.api.get('/v1/reports/confidence');
  const { countries, networks } = confidence.as<Record<string, unknown>>(200);
  return { messages, inbound, quarantine, reports, countries, networks };
}

const sum = (numbers: readonly number[]): number => numbers.reduce((all, one) => all + one, 0);

const amountsOf = (rows: readonly Pick<ListedMessage, 'cost'>[]): Record<string, string> => {
  const amounts = new Map<string, number>();
  for (const { currency, amount } of rows.flatMap(({ cost }) => cost)) {
    amounts.set(currency, (amounts.get(currency) ?? 0) + (parsePrice(amount) ?? Number.NaN));
  }
  const told = [...amounts].filter(([, amount]) => amount !== 0);
  return Object.fromEntries(told.map(([name, amount]) => [name, formatAmount(amount)]));
};

const nothingParked = async (): Promise<void> => {
  const parked = (await waybill.api.get('/v1/parked-events')).as<{ items: object[] }>(200);
  expect(parked.items).toEqual([]);
};

/** Waits until the read models match the ledger, and only then asks for everything. */
async function projected() {
  const events = await ledger();
  const strays = new Set(
    events.flatMap(({ data }) => {
      const from = data['adoptedFrom'] as { readonly stream: string } | null | undefined;
      return from ? [from.stream.slice('message-'.length)] : [];
    }),
  );
  const messageIds = idsOf(events, 'message-').filter((id) => !strays.has(id));
  const quarantined = events.filter(({ type }) => type === 'WebhookQuarantined').length;
  await eventually(
    async () => {
      const messages = await pagesOf<ListedMessage>('/v1/messages');
      const inbound = await pagesOf<{ readonly messageUuid: string }>('/v1/inbound');
      await nothingParked();
      expect(messages.map(({ id }) => id).toSorted()).toEqual(messageIds);
      expect(inbound.map(({ messageUuid }) => messageUuid).toSorted()).toEqual(
        idsOf(events, 'inbound-'),
      );
      expect(await pagesOf('/v1/quarantine')).toHaveLength(quarantined);
      // Checked before the reports: a report over thousands of years would not end.
      expect(messages.filter((message) => !isOfOurTime(message))).toEqual([]);
      return true;
    },
    { withinMs: PROJECTED_MS },
  );
  return everythingShown();
}

const isOfOurTime = ({ createdAt, statusSince }: ListedMessage): boolean =>
  [createdAt, statusSince].every(
    (time) => Date.parse(time) >= Date.UTC(2010, 0, 1) && Date.parse(time) <= Date.now() + DAY_MS,
  );

/** Checks that a message is the same in the list and on its own. */
async function agrees(listed: ListedMessage): Promise<void> {
  const message = await waybill.message(listed.id);
  const { id, status, statusSince, final, contradicted, origin, to, from, channel } = listed;
  expect(message).toMatchObject({
    id,
    status,
    statusSince,
    final,
    contradicted,
    origin,
    to,
    from,
    channel,
    createdAt: listed.createdAt,
  });
  const last = message.attempts.at(-1);
  expect(last?.networkCode ?? null).toBe(listed.networkCode);
  expect(last?.deliveredAt ?? null).toBe(listed.deliveredAt);
}

/** Sends the webhooks, waits, and returns everything that is shown afterwards. */
async function taken() {
  const own: object[] = [];
  for (let index = 0; index < OWN_MESSAGES; index++) {
    const to = recipient();
    waybill.sandbox.tellStory({ to, answer: { kind: 'accepted' } });
    const id = await waybill.send(to);
    const { attempts } = await waybill.until(id, 'sent', PROJECTED_MS);
    const message_uuid = attempts[0]?.messageUuid;
    own.push({ message_uuid, client_ref: `${id}.1` }, { message_uuid });
  }
  const strangers = [{ message_uuid: 'aaaaaaaa-bbbb-4ccc-8ddd-0123456789ab' }];
  const about = [...own, ...strangers] as readonly Record<string, unknown>[];
  const bodies = fc.sample(arbitraryWebhooks(about), { numRuns: WEBHOOKS, seed: SEED });
  const queue = [...bodies, ...everyExtremeInEveryField()];
  await Promise.all(
    Array.from({ length: AT_ONCE }, async () => {
      for (let next = queue.pop(); next !== undefined; next = queue.pop()) {
        const { kind, body } = next;
        // A busy machine may be late once, and Vonage sends again. What is never taken fails.
        const answer = await eventually(async () => {
          const tried = await webhooks.post(kind, body);
          return tried.status === 503 ? undefined : tried;
        });
        if (answer.status !== 204 && answer.status !== 413) {
          throw new Error(`${answer.status} for ${kind} ${body.toString().slice(0, 2_000)}`);
        }
      }
    }),
  );
  return projected();
}

function reportsAgree({ messages, reports }: Awaited<ReturnType<typeof everythingShown>>): void {
  const recent = messages.filter(
    ({ createdAt }) => Date.parse(createdAt) > Date.now() - 19 * DAY_MS,
  );
  for (const [index, rows] of reports.entries()) {
    const groupBy = groupings[index] ?? [];
    const counted = sum(rows.map((row) => row.messages));
    // A report by the hour covers only some weeks, in whole hours.
    const isAll = !groupBy.includes('hour');
    expect(counted).toBeGreaterThanOrEqual(isAll ? messages.length : recent.length);
    expect(counted).toBeLessThanOrEqual(messages.length);
    if (!isAll) continue;
    expect(sum(rows.map(({ segments }) => segments))).toBe(
      sum(messages.map(({ segments }) => segments)),
    );
    expect(amountsOf(rows)).toEqual(amountsOf(messages));
    const timed = messages.filter(({ timeToDeliveryMs }) => timeToDeliveryMs !== null);
    expect(sum(rows.map(({ timeToDelivery }) => timeToDelivery.measured))).toBe(timed.length);
  }
}

/**
 * Nothing is ever parked, and all that is shown agrees, also after a restart and a rebuild.
 * @param readModel SQLite beside the ledger, unless given
 * @returns the number of messages that are shown in the end
 */
export async function messagesAfterAll(readModel?: Config['readModel']): Promise<number> {
  waybill = await startWaybill({
    sandbox: { defaultStory: 'no-receipt' },
    ...(readModel === undefined ? {} : { config: { readModel } }),
  });
  webhooks = new SignedWebhooks(waybill.url, waybill.config);
  const shown = await taken();
  reportsAgree(shown);
  for (const message of shown.messages) await agrees(message);
  const recorded = await ledger();

  await waybill.stop();
  await waybill.start();
  expect(await projected()).toEqual(shown);
  expect(await ledger()).toEqual(recorded);

  await waybill.stop();
  await rebuildBeside(waybill);
  await waybill.start();
  expect(await projected()).toEqual(shown);
  return shown.messages.length;
}
