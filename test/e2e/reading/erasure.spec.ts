import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { eventually } from '../../support/watching/eventually.js';
import {
  recipient,
  startWaybill,
  stopWaybills,
  type Waybill,
} from '../../support/worlds/waybill.js';

const WORDS = 'Zaubertrank-fuer-Miraculix';
const REFERENCE = 'case-of-Obelix';

let waybill: Waybill;

beforeAll(async () => {
  waybill = await startWaybill();
});
afterAll(stopWaybills);

async function erase(
  number: string,
  reason = 'asked by letter',
): Promise<{ readonly status: number; readonly body: object }> {
  const answer = await fetch(`${waybill.url}/v1/contacts/${number}/data`, {
    method: 'DELETE',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ reason }),
  });
  return { status: answer.status, body: (await answer.json()) as object };
}

/** The names of files in which a text is left. */
const filesWith = (text: string): readonly string[] =>
  readdirSync(waybill.directory).filter((name) =>
    readFileSync(join(waybill.directory, name))
      .toString('latin1')
      .toLowerCase()
      .includes(text.toLowerCase()),
  );

it('leaves no byte of number and text, keeps what counts, and answers a certificate', async () => {
  const [gone, other] = [recipient(), recipient()];
  const headers = { 'Idempotency-Key': 'once' };
  const more = { to: gone, text: WORDS, reference: REFERENCE };
  const id = ((await waybill.trySend(more, headers)).body as { readonly id: string }).id;
  const kept = await waybill.send(other, { text: 'Hello' });
  await waybill.until(id, 'delivered');
  await waybill.until(kept, 'delivered');
  await eventually(async () => {
    const list = (await waybill.api.get(`/v1/messages?to=${gone}`)).as<{ items: object[] }>(200);
    return list.items.length === 1;
  });
  const before = (await waybill.api.get('/v1/reports/delivery?groupBy=country')).body;

  const { body: certificate } = await erase(gone);
  expect(certificate).toMatchObject({ keysDestroyed: 1, messages: 1, reason: 'asked by letter' });
  expect(await erase(gone)).toEqual({ status: 200, body: certificate });

  for (const text of [gone, WORDS, REFERENCE]) expect([text, filesWith(text)]).toEqual([text, []]);
  const shown = await waybill.message(id);
  expect(shown).toMatchObject({ to: 'erased', text: 'erased', status: 'delivered' });
  expect(JSON.stringify(await waybill.events(id))).not.toContain(gone);
  expect((await waybill.message(kept)).to).toBe(other);
  expect((await waybill.trySend(more, headers)).status).toBe(410);
  const after = (await waybill.api.get('/v1/reports/delivery?groupBy=country')).body as object;
  expect({ ...after, asOf: null }).toEqual({ ...(before as object), asOf: null });
  // The number may be written to again, as somebody who was never known.
  await waybill.until(await waybill.send(gone), 'delivered');
});

it('withdraws what waits', async () => {
  const number = recipient();
  const id = await waybill.send(number, { sendAt: new Date(Date.now() + 3_600_000).toISOString() });
  await erase(number);
  expect((await waybill.message(id)).status).toBe('cancelled');
});

it('refuses a reason with the number in it, and knows no stranger', async () => {
  const number = recipient();
  expect((await erase(number, `It was ${number}`)).status).toBe(400);
  expect((await erase(number)).status).toBe(404);
});
