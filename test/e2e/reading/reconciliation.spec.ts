import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { copyFile, readdir, rm, utimes, writeFile } from 'node:fs/promises';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { gzipSync } from 'node:zlib';
import { backUpLedger } from '../../../src/adapters/event-store/sqlite/back-up-ledger.js';
import { systemTime } from '../../../src/adapters/system/system-time.js';
import type { ReconciliationSummary } from '../../../src/application/reconciliation/summary.js';
import { emailThrough, startMailServer } from '../../support/doubles/mail-server.js';
import { alteredReport, foreignRow, reconcileWith } from '../../support/facts/report-files.js';
import { SignedWebhooks, statusBody } from '../../support/facts/signed-webhooks.js';
import { eventually } from '../../support/watching/eventually.js';
import {
  recipient,
  startWaybill,
  stopWaybills,
  type Waybill,
} from '../../support/worlds/waybill.js';

let waybill: Waybill;

beforeAll(async () => {
  waybill = await startWaybill();
});

afterAll(stopWaybills);

const reconcile = (file: string | Buffer, query = ''): Promise<ReconciliationSummary> =>
  reconcileWith(waybill, file, query);

const zip = async (): Promise<Buffer> =>
  Buffer.from(
    await (await fetch(`${waybill.sandbox.url}/sandbox/report?format=zip`)).arrayBuffer(),
  );

const revisionsOf = async (ids: readonly string[]): Promise<readonly number[]> =>
  Promise.all(ids.map(async (id) => (await waybill.message(id)).revision));

/** Waits until the list shows the present status of each message. */
const listed = async (of: Waybill, ids: readonly string[]): Promise<void> => {
  const present = await Promise.all(ids.map(async (id) => (await of.message(id)).status));
  await eventually(async () => {
    const { items } = (await of.api.get('/v1/messages')).as<{
      items: { id: string; status: string }[];
    }>(200);
    return ids.every((id, index) =>
      items.some((one) => one.id === id && one.status === present[index]),
    );
  });
};

const altered = (id: string, change: (row: string) => string | undefined): string =>
  alteredReport(waybill, id, change);

const foreign = (received: string, uuid?: string): string => foreignRow(waybill, received, uuid);

test('an unaltered report, as CSV or in its ZIP, agrees with everything and records nothing', async () => {
  const ids = [
    await waybill.send(recipient()),
    await waybill.send(recipient('002')),
    await waybill.send('447700991170'),
  ];
  await eventually(async () => {
    const messages = await Promise.all(ids.map((id) => waybill.message(id)));
    return messages.every(({ final }) => final);
  });
  await waybill.sandbox.settled();
  const before = await revisionsOf(ids);

  for (const file of [waybill.sandbox.report(), await zip()]) {
    const summary = await reconcile(file);
    expect(summary).toMatchObject({
      records: 3,
      recorded: 0,
      counts: { agree: 3, missingHere: 0, contradict: 0, unknownHere: 0, unknownToVonage: 0 },
    });
  }
  expect(await revisionsOf(ids)).toEqual(before);
});

test('a lost webhook is recorded once, by the state machine, with its source', async () => {
  waybill.sandbox.configure({ statusUrl: null });
  const id = await waybill.send(recipient());
  await waybill.until(id, 'sent');
  await waybill.sandbox.settled();
  waybill.sandbox.configure({ statusUrl: `${waybill.url}/webhooks/status` });

  const rehearsed = await reconcile(waybill.sandbox.report(), '?dryRun=true');
  expect(rehearsed).toMatchObject({ dryRun: true, recorded: 0, counts: { missingHere: 1 } });
  expect((await waybill.message(id)).status).toBe('sent');

  const first = await reconcile(waybill.sandbox.report());
  expect(first).toMatchObject({ recorded: 1, counts: { missingHere: 1 } });
  expect(first.examples.missingHere).toMatchObject([
    { messageId: id, attempt: 1, reported: 'delivered', status: 'sent' },
  ]);
  const message = await waybill.message(id);
  expect(message.status).toBe('delivered');
  const last = (await waybill.events(id)).at(-1);
  expect(last).toMatchObject({
    type: 'StatusReported',
    metadata: { source: 'reconciliation', causationId: first.id },
  });

  const second = await reconcile(waybill.sandbox.report());
  expect(second).toMatchObject({ recorded: 0, counts: { missingHere: 0, contradict: 0 } });
  expect((await waybill.message(id)).revision).toBe(message.revision);
});

