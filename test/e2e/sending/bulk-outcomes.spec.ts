import { createApiKey, parseApiKeys } from '../../../src/application/access/api-keys.js';
import { systemTime } from '../../../src/adapters/system/system-time.js';
import { Api, type EventShown, type ProblemShown } from '../../support/facts/api.js';
import { SignedWebhooks, statusBody } from '../../support/facts/signed-webhooks.js';
import { eventually } from '../../support/watching/eventually.js';
import {
  recipient,
  startWaybill,
  stopWaybills,
  type Waybill,
} from '../../support/worlds/waybill.js';

interface Answer {
  readonly dryRun: boolean;
  readonly counts: Readonly<Record<'matched' | 'done' | 'repeated' | 'refused', number>>;
  readonly items: readonly {
    readonly id: string;
    readonly result: string;
    readonly status?: string;
    readonly resentAs?: string;
    readonly problem?: ProblemShown;
  }[];
  readonly nextCursor: string | null;
}

interface Rejected {
  readonly status: string;
  readonly attempts: readonly { readonly messageUuid: string }[];
}

/** Nine messages are sent at first, so that four may follow. */
const MESSAGES_PER_DAY = 13;

const root = createApiKey('root', ['admin']);
const clerk = createApiKey('clerk', ['send', 'read']);
const apiKeys = parseApiKeys(`${root.configured},${clerk.configured}`).keys;

// The day must not end during the test. Reports that are signed now are taken for 25 hours.
const HALF_DAY_MS = 43_200_000;
const toNoonMs =
  2 * HALF_DAY_MS * Math.ceil((Date.now() - HALF_DAY_MS) / (2 * HALF_DAY_MS)) +
  HALF_DAY_MS -
  Date.now();
const time = { ...systemTime, wallMs: () => Date.now() + toNoonMs };

let waybill: Waybill;
let api: Api;
const unknown: string[] = [];
const rejected: string[] = [];
let deniedId: string;
let perhapsId: string;
let earlierId: string;

beforeAll(async () => {
  waybill = await startWaybill({
    time,
    config: {
      apiKeys,
      limits: {
        messagesPerDay: MESSAGES_PER_DAY,
        costPerDay: null,
        messagesPerRecipientHour: null,
        countriesAllowed: null,
        countriesBlocked: [],
      },
    },
  });
  api = new Api(waybill.url, root.key);
  for (let index = 0; index < 3; index++) {
    const [lost, refused] = [recipient(), recipient()];
    waybill.sandbox.tellStory({ to: lost, answer: { kind: 'reset' }, uses: 1 });
    waybill.sandbox.tellStory({ to: refused, story: 'rejected', code: '1310', uses: 1 });
    unknown.push(await send(lost));
    rejected.push(await send(refused));
  }
  await listed('unknown', 3);
  await listed('rejected', 3);
  deniedId = await denied('denied');
  earlierId = await deliveredEarlier('earlier');
  // Its time to live ended, so that the receipt may be missing although the phone got it.
  const to = recipient();
  waybill.sandbox.tellStory({ to, story: 'rejected', code: '1360', uses: 1 });
  const perhaps = await api.post('/v1/messages', { to, text: 'Hello', reference: 'perhaps' });
  perhapsId = perhaps.as<{ id: string }>(202).id;
  await eventually(async () => {
    const answer = await api.get('/v1/messages?reference=perhaps&status=rejected');
    return answer.as<{ items: readonly unknown[] }>(200).items.length === 1;
  });
});

/** A message that was rejected, and then reported delivered. */
async function denied(reference: string): Promise<string> {
  const to = recipient();
  waybill.sandbox.tellStory({ to, story: 'rejected', code: '1310', uses: 1 });
  const answer = await api.post('/v1/messages', { to, text: 'Hello', reference });
  const { id } = answer.as<{ id: string }>(202);
  const attempts = await eventually(async () => {
    const message = (await api.get(`/v1/messages/${id}`)).as<Rejected>(200);
    return message.status === 'rejected' && message.attempts;
  });
  const more = { message_uuid: attempts[0]?.messageUuid, client_ref: `${id}.1` };
  const webhooks = new SignedWebhooks(waybill.url, waybill.config);
  expect((await webhooks.post('status', statusBody('delivered', more))).status).toBe(204);
  await eventually(async () => {
    const query = `reference=${reference}&contradicted=true`;
    const shown = await api.get(`/v1/messages?${query}`);
    return shown.as<{ items: readonly unknown[] }>(200).items.length === 1;
  });
  return id;
}

