import type { Page } from 'playwright-core';
import { SignedWebhooks } from '../support/facts/signed-webhooks.js';
import { COMPILE_MS_MAX } from '../support/processes/compiled.js';
import { eventually } from '../support/watching/eventually.js';
import { recipient } from '../support/worlds/waybill.js';
import { holdBack, shown, WindowWorld } from '../support/worlds/window-world.js';

/** The window says only what it knows: nothing old as new, and nothing missing as none. */
let world: WindowWorld;
let page: Page;
let customer: string;
let id: string;

beforeAll(async () => {
  ({ world, page, customer, id } = await WindowWorld.startWithMessage());
}, COMPILE_MS_MAX);

afterAll(() => world.end());

afterEach(() => world.leave(/ERR_|Failed to/));

const box = () => page.getByLabel('A number as you write it');
const main = () => page.getByRole('main');
const hit = (number: string) => page.locator(`a.hit:has-text("${shown(number)}")`);
const inAnHour = (): string => new Date(Date.now() + 3_600_000).toISOString();

const failed = {
  status: 503,
  contentType: 'application/problem+json',
  body: '{"type":"about:blank","title":"Not now","status":503,"instance":"/","detail":""}',
};

it('takes no message of the question before for an answer to this one', async () => {
  const other = recipient('000');
  await world.send(other);
  await world.go(`/?q=${customer}`);
  await page.getByText(`Read as ${shown(customer)}`).waitFor();
  const { asked, answer } = await holdBack(page, `**/v1/messages?**to=${other}**`);
  await box().fill(other);
  await page.keyboard.press('Enter');
  await asked;
  await page.getByText(`Read as the number ${other}`).waitFor();
  expect(await page.getByText(`Read as ${shown(customer)}`).count()).toBe(0);
  await page.keyboard.press('Enter');
  await page.keyboard.press('Enter');
  expect(new URL(page.url()).pathname).toBe('/');
  answer();
  await page.getByText(`Read as ${shown(other)}`).waitFor();
  await eventually(() => page.evaluate<boolean>("document.activeElement.matches('a.hit')"));
});

it('keeps what it found by an id up to date', async () => {
  const scheduled = await world.send(recipient(), { sendAt: inAnHour() });
  await world.go(`/?q=${scheduled}`);
  await page.locator('td.c-st').getByText('Scheduled').waitFor();
  await world.post(`/v1/messages/${scheduled}/cancel`, {});
  await page.locator('td.c-st').getByText('Cancelled').waitFor();
  expect(await page.locator('td.c-st').allTextContents()).toEqual(['Cancelled']);
});

it('keeps the status of each text of a conversation up to date, and says why none can be withdrawn twice', async () => {
  const number = recipient();
  const scheduled = await world.send(number, { sendAt: inAnHour() });
  await world.go(`/people/${number}`);
  const talk = page.getByRole('list', { name: `Texts with ${shown(number)}` });
  await talk.getByText('Scheduled').waitFor();
  await world.post(`/v1/messages/${scheduled}/cancel`, {});
  await talk.getByText('Cancelled').click();
  await page.getByText('It was withdrawn already.').waitFor();
  expect(await page.getByText('it has been handed over').count()).toBe(0);
});

it('sends a message again once, and says that it was', async () => {
  const sent = await world.send(recipient('000'));
  await eventually(async () => (await world.statusOf(sent)) === 'delivered');
  await world.post(`/v1/messages/${sent}/resend`, { reason: 'It was asked for.' });
  await world.go(`/messages/${sent}`);
  await page
    .getByText('It was sent again already: go on from the message that repeats it.')
    .waitFor();
  expect(await page.getByRole('button', { name: 'Send again' }).isDisabled()).toBe(true);
});

it('shows no text of a person who was erased meanwhile', async () => {
  const number = recipient('000');
  await world.send(number, { text: 'The secret of this test', reference: 'of-the-erased' });
  await world.go('/?q=of-the-erased');
  await page.getByRole('button', { name: 'Texts', exact: true }).click();
  await page.getByText('The secret of this test').waitFor();
  await world.go('/');
  await page.getByRole('button', { name: 'Texts', exact: true }).click();
  await page.getByText('The secret of this test').waitFor();
  await world.erase(number);
  await page.getByText('Person erased').first().waitFor();
  expect(await page.getByText('The secret of this test').count()).toBe(0);
});

