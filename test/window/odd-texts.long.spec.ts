import type { Page } from 'playwright-core';
import { COMPILE_MS_MAX } from '../support/processes/compiled.js';
import { recipient } from '../support/worlds/waybill.js';
import { WindowWorld } from '../support/worlds/window-world.js';
import { expectWholeWhenZoomed, settled, ZOOMS } from './barriers.js';

/** Long words, signs that turn the direction, and names from elsewhere: nothing of it breaks a page. */
const LONG = 'W'.repeat(250);
const TURNED = `\u202Egnorw\u202C 👩‍👩‍👧‍👦👩‍👩‍👧‍👦 مرحبا ${LONG}`;
const PHONES = ZOOMS.filter(({ zoom }) => zoom === '400 %' || zoom === 'a phone');

let world: WindowWorld;
let page: Page;
let customer: string;
let id: string;

beforeAll(async () => {
  world = await WindowWorld.startSignedIn();
  ({ page } = world);
  customer = recipient('000');
  const reference = `ref-${'R'.repeat(90)}`;
  id = await world.send(customer, { text: TURNED, reference, from: 'WWWWWWWWWWW' });
  await world.receive(customer, TURNED);
  await world.receive(customer, `stop ${LONG}?`);
  await world.post('/v1/sending/hold', { reason: LONG });
  await world.post('/v1/webhook-endpoints', {
    url: `https://receiver.example/${LONG}`,
    description: LONG,
    events: ['message.status_changed', 'inbound.received', 'contact.opted_out'],
  });
  await world.post('/v1/keys', { name: 'k'.repeat(64), scopes: ['read', 'send', 'audit'] });
  await fetch(`${world.waybill.url}/v1/suppressions/${customer}`, {
    method: 'PUT',
    headers: { authorization: `Bearer ${world.key}`, 'content-type': 'application/json' },
    body: JSON.stringify({ reason: LONG, source: 'operator' }),
  });
}, COMPILE_MS_MAX);

afterAll(() => world.end());

it.each<[string, () => string, string | undefined]>([
  ['find', () => '/', 'Texts'],
  ['find with a conversation', () => `/?q=${customer}`, undefined],
  ['find for a long word', () => `/?q=${LONG}`, undefined],
  ['message', () => `/messages/${id}`, 'Show'],
  ['person', () => `/people/${customer}`, 'Show'],
  ['inbound', () => '/inbound', 'Show'],
  ['operations', () => '/operations', undefined],
  ['overview', () => '/overview', undefined],
  ['reports', () => `/reports?by=from&from=${LONG}`, undefined],
  ['inspector', () => '/inspector', undefined],
])('%s is whole on a phone whatever people write', async (_, pathOf, button) => {
  await world.go(pathOf());
  await settled(page);
  if (button !== undefined) {
    await page.getByRole('button', { name: button, exact: true }).first().click();
    await page.getByText('مرحبا').first().waitFor();
  }
  await expectWholeWhenZoomed(page, PHONES);
  expect(await page.getByRole('heading', { level: 1 }).count()).toBe(1);
});