/** A message of which both attempts were rejected, and then the first one was reported delivered. */
async function deliveredEarlier(reference: string): Promise<string> {
  const to = recipient();
  waybill.sandbox.tellStory({ to, story: 'rejected', code: '1310', uses: 2 });
  const step = { channel: 'whatsapp', when: 'failure', from: '447700900001' };
  const body = { to, text: 'Hello', reference, fallback: [step] };
  const { id } = (await api.post('/v1/messages', body)).as<{ id: string }>(202);
  const attempts = await eventually(async () => {
    const message = (await api.get(`/v1/messages/${id}`)).as<Rejected>(200);
    return message.status === 'rejected' && message.attempts;
  });
  expect(attempts).toHaveLength(2);
  const more = { message_uuid: attempts[0]?.messageUuid, client_ref: `${id}.1` };
  const webhooks = new SignedWebhooks(waybill.url, waybill.config);
  expect((await webhooks.post('status', statusBody('delivered', more))).status).toBe(204);
  await eventually(async () => {
    const shown = await api.get(`/v1/messages?reference=${reference}&status=rejected`);
    return shown.as<{ items: readonly unknown[] }>(200).items.length === 1;
  });
  return id;
}

afterAll(stopWaybills);

const send = async (to: string): Promise<string> =>
  (await api.post('/v1/messages', { to, text: 'Hello', reference: 'bulk' })).as<{ id: string }>(202)
    .id;

/** Waits until the list shows so many messages of a status. */
const listed = (status: string, count: number) =>
  eventually(async () => {
    const answer = await api.get(`/v1/messages?reference=bulk&status=${status}`);
    return answer.as<{ items: readonly unknown[] }>(200).items.length === count;
  });

const decide = async (route: string, body: object, query = 'reference=bulk'): Promise<Answer> =>
  (await api.post(`/v1/messages/${route}?${query}`, { reason: 'An outage.', ...body })).as<Answer>(
    200,
  );

const ledger = async (): Promise<readonly EventShown[]> =>
  (await api.get('/v1/events')).lines as readonly EventShown[];

/** Events that only a decision records: others may come at any time. */
const DECISIONS = ['MessageRequested', 'OutcomeResolved', 'MessageResent', 'QuotaReserved'];
const decided = async (): Promise<number> =>
  (await ledger()).filter(({ type }) => DECISIONS.includes(type)).length;

const ofType = async (type: string): Promise<number> =>
  (await ledger()).filter((event) => event.type === type).length;

/** Without the problem, of which each answer has an instance of its own. */
const outcomeOf = ({ id, result, resentAs }: Answer['items'][number]) => ({ id, result, resentAs });