it.each([
  ['/operations', '**/v1/parked-events', 'Lists and reports lack nothing.'],
  ['/operations', '**/v1/webhook-endpoints/*/deliveries**', 'Nothing was posted yet.'],
  ['/operations', '**/v1/quarantine**', 'Every signed webhook was understood.'],
  ['/operations', '**/health/ready', 'Nothing can be acknowledged now'],
  ['/overview', '**/v1/reports/delivery?**groupBy=errorCode**', 'Nothing failed.'],
  ['/overview', '**/v1/quarantine**', 'Nothing needs a person.'],
  ['/overview', '**/v1/parked-events', 'Nothing needs a person.'],
  ['/overview', '**/v1/contacts?**', 'Nothing needs a person.'],
  ['/inbound', '**/v1/contacts?**', 'Open one to read it and decide.'],
])('on %s, takes no failure of %s for “%s”', async (path, failing, words) => {
  await world.post('/v1/webhook-endpoints', {
    url: 'https://receiver.example/',
    events: ['message.status_changed'],
  });
  await page.route(failing, (route) => route.fulfill(failed));
  await world.go(path);
  await main().getByText('Not now').first().waitFor();
  expect(await page.getByText(words).count()).toBe(0);
});

it('counts no events before it knows them', async () => {
  const { answer } = await holdBack(page, '**/timeline');
  await world.go(`/messages/${id}`);
  await page.getByRole('region', { name: 'Attempts' }).first().waitFor();
  expect(await page.getByText(/^0 events/).count()).toBe(0);
  answer();
  await page.getByText(/^\d+ events: /).waitFor();
});

it('names a day of a report as the report counts it, also west of Greenwich', async () => {
  const context = await world.browser.newContext({ timezoneId: 'America/Los_Angeles' });
  await context.addCookies(await world.context.cookies());
  const west = await context.newPage();
  const now = new Date();
  const day = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'short', timeZone: 'UTC' });
  await west.goto(`${world.waybill.url}/reports?by=day`);
  await west.getByRole('rowgroup').getByRole('link').first().waitFor();
  const days = await west.getByRole('rowgroup').getByRole('link').allTextContents();
  expect(days).toEqual([day.format(now)]);
  await context.close();
});

it('tells a screen reader nothing while nothing happens', async () => {
  await world.go(`/messages/${id}`);
  await page.getByText(/^\d+ events: /).waitFor();
  await page.getByText('Live', { exact: true }).waitFor();
  await page.evaluate(`
    window.told = [];
    window.ticks = new Set();
    const live = 'output, [role=status], [role=alert], [aria-live]';
    new MutationObserver((records) => {
      window.ticks.add(document.querySelector('.nowrow .when').textContent);
      for (const { target } of records) {
        const element = target.nodeType === 1 ? target : target.parentElement;
        const region = element?.closest(live);
        if (region != null && region.getAttribute('aria-live') !== 'off') {
          window.told.push(region.outerHTML);
        }
      }
    }).observe(document.body, { subtree: true, childList: true, characterData: true });
  `);
  await eventually(() => page.evaluate<boolean>('window.ticks.size > 3'));
  expect(await page.evaluate('window.told')).toEqual([]);
});

it('shows the messages that a chosen filter leaves of those that the address names', async () => {
  await world.go('/?status=delivered,read');
  await page.locator('a.hit').first().waitFor();
  await page.getByRole('button', { name: 'Not arrived' }).click();
  await page.getByText('None of these messages is like that.').waitFor();
  expect(await page.locator('a.hit').count()).toBe(0);
});

it('keeps what the address names when a time narrows it further', async () => {
  await world.go('/?status=delivered');
  await page.locator('a.hit').first().waitFor();
  await page.getByRole('button', { name: 'Around a time' }).click();
  await page.getByLabel('Around when').fill('today');
  await page.keyboard.press('Enter');
  await page.getByText('Only delivered.', { exact: false }).waitFor();
  expect(new URL(page.url()).searchParams.get('status')).toBe('delivered');
  await page.getByRole('button', { name: 'Around a time' }).click();
  await page.keyboard.press('Escape');
  await eventually(() =>
    page.evaluate<boolean>("document.activeElement.textContent.startsWith('Around')"),
  );
});

