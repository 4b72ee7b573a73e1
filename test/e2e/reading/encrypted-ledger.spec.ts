import { createHash, randomUUID } from 'node:crypto';
import { readdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { openEventStoreDb } from '../../../src/adapters/event-store/eventstoredb/open-eventstoredb.js';
import { SqliteEventStore } from '../../../src/adapters/event-store/sqlite/sqlite-event-store.js';
import { factIdOf } from '../../../src/adapters/http/webhooks/fact-id.js';
import { inboundStream, messageStream } from '../../../src/application/streams.js';
import type { DomainEvent } from '../../../src/domain/events.js';
import { EventStoreDbDouble } from '../../../testing/eventstoredb-double/eventstoredb-double.js';
import { newEvent, sampleEvents, sampleMetadata } from '../../../testing/events.js';
import { startService } from '../../../src/service.js';
import { Api } from '../../support/facts/api.js';
import { LogCapture } from '../../support/watching/log-capture.js';
import { runCommand } from '../../support/processes/run-command.js';
import { filesWith } from '../../support/watching/bytes-left.js';
import { eventually } from '../../support/watching/eventually.js';
import { recipient, startWaybill, stopWaybills } from '../../support/worlds/waybill.js';

const doubles: EventStoreDbDouble[] = [];

afterAll(async () => {
  await stopWaybills();
  for (const double of doubles) double.stop();
});

const WORDS = 'Hinkelstein-Lieferung';

it('encrypts a plain ledger, whose persons can then be erased, and begins a new log that names the old one', async () => {
  const waybill = await startWaybill({ started: false });
  const { directory } = waybill;
  const number = recipient();
  const [message, inbound] = [randomUUID(), randomUUID()];
  const body = JSON.stringify({ from: number, text: WORDS });
  const sha256 = createHash('sha256').update(body).digest('hex');
  const plain = await SqliteEventStore.open(directory);
  const request = {
    ...sampleEvents.MessageRequested,
    data: { ...sampleEvents.MessageRequested.data, to: number, text: WORDS, fallback: [] },
  } as DomainEvent;
  const cancelled = newEvent();
  await plain.append(
    messageStream(message),
    [{ ...newEvent(), event: request }, cancelled],
    'no-stream',
  );
  const { webhook } = sampleMetadata;
  if (webhook === undefined) throw new Error('The sample has no webhook.');
  const said = {
    ...sampleEvents.InboundReceived,
    data: { ...sampleEvents.InboundReceived.data, messageUuid: inbound, from: number, text: WORDS },
  } as DomainEvent;
  const former = factIdOf(sha256);
  const metadata = {
    ...sampleMetadata,
    correlationId: former,
    webhook: { ...webhook, sha256, rawBody: body },
  };
  await plain.append(inboundStream(inbound), [{ id: former, event: said, metadata }], 'no-stream');
  await plain.close();

  await waybill.start();
  const young = await waybill.send(recipient());
  await waybill.until(young, 'delivered');
  const keyOf = async () => (await fetch(`${waybill.url}/v1/log/key`)).text();
  const before = await keyOf();
  const erase = async (): Promise<number> => {
    const answer = await fetch(`${waybill.url}/v1/contacts/${number}/data`, {
      method: 'DELETE',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ reason: 'asked by letter' }),
    });
    return answer.status;
  };
  const listed = async (): Promise<boolean> => {
    const list = (await waybill.api.get(`/v1/messages?to=${number}`)).as<{ items: object[] }>(200);
    return list.items.length === 1;
  };
  await eventually(listed);
  expect(await erase()).toBe(409);
  await waybill.stop();

  const to = join(directory, 'encrypted');
  const migrate = () =>
    runCommand('commands/migrate-ledger.js', ['--encrypt', '--to', to], { DATA_DIR: directory });
  const first = await migrate();
  expect([first.exitCode, first.errors]).toEqual([0, expect.any(String)]);
  expect(first.output).toMatch(/^2 events were encrypted now/m);
  const again = await migrate();
  expect([again.exitCode, again.errors]).toEqual([0, expect.any(String)]);
  expect(again.output).toContain('had been copied by an earlier run');

  // The log of the plain ledger stays where it is, as it does in PostgreSQL.
  for (const name of readdirSync(directory)) {
    if (/^(ledger|keys|read-model|deliveries)/.test(name)) {
      rmSync(join(directory, name), { recursive: true });
    }
  }
  for (const name of readdirSync(to)) renameSync(join(to, name), join(directory, name));
  rmSync(to, { recursive: true });
  const ledger = readFileSync(join(directory, 'ledger.sqlite'));
  for (const secret of [number, WORDS, sha256, former]) expect(ledger.includes(secret)).toBe(false);

  await waybill.start();
  expect(await waybill.message(message)).toMatchObject({ to: number, text: WORDS });
  expect((await waybill.message(young)).status).toBe('delivered');
  await eventually(listed);
  await eventually(() => waybill.log.says('a new transparency log has begun under a new name'));
  await eventually(async () => {
    const { body: parts } = await waybill.api.get('/health/ready?part=proof');
    return JSON.stringify(parts).includes('"state":"working"');
  });
  expect(before).toContain('+');
  expect(await keyOf()).not.toBe(before);
  expect(await erase()).toBe(200);
  for (const secret of [number, WORDS]) {
    expect([secret, filesWith(directory, secret)]).toEqual([secret, []]);
  }
  const verified = await eventually(async () => {
    const result = await runCommand('commands/verify.js', [], { DATA_DIR: directory });
    return result.exitCode === 0 ? result : undefined;
  });
  expect(verified.output).toContain('as they were signed');
  const [encrypted] = (await (await fetch(`${waybill.url}/v1/events`)).text()).split('\n');
  expect(JSON.parse(encrypted ?? '{}')).toMatchObject({
    type: 'LedgerEncrypted',
    data: { log: { origin: expect.stringContaining('localhost') } },
  });
});

