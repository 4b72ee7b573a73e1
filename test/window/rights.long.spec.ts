import { COMPILE_MS_MAX } from '../support/processes/compiled.js';
import { eventually } from '../support/watching/eventually.js';
import { recipient } from '../support/worlds/waybill.js';
import { WindowWorld } from '../support/worlds/window-world.js';

let world: WindowWorld;
let id: string;

beforeAll(async () => {
  world = await WindowWorld.startSignedIn();
  id = await world.send('447700991170');
  await eventually(async () => (await world.statusOf(id)) === 'rejected');
}, COMPILE_MS_MAX);

afterAll(() => world.end());

async function makeKey(name: string, scopes: readonly string[]): Promise<string> {
  const answer = await world.post('/v1/keys', { name, scopes });
  expect(answer.status).toBe(201);
  return ((await answer.json()) as { readonly key: string }).key;
}

it('shows a key that may only read what became of a message, and says why it may do no more', async () => {
  const key = await makeKey('trainee', ['read']);
  const context = await world.browser.newContext();
  await context.request.post(`${world.waybill.url}/v1/session`, { data: { key } });
  const page = await context.newPage();
  world.listenTo(page);
  const go = (path: string) => page.goto(`${world.waybill.url}${path}`);
  await go(`/messages/${id}`);
  await page.getByRole('heading', { level: 1 }).getByText('was not delivered').waitFor();
  expect(await page.getByRole('button', { name: 'Send again' }).isDisabled()).toBe(true);
  await page.getByText('Your key may not send.').waitFor();
  expect(await page.getByText('Raw webhook').count()).toBe(0);
  await go('/inspector');
  await page.getByText('It needs the scope audit.').waitFor();
  const recorded = page.getByRole('region', { name: 'Recorded' });
  await recorded.getByText('Rejected').first().waitFor();
  expect(await page.getByRole('button', { name: /^Replay/ }).count()).toBe(0);
  await go('/operations');
  await page.getByRole('region', { name: 'Health' }).getByText('Signed log').waitFor();
  for (const name of ['Limits', 'API keys']) {
    expect(await page.getByRole('region', { name }).count()).toBe(0);
  }
  expect(await page.getByRole('button', { name: 'Hold…' }).count()).toBe(0);
  // The page asked for nothing that would be refused.
  expect(world.complaints.splice(0)).toEqual([]);
  await context.close();
});

it('shows a sender that Vonage refuses while all else is sent, and releases it', async () => {
  const { page, waybill } = world;
  waybill.sandbox.configure({ blockedSenders: ['447700900009'] });
  await world.send(recipient(), { from: '447700900009' });
  await world.go('/operations');
  const panel = page.getByRole('region', { name: 'Sending', exact: true });
  await panel.getByText('+44 7700 900009 (SMS)', { exact: true }).waitFor();
  await panel.getByText('HTTP 403').waitFor();
  await panel.getByText('Flowing').first().waitFor();
  expect(await panel.getByRole('button', { name: 'Hold…' }).count()).toBeGreaterThan(0);
  await panel.getByRole('button', { name: 'Release…', exact: true }).click();
  const dialog = page.getByRole('dialog', { name: 'Release what is held?' });
  await dialog.getByRole('textbox').fill('Corrected.');
  waybill.sandbox.configure({ blockedSenders: [] });
  await dialog.getByRole('button', { name: 'Release', exact: true }).click();
  await panel.getByText('+44 7700 900009 (SMS)').waitFor({ state: 'detached' });
});

it('lists the keys, and revokes one for ever', async () => {
  const { page } = world;
  const key = await makeKey('former-partner', ['send']);
  await world.go('/operations');
  const row = page.getByRole('row', { name: /^former-partner/ });
  await row.getByText('never').waitFor();
  await row.getByRole('button', { name: 'Revoke…' }).click();
  const dialog = page.getByRole('dialog', { name: 'Revoke former-partner?' });
  await dialog.getByText('for ever').waitFor();
  await dialog.getByRole('button', { name: 'Revoke', exact: true }).click();
  await row.getByText('revoked').waitFor();
  expect(await row.getByRole('button').count()).toBe(0);
  const refused = await fetch(`${world.waybill.url}/v1/messages/preview`, {
    method: 'POST',
    headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
    body: JSON.stringify({ to: '447700900123', text: 'Hello' }),
  });
  expect(refused.status).toBe(401);
});