it('sets a text from right to left by its own direction', async () => {
  const number = recipient();
  await world.receive(number, 'שלום, מה שלומך?');
  await world.go(`/people/${number}`);
  await page.getByRole('button', { name: 'Show', exact: true }).click();
  const text = page.locator('.written').getByText('שלום');
  await text.waitFor();
  const bidi = "getComputedStyle(document.querySelector('.written')).unicodeBidi";
  expect(await page.evaluate(bidi)).toBe('plaintext');
});

it('takes R on a message for sending it again, and G R for the reports', async () => {
  await world.go('/');
  await hit(customer).first().click();
  await page.getByText(/^\d+ events: /).waitFor();
  await page.keyboard.press('r');
  await page.getByRole('dialog', { name: 'Send it again?' }).waitFor();
  await page.keyboard.press('Escape');
  await page.getByRole('dialog').waitFor({ state: 'detached' });
  await page.keyboard.press('g');
  await page.keyboard.press('r');
  await page.getByRole('heading', { level: 1, name: 'Delivered by country' }).waitFor();
  expect(await page.getByRole('dialog').count()).toBe(0);
});

it('shows the filtered list again when a person goes back from a message', async () => {
  const cancelled = await world.send(recipient(), { sendAt: inAnHour() });
  await world.post(`/v1/messages/${cancelled}/cancel`, {});
  await world.untilListed(cancelled, 'cancelled');
  await world.go('/');
  await page.getByRole('button', { name: 'Not arrived' }).click();
  await hit(customer).first().waitFor({ state: 'detached' });
  await page.locator(`a.hit[href="/messages/${cancelled}"]`).click();
  await page.getByText(/^\d+ events: /).waitFor();
  await page.keyboard.press('Escape');
  await page.locator(`a.hit[href="/messages/${cancelled}"]`).waitFor();
  expect(await hit(customer).count()).toBe(0);
});

it('keeps what is typed while the text before is sent', async () => {
  await world.go(`/people/${customer}`);
  const { answer } = await holdBack(page, '**/v1/messages');
  const reply = page.getByLabel('Your text, from');
  await reply.fill('The first text.');
  await page.getByRole('button', { name: 'Send', exact: true }).click();
  await page.getByRole('button', { name: 'Working…' }).waitFor();
  await reply.fill('And the second.');
  answer();
  await page.getByRole('button', { name: 'Send', exact: true }).waitFor();
  expect(await reply.inputValue()).toBe('And the second.');
});

it('names the period that a report by the hour counts', async () => {
  const counted = page.waitForRequest(/reports\/delivery\?.*groupBy=hour/);
  await world.go('/reports?by=hour&period=90');
  const { searchParams } = new URL((await counted).url());
  const since = Date.parse(searchParams.get('since') ?? '');
  const days = Math.round((Date.now() - since) / 86_400_000);
  await page.getByLabel('Period', { exact: true }).waitFor();
  const chosen = "document.querySelector('#period').selectedOptions[0].text";
  const name = await page.evaluate<string>(chosen);
  expect([days, name]).toEqual([30, 'Last 30 d']);
});

it('keeps the received messages when older ones cannot be read, and says so', async () => {
  await world.receive(customer, 'Is the shop open?');
  await page.route('**/v1/inbound?**', async (route) => {
    if (route.request().url().includes('cursor=')) return route.fulfill(failed);
    const response = await route.fetch();
    const page1 = (await response.json()) as object;
    return route.fulfill({ response, json: { ...page1, nextCursor: 'further' } });
  });
  await world.go('/inbound');
  const link = main()
    .getByRole('link', { name: shown(customer) })
    .first();
  await link.waitFor();
  await page.getByRole('button', { name: 'Show older ones' }).click();
  await page.getByText('They could not be read now.').waitFor();
  expect(await link.count()).toBe(1);
});

it('says that a message is not as it is now when it cannot be read anew', async () => {
  const scheduled = await world.send(recipient(), { sendAt: inAnHour() });
  await world.go(`/messages/${scheduled}`);
  await page.getByText('Still scheduled').waitFor();
  await page.route(`**/v1/messages/${scheduled}`, (route) => route.fulfill(failed));
  await world.post(`/v1/messages/${scheduled}/cancel`, {});
  const banner = page.getByText('Not all of this page could be read anew.');
  await banner.waitFor();
  await page.unrouteAll();
  await page.getByText('Still cancelled').waitFor();
  expect(await banner.count()).toBe(0);
});