test('a record that denies a final status is kept and changes nothing, however often it comes', async () => {
  const id = await waybill.send(recipient());
  await waybill.until(id, 'delivered');
  await waybill.sandbox.settled();
  const file = altered(id, (row) => row.replace('"delivered",""', '"rejected","1170"'));

  expect(await reconcile(file)).toMatchObject({ recorded: 1, counts: { contradict: 1 } });
  expect(await waybill.message(id)).toMatchObject({ status: 'delivered', contradicted: true });
  expect(await reconcile(file)).toMatchObject({ recorded: 0, counts: { contradict: 1 } });
});

test('a call of unknown outcome is settled by its record', async () => {
  waybill.sandbox.configure({ statusUrl: null });
  waybill.sandbox.tellStory({
    answer: { kind: 'accepted', body: 'empty' },
    callbacks: [{ status: 'delivered', afterMs: 1 }],
  });
  const id = await waybill.send(recipient());
  await waybill.until(id, 'unknown');
  await waybill.sandbox.settled();
  waybill.sandbox.configure({ statusUrl: `${waybill.url}/webhooks/status` });

  expect(await reconcile(waybill.sandbox.report())).toMatchObject({ recorded: 1 });
  expect((await waybill.message(id)).status).toBe('delivered');
});

test('Vonage is asked live about what is unknown or unconfirmed, after it is said what that costs', async () => {
  waybill.sandbox.configure({ statusUrl: null });
  const id = await waybill.send(recipient(), { confirmWithinSeconds: 1 });
  await waybill.until(id, 'unconfirmed');
  waybill.sandbox.configure({ statusUrl: `${waybill.url}/webhooks/status` });

  const path = '/v1/reconciliations/stuck';
  const plan = await eventually(async () => {
    const shown = (await waybill.api.get(path)).as<{ messages: number }>(200);
    return shown.messages === 1 ? shown : undefined;
  });
  expect(plan).toMatchObject({
    estimatedCost: { currency: 'EUR', amount: '0.0004' },
    leftBefore: null,
  });
  const before = await waybill.api.get(`${path}?until=${(await waybill.message(id)).createdAt}`);
  expect(before.body).toMatchObject({ messages: 0 });
  const answer = (await waybill.api.post(path, undefined)).as<ReconciliationSummary>(200);
  expect(answer).toMatchObject({ recorded: 1, counts: { missingHere: 1, unknownToVonage: 0 } });
  expect((await waybill.message(id)).status).toBe('delivered');
});

test('Vonage is not asked for the number of an erased person', async () => {
  const time = { ...systemTime, wallMs: () => systemTime.wallMs() + aheadMs };
  let aheadMs = 0;
  const other = await startWaybill({ time });
  other.sandbox.configure({ statusUrl: null });
  other.sandbox.tellStory({ answer: { kind: 'accepted', body: 'empty' }, callbacks: [] });
  const to = recipient();
  const id = await other.send(to);
  await other.until(id, 'unknown');
  const erased = await other.api.call('DELETE', `/v1/contacts/${to}/data`, { reason: 'Asked.' });
  expect(erased.status).toBe(200);
  await other.stop();
  aheadMs = 300_000;
  await other.start();
  const asked = await other.api.post('/v1/reconciliations/stuck', undefined);
  const { counts, notes } = asked.as<ReconciliationSummary>(200);
  expect(counts.unknownToVonage).toBe(0);
  expect(notes).toEqual([expect.stringContaining(`${id} is of an erased person`)]);
  await other.end();
});

