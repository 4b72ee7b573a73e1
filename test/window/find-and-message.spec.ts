import { join } from 'node:path';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { COMPILE_MS_MAX, compiledProgram } from '../support/compiled.js';
import { startBrowser } from '../support/browser.js';
import { startWaybill, stopWaybills, type Waybill } from '../support/waybill.js';

let browser: Browser;
let context: BrowserContext;
let page: Page;
let waybill: Waybill;

beforeAll(async () => {
  const windowDirectory = join(await compiledProgram(), 'window');
  [browser, waybill] = await Promise.all([startBrowser(), startWaybill({ windowDirectory })]);
  context = await browser.newContext({ viewport: { width: 1440, height: 900 } });
  page = await context.newPage();
}, COMPILE_MS_MAX);

afterAll(async () => {
  await browser.close();
  await stopWaybills();
});

it('shows why a message was rejected, found by the number as a person writes it', async () => {
  const id = await waybill.send('447700991170');
  await waybill.until(id, 'rejected');
  await page.goto(waybill.url);
  await page.getByLabel('A number as you write it').fill('07700 991170');
  await page.getByRole('link', { name: '+44 7700 991170' }).waitFor();
  await page.keyboard.press('Enter');
  await page.keyboard.press('Enter');
  await page.waitForURL(`${waybill.url}/messages/${id}`);
  const headline = page.getByRole('heading', { level: 1 });
  await headline.waitFor();
  expect(await headline.textContent()).toContain('The message was not delivered');
  const advice = page.getByRole('complementary', { name: 'What to tell the customer' });
  expect(await advice.textContent()).toContain('Could you read me your number once more?');
});