it('does not say that no message was ever sent where only those that the address names are missing', async () => {
  await world.go('/?status=failed&since=2020-01-01T00:00:00.000Z');
  await page.getByText('None of these messages is like that.').waitFor();
  expect(await page.getByText('No message has been sent yet.').count()).toBe(0);
  await world.go(`/?q=${customer}&until=2020-01-01T00:00:00.000Z`);
  await page.getByText('None of these messages is like that.').waitFor();
  expect(await page.getByText(/^No message went to/).count()).toBe(0);
});

it('shows the state of now under no earlier time', async () => {
  await world.go(`/messages/${id}`);
  await page.getByText(/^\d+ events: /).waitFor();
  const { asked, answer } = await holdBack(page, '**/v1/messages/*?at=**', (route) =>
    route.fulfill(failed),
  );
  const stand = page.getByRole('region', { name: 'As of any moment' }).locator('output');
  await page.getByRole('slider').focus();
  await page.keyboard.press('Home');
  await asked;
  await page.getByText('Back to now').waitFor();
  expect(await stand.textContent()).not.toContain('delivered');
  expect(await page.locator('[aria-busy=true] h1').count()).toBe(1);
  expect(await page.locator('[inert] .tell button').count()).toBe(1);
  answer();
  await main().getByText('Not now').waitFor();
  expect(await stand.textContent()).not.toContain('delivered');
  expect(await page.getByRole('heading', { name: 'Details' }).count()).toBe(0);
  await page.getByRole('button', { name: 'Back to now' }).click();
  await page.getByRole('heading', { level: 1 }).waitFor();
  await page.getByRole('heading', { name: 'Details' }).waitFor();
});

it.each([
  ['/', '**/v1/messages?**', 'a.hit'],
  ['/overview', '**/v1/reports/delivery?**', 'section.kpis'],
  ['/inbound', '**/v1/inbound?**', 'table.inbound'],
  ['/inspector', '**/v1/quarantine**', 'section[aria-label="Set aside"] .void'],
  ['/inspector', '**/v1/refused-webhooks', 'section[aria-label="Not accepted"] .void'],
  ['/operations', '**/v1/parked-events', 'section[aria-label="Read models"] .void'],
])('keeps on %s what it has shown when %s cannot be read anew', async (path, failing, what) => {
  await world.receive(customer, 'Is the shop open?');
  await world.go(path);
  const shownBefore = page.locator(what).first();
  await shownBefore.waitFor();
  await page.getByText('Live', { exact: true }).waitFor();
  const words = await shownBefore.textContent();
  await page.route(failing, (route) => route.fulfill(failed));
  // A person comes back to the tab: what was read a moment ago is not read anew.
  const banner = page.getByText('Not all of this page could be read anew.');
  await eventually(async () => {
    await page.evaluate("dispatchEvent(new Event('visibilitychange'))");
    return (await banner.count()) > 0;
  });
  expect(await main().getByText('Not now').count()).toBe(0);
  expect(await shownBefore.textContent()).toBe(words);
});

it.each(['/overview', '/operations', '/inspector'])(
  'tells by itself on %s that a webhook was not understood',
  async (path) => {
    const asked = page.waitForResponse('**/v1/quarantine**');
    await world.go(path);
    await asked;
    await page.getByText('Live', { exact: true }).waitFor();
    const aside = main().getByText(/webhooks? set aside|^\d+ webhooks?\.|The body/);
    const known = async (): Promise<string> => (await aside.allTextContents()).join();
    const before = await known();
    const nonsense = { nonsense: path };
    await new SignedWebhooks(world.waybill.url, world.waybill.config).post('status', nonsense);
    await eventually(async () => (await known()) !== before);
    expect(await main().getByText('Every signed webhook was understood.').count()).toBe(0);
  },
);