test('Vonage is not asked about an e-mail of unknown outcome', async () => {
  const mail = await startMailServer();
  mail.script = { onText: () => 'cut' };
  let aheadMs = 0;
  const time = { ...systemTime, wallMs: () => systemTime.wallMs() + aheadMs };
  const email = emailThrough(mail.url);
  const other = await startWaybill({ time, config: { email } });
  const fallback = [
    { channel: 'email', when: 'failure', to: 'ann@home.example', subject: 'Hello' },
  ];
  const id = await other.send(recipient('003'), { fallback });
  await other.until(id, 'unknown');
  await listed(other, [id]);
  const file =
    other.sandbox.report() +
    foreignRow(other, '2020-01-01T00:00:00+00:00') +
    foreignRow(other, '2035-01-01T00:00:00+00:00');
  expect((await reconcileWith(other, file)).counts.unknownToVonage).toBe(0);
  await other.stop();
  aheadMs = 300_000;
  await other.start();
  const asked = await other.api.post('/v1/reconciliations/stuck', undefined);
  const { counts, notes } = asked.as<ReconciliationSummary>(200);
  expect([counts.unknownToVonage, notes]).toEqual([0, []]);
  await other.end();
  await mail.close();
});

test('a wish to stop that a record tells is kept, although the first comparison was cut off before it', async () => {
  const other = await startWaybill();
  other.sandbox.configure({ statusUrl: null });
  const to = recipient('971240');
  await other.until(await other.send(to), 'sent');
  await other.sandbox.settled();
  const ledger = new DatabaseSync(join(other.directory, 'ledger.sqlite'), { timeout: 5_000 });
  ledger.exec(`CREATE TRIGGER no_room BEFORE INSERT ON events WHEN NEW.type = 'OptedOut'
    BEGIN SELECT RAISE (ABORT, 'no room'); END`);
  await expect(reconcileWith(other, other.sandbox.report())).rejects.toThrow('503');
  ledger.exec('DROP TRIGGER no_room');
  ledger.close();

  await reconcileWith(other, other.sandbox.report());
  const again = await other.api.post('/v1/messages', { to, text: 'Hello' });
  expect([again.status, again.body]).toMatchObject([409, { title: 'The recipient has opted out' }]);
  await other.end();
});

