import { randomUUID } from 'node:crypto';
import { eventually } from '../../support/watching/eventually.js';
import { inboundBody, SignedWebhooks, statusBody } from '../../support/facts/signed-webhooks.js';
import {
  recipient,
  startWaybill,
  stopWaybills,
  type Waybill,
} from '../../support/worlds/waybill.js';

let waybill: Waybill;
let webhooks: SignedWebhooks;

beforeAll(async () => {
  waybill = await startWaybill({ config: { defaultCountry: 'GB' } });
  webhooks = new SignedWebhooks(waybill.url, waybill.config);
});

afterAll(stopWaybills);

interface Item {
  readonly direction: 'outbound' | 'inbound';
  readonly id?: string;
  readonly messageUuid?: string;
  readonly text: string | null;
  readonly status?: string;
}

interface ContactShown {
  readonly number: string;
  readonly consent: { readonly state: string; readonly source: string | null };
  readonly review: { readonly keyword: string; readonly messageUuid: string } | null;
  readonly counts: object;
  readonly lastContactAt: string | null;
  readonly history: readonly { readonly change: string; readonly reason: string | null }[];
  readonly conversation: {
    readonly items: readonly Item[];
    readonly before: string | null;
    readonly after: string | null;
  };
}

interface Listed {
  readonly items: readonly { readonly number: string; readonly state: string }[];
  readonly nextCursor: string | null;
}

const says = async (from: string, text: string, at = Date.now()): Promise<string> => {
  const body = inboundBody({ from, text, timestamp: new Date(at).toISOString() });
  expect((await webhooks.post('inbound', body)).status).toBe(204);
  return String(body['message_uuid']);
};

const contact = async (number: string, query = ''): Promise<ContactShown> =>
  (await waybill.api.get(`/v1/contacts/${number}${query}`)).as<ContactShown>(200);

const listed = async (path: string, number: string): Promise<Listed['items']> => {
  const { items } = (await waybill.api.get(path)).as<Listed>(200);
  return items.filter((one) => one.number === number);
};

const nameOf = ({ id, messageUuid }: Item): string | undefined => id ?? messageUuid;

it('shows both directions of a conversation, and what the person said about consent', async () => {
  const to = recipient();
  const sent = await waybill.send(to, { text: 'Your parcel comes today.' });
  await waybill.until(sent, 'delivered');
  const asked = await says(to, 'When?');
  const answer = await waybill.send(to, { text: 'At noon.' });
  await waybill.until(answer, 'delivered');
  const stop = await says(to, 'STOP');

  const written = `0${to.slice(2, 6)} ${to.slice(6)}`;
  const shown = await eventually(async () => {
    const found = await contact(encodeURIComponent(written));
    expect(found.conversation.items).toHaveLength(4);
    return found;
  });
  expect(shown).toMatchObject({
    number: to,
    country: 'GB',
    consent: { state: 'opted-out', source: 'keyword', keyword: 'STOP' },
    review: null,
    counts: { sent: 2, received: 2, atLeast: false },
    history: [{ change: 'opted-out', keyword: 'STOP', messageUuid: stop }],
  });
  const { items } = shown.conversation;
  expect(items.map(nameOf)).toEqual([sent, asked, answer, stop]);
  expect(items.map(({ text }) => text)).toEqual([
    'Your parcel comes today.',
    'When?',
    'At noon.',
    'STOP',
  ]);
  expect(items[0]).toMatchObject({ status: 'delivered', final: true, channel: 'sms' });

  const newest = await contact(to, '?limit=1');
  expect(newest.conversation.items.map(nameOf)).toEqual([stop]);
  const older = await contact(to, `?limit=2&before=${newest.conversation.before}`);
  expect(older.conversation.items.map(nameOf)).toEqual([asked, answer]);
  const newer = await contact(to, `?limit=2&after=${older.conversation.after}`);
  expect(newer.conversation.items.map(nameOf)).toEqual([stop]);
  const more = await says(to, 'And one more');
  await eventually(async () => {
    const since = await contact(to, `?after=${newer.conversation.after}`);
    expect(since.conversation.items.map(nameOf)).toEqual([more]);
    return true;
  });
  const elsewhere = await waybill.api.get(
    `/v1/contacts/${recipient()}?before=${newest.conversation.before}&after=x`,
  );
  expect(elsewhere.problem).toMatchObject({ status: 400 });
});

