import { closeSync, openSync, readdirSync, rmSync, statSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterAll, describe, expect, it } from '@jest/globals';
import { eventually } from '../support/eventually.js';
import { SignedWebhooks, statusBody } from '../support/signed-webhooks.js';
import { recipient, startWaybill, stopWaybills, type Waybill } from '../support/waybill.js';

afterAll(stopWaybills);

const ledgerOf = ({ directory }: Waybill): string => join(directory, 'ledger.sqlite');

/** Changes the last event of a message, as a failing disk or a newer build may. */
function damage(waybill: Waybill, messageId: string, change: string): void {
  const database = new DatabaseSync(ledgerOf(waybill));
  database.exec('DROP TRIGGER IF EXISTS events_are_never_changed');
  database
    .prepare(
      `UPDATE events SET ${change} WHERE position =
       (SELECT max(position) FROM events JOIN streams ON number = stream WHERE name = ?)`,
    )
    .run(`message-${messageId}`);
  database.close();
}

function forgetReadModels({ directory }: Waybill): void {
  for (const name of readdirSync(directory)) {
    if (!name.startsWith('ledger')) rmSync(join(directory, name), { recursive: true });
  }
}

interface Parked {
  readonly items: readonly { readonly stream: string; readonly error: string }[];
  readonly counts: Readonly<Record<string, number>>;
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
    damage(waybill, broken, change);
    forgetReadModels(waybill);
    await waybill.start();
    const { api } = waybill;

    // What is whole goes on.
    await waybill.until(whole, 'delivered');
    await waybill.until(await waybill.send(recipient()), 'delivered');
    const lines = (await api.get('/v1/events')).text.trim().split('\n');
    const events = lines.map((line) => JSON.parse(line) as { stream: string; damaged?: string });
    const marked = events.filter(({ damaged }) => damaged !== undefined);
    expect(marked.map(({ stream }) => stream)).toEqual([`message-${broken}`]);

    // The message says what is damaged.
    const { problem } = await api.get(`/v1/messages/${broken}`);
    expect(problem).toMatchObject({ type: '/problems/undecodable-event', status: 500 });
    expect(problem.detail).toMatch(/at revision \d+/);
    const replay = await waybill.events(broken);
    expect(replay.slice(0, -1).every(({ effect }) => effect !== null)).toBe(true);
    expect(replay.at(-1)).toMatchObject({ damaged: expect.any(String), effect: null });

    // A report about it is safe: in quarantine, or with Vonage until a newer build takes it.
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
    expect((await api.get('/health/ready')).status).toBe(200);
    await waybill.end();
  });
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
    await waybill.start();
    const file = openSync(ledgerOf(waybill), 'r+');
    const { size } = statSync(ledgerOf(waybill));
    const pages = Math.floor(size / 4096);
    for (let page = Math.floor(pages / 2); page < pages * 0.75; page++) {
      writeSync(file, Buffer.alloc(4096, 0xa5), 0, 4096, page * 4096);
    }
    closeSync(file);

    const statuses = new Map<string, number>();
    for (const id of ids) statuses.set(id, (await waybill.api.get(`/v1/messages/${id}`)).status);
    const [broken] = ids.filter((id) => statuses.get(id) === 503);
    const [whole] = ids.filter((id) => statuses.get(id) === 200);
    const ledgerAfter = async (id: string | undefined, status: number): Promise<object> => {
      await waybill.api.get(`/v1/messages/${id}`);
      const answer = await waybill.api.get('/health/ready?part=ledger');
      return answer.as<{ parts: { ledger: object } }>(status).parts.ledger;
    };
    expect(await ledgerAfter(broken, 503)).toMatchObject({
      state: 'failing',
      reason: expect.stringContaining('malformed'),
    });
    // A balancer must not take the instance from all messages because one cannot be read.
    expect(await ledgerAfter(whole, 200)).toMatchObject({ state: 'working' });
    expect((await waybill.api.get('/health/live')).status).toBe(200);
    await waybill.end();
  });
});
