import type { Browser, Page, Route } from 'playwright-core';
import { startBrowser } from '../../testing/browser.js';
import { COMPILE_MS_MAX } from '../support/processes/compiled.js';
import { eventually } from '../support/watching/eventually.js';
import { repeating } from '../support/watching/repeating.js';
import { recipient } from '../support/worlds/waybill.js';
import { holdBack, shown, WindowWorld } from '../support/worlds/window-world.js';

/** What the window shows when an answer, a file or the connection fails, and that it recovers by itself. */
let world: WindowWorld;
let page: Page;
let customer: string;
let id: string;

beforeAll(async () => {
  ({ world, page, customer, id } = await WindowWorld.startWithMessage());
}, COMPILE_MS_MAX);

afterAll(() => world.end());

// The browser reports each request that was refused or cut off here.
afterEach(() => world.leave(/ERR_|Failed to/));

const main = () => page.getByRole('main');
const hit = (number: string) => page.locator(`a.hit:has-text("${shown(number)}")`).first();

const problem = (status: number) => ({
  status,
  contentType: 'application/problem+json',
  body: JSON.stringify({
    type: 'about:blank',
    title: 'Not now',
    status,
    instance: '/',
    detail: '',
  }),
});

it.each([
  '/?country=nowhere',
  '/overview?country=nowhere&period=never',
  '/reports?country=nowhere&by=constructor&then=why',
  '/?since=once&until=later',
  '/people/%25',
])('opens %s, whose values mean nothing, and tells no nonsense', async (path) => {
  await world.go(path);
  await main().getByRole('heading').first().waitFor({ state: 'attached' });
  await page.getByRole('link', { name: 'Operations' }).first().waitFor();
  expect(await main().textContent()).not.toMatch(/NaN|undefined/);
});

it('says that a view could not be loaded, stays usable, and loads it when asked', async () => {
  await world.go('/');
  await hit(customer).waitFor();
  await page.route('**/assets/*', (route) => route.abort());
  const rail = page.getByRole('navigation', { name: 'Main', exact: true });
  await rail.getByRole('link', { name: /^Inspector/ }).click();
  await main().getByText('This view could not be opened.').waitFor();
  await rail.getByRole('link', { name: /^Find/ }).click();
  await hit(customer).waitFor();
  await rail.getByRole('link', { name: /^Inspector/ }).click();
  await page.unrouteAll();
  await main().getByRole('button', { name: 'Load it anew' }).click();
  await page.getByRole('heading', { name: 'Webhook inspector' }).waitFor();
  expect(await page.getByText('This view could not be opened.').count()).toBe(0);
});

it('opens by itself once the service says who is signed in', async () => {
  await page.route('**/v1/session', (route) => route.abort());
  await world.go('/');
  await page.getByText('Waybill cannot be reached.').waitFor();
  await page.unrouteAll();
  await hit(customer).waitFor();
  expect(await page.getByText('Waybill cannot be reached.').count()).toBe(0);
});

it.each([429, 503])('asks again by itself for what was answered with %i', async (status) => {
  await page.route('**/v1/reports/delivery?**', (route) => route.fulfill(problem(status)));
  await world.go('/reports');
  await main().getByText('Not now').waitFor();
  await page.unrouteAll();
  await page.getByRole('row', { name: /United Kingdom/ }).waitFor();
  expect(await main().getByText('Not now').count()).toBe(0);
});

it('begins the stream anew when the service takes its position no more, as after a restore', async () => {
  let asked = 0;
  await page.route('**/v1/stream**', (route) => {
    asked += 1;
    return asked === 1 ? route.fulfill(problem(400)) : route.fallback();
  });
  await world.go('/');
  await page.getByText(/^Offline since/).waitFor();
  await page.getByText('Live', { exact: true }).waitFor();
  const other = recipient('000');
  await world.send(other);
  await hit(other).waitFor();
  expect(asked).toBeGreaterThan(1);
});