it('leads from narrowed figures to the same figures as a table', async () => {
  await world.go('/overview?country=GB&period=30');
  await page.getByRole('link', { name: 'As a table' }).click();
  await page
    .getByRole('row', { name: /together|\d+ \w{3}/ })
    .first()
    .waitFor();
  const { searchParams } = new URL(page.url());
  expect(Object.fromEntries(searchParams)).toEqual({ by: 'day', period: '30', country: 'GB' });
  await world.go('/overview?country=GB&period=30');
  await page.getByRole('link', { name: 'By sender' }).click();
  await page.getByRole('heading', { name: 'Delivered by sender' }).waitFor();
  expect(Object.fromEntries(new URL(page.url()).searchParams)).toEqual({
    by: 'from',
    period: '30',
    country: 'GB',
  });
});

it('gives the address of the report that is shown', async () => {
  await world.go('/reports?by=country');
  await page.getByRole('button', { name: 'Cost', exact: true }).click();
  const heading = page.getByRole('heading', { level: 1, name: 'Cost by country' });
  await heading.waitFor();
  await page.reload();
  await page.getByRole('table').waitFor();
  expect(await heading.count()).toBe(1);
});

it('goes back to the list also from a message that was reached by J', async () => {
  await world.send(recipient('000'));
  await world.send(recipient('000'));
  await world.go('/?since=2020-01-01T00:00:00.000Z');
  const first = page.locator('a.hit').first();
  await first.waitFor();
  await first.click();
  await page.getByText(/^\d+ events: /).waitFor();
  for (let step = 0; step < 2; step++) {
    const before = page.url();
    await page.keyboard.press('j');
    await page.waitForURL((url) => url.href !== before);
    await page.getByText(/^\d+ events: /).waitFor();
  }
  await page.keyboard.press('Escape');
  await page.waitForURL(/\/\?since=2020/);
  expect(await page.locator('a.hit').count()).toBeGreaterThan(2);
});

it('tells the same time to phone however a message was found', async () => {
  const took = async (path: string): Promise<string | null> => {
    await world.go(path);
    await hit(customer).first().waitFor();
    return page.locator(`tr:has(a[href="/messages/${id}"]) td.c-took .soft`).textContent();
  };
  const inList = await took(`/?q=${customer}`);
  expect(inList).toMatch(/\d/);
  expect(await took(`/?q=${id}`)).toBe(inList);
});

it('keeps no text in the list of received ones whose person was erased meanwhile', async () => {
  const number = recipient();
  await world.receive(number, 'My door code is 7791');
  await world.go('/inbound');
  await page.getByRole('button', { name: 'Show', exact: true }).click();
  await page.getByText('My door code is 7791').waitFor();
  await world.erase(number);
  await page.getByText('erased with its person').waitFor();
  expect(await page.getByText('My door code is 7791').count()).toBe(0);
});

it('takes the last digits of several people for no one person, however many texts one of them got', async () => {
  const [one, other] = ['447700811234', '447700821234'];
  const messages = Array.from({ length: 60 }, () => ({ to: one, text: 'Hello' }));
  await world.send(other);
  await world.post('/v1/messages/batch', { messages });
  await world.go('/?q=1234');
  await hit(one).first().waitFor();
  expect(await page.getByRole('complementary').count()).toBe(0);
  expect(await page.getByText(`Read as ${shown(one)}`).count()).toBe(0);
  await world.go(`/?q=${one}`);
  await page.getByText(`Read as ${shown(one)}`).waitFor();
});

it('names the day of an attempt that was not made today', async () => {
  await page.route(`**/v1/messages/${id}`, async (route) => {
    const response = await route.fetch();
    const message = (await response.json()) as { readonly attempts: readonly object[] };
    const attempts = message.attempts.map((attempt) => ({
      ...attempt,
      startedAt: '2020-02-03T10:15:02.000Z',
    }));
    await route.fulfill({ response, json: { ...message, attempts } });
  });
  await world.go(`/messages/${id}`);
  const attempts = page.getByRole('region', { name: 'Attempts', exact: true });
  await attempts.getByText('3 Feb 2020', { exact: false }).waitFor();
  expect(await attempts.getByRole('row').count()).toBe(2);
});

it('does not say that a message does not exist when it cannot be read now', async () => {
  await page.route(`**/v1/messages/${id}`, (route) => route.fulfill(failed));
  await world.go(`/?q=${id}`);
  await main().getByText('Not now').waitFor();
  expect(await page.getByText('No message has this id.').count()).toBe(0);
  await page.unrouteAll();
  await hit(customer).first().waitFor();
});