test('a file whose times another program has rewritten says that nothing can be called missing', async () => {
  const rewritten = waybill.sandbox
    .report()
    .replaceAll(/(\d{4})-(\d\d)-(\d\d)T(\d\d:\d\d):\d\d[^"]*/g, '$3/$2/$1 $4');
  const { notes, range, counts } = await reconcile(rewritten, '?dryRun=true');
  expect([range, counts.unknownToVonage]).toEqual([null, 0]);
  expect(notes).toEqual([expect.stringMatching(/^No record names a time that can be read/)]);
});

test.each([
  ['its fields are separated by semicolons', (report: string) => report.replaceAll(',', ';')],
  ['it is packed by gzip', (report: string) => gzipSync(report)],
])('a file is refused with the reason: %s', async (reason, packed) => {
  await expect(reconcile(packed(waybill.sandbox.report()))).rejects.toThrow(reason);
});

test('foreign records are listed and not recorded; what the file lacks is named', async () => {
  const id = await waybill.send(recipient());
  await waybill.until(id, 'delivered');
  await waybill.sandbox.settled();
  await listed(waybill, [id]);
  const stranger = randomUUID();
  const file =
    altered(id, () => undefined) +
    foreign('2020-01-01T00:00:00+00:00', stranger) +
    foreign('2035-01-01T00:00:00+0000');

  const summary = await reconcile(file);
  expect(summary).toMatchObject({ recorded: 0, counts: { unknownHere: 2, unknownToVonage: 1 } });
  expect(summary.examples.unknownToVonage).toMatchObject([{ messageId: id, attempt: 1 }]);
  expect(summary.examples.unknownHere[0]).toMatchObject({ messageUuid: stranger, from: 'verify' });
  const { status } = await waybill.api.get(`/v1/messages/${stranger}`);
  expect(status).toBe(404);
});

test('what Vonage may have taken just before or after the records of a file is not called missing', async () => {
  const other = await startWaybill();
  const id = await other.send(recipient());
  await other.until(id, 'delivered');
  await other.sandbox.settled();
  await listed(other, [id]);
  const around = (beforeMs: number, afterMs: number): string =>
    alteredReport(other, id, () => undefined) +
    [-beforeMs, afterMs]
      .map((ms) => foreignRow(other, new Date(Date.now() + ms).toISOString()))
      .join('');
  const [minute, hour] = [60_000, 3_600_000];
  const unknown = async (file: string): Promise<number> =>
    (await reconcileWith(other, file)).counts.unknownToVonage;
  expect(await unknown(around(hour, minute))).toBe(0);
  expect(await unknown(around(0, hour))).toBe(0);
  expect(await unknown(around(hour, hour))).toBe(1);
  const { notes } = await reconcileWith(other, around(minute, minute));
  expect(notes).toEqual([expect.stringContaining('The records span 2 minutes')]);
  await other.end();
});

test('the account of this service is found behind any number of others', async () => {
  const { apiKey } = waybill.config.vonage;
  const [header = '', ...own] = waybill.sandbox.report().split('\n');
  const others = Array.from({ length: 160 }, (_, index) =>
    foreign('2020-01-01T00:00:00Z').replace(apiKey, `other${index}`).trimEnd(),
  );
  const { accounts, notes } = await reconcile(
    [header, ...others, ...own].join('\n'),
    '?dryRun=true',
  );
  expect(accounts).toContain(apiKey);
  expect([accounts.length, notes]).toEqual([101, []]);
});

test('what a row that cannot be read names is known to Vonage', async () => {
  const id = await waybill.send(recipient());
  await waybill.until(id, 'delivered');
  await waybill.sandbox.settled();
  await listed(waybill, [id]);
  const file =
    altered(id, (row) => row.replace('"delivered"', '"vanished"')) +
    foreign('2020-01-01T00:00:00+00:00') +
    foreign('2035-01-01T00:00:00+0000');
  const { counts } = await reconcile(file, '?dryRun=true');
  expect([counts.unreadable, counts.unknownToVonage]).toEqual([1, 0]);
});

test('a call that Vonage refused, and one on a channel that the file is not about, are not missing in it', async () => {
  const other = await startWaybill();
  const refused = recipient();
  other.sandbox.tellStory({ to: refused, answer: { kind: 'refused', status: 429 } });
  const lost = await other.send(refused);
  await other.until(lost, 'retrying');
  other.sandbox.tellStory({ to: refused, answer: { kind: 'reset' } });
  await other.until(lost, 'unknown');
  const fallback = [{ channel: 'whatsapp', when: 'failure', from: '447700900002' }];
  const failing = recipient();
  other.sandbox.tellStory({ to: failing, story: 'rejected', code: '1170', uses: 1 });
  const fellBack = await other.send(failing, { fallback });
  await other.until(fellBack, 'delivered');
  await other.sandbox.settled();
  await listed(other, [lost, fellBack]);
  const file =
    alteredReport(other, fellBack, (row) => (row.includes('"whatsapp"') ? undefined : row)) +
    foreignRow(other, '2020-01-01T00:00:00+00:00') +
    foreignRow(other, '2035-01-01T00:00:00+00:00');
  const { examples } = await reconcileWith(other, file);
  const { attempts } = await other.message(lost);
  expect(examples.unknownToVonage).toMatchObject([{ messageId: lost, attempt: attempts.length }]);
  await other.end();
});

test.each([
  ['lies in the far future', '9999-12-31T23:59:59+00:00', '9999-12-31T23:59:59.000Z'],
  ['was before there was any', '1970-01-01T00:00:00+00:00', '1970-01-01T00:00:00.000Z'],
  ['is no day', '2026-02-30T01:00:00+00:00', undefined],
])('a time that %s is not believed', async (_name, finalized, claimedAt) => {
  const uuid = randomUUID();
  const webhooks = new SignedWebhooks(waybill.url, waybill.config);
  await webhooks.post('status', statusBody('submitted', { message_uuid: uuid }));
  const file = waybill.sandbox.report() + foreign(finalized, uuid);
  expect(await reconcile(file)).toMatchObject({ recorded: 1 });

  const { data } = (await waybill.events(uuid)).at(-1) ?? {};
  expect(data).toMatchObject({ status: 'delivered' });
  expect(data?.['claimedAt']).toBe(claimedAt);
  const minutesAgo = (Date.now() - Date.parse(String(data?.['occurredAt']))) / 60_000;
  expect(Math.abs(minutesAgo)).toBeLessThan(60);
});

test.each([
  ['nothing', '', 'The body is empty'],
  ['another file', 'a,b\n1,2\n', 'no column account_id'],
  ['the product SMS', '"account_id","message_id","status","date_received"\n', 'product MESSAGES'],
  [
    'inbound messages',
    '"account_id","message_id","provider","date_received"\n',
    'direction outbound',
  ],
  ['a broken ZIP', 'PK\u0003\u0004 and no more', 'ZIP is damaged'],
])('refuses %s, and says what to send', async (_name, file, words) => {
  await expect(reconcile(file)).rejects.toThrow(words);
});

test('a row that cannot be read is named, and the others are compared', async () => {
  const report = waybill.sandbox.report();
  const file = `${report}"too","few"\n${foreign('2025-01-01T00:00:00Z').replace('"delivered"', '"vanished"')}`;
  const { counts, examples } = await reconcile(file);
  expect(counts.unreadable).toBe(2);
  expect(examples.unreadable.map(({ reason }) => reason)).toEqual([
    'it has 2 fields and not 22',
    'the status "vanished" is not known',
  ]);
  expect(counts.agree).toBeGreaterThan(0);
});

test('no upload is left behind, not even by a process that was killed', async () => {
  const uploads = async () =>
    (await readdir(waybill.directory)).filter((name) => name.includes('upload-'));
  expect(await uploads()).toEqual([]);
  await waybill.stop();
  await writeFile(join(waybill.directory, 'upload-of-a-killed-process.tmp'), '447700900123');
  await waybill.start();
  expect(await uploads()).toEqual([]);
});

test('an upload of a process that has ended is deleted also from the place of all temporary files', async () => {
  const ended = spawn(process.execPath, ['--version']);
  await once(ended, 'exit');
  const there = (name: string): string => join(tmpdir(), name);
  const uploadOf = (host: string, pid: number | undefined): string =>
    there(`waybill-upload-${host}-${pid}-${randomUUID()}.tmp`);
  const oldOfAnotherHost = uploadOf('another-host', ended.pid);
  const deleted = [
    uploadOf(hostname(), ended.pid),
    uploadOf(hostname(), process.pid),
    oldOfAnotherHost,
  ];
  const kept = [
    uploadOf(hostname(), process.ppid),
    // Ids of another container mean nothing here.
    uploadOf('another-host', ended.pid),
    there('upload-of-others.tmp'),
  ];
  for (const file of [...deleted, ...kept]) await writeFile(file, '447700900123');
  const twoDaysAgo = Date.now() / 1000 - 2 * 24 * 60 * 60;
  await utimes(oldOfAnotherHost, twoDaysAgo, twoDaysAgo);
  await startWaybill({ config: { eventStore: { kind: 'memory' } } });
  const left = [...deleted, ...kept].filter((file) => existsSync(file));
  for (const file of left) await rm(file);
  expect(left).toEqual(kept);
});

test('a failure of before a restore starts nothing, which may have been sent by then', async () => {
  const other = await startWaybill();
  const fallback = [{ channel: 'whatsapp', when: 'failure', from: '447700900002' }];
  const failedUnheard = async (): Promise<string> => {
    other.sandbox.configure({ statusUrl: null });
    const to = recipient();
    other.sandbox.tellStory({ to, story: 'rejected', code: '1170', uses: 1 });
    const id = await other.send(to, { fallback });
    await other.until(id, 'sent');
    await other.sandbox.settled();
    return id;
  };
  const id = await failedUnheard();
  const older = join(other.directory, 'older');
  await backUpLedger(other.directory, older);
  await other.stop();
  const ledger = join(other.directory, 'ledger.sqlite');
  for (const suffix of ['-wal', '-shm']) await rm(`${ledger}${suffix}`, { force: true });
  await copyFile(join(older, 'ledger.sqlite'), ledger);
  await other.start();
  await eventually(async () => {
    const waiting = 'unknown';
    const released = await other.api.post('/v1/sending/release', { reason: 'Restored.', waiting });
    return released.status === 200;
  });
  const since = await failedUnheard();
  // The lists are made anew meanwhile.
  await eventually(async () => (await other.api.get('/v1/messages')).status === 200);
  const summary = await reconcileWith(other, other.sandbox.report(), '');
  expect(summary).toMatchObject({ recorded: 2 });
  expect((await other.message(id)).status).toBe('rejected');
  expect((await other.history(id)).at(-1)).toBe('StatusReported');
  expect(await other.history(since)).toContain('FallbackStarted');
});