it('knows a number that it never heard of, and refuses what is none', async () => {
  expect(await contact(recipient())).toMatchObject({
    consent: { state: 'unknown' },
    counts: { sent: 0, received: 0 },
    lastContactAt: null,
    conversation: { items: [], before: null, after: null },
  });
  const { problem } = await waybill.api.get('/v1/contacts/12?limit=0');
  expect(problem.errors?.map(({ parameter }) => parameter)).toEqual(['number', 'limit']);
});

it('lists a text that may be a wish to stop until a person has decided on it', async () => {
  const [unwilling, willing] = [recipient(), recipient()];
  const suspected = await says(unwilling, 'When does it stop raining?');
  await says(willing, 'Please stop sending me these');
  for (const number of [unwilling, willing]) {
    await eventually(async () => (await listed('/v1/contacts?review=true', number)).length === 1);
  }
  expect((await listed('/v1/contacts?review=true', unwilling))[0]).toMatchObject({
    review: { keyword: 'STOP', messageUuid: suspected },
    consent: { state: 'unknown' },
    counts: { received: 1 },
  });
  const review = (number: string, outcome: string) =>
    waybill.api.post(`/v1/contacts/${number}/review`, { outcome, reason: 'Read.' });
  expect((await review(unwilling, 'none')).body).toMatchObject({ state: 'unknown' });
  // At once, although the list may not have taken the decision in.
  expect(await listed('/v1/contacts?review=true', unwilling)).toEqual([]);
  expect((await review(willing, 'opt-out')).body).toMatchObject({
    state: 'opted-out',
    source: 'operator',
    reason: 'Read.',
  });
  const late = await review(willing, 'none');
  expect(late.problem).toMatchObject({ status: 409, type: '/problems/review-not-waiting' });
  expect(
    (await waybill.api.post(`/v1/contacts/${willing}/review`, {})).problem.errors,
  ).toHaveLength(2);
  expect((await waybill.trySend({ to: unwilling })).status).toBe(202);
  expect((await waybill.trySend({ to: willing })).status).toBe(409);
  for (const number of [unwilling, willing]) {
    await eventually(async () => (await listed('/v1/contacts?review=true', number)).length === 0);
    await eventually(async () => (await listed('/v1/contacts', number)).length === 1);
  }
  const { history } = await contact(unwilling);
  expect(history.map(({ change, reason }) => [change, reason])).toEqual([
    ['review-dismissed', 'Read.'],
    ['review-begun', null],
  ]);
});

it('lists a STOP that claims to be older than the START before it, and sends on until a person decides', async () => {
  const to = recipient();
  await says(to, 'START', Date.now() - 60_000);
  const stop = await says(to, 'STOP', Date.now() - 3 * 3_600_000);
  await eventually(async () => (await listed('/v1/contacts?review=true', to)).length === 1);
  expect(await contact(to)).toMatchObject({
    consent: { state: 'opted-in' },
    review: { keyword: 'STOP', messageUuid: stop },
  });
  expect((await waybill.trySend({ to })).status).toBe(202);
});

it('asks nobody to decide about a text of a person who was erased', async () => {
  const [erased, waits] = [recipient(), recipient()];
  await says(erased, 'Please stop sending me these');
  await eventually(async () => (await listed('/v1/contacts?review=true', erased)).length === 1);
  const body = { reason: 'Asked for it.' };
  (await waybill.api.call('DELETE', `/v1/contacts/${erased}/data`, body)).as(200);
  await says(waits, 'Please stop sending me these');
  await eventually(async () => (await listed('/v1/contacts?review=true', waits)).length === 1);
  expect(await listed('/v1/contacts?review=true', 'erased')).toEqual([]);
  expect(await listed('/v1/contacts', 'erased')).toHaveLength(1);
});

it.each([
  ['Messenger', 'messenger', '24680135791357913'],
  ['a business-scoped id of WhatsApp', 'whatsapp', 'US.13491208655302741918'],
  ['a short id', 'viber_service', 'c3RvcA=='],
])('lets a person decide about somebody whom %s names', async (_, channel, from) => {
  const tell = async (text: string): Promise<void> => {
    const body = inboundBody({ channel, from, text });
    expect((await webhooks.post('inbound', body)).status).toBe(204);
  };
  const path = `/v1/contacts/${encodeURIComponent(from)}`;
  await tell('Please stop this');
  await eventually(async () => (await listed('/v1/contacts?review=true', from)).length === 1);
  expect(await contact(encodeURIComponent(from))).toMatchObject({
    number: from,
    country: null,
    review: { keyword: 'STOP' },
  });
  const review = await waybill.api.post(`${path}/review`, { outcome: 'none', reason: 'Read.' });
  expect(review.as(200)).toMatchObject({ number: from, reviewSince: null });

  await tell('STOP');
  await eventually(async () => (await listed('/v1/suppressions', from)).length === 1);
  const suppression = `/v1/suppressions/${encodeURIComponent(from)}`;
  const lifted = await waybill.api.call('DELETE', `${suppression}?reason=Asked`);
  expect(lifted.as(200)).toMatchObject({ number: from, state: 'opted-in' });
  const put = await waybill.api.call('PUT', suppression, { reason: 'By phone.' });
  expect(put.as(200)).toMatchObject({ number: from, state: 'opted-out' });
});

