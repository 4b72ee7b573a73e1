import { closeSync, openSync, readdirSync, rmSync, statSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import {
  changeLastEvent,
  ledgerDamages,
  overwritePage,
  pagesOf,
} from '../../support/files/damage-ledger.js';
import type { EventShown } from '../../support/facts/api.js';
import { alteredReport, reconcileWith } from '../../support/facts/report-files.js';
import { eventually } from '../../support/watching/eventually.js';
import { SignedWebhooks, statusBody } from '../../support/facts/signed-webhooks.js';
import {
  recipient,
  startWaybill,
  stopWaybills,
  type Waybill,
} from '../../support/worlds/waybill.js';

afterAll(stopWaybills);

const ledgerOf = ({ directory }: Waybill): string => join(directory, 'ledger.sqlite');

/** Moves all pages from the write-ahead log to the file: from the log they would be read whole. */
function checkpoint(file: string): void {
  const database = new DatabaseSync(file);
  database.exec('PRAGMA wal_checkpoint(TRUNCATE)');
  database.close();
}

interface Ready {
  readonly status: string;
  readonly accepting: boolean;
  readonly parts: Readonly<Record<string, { readonly state: string; readonly reason?: string }>>;
}

/** Waits until the whole ledger was read once since the start. */
async function checked(waybill: Waybill): Promise<void> {
  await eventually(async () =>
    /^waybill_ledger_checks [1-9]/m.test((await waybill.api.get('/metrics')).text),
  );
}

function forgetReadModels({ directory }: Waybill): void {
  for (const name of readdirSync(directory)) {
    if (name.startsWith('read-model')) rmSync(join(directory, name), { recursive: true });
  }
}

interface Parked {
  readonly items: readonly { readonly stream: string; readonly error: string }[];
  readonly counts: Readonly<Record<string, number>>;
}

interface ContactsPage {
  readonly items: readonly { readonly number: string }[];
  readonly unreadable: number;
}

describe.each([
  ['whose data is not JSON', `data = 'nonsense'`],
  ['whose data is JSON, but no object', `data = 'null'`],
  ['whose metadata is not JSON', `metadata = '{'`],
  ['whose metadata is JSON without a time', `metadata = '{}'`],
  ['of an unknown type', `type = 'MessageTeleported'`, 503],
  ['of an unknown version', 'version = 99', 503],
])('an event %s', (_, change, answer = 204) => {
  it('is named where it stands, parked, marked and counted, and stops nothing else', async () => {
    const waybill = await startWaybill();
    const whole = await waybill.send(recipient());
    const broken = await waybill.send(recipient());
    for (const id of [whole, broken]) await waybill.until(id, 'delivered');
    await waybill.stop();
    changeLastEvent(ledgerOf(waybill), `message-${broken}`, change);
    forgetReadModels(waybill);
    await waybill.start();
    const { api } = waybill;

    // An undamaged message continues.
    await waybill.until(whole, 'delivered');
    await waybill.until(await waybill.send(recipient()), 'delivered');
    const lines = (await api.get('/v1/events')).text.trim().split('\n');
    const events = lines.map((line) => JSON.parse(line) as { stream: string; damaged?: string });
    const marked = events.filter(({ damaged }) => damaged !== undefined);
    expect(marked.map(({ stream }) => stream)).toEqual([`message-${broken}`]);

    // The message's answer names the damage.
    const { problem } = await api.get(`/v1/messages/${broken}`);
    expect(problem).toMatchObject({ type: '/problems/undecodable-event', status: 500 });
    expect(problem.detail).toMatch(/at revision \d+/);
    const replay = await waybill.events(broken);
    expect(replay.slice(0, -1).every(({ effect }) => effect !== null)).toBe(true);
    expect(replay.at(-1)).toMatchObject({ damaged: expect.any(String), effect: null });

    // A report about it is safe: in quarantine, or with Vonage until a newer build accepts it.
    const webhooks = new SignedWebhooks(waybill.url, waybill.config);
    const report = statusBody('read', { client_ref: `${broken}.1` });
    expect((await webhooks.post('status', report)).status).toBe(answer);
    const kept = answer === 204 ? 1 : 0;
    await eventually(async () => {
      const page = (await api.get('/v1/quarantine')).as<{ items: { reason: string }[] }>(200);
      expect(page.items.map(({ reason }) => reason)).toEqual(
        Array.from({ length: kept }, () =>
          expect.stringContaining('an event of its message cannot be read'),
        ),
      );
      return true;
    });

    const parked = (await api.get('/v1/parked-events')).as<Parked>(200);
    expect(parked.items.every(({ stream }) => stream === `message-${broken}`)).toBe(true);
    expect(parked.counts['messages']).toBe(1);
    expect((await api.get('/metrics')).text).toMatch(/^waybill_parked_events [1-9]/m);

    // A newer build can read the event, so nothing is damaged for it.
    await checked(waybill);
    const isDamaged = answer === 204;
    const ready = (await api.get('/health/ready')).as<Ready>(isDamaged ? 503 : 200);
    expect(ready.parts['ledger']?.state).toBe(isDamaged ? 'damaged' : 'working');
    expect((await api.get('/health/ready?part=ledger')).status).toBe(200);
    expect((await api.get('/v1/sending')).as<object>(200)).toMatchObject({ state: 'flowing' });
    await waybill.end();
  });
});

it('takes in the reports about a damaged message after the ledger is restored, when a person replays them', async () => {
  const waybill = await startWaybill();
  const { api } = waybill;
  const id = await waybill.send(recipient());
  await waybill.until(id, 'delivered');
  await waybill.stop();
  changeLastEvent(ledgerOf(waybill), `message-${id}`, `data = 'x' || data`);
  await waybill.start();
  const report = statusBody('read', { client_ref: `${id}.1` });
  const webhooks = new SignedWebhooks(waybill.url, waybill.config);
  expect((await webhooks.post('status', report)).status).toBe(204);
  const quarantined = async (): Promise<readonly { readonly stream: string }[]> =>
    (await api.get('/v1/quarantine')).as<{ items: { stream: string }[] }>(200).items;
  const stream = await eventually(async () => (await quarantined())[0]?.stream);
  const replay = async () =>
    (await api.post('/v1/received-webhooks/replay', { stream, revision: 0 })).as(200);
  expect(await replay()).toMatchObject({
    result: 'not-understood',
    reason: expect.stringContaining('an event of its message cannot be read'),
  });
  expect(await quarantined()).toHaveLength(1);
  await waybill.stop();
  changeLastEvent(ledgerOf(waybill), `message-${id}`, 'data = substr(data, 2)');
  await waybill.start();
  expect(await replay()).toMatchObject({ signature: 'valid', result: 'applied' });
  expect(await waybill.message(id)).toMatchObject({ status: 'read' });
  // It needs nobody any more. The ledger keeps both, what came and that it was replayed.
  await eventually(async () => (await quarantined()).length === 0);
  expect(await replay()).toMatchObject({ signature: 'valid', result: 'repeated' });
  const { lines } = await api.get('/v1/events');
  const types = (lines as EventShown[]).filter((event) => event.stream === stream);
  expect(types.map(({ type }) => type)).toEqual(['WebhookQuarantined', 'WebhookReplayed']);
  await waybill.end();
});

it('sends by itself, with the build that knows the event, what one that does not has set aside', async () => {
  const waybill = await startWaybill({ config: { sending: 'held' } });
  const { api } = waybill;
  const id = await waybill.send(recipient());
  await waybill.stop();
  changeLastEvent(ledgerOf(waybill), `message-${id}`, `type = 'MessageTeleported'`);
  forgetReadModels(waybill);
  await waybill.start();
  const parked = async () => (await api.get('/v1/parked-events')).as<Parked>(200).counts;
  await eventually(async () => (await parked())['agenda'] === 1);
  await waybill.stop();
  changeLastEvent(ledgerOf(waybill), `message-${id}`, `type = 'MessageRequested'`);
  await waybill.start();
  (await api.post('/v1/sending/release', { reason: 'go on' })).as(200);
  await waybill.until(id, 'delivered');
  await eventually(async () => (await parked())['messages'] === 0);
  expect(waybill.sandbox.sendsByClientRef()[`${id}.1`]).toBe(1);
  await waybill.end();
});

async function firstContactOf({ api }: Waybill): Promise<string> {
  const { lines } = await api.get('/v1/events');
  const [stream = ''] = (lines as EventShown[])
    .map((event) => event.stream)
    .filter((name) => name.startsWith('contact-'));
  return stream;
}

it('says of a message that it waits because what was said about consent is damaged', async () => {
  const waybill = await startWaybill();
  const [broken, whole] = [recipient(), recipient()];
  (await waybill.api.call('DELETE', `/v1/suppressions/${broken}`)).as(200);
  await waybill.api.post('/v1/sending/hold', { reason: 'Until the contact is damaged.' });
  const [waits, goes] = [await waybill.send(broken), await waybill.send(whole)];
  const stream = await firstContactOf(waybill);
  await waybill.stop();
  changeLastEvent(ledgerOf(waybill), stream, `data = 'nonsense'`);
  await waybill.start();
  (await waybill.api.post('/v1/sending/release', { reason: 'Go on.' })).as(200);
  await waybill.until(goes, 'delivered');
  const { status, explanation } = await waybill.message(waits);
  expect(status).toBe('accepted');
  expect(explanation).toContain('consent of the recipient cannot be read');
  await waybill.end();
});

it('lists all other contacts where an event of one is damaged, and counts what it leaves out', async () => {
  const waybill = await startWaybill();
  const [broken, whole] = [recipient(), recipient()];
  for (const number of [broken, whole]) {
    (await waybill.api.call('PUT', `/v1/suppressions/${number}`)).as(200);
  }
  const paths = ['/v1/contacts', '/v1/suppressions'];
  const pageOf = async (path: string): Promise<ContactsPage> =>
    (await waybill.api.get(path)).as<ContactsPage>(200);
  await eventually(async () => (await pageOf('/v1/contacts')).items.length === 2);
  const stream = await firstContactOf(waybill);
  await waybill.stop();
  changeLastEvent(ledgerOf(waybill), stream, `data = 'nonsense'`);
  await waybill.start();
  for (const path of paths) {
    const { items, unreadable } = await pageOf(path);
    expect([items.map(({ number }) => number), unreadable]).toEqual([[whole], 1]);
  }
  // What cannot be read may be a wish to stop.
  expect((await waybill.trySend({ to: broken })).status).toBe(500);
  await waybill.end();
});

it('reconciles, though an event of sending is damaged', async () => {
  const waybill = await startWaybill();
  const id = await waybill.send(recipient());
  await waybill.until(id, 'delivered');
  await waybill.sandbox.settled();
  (await waybill.api.post('/v1/sending/hold', { reason: 'A test.' })).as(200);
  await waybill.stop();
  changeLastEvent(ledgerOf(waybill), 'sending-main', `data = 'nonsense'`);
  await waybill.start();
  const file = alteredReport(waybill, id, (row) =>
    row.replace('"delivered",""', '"rejected","1170"'),
  );
  expect(await reconcileWith(waybill, file)).toMatchObject({
    recorded: 1,
    counts: { contradict: 1 },
  });
  await waybill.end();
});

describe('a damaged page of the ledger', () => {
  it('fails the reads that meet it, is told by readiness until another succeeds, and ends nothing', async () => {
    const waybill = await startWaybill();
    const ids: string[] = [];
    for (let count = 0; count < 30; count++) {
      ids.push(await waybill.send(recipient(), { text: 'x'.repeat(1_000) }));
    }
    for (const id of ids) await waybill.until(id, 'delivered');
    await waybill.stop();
    checkpoint(ledgerOf(waybill));
    await waybill.start();
    const file = openSync(ledgerOf(waybill), 'r+');
    const { size } = statSync(ledgerOf(waybill));
    const pages = Math.floor(size / 4096);
    for (let page = Math.floor(pages / 2); page < pages * 0.75; page++) {
      writeSync(file, Buffer.alloc(4096, 0xa5), 0, 4096, page * 4096);
    }
    closeSync(file);
    // With the next commit, the reader forgets the pages that it has read before.
    await waybill.send(recipient());

    const statuses = new Map<string, number>();
    for (const id of ids) statuses.set(id, (await waybill.api.get(`/v1/messages/${id}`)).status);
    const [broken] = ids.filter((id) => statuses.get(id) === 503);
    const [whole] = ids.filter((id) => statuses.get(id) === 200);
    expect([...new Set(statuses.values())].toSorted((a, b) => a - b)).toEqual([200, 503]);
    // One check of the ledger serves all requests within a quarter of a second.
    const ledgerAfter = (id: string | undefined, status: number): Promise<{ state: string }> =>
      eventually(async () => {
        await waybill.api.get(`/v1/messages/${id}`);
        const answer = await waybill.api.get('/health/ready?part=ledger');
        return answer.as<{ parts: { ledger: { state: string } } }>(status).parts.ledger;
      });
    expect(await ledgerAfter(broken, 503)).toMatchObject({
      state: 'failing',
      reason: expect.stringContaining('malformed'),
    });
    // One unreadable message must not make a balancer withdraw the instance from all messages.
    // On a slow machine the check of the whole ledger has found the damage meanwhile.
    const { state } = await ledgerAfter(whole, 200);
    expect(['working', 'damaged']).toContain(state);
    expect((await waybill.api.get('/health/live')).status).toBe(200);
    await waybill.end();
  });
});

const damages: readonly (readonly [string, (file: string, stream: string) => void])[] = [
  ['pages with another content', (file) => overwritePages(file, 0.4, 0.7)],
  ...Object.entries(ledgerDamages),
];

function overwritePages(file: string, from: number, to: number): void {
  const pages = pagesOf(file);
  for (let page = Math.ceil(pages * from); page <= pages * to; page++) overwritePage(file, page);
}

/** Each case has a sandbox of its own, so the cases share recipients. */
const [late, ...early] = Array.from({ length: 13 }, () => recipient());

describe.each(damages)('a ledger with %s', (_, damage) => {
  it('is found damaged at the start, holds sending, and goes on taking in', async () => {
    const waybill = await startWaybill();
    const ids: string[] = [];
    for (const to of early) ids.push(await waybill.send(to, { text: 'x'.repeat(1_000) }));
    for (const id of ids) await waybill.until(id, 'delivered');
    // The lists stand behind the damage, so they can go on after it.
    await eventually(async () => {
      const list = await waybill.api.get('/v1/messages?status=delivered&limit=100');
      const { items } = list.as<{ readonly items: readonly { readonly id: string }[] }>(200);
      return ids.every((id) => items.some((item) => item.id === id));
    });
    await waybill.stop();
    damage(ledgerOf(waybill), `message-${ids[5]}`);
    await waybill.start();
    const { api } = waybill;
    await checked(waybill);
    await eventually(async () => {
      const sending = (await api.get('/v1/sending')).as<object>(200);
      expect(sending).toMatchObject({ state: 'held', cause: 'damaged-ledger' });
      return true;
    });

    const ready = (await api.get('/health/ready')).as<Ready>(503);
    expect(ready).toMatchObject({
      status: 'not-ready',
      accepting: true,
      parts: {
        ledger: { state: 'damaged', reason: expect.stringMatching(/.+: .+Restore a backup/) },
      },
    });
    // A balancer keeps using this instance: accepted requests are safe, but refused ones may be lost.
    expect((await api.get('/health/ready?part=ledger')).status).toBe(200);
    expect((await api.get('/health/live')).status).toBe(200);
    expect((await api.get('/metrics')).text).toMatch(/^waybill_ledger_damaged_places [1-9]/m);
    expect(
      waybill.log.lines.filter((line) => line.includes('The ledger is damaged.')),
    ).toHaveLength(1);

    const webhooks = new SignedWebhooks(waybill.url, waybill.config);
    expect((await webhooks.post('inbound', { damaged: 'ledger' })).status).toBe(204);
    const before = waybill.sandbox.messages().length;
    const waiting = await waybill.send(late ?? '');
    expect((await waybill.message(waiting)).status).toBe('accepted');
    expect(waybill.sandbox.messages()).toHaveLength(before);

    // An operator may decide to send in spite of the damage, once for this damage.
    const decision = { reason: 'The disk was changed.', waiting: 'send' };
    expect((await api.post('/v1/sending/release', decision)).status).toBe(200);
    await waybill.until(waiting, 'delivered');
    await waybill.stop();
    await waybill.start();
    await checked(waybill);
    expect((await waybill.api.get('/v1/sending')).as<object>(200)).toMatchObject({
      state: 'flowing',
    });
    expect((await waybill.api.get('/health/ready')).status).toBe(503);
    await waybill.end();
  });
});
