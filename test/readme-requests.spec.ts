import { projectFile } from './support/files/project-file.js';
import { startWaybill, stopWaybills, type Waybill } from './support/worlds/waybill.js';

/** A call of `curl` on one line, or with a body in single quotes on several. */
const CURL =
  /^curl (?:'(localhost:3000[^']*)'|(localhost:3000\/[^\n]*?))(?: +#.*| -H .* -d '([^']*)')?$/gm;

const requests = [...projectFile('README.md').matchAll(CURL)].map(
  ([, quoted, plain = '', body]) => ({ address: quoted ?? plain, body }),
);

let waybill: Waybill;
let id: string;

beforeAll(async () => {
  waybill = await startWaybill();
  id = await waybill.send('447700980000');
  await waybill.until(id, 'delivered');
});

afterAll(stopWaybills);

it('shows requests, with bodies and without', () => {
  expect(requests.length).toBeGreaterThan(5);
  expect(requests.some(({ body }) => body !== undefined)).toBe(true);
});

it.each(requests)('answers the request that the README shows: $address', async (shown) => {
  const path = shown.address.replace('localhost:3000', '').replace(/<[^>]*>/, id);
  const answer = await (shown.body === undefined
    ? waybill.api.get(path)
    : waybill.api.post(path, shown.body));
  expect([200, 202]).toContain(answer.status);
});

it('reaches the person another way, as the README shows', async () => {
  const [send] = requests.filter(({ body }) => body !== undefined);
  const sent = await waybill.api.post('/v1/messages', send?.body);
  const reached = await waybill.until(sent.as<{ readonly id: string }>(202).id, 'delivered');
  expect(reached.attempts.map(({ channel, status }) => [channel, status])).toEqual([
    ['sms', 'undeliverable'],
    ['whatsapp', 'delivered'],
  ]);
});