it('encrypts a plain ledger from one EventStoreDB into another', async () => {
  doubles.push(await EventStoreDbDouble.start(), await EventStoreDbDouble.start());
  const [from = '', to = ''] = doubles.map(({ url }) => url);
  const [message, number] = [randomUUID(), recipient()];
  const { type, data } = sampleEvents.MessageRequested;
  const request = { type, data: { ...data, to: number, text: WORDS, fallback: [] } };
  const plain = openEventStoreDb(from);
  const requested = { ...newEvent(), event: request as DomainEvent };
  await plain.store.append(messageStream(message), [requested, newEvent()], 'no-stream');
  await plain.store.close();

  const { directory, config } = await startWaybill({ started: false });
  const migrate = () =>
    runCommand('commands/migrate-ledger.js', ['--encrypt', '--from', from, '--to', to], {
      DATA_DIR: directory,
    });
  const first = await migrate();
  expect([first.exitCode, first.errors]).toEqual([0, expect.any(String)]);
  expect(first.output).toMatch(/^1 events were encrypted now/m);
  const again = await migrate();
  expect([again.exitCode, again.errors]).toEqual([0, expect.any(String)]);

  const copy = openEventStoreDb(to);
  for (const { texts, ...event } of await copy.stored.stream(messageStream(message))) {
    expect(texts?.data ?? Buffer.from(event.data).toString('utf8')).not.toContain(WORDS);
  }
  await copy.store.close();
  const eventStore = { kind: 'eventstoredb', url: to } as const;
  const service = await startService({ ...config, eventStore }, new LogCapture().logger);
  try {
    const { body } = await new Api(service.url).get(`/v1/messages/${message}`);
    expect(body).toMatchObject({ to: number, text: WORDS });
  } finally {
    await service.stop();
  }
});

it('tells nobody to delete a ledger in which nothing was plain text', async () => {
  const waybill = await startWaybill();
  await waybill.until(await waybill.send(recipient()), 'delivered');
  await waybill.stop();
  const to = join(waybill.directory, 'copy');
  const args = ['--encrypt', '--to', to];
  const { exitCode, output } = await runCommand('commands/migrate-ledger.js', args, {
    DATA_DIR: waybill.directory,
  });
  expect(exitCode).toBe(0);
  expect(output).toContain('Nothing in the ledger was plain text');
  expect(output).not.toContain('delete it');
});