it('takes no misspelt number for the id of a person', async () => {
  for (const number of ['4477OO900123', '447700', 'n/a', '447700900123;447700900124']) {
    const suppression = `/v1/suppressions/${encodeURIComponent(number)}`;
    const { problem } = await waybill.api.call('PUT', suppression, { reason: 'By phone.' });
    expect(problem).toMatchObject({ status: 400, errors: [{ parameter: 'number' }] });
  }
});

it('lists the numbers to which nothing is sent, and why, page by page', async () => {
  const [stopped, barred, lifted] = [recipient(), recipient(), recipient()];
  await says(stopped, 'STOP');
  const error = { title: '1050', type: 'https://developer.vonage.com/api-errors/messages#1050' };
  await webhooks.post('status', statusBody('rejected', { to: barred, error }));
  const reason = { source: 'operator', reason: 'By letter.' };
  await waybill.api.call('PUT', `/v1/suppressions/${lifted}`, reason);
  await eventually(async () => (await listed('/v1/suppressions', lifted)).length === 1);
  expect(await listed('/v1/suppressions', lifted)).toMatchObject([reason]);
  await waybill.api.call('DELETE', `/v1/suppressions/${lifted}`);
  await eventually(async () => (await listed('/v1/suppressions', lifted)).length === 0);
  expect(await listed('/v1/suppressions', stopped)).toMatchObject([
    { state: 'opted-out', source: 'keyword', keyword: 'STOP', sender: null },
  ]);
  expect(await listed('/v1/suppressions', barred)).toMatchObject([
    { state: 'barred', errorCode: '1050', channel: 'sms' },
  ]);
  const whole = (await waybill.api.get('/v1/suppressions')).as<Listed>(200);
  const paged: Listed['items'][number][] = [];
  for (let cursor: string | null = ''; cursor !== null;) {
    const query = cursor === '' ? '' : `&cursor=${cursor}`;
    const page: Listed = (await waybill.api.get(`/v1/suppressions?limit=1${query}`)).as<Listed>(
      200,
    );
    paged.push(...page.items);
    cursor = page.nextCursor;
  }
  expect(paged).toEqual(whole.items);
  const { problem } = await waybill.api.get('/v1/suppressions?cursor=x&limit=501');
  expect(problem.errors).toHaveLength(2);
});

it('answers a text, refuses an answer to none or to somebody else’s, and shows what answers what', async () => {
  const to = recipient();
  const asked = await says(to, 'When?');
  const answer = await waybill.send(to, { text: 'At noon.', inReplyTo: asked.toUpperCase() });
  expect(await waybill.message(answer)).toMatchObject({ inReplyTo: asked });
  const refused = [
    { to, inReplyTo: randomUUID() },
    { to: recipient(), inReplyTo: asked },
  ];
  for (const request of refused) {
    const { problem } = await waybill.trySend(request);
    expect(problem).toMatchObject({ status: 400, errors: [{ pointer: '/inReplyTo' }] });
    const preview = await waybill.api.post('/v1/messages/preview', { text: 'x', ...request });
    expect(preview.body).toMatchObject({ allowed: false });
  }
  expect((await waybill.trySend({ to, inReplyTo: 'x' })).problem.errors).toHaveLength(1);
  await eventually(async () => {
    const inbound = await waybill.api.get(`/v1/inbound/${asked}`);
    expect(inbound.body).toMatchObject({ text: 'When?', answers: [{ id: answer }] });
    return true;
  });
  const { conversation } = await contact(to);
  expect(conversation.items).toMatchObject([
    { messageUuid: asked },
    { id: answer, inReplyTo: asked },
  ]);
  const list = await waybill.api.get(`/v1/messages?inReplyTo=${asked}`);
  expect(list.body).toMatchObject({ items: [{ id: answer }] });
  const both = await waybill.api.get(`/v1/messages?inReplyTo=${asked}&reference=x`);
  expect(both.problem.status).toBe(400);
});
