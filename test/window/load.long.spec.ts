import type { Page } from 'playwright-core';
import { COMPILE_MS_MAX } from '../support/processes/compiled.js';
import { eventually } from '../support/watching/eventually.js';
import { WindowWorld } from '../support/worlds/window-world.js';

/** The most that a first view may load; bytes as they come over the network. */
const SCRIPT_BYTES_MAX = 150_000;
const REQUESTS_MAX = 20;

/** Each one changes its status five times. */
const MESSAGES = 100;
const CHANGES = 5 * MESSAGES;

let world: WindowWorld;
let id: string;

beforeAll(async () => {
  world = await WindowWorld.startSignedIn();
  id = await world.send('447700980000');
  await eventually(async () => (await world.statusOf(id)) === 'delivered');
}, COMPILE_MS_MAX);

afterAll(() => world.end());

/** Opens an address in a browser that has never seen it, and returns what that took. */
async function firstView(
  path: string,
  isShown: (page: Page) => Promise<void>,
): Promise<{ readonly requests: number; readonly scriptBytes: number }> {
  const context = await world.browser.newContext();
  await context.addCookies(await world.context.cookies());
  const page = await context.newPage();
  // Requests repeated after the event stream opens do not count as the first view.
  const requests = new Set<string>();
  const scripts: Promise<number>[] = [];
  page.on('request', (request) => void requests.add(request.url().replace(/[?&]since=[^&]*/, '')));
  page.on('requestfinished', (request) => {
    if (request.resourceType() !== 'script') return;
    scripts.push(request.sizes().then(({ responseBodySize }) => responseBodySize));
  });
  await page.goto(`${world.waybill.url}${path}`);
  await isShown(page);
  const sizes = await Promise.all(scripts);
  await context.close();
  return { requests: requests.size, scriptBytes: sizes.reduce((sum, size) => sum + size, 0) };
}

it.each<[string, () => string, (page: Page) => Promise<void>]>([
  ['find', () => '/', (page) => page.locator('a.hit').first().waitFor()],
  ['overview', () => '/overview', (page) => page.getByText('By country').first().waitFor()],
  ['message', () => `/messages/${id}`, (page) => page.getByText('What happened').waitFor()],
])('shows %s first within 150 kB of script and 20 requests', async (_, pathOf, isShown) => {
  const { requests, scriptBytes } = await firstView(pathOf(), isShown);
  expect(scriptBytes).toBeGreaterThan(50_000);
  expect(scriptBytes).toBeLessThan(SCRIPT_BYTES_MAX);
  expect(requests).toBeLessThanOrEqual(REQUESTS_MAX);
});

it('takes in a flood of changes together: it draws far less often than something changes', async () => {
  const { page } = world;
  await world.go('/');
  await page.locator('a.hit').first().waitFor();
  // A commit of React changes the page in one go, which its observer is told once.
  await page.evaluate(`
    window.drawn = 0;
    new MutationObserver(() => (window.drawn += 1)).observe(document.body, {
      subtree: true, childList: true, characterData: true, attributes: true,
    });
  `);
  const messages = Array.from({ length: MESSAGES }, (_, index) => ({
    to: String(447_700_100_000 + index),
    text: 'Your code is 493021',
    reference: `flood-${index}`,
  }));
  const sent = await world.post('/v1/messages/batch', { messages });
  expect(sent.status).toBeLessThan(300);
  // The newest of them stands first, with its end, and none of those above the fold is under way.
  await page
    .getByText(/^flood-\d+, from/)
    .first()
    .waitFor();
  await eventually(async () => {
    const states = await page.locator('td.c-st').allTextContents();
    return states.length > 10 && states.every((state) => state === 'Delivered');
  });
  const drawn = await page.evaluate<number>('window.drawn');
  expect(drawn).toBeGreaterThan(1);
  expect(drawn).toBeLessThan(CHANGES / 4);
});