it('leads a person whose key was revoked to the door, says why, and lets them in with another', async () => {
  const key = await makeKey('leaver', ['read']);
  const context = await world.browser.newContext();
  context.setDefaultTimeout(15_000);
  await context.request.post(`${world.waybill.url}/v1/session`, { data: { key } });
  const page = await context.newPage();
  await page.goto(world.waybill.url);
  await page.locator('a.hit').first().waitFor();
  const revoked = await fetch(`${world.waybill.url}/v1/keys/leaver`, {
    method: 'DELETE',
    headers: { authorization: `Bearer ${world.key}` },
  });
  expect(revoked.ok).toBe(true);
  await world.send(recipient('000'));
  await page.getByRole('alert').getByText('This API key was revoked.').waitFor();
  await page.reload();
  await page.getByRole('alert').getByText('This API key was revoked.').waitFor();
  await page.getByLabel('Your API key').fill(world.key);
  await page.keyboard.press('Enter');
  await page.locator('a.hit').first().waitFor();
  await page.getByText('support-desk').waitFor();
  await context.close();
});

it.each(['/overview', '/operations', '/inspector'])(
  'names the zone of the times on %s',
  async (path) => {
    const { page } = world;
    await world.go(path);
    const zone = page.getByText(/your time, UTC[+−]\d/i);
    await zone.waitFor();
    expect(await zone.count()).toBe(1);
  },
);

it('says how many wait for a release', async () => {
  const { page } = world;
  await world.post('/v1/sending/hold', { reason: 'A test.' });
  await world.send(recipient('000'));
  await world.go('/overview');
  await page.getByText('1 message waits and nothing is lost.').waitFor();
  await world.post('/v1/sending/release', { reason: 'It is over.' });
  await page.getByText('Sending is held').waitFor({ state: 'detached' });
  expect(await page.getByText('Held', { exact: true }).count()).toBe(0);
});

/** The width of a table that is seen only by scrolling. */
const hiddenPixels = (table: string): Promise<number> =>
  world.page
    .getByRole('region', { name: table })
    .evaluate(
      (box: { readonly scrollWidth: number; readonly clientWidth: number }) =>
        box.scrollWidth - box.clientWidth,
    );

it('shows whole why a provider is held, and what an attempt failed of', async () => {
  const { page } = world;
  const reason = 'The contract with the mail server ends today, and the new one begins tomorrow';
  const failed = await world.send(recipient('003'), {
    fallback: [{ channel: 'email', when: 'failure', to: 'person@example.com', subject: 'Hello' }],
  });
  await world.go(`/messages/${failed}`);
  await page
    .getByRole('region', { name: 'Attempts, table' })
    .getByText('mail server')
    .first()
    .waitFor();
  expect(await hiddenPixels('Attempts, table')).toBe(0);
  await world.post('/v1/sending/hold', { reason, provider: 'email' });
  await world.go('/overview');
  await page.getByRole('row', { name: new RegExp(reason) }).waitFor();
  expect(await hiddenPixels('Providers, table')).toBe(0);
  await world.post('/v1/sending/release', { reason: 'It is over.' });
});

it('prints no bar over what is printed', async () => {
  const { page } = world;
  await world.go('/reports');
  await page.setViewportSize({ width: 718, height: 900 });
  const bars = page.getByRole('navigation').filter({ visible: true });
  await bars.first().waitFor();
  await page.emulateMedia({ media: 'print' });
  expect(await bars.count()).toBe(0);
  await page.emulateMedia({ media: 'screen' });
  await page.setViewportSize({ width: 1440, height: 900 });
});

it('does not say that a message was handed over which Vonage did not take', async () => {
  await world.go(`/messages/${await world.send(recipient('422'))}`);
  await world.page.getByText('We could not send your text').waitFor();
  expect(await world.page.getByText('It is over: nobody took it.').count()).toBe(1);
});