it('draws news from a slow service although more of it keeps coming', async () => {
  await world.go(`/`);
  await hit(customer).waitFor();
  await page.route('**/v1/messages?**', async (route: Route) => {
    const answer = await route.fetch();
    await new Promise((resolve) => setTimeout(resolve, 1_500));
    await route.fulfill({ response: answer });
  });
  const first = recipient('000');
  await world.send(first);
  const stopFlood = repeating(() => world.send(customer), 250);
  try {
    await hit(first).waitFor({ timeout: 15_000 });
  } finally {
    await stopFlood();
  }
  expect(await hit(first).getAttribute('href')).toMatch(/^\/messages\//);
});

it('follows a service on this machine while the machine has no network', async () => {
  await world.go('/');
  await hit(customer).waitFor();
  await page.evaluate("dispatchEvent(new Event('offline'))");
  const other = recipient('000');
  await world.send(other);
  await hit(other).waitFor();
  expect(await page.getByText(/^Offline since/).count()).toBe(0);
  await page.evaluate("dispatchEvent(new Event('online'))");
});

it('comes back in every tab after the service was away', async () => {
  const second = await world.context.newPage();
  world.listenTo(second);
  await world.go('/');
  await hit(customer).waitFor();
  await second.goto(world.waybill.url);
  await second.locator('a.hit').first().waitFor();
  await world.waybill.stop();
  await second.getByLabel('A number as you write it').fill(customer);
  await second.getByText('Waybill cannot be reached.').waitFor();
  await world.waybill.start();
  await second
    .locator(`a.hit:has-text("${shown(customer)}")`)
    .first()
    .waitFor();
  expect(await second.getByText('Waybill cannot be reached.').count()).toBe(0);
  await second.close();
});

/** A browser for which the service is not on its own machine, so that plain HTTP counts as insecure. */
async function inPlainHttp(act: (browser: Browser, url: string) => Promise<void>): Promise<void> {
  const browser = await startBrowser(['--host-resolver-rules=MAP waybill.test 127.0.0.1']);
  try {
    await act(browser, `http://waybill.test:${new URL(world.waybill.url).port}`);
  } finally {
    await browser.close();
  }
}

it('opens a person over plain HTTP, where the browser keeps some of its functions back', async () => {
  await inPlainHttp(async (browser, url) => {
    const plain = await browser.newPage();
    await plain.goto(`${url}/people/${customer}`);
    expect(await plain.evaluate('isSecureContext')).toBe(false);
    await plain.getByLabel('Your API key').fill(world.key);
    await plain.keyboard.press('Enter');
    await plain.getByRole('heading', { level: 1, name: shown(customer) }).waitFor();
    await plain.getByLabel('Your text, from').fill('We call you at noon.');
    await plain.getByRole('button', { name: 'Send', exact: true }).click();
    await eventually(
      async () => (await plain.getByRole('link', { name: 'Delivered' }).count()) > 1,
    );
  });
});

it('opens more tabs over plain HTTP than a browser has connections, and tells each webhook once', async () => {
  await inPlainHttp(async (browser, url) => {
    const context = await browser.newContext();
    const first = await context.newPage();
    await first.goto(`${url}/inspector`);
    await first.getByLabel('Your API key').fill(world.key);
    await first.keyboard.press('Enter');
    const tabs = [first];
    for (let more = 0; more < 7; more++) {
      await turn(tabs.at(-1), 'hidden');
      const tab = await context.newPage();
      await tab.goto(`${url}/inspector`);
      await tab.getByRole('heading', { name: 'Webhook inspector' }).waitFor();
      await tab.getByText('Live', { exact: true }).waitFor();
      tabs.push(tab);
    }
    await turn(first, 'visible');
    const writer = recipient();
    await world.receive(writer, 'Are you there?');
    for (const tab of [first, tabs.at(-1) ?? first]) {
      await tab.getByText('A person wrote').first().waitFor();
      expect(await tab.getByText('A person wrote').count()).toBe(1);
    }
  });
});

/** Browsers without a screen show every tab. */
const turn = (tab: Page | undefined, state: 'hidden' | 'visible') =>
  tab?.evaluate(`
    Object.defineProperty(document, 'visibilityState', { configurable: true, get: () => '${state}' });
    document.dispatchEvent(new Event('visibilitychange'));
  `);

it('says that a person is still signed in when signing out fails, and that no test was posted', async () => {
  await world.post('/v1/webhook-endpoints', {
    url: 'https://receiver.example/',
    events: ['message.status_changed'],
  });
  await page.route('**/v1/webhook-endpoints/*/test', (route) => route.abort());
  await page.route('**/v1/session', (route) =>
    route.request().method() === 'DELETE' ? route.abort() : route.fallback(),
  );
  await world.go('/operations');
  await page.getByRole('button', { name: 'Send a test' }).click();
  await page.getByText('No test was made. Waybill cannot be reached.').waitFor();
  await page.getByRole('button', { name: 'Sign out' }).click();
  await page.getByText('Not signed out. Waybill cannot be reached.').waitFor();
  expect(await page.getByLabel('Your API key').count()).toBe(0);
});

it('lets go of a dialog once its act is done, however long the view takes to be read anew', async () => {
  await world.go('/operations');
  await page.getByRole('button', { name: 'Hold…' }).first().click();
  await page.getByLabel(/^Reason/).fill('A drill.');
  const { asked, answer } = await holdBack(page, '**/v1/sending');
  await page.getByRole('button', { name: 'Hold', exact: true }).click();
  await asked;
  await page.getByRole('dialog').waitFor({ state: 'detached' });
  answer();
  await page.unrouteAll();
  await world.post('/v1/sending/release', { reason: 'The drill is over.' });
  expect(await page.getByRole('dialog').count()).toBe(0);
});

it('lets go of a dialog whose act gets no answer, and says that it may be done', async () => {
  const hurried = await world.context.newPage();
  await hurried.addInitScript(
    'AbortSignal.timeout = ((limit) => (ms) => limit.call(AbortSignal, ms / 1000))(AbortSignal.timeout)',
  );
  await hurried.route('**/v1/sending/hold', () => undefined);
  await hurried.goto(`${world.waybill.url}/operations`);
  await hurried.getByRole('button', { name: 'Hold…' }).first().click();
  await hurried.getByLabel(/^Reason/).fill('A drill.');
  await hurried.getByRole('button', { name: 'Hold', exact: true }).click();
  await hurried.getByText('No answer came in time, so it may be done. Look before you').waitFor();
  expect(await hurried.getByRole('button', { name: 'Leave it' }).isEnabled()).toBe(true);
  await hurried.close();
});

it('keeps a long list when its next page cannot be read, and reads on by itself', async () => {
  const messages = Array.from({ length: 120 }, (_, index) => ({
    to: String(447_700_200_000 + index),
    text: 'Hello',
    reference: `long-${index}`,
  }));
  expect((await world.post('/v1/messages/batch', { messages })).status).toBeLessThan(300);
  await page.route('**/v1/messages?**cursor=**', (route) => route.fulfill(problem(503)));
  await world.go('/?since=2020-01-01T00:00:00.000Z');
  const rows = page.locator('a.hit');
  await rows.first().waitFor();
  const toTheEnd = () => page.evaluate('scrollTo(0, document.body.scrollHeight)');
  await eventually(async () => {
    await toTheEnd();
    return (await page.getByText('More could not be read now.').count()) > 0;
  });
  expect(await rows.count()).toBeGreaterThan(5);
  await page.unrouteAll();
  await eventually(async () => {
    await toTheEnd();
    return (await hit(customer).count()) > 0;
  });
});

it('closes every tab when a person signs out in one, and shows who is in when another signs in', async () => {
  const made = await world.post('/v1/keys', { name: 'late-shift', scopes: ['read'] });
  const { key } = (await made.json()) as { readonly key: string };
  const second = await world.context.newPage();
  world.listenTo(second);
  for (const tab of [page, second]) {
    await tab.goto(`${world.waybill.url}/messages/${id}`);
    await tab.getByText('Live', { exact: true }).waitFor();
    await tab.getByRole('button', { name: 'Show', exact: true }).click();
    await tab.getByText('Your code is 493021').waitFor();
  }
  await page.getByRole('button', { name: 'Sign out' }).click();
  for (const tab of [page, second]) {
    await tab.getByLabel('Your API key').waitFor();
    expect(await tab.getByText('493021').count()).toBe(0);
  }
  await page.getByLabel('Your API key').fill(key);
  await page.keyboard.press('Enter');
  for (const tab of [page, second]) {
    await tab.getByText('late-shift').waitFor();
    await tab.getByText('Your key may not send.').waitFor();
    expect(await tab.getByText('493021').count()).toBe(0);
  }
  await second.close();
  await world.signIn();
});
