import type { Browser, Page } from 'playwright-core';
import { startBrowser } from '../../testing/browser.js';
import { COMPILE_MS_MAX } from '../support/processes/compiled.js';
import { eventually } from '../support/watching/eventually.js';
import { startDemonstration, type Demonstration } from '../support/worlds/demonstration.js';

/** A person's way from a question to its answer, counted in steps: of time a busy machine takes any amount. */
let demonstration: Demonstration;
let browser: Browser;
let page: Page;
/** The number to which the demonstration sends what is rejected. */
const REJECTED = '447700991170';
const WAIT_MS_MAX = 30_000;

beforeAll(async () => {
  [demonstration, browser] = await Promise.all([startDemonstration(), startBrowser()]);
  await eventually(async () => (await messagesTo(REJECTED))[0]?.status === 'rejected');
}, COMPILE_MS_MAX);

afterAll(async () => {
  await browser.close();
  await demonstration.stop();
});

beforeEach(async () => {
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 } });
  context.setDefaultTimeout(WAIT_MS_MAX);
  page = await context.newPage();
});

afterEach(() => page.context().close());

interface Listed {
  readonly status: string;
  readonly createdAt: string;
}

async function messagesTo(number: string): Promise<readonly Listed[]> {
  const answer = await fetch(`${demonstration.url}/v1/messages?to=${number}`);
  return ((await answer.json()) as { readonly items: readonly Listed[] }).items;
}

const headline = () => page.getByRole('heading', { level: 1 });

it('leads from npm start to why a message was rejected by two clicks', async () => {
  const clicks: string[] = [];
  await page.exposeFunction('clicked', (what: string) => clicks.push(what));
  // A row that is drawn between the press and the release takes the click from both, and it is made again.
  await page.addInitScript(
    "addEventListener('click', ({ target }) => target.closest('a, button') && clicked(target.textContent), true)",
  );
  await page.goto(demonstration.url);
  await page.getByRole('button', { name: 'Not arrived' }).click();
  await page.getByRole('link', { name: '+44 7700 991170' }).click();
  await headline().getByText('The message was not delivered').waitFor();
  expect(await headline().textContent()).toMatch(/The number is missing or is no phone number/);
  expect(clicks).toHaveLength(2);
  // Five messages were sent: a share of them would say more than is known.
  await page
    .getByText(/^Of \d+ messages? in 30 days, (\d+ was|\d+ were|none were|which was not) reported/)
    .waitFor();
});

it('lets a stranger with a number, a time and a complaint tell the customer why, by the keyboard alone', async () => {
  const [message] = await messagesTo(REJECTED);
  const asked = new Date(message?.createdAt ?? '');
  const time = `${asked.getHours()}:${String(asked.getMinutes()).padStart(2, '0')}`;
  await page.goto(demonstration.url);
  // Nothing is pressed to get there: the box has the focus.
  await page.locator('input:focus').waitFor();
  await page.keyboard.insertText(`${REJECTED}, about ${time}, no code came`);
  await page.getByText('Read as +44 7700 991170, United Kingdom').waitFor();
  const keys = ['Enter', 'Enter'];
  for (const key of keys) {
    await page.getByRole('link', { name: '+44 7700 991170' }).waitFor();
    await page.keyboard.press(key);
  }
  await page.waitForURL(/\/messages\/[\da-f-]{36}$/);
  await headline().getByText('The message was not delivered').waitFor();
  expect(await headline().textContent()).toContain('code 1170');
  const advice = page.getByRole('complementary', { name: 'What to tell the customer' });
  const told = await advice.textContent();
  expect(told).toContain('could not be delivered to +44 7700 991170');
  expect(told).toContain('Could you read me your number once more?');
  // All of it is in view, so that nothing is scrolled for or unfolded.
  for (const part of [headline(), advice]) {
    const box = await part.boundingBox();
    expect((box?.y ?? Infinity) + (box?.height ?? 0)).toBeLessThanOrEqual(900);
  }
});