it('names one time where the question and the address name two', async () => {
  await world.go('/?since=2020-01-01T00:00:00.000Z&until=2020-01-02T00:00:00.000Z&q=today');
  await page.locator('a.hit').first().waitFor();
  expect(await page.getByText('2020').count()).toBe(0);
});

it('draws each hour of a report in its place, also those without a message', async () => {
  await page.route('**/v1/reports/delivery?**groupBy=hour**', async (route) => {
    const response = await route.fetch();
    const report = (await response.json()) as { readonly rows: readonly object[] };
    const [row] = report.rows;
    const hours = [20, 10, 1].map((before) => {
      const hour = Math.floor(Date.now() / 3_600_000) * 3_600_000 - before * 3_600_000;
      return { ...row, group: { hour: new Date(hour).toISOString() } };
    });
    await route.fulfill({ response, json: { ...report, rows: hours } });
  });
  await world.go('/reports?by=hour&period=1');
  const dots = page.getByRole('region', { name: 'Chart' }).locator('circle');
  await dots.first().waitFor();
  const places = await page.evaluate<readonly number[]>(
    "[...document.querySelectorAll('.chart circle')].map((one) => one.cx.baseVal.value)",
  );
  const [first = 0, second = 0, third = 0] = places;
  expect((third - second) / (second - first)).toBeCloseTo(0.9);
});

it('names each day of a list once, also where some of it waits for its time', async () => {
  for (let more = 0; more < 2; more++) {
    await world.send(recipient(), { sendAt: inAnHour() });
    await world.deliver(recipient('000'));
  }
  await world.go('/');
  await page.locator('a.hit').first().waitFor();
  const days = await page.locator('tr.day').allTextContents();
  expect(days).toEqual([...new Set(days)]);
});

it('keeps a long reason of a failure within its list', async () => {
  const to = '5511987991170';
  const fallback = [{ channel: 'email', when: 'failure', to: 'news@shop.example', subject: 'x' }];
  const sent = await world.send(to, { fallback });
  await world.untilListed(sent, 'failed');
  await world.go(`/?q=${to}&country=BR`);
  const reason = page.getByText('error smtp-not-connected');
  await reason.waitFor();
  const [words, list] = await page.evaluate<readonly [number, number]>(`(() => {
    const words = document.createRange();
    words.selectNodeContents(document.querySelector('.c-took .sub'));
    return [words, document.querySelector('section[aria-label=Messages]')].map(
      (one) => one.getBoundingClientRect().right,
    );
  })()`);
  expect(words).toBeLessThanOrEqual(list);
});

it('posts one test at a time, however often the button is pressed', async () => {
  await world.post('/v1/webhook-endpoints', {
    url: 'https://receiver.example/once',
    events: ['message.status_changed'],
  });
  const answer = Promise.withResolvers<void>();
  let posted = 0;
  await page.route('**/v1/webhook-endpoints/*/test', async (route) => {
    posted += 1;
    await answer.promise;
    await route.abort();
  });
  await world.go('/operations');
  await page.getByRole('button', { name: 'Send a test' }).last().dblclick();
  await page.getByText('A test is under way.').waitFor();
  expect(posted).toBe(1);
  answer.resolve();
  await page.getByText(/^No test was made/).waitFor();
});

it.each([
  [320, 568],
  [760, 300],
])(
  'tells who is signed in, and signs out, on a screen of %d by %d pixels',
  async (width, height) => {
    await page.setViewportSize({ width, height });
    await world.go('/overview');
    await page.getByText('support-desk', { exact: false }).first().waitFor();
    await page.getByRole('button', { name: 'Sign out' }).click();
    await page.getByLabel('Your API key').waitFor();
    expect(await page.getByText('support-desk').count()).toBe(0);
    await world.signIn();
    await page.setViewportSize({ width: 1440, height: 900 });
  },
);

it('shows the received texts of one person again when somebody goes back to them', async () => {
  const writers = [recipient(), recipient()] as const;
  for (const writer of writers) await world.receive(writer, 'Hello?');
  await world.go('/inbound');
  const from = (number: string) => main().locator('.inbound').getByText(shown(number));
  await from(writers[1]).waitFor();
  await page.getByLabel('Who wrote').fill(writers[0]);
  await from(writers[1]).waitFor({ state: 'detached' });
  await from(writers[0]).click();
  await page.getByRole('heading', { level: 1, name: shown(writers[0]) }).waitFor();
  await page.goBack();
  await from(writers[0]).waitFor();
  expect(await page.getByLabel('Who wrote').inputValue()).toBe(writers[0]);
  expect(await from(writers[1]).count()).toBe(0);
});