describe('many decisions at once', () => {
  it('are answered by a dry run as they are by the real one, which changes what it says', async () => {
    const before = await decided();
    const rehearsed = await decide('resolve', { outcome: 'abandon', dryRun: true });
    expect(await decided()).toBe(before);
    expect(rehearsed).toMatchObject({
      dryRun: true,
      counts: { matched: 3, done: 3, repeated: 0, refused: 0 },
      nextCursor: null,
    });
    expect(await decide('resolve', { outcome: 'abandon' }, 'reference=bulk&dryRun=true')).toEqual(
      rehearsed,
    );
    expect(await decided()).toBe(before);
    const [first] = rehearsed.items;
    expect(first).toEqual({ id: unknown[2], result: 'done', status: 'failed' });
    const page = await decide('resolve', { outcome: 'abandon' }, 'reference=bulk&limit=2');
    expect(page.items).toEqual(rehearsed.items.slice(0, 2));
    const rest = `reference=bulk&limit=2&cursor=${encodeURIComponent(page.nextCursor ?? '')}`;
    expect((await decide('resolve', { outcome: 'abandon' }, rest)).items).toEqual(
      rehearsed.items.slice(2),
    );
    expect(await ofType('OutcomeResolved')).toBe(3);
    await listed('failed', 3);
  });

  it('send each message again once, however often they are repeated, and stop at the cap', async () => {
    const before = await decided();
    const rehearsed = await decide('resend', { dryRun: true });
    expect(await decided()).toBe(before);
    expect(rehearsed.counts).toEqual({ matched: 6, done: 4, repeated: 0, refused: 2 });
    const { items, counts } = await decide('resend', {});
    expect(counts).toEqual(rehearsed.counts);
    expect(items.map(outcomeOf)).toEqual(rehearsed.items.map(outcomeOf));
    expect(items.at(-1)?.problem).toMatchObject({ status: 429, type: '/problems/spend-limit' });
    const again = await decide('resend', {}, 'reference=bulk&status=failed,rejected');
    expect(again.counts).toEqual({ matched: 6, done: 0, repeated: 4, refused: 2 });
    expect((await decide('resend', { dryRun: true })).counts).toEqual(again.counts);
    expect(again.items.map(({ resentAs }) => resentAs)).toEqual(
      items.map(({ resentAs }) => resentAs),
    );
    expect(await ofType('MessageRequested')).toBe(MESSAGES_PER_DAY);
    expect(await ofType('MessageResent')).toBe(4);
  });

  it('send nothing again that was sent again under another key, unless they are asked to', async () => {
    const before = await decided();
    const body = { reason: 'The next morning.' };
    const headers = { 'Idempotency-Key': 'the next morning' };
    const answer = await api.post('/v1/messages/resend?reference=bulk', body, headers);
    const { items } = answer.as<Answer>(200);
    const resent = items.filter(({ problem }) => problem?.detail?.includes('sent again already'));
    expect(resent).toHaveLength(4);
    for (const { result, problem } of resent) {
      expect(result).toBe('refused');
      expect(problem).toMatchObject({ status: 409, type: '/problems/message-not-resendable' });
    }
    // Only the cap keeps those back that are named.
    const named = await api.post('/v1/messages/resend?reference=bulk&status=failed', body, headers);
    for (const { problem } of named.as<Answer>(200).items) {
      expect(problem).toMatchObject({ status: 429, type: '/problems/spend-limit' });
    }
    expect(await decided()).toBe(before);
  });

  it('send no second text to a person who may have the first, unless they are asked to', async () => {
    const resend = async (filter: string): Promise<readonly string[]> => {
      const { items } = await decide('resend', { dryRun: true }, `reference=denied${filter}`);
      return items.map((item) => item.id);
    };
    expect(await resend('')).toEqual([]);
    expect(await resend('&contradicted=true')).toEqual([deniedId]);
    expect(await resend('&status=rejected')).toEqual([deniedId]);
  });

  it('send no second text after an attempt that may have arrived, unless they are asked to', async () => {
    for (const dryRun of [true, false]) {
      const { items } = await decide('resend', { dryRun }, 'reference=perhaps');
      expect(items).toMatchObject([
        {
          id: perhapsId,
          result: 'refused',
          problem: {
            type: '/problems/message-not-resendable',
            detail: expect.stringContaining('may have arrived'),
          },
        },
      ]);
    }
    // The receipt of an earlier attempt denies nothing, so the message is not `contradicted`.
    const { items: earlier } = await decide('resend', {}, 'reference=earlier');
    expect(earlier).toMatchObject([
      { id: earlierId, result: 'refused', problem: { type: '/problems/message-not-resendable' } },
    ]);
    // Only the cap keeps it back.
    const { items } = await decide('resend', {}, 'reference=perhaps&status=rejected');
    expect(items).toMatchObject([{ problem: { type: '/problems/spend-limit' } }]);
  });

  it('leave messages alone that cannot be decided about, and name the reason for each', async () => {
    const answer = await decide('resolve', { outcome: 'resend' }, 'reference=bulk&status=rejected');
    expect(answer.counts).toMatchObject({ matched: 3, done: 0, refused: 3 });
    for (const { problem } of answer.items) {
      expect(problem).toMatchObject({ status: 409, type: '/problems/message-not-unknown' });
    }
  });

  it('need the scope admin, and name all faults of the body and the filters', async () => {
    const body = { outcome: 'abandon', reason: 'x' };
    const refused = await new Api(waybill.url, clerk.key).post('/v1/messages/resolve', body);
    expect(refused.status).toBe(403);
    const faulty = await api.post('/v1/messages/resend?status=lost&limit=0', { dryRun: 'yes' });
    expect(faulty.problem.errors?.map((fault) => fault.pointer ?? fault.parameter)).toEqual(
      expect.arrayContaining(['/reason', '/dryRun', 'status', 'limit']),
    );
  });
});

it.each([{}, { 'Idempotency-Key': 'tuesday' }])(
  'send no third text where a request that names a status is repeated',
  async (headers) => {
    const other = await startWaybill();
    const to = recipient();
    const id = await other.send(to, { reference: 'third' });
    await other.until(id, 'delivered');
    const ask = async (key: Record<string, string> = headers): Promise<Answer> => {
      const query = 'reference=third&status=delivered';
      const body = { reason: 'The text was wrong.' };
      return (await other.api.post(`/v1/messages/resend?${query}`, body, key)).as<Answer>(200);
    };
    const delivered = (count: number) =>
      eventually(async () => {
        const list = await other.api.get('/v1/messages?reference=third&status=delivered');
        return list.as<{ items: readonly unknown[] }>(200).items.length === count;
      });
    await delivered(1);
    const first = await ask();
    expect(first.items).toMatchObject([{ id, result: 'done' }]);
    await delivered(2);
    const again = await ask();
    expect(again.items.map(({ result }) => result)).toEqual(['refused', 'repeated']);
    expect(again.items[0]?.problem?.detail).toContain(`repeat of message ${id}`);
    expect(other.sandbox.messages().filter((one) => one.to === to)).toHaveLength(2);
    expect((await ask({ 'Idempotency-Key': 'wednesday' })).counts).toMatchObject({ done: 2 });
  },
);