it('no longer asks for a decision that a colleague has made', async () => {
  const number = recipient();
  await world.receive(number, 'please stop the noise?');
  await world.go('/overview');
  await page.getByText(/\d (?:person|people) may wish to stop/).click();
  const waiting = page.getByRole('region', { name: 'Texts that may be a wish to stop' });
  await waiting.getByText(shown(number)).waitFor();
  await world.post(`/v1/contacts/${number}/review`, { outcome: 'none', reason: 'A noise.' });
  await waiting.getByText(shown(number)).waitFor({ state: 'detached' });
  expect(await page.getByText('No wish to stop').count()).toBe(0);
});

it('says that the raw webhooks of an erased person are gone, too', async () => {
  const number = recipient('000');
  const erased = await world.deliver(number);
  await world.erase(number);
  await world.go(`/messages/${erased}`);
  await page.getByText('Number, text, reference and raw webhooks are gone for good').waitFor();
  expect(await page.getByText('signature kept').count()).toBe(0);
});

it('shows that a colleague has stopped all texts to a person', async () => {
  const number = recipient('000');
  await world.deliver(number);
  await world.go(`/people/${number}`);
  await page.getByText('Receives texts').first().waitFor();
  await fetch(`${world.waybill.url}/v1/suppressions/${number}`, {
    method: 'PUT',
    headers: { authorization: `Bearer ${world.key}`, 'content-type': 'application/json' },
    body: JSON.stringify({ reason: 'By telephone.', source: 'operator' }),
  });
  await page.getByText('Opted out', { exact: true }).first().waitFor();
  expect(await page.getByRole('button', { name: 'Send', exact: true }).isDisabled()).toBe(true);
});

it('looks at the texts of a person once after an act of its own, since each look is recorded', async () => {
  const number = recipient('000');
  await world.deliver(number);
  await world.go(`/people/${number}`);
  await page.getByRole('button', { name: 'Show', exact: true }).click();
  await page.getByText('Your code is 493021').waitFor();
  const asked = (limit: number) => (response: { url(): string }) =>
    response.url().includes(`/v1/contacts/`) && response.url().includes(`limit=${limit}`);
  await page.waitForResponse(asked(1));
  let looks = 0;
  page.on('response', (response) => {
    if (asked(50)(response)) looks += 1;
  });
  await page.getByRole('button', { name: 'Send nothing more…' }).click();
  await page.getByLabel(/^Reason/).fill('By telephone.');
  await page.getByRole('button', { name: 'Send nothing more', exact: true }).click();
  await page.getByText('Opted out', { exact: true }).first().waitFor();
  await page.waitForResponse(asked(1));
  await page.waitForResponse(asked(1));
  expect(looks).toBe(1);
});

it('tells the time of a list beside no message that was found by its id', async () => {
  await world.go(`/?q=${customer}`);
  await page.getByText(/^As of/).waitFor();
  await box().fill(id);
  await page.getByText('Read as an id').waitFor();
  await hit(customer).first().waitFor();
  expect(await page.getByText(/^As of/).count()).toBe(0);
});

it('lets nobody leave an act that is under way, as if it were not done', async () => {
  const scheduled = await world.send(recipient(), { sendAt: inAnHour() });
  const { asked, answer } = await holdBack(page, '**/cancel');
  await world.go(`/messages/${scheduled}`);
  await page.getByRole('button', { name: 'Cancel…' }).click();
  const dialog = page.getByRole('dialog', { name: 'Cancel this message?' });
  await dialog.getByRole('button', { name: 'Cancel the message' }).click();
  await asked;
  await dialog.getByRole('button', { name: 'Working…' }).waitFor();
  expect(await dialog.getByRole('button', { name: 'Leave it' }).isDisabled()).toBe(true);
  for (let press = 0; press < 3; press++) await page.keyboard.press('Escape');
  expect(await dialog.isVisible()).toBe(true);
  answer();
  await dialog.waitFor({ state: 'detached' });
  await page.getByText('Still cancelled').waitFor();
});
