import { readFile } from 'node:fs/promises';
import type { WebhookReceiver } from '../support/doubles/webhook-receiver.js';
import { COMPILE_MS_MAX } from '../support/processes/compiled.js';
import { eventually } from '../support/watching/eventually.js';
import { quarantineAsEarlier } from '../support/worlds/earlier-quarantine.js';
import { statusBody } from '../support/facts/signed-webhooks.js';
import type { WindowWorld } from '../support/worlds/window-world.js';
import { barriers, expectWholeWhenZoomed, PHONE, SCREEN, settled, ZOOMS } from './barriers.js';
import { opened, stageWindow, views, type StagedIds } from './staged-window.js';

let staged: Awaited<ReturnType<typeof stageWindow>>;
let world: WindowWorld;
let receiver: WebhookReceiver;
let ids: StagedIds;

beforeAll(async () => {
  staged = await stageWindow();
  ({ world, receiver, ids } = staged);
}, COMPILE_MS_MAX);

afterAll(() => staged.end());

afterEach(() => world.checkComplaints());

it('asks for a key, says what is wrong with another, and opens with the right one', async () => {
  const { page } = world;
  await world.go('/');
  await page.getByLabel('Your API key').fill('wb_of-somebody-else');
  await page.keyboard.press('Enter');
  await page.getByRole('alert').getByText('Check for a missing end.').waitFor();
  // The browser itself reports the 401 that was asked for.
  expect(world.complaints.splice(0)).toEqual([expect.stringContaining('401')]);
  await page.getByLabel('Your API key').fill(world.key);
  await page.keyboard.press('Enter');
  await page.getByText('support-desk').waitFor();
  const stored = await page.evaluate(
    'JSON.stringify([localStorage, sessionStorage, document.cookie])',
  );
  expect(stored).not.toContain(world.key);
  expect(stored).not.toContain('waybill_session');
});

it('finds a message by a number and a time as a person types them, by the keyboard alone', async () => {
  const { page } = world;
  await world.go('/');
  await page.getByLabel('A number as you write it').fill('07700 991170, just now');
  await page.getByText('Read as +44 7700 991170, United Kingdom').waitFor();
  await page.getByRole('link', { name: '+44 7700 991170' }).waitFor();
  await page.keyboard.press('Enter');
  await page.keyboard.press('Enter');
  await page.waitForURL(`${world.waybill.url}/messages/${ids.rejected}`);
  const headline = page.getByRole('heading', { level: 1 });
  await headline.getByText('The message was not delivered').waitFor();
  const advice = page.getByRole('complementary', { name: 'What to tell the customer' });
  expect(await advice.textContent()).toContain('Could you read me your number once more?');
});

it.each<[string, () => string | Promise<string>]>([
  ['its last digits', () => '991170'],
  ['its id', () => ids.rejected],
  ["Vonage's uuid", () => world.uuidOf(ids.rejected)],
  ['its reference', () => 'login-8841'],
])('finds a message by %s', async (_, asked) => {
  await world.go(`/?q=${await asked()}`);
  const link = world.page.getByRole('link', { name: '+44 7700 991170' });
  await link.waitFor();
  expect(await link.getAttribute('href')).toBe(`/messages/${ids.rejected}`);
});

it('shows the conversation beside what it found, narrows it to a time, and saves it', async () => {
  const { page } = world;
  await world.go('/?q=07700%20991170');
  const aside = page.getByRole('complementary', { name: 'Conversation with +44 7700 991170' });
  await aside.getByText('Receives texts').waitFor();
  await page.getByRole('button', { name: 'Around a time' }).click();
  await page.getByLabel('Around when').fill('whenever');
  await page.keyboard.press('Enter');
  await page.getByText('This cannot be read as a time.').waitFor();
  await page.getByLabel('Around when').fill('yesterday 9am');
  await page.keyboard.press('Enter');
  await page.getByText('No message went to 07700 991170 at that time.').waitFor();
  await page.getByLabel('A number as you write it').fill('07700 991170');
  await aside.waitFor();
  const taking = page.waitForEvent('download');
  await page.getByRole('button', { name: 'All of these as CSV' }).click();
  const [head, ...rows] = (await readFile(await (await taking).path(), 'utf8')).trim().split('\n');
  expect(head).toContain('id,');
  expect(rows).toEqual([expect.stringContaining(ids.rejected)]);
});

it('narrows all figures of the overview to one country, and says how far receipts from there go', async () => {
  const { page } = world;
  await world.go('/overview');
  await page.getByRole('row', { name: /Germany.*Reliable/ }).waitFor();
  await page.getByLabel('Country', { exact: true }).selectOption('Germany');
  const glance = page.getByRole('region', { name: 'At a glance' });
  await glance.getByText('of 1 message', { exact: false }).waitFor();
  expect(await page.getByRole('row', { name: /United Kingdom/ }).count()).toBe(0);
  await glance.getByRole('link', { name: /^Cost/ }).click();
  await page.getByRole('link', { name: '+49 155 598 0000' }).waitFor();
  expect(await page.locator('a.hit').count()).toBe(1);
});

it('marks in the chart since when sending is held and why, until a person releases it', async () => {
  const { page } = world;
  await world.go('/overview');
  await page.getByRole('button', { name: 'Hold…', exact: true }).click();
  await page.getByRole('dialog').getByLabel('Reason').fill('The campaign has a wrong price.');
  await page.getByRole('dialog').getByRole('button', { name: 'Hold', exact: true }).click();
  await page.getByText(/^Held since .*: The campaign has a wrong price/).waitFor();
  await page.getByText('Sending is held since').waitFor();
  await page.getByRole('button', { name: 'Release…', exact: true }).click();
  await page.getByRole('dialog').getByLabel('Reason').fill('Corrected.');
  await page.getByRole('dialog').getByRole('button', { name: 'Release', exact: true }).click();
  await page.getByText('Flowing').first().waitFor();
  // The time in which nothing was sent stays in the chart, also of the last hour alone.
  const past = page.getByText(/^Held \S+ to \S+: The campaign has a wrong price/);
  await past.waitFor();
  expect(await page.getByText(/^Held since/).count()).toBe(0);
  await page.getByRole('button', { name: '1 h', exact: true }).click();
  await page.waitForURL(/period=1h/);
  await page.getByRole('region', { name: 'By hour' }).waitFor();
  await past.waitFor();
});

it('shows what works and since when, and the newest checkpoint with its signer', async () => {
  const { page } = world;
  await world.go('/operations');
  const health = page.getByRole('region', { name: 'Health' });
  await health.getByText('Signed log').waitFor();
  const ready = await fetch(`${world.waybill.url}/health/ready`);
  const { parts } = (await ready.json()) as { readonly parts: object };
  expect(await health.getByText(/^since /).count()).toBe(Object.keys(parts).length);
  const checkpoint = page.getByRole('region', { name: 'Newest checkpoint' });
  const key = await fetch(`${world.waybill.url}/v1/log/key`, {
    headers: { authorization: `Bearer ${world.key}` },
  });
  const [signer = ''] = (await key.text()).split('\n');
  await checkpoint.getByText(signer.split('+').slice(0, 2).join('+')).waitFor();
  await checkpoint.getByText(/^[\d,]+ entries$/).waitFor();
  await page.getByRole('region', { name: 'Webhooks set aside' }).getByText('1 webhook.').waitFor();
});

it('holds one provider, and releases it', async () => {
  const { page } = world;
  await world.go('/operations');
  const row = page.getByRole('row', { name: /^E-mail (?:Held|Flowing)/ });
  const why = page.getByRole('row', { name: 'E-mail: A test.' });
  const steer = async (act: 'Hold' | 'Release'): Promise<void> => {
    await row.getByRole('button', { name: `${act} E-mail` }).click();
    const dialog = page.getByRole('dialog', { name: `${act} E-mail?` });
    await dialog.getByRole('textbox').fill('A test.');
    await dialog.getByRole('button', { name: act, exact: true }).click();
  };
  await steer('Hold');
  await row.getByText('Held').waitFor();
  await why.waitFor();
  await page
    .getByRole('row', { name: /^Vonage/ })
    .getByText('Flowing')
    .waitFor();
  await steer('Release');
  await row.getByText('Flowing').waitFor();
  expect(await why.count()).toBe(0);
});

it('shows webhooks of before the page was opened, why some changed nothing, and those not accepted', async () => {
  const { page } = world;
  await world.go('/inspector');
  const recorded = page.getByRole('region', { name: 'Recorded' });
  await recorded.getByText('A person wrote').first().waitFor();
  await recorded.getByRole('button', { name: 'Changed nothing' }).click();
  await recorded.getByText('Changed nothing: contradiction').waitFor();
  expect(await recorded.getByText('applied').count()).toBe(0);
  const refused = page.getByRole('region', { name: 'Not accepted' });
  await refused.getByText('Its token cannot be read.').waitFor();
  await recorded.getByRole('button', { name: 'All', exact: true }).click();
  await world.receive('447700900322', 'Are you there?');
  await eventually(async () => (await recorded.getByText('A person wrote').count()) === 2);
  await page.reload();
  await recorded.getByText('A person wrote').first().waitFor();
  expect(await recorded.getByText('A person wrote').count()).toBe(2);
});

it('replays a kept webhook: checks its signature, says what it changed, and records nothing twice', async () => {
  const { page } = world;
  await world.go('/inspector');
  const dialog = page.getByRole('dialog', { name: 'Replay this webhook?' });
  await page.getByRole('button', { name: 'Replay what a person wrote…' }).first().click();
  await dialog.getByRole('button', { name: 'Replay', exact: true }).click();
  await dialog.getByText('Its signature is valid.').waitFor();
  await dialog.getByText('It was recorded already, so nothing changed.').waitFor();
  await dialog.getByRole('button', { name: 'Close' }).click();
  await page.getByRole('button', { name: 'Replay the status webhook that was set aside…' }).click();
  await dialog.getByRole('button', { name: 'Replay', exact: true }).click();
  await dialog.getByText('It is still not understood. The body names no').waitFor();
  await dialog.getByRole('button', { name: 'Close' }).click();
  expect(await page.getByRole('dialog').count()).toBe(0);
});

it('reports by one thing and then by another, and saves the same', async () => {
  const { page } = world;
  await world.go('/reports');
  await page.getByLabel('Then by').selectOption('Reason');
  await page.getByRole('heading', { level: 1, name: 'Delivered by country and reason' }).waitFor();
  await page.getByRole('cell', { name: '1170 Recipient not valid' }).waitFor();
  const total = page.getByRole('rowheader', { name: /^\d+ rows together$/ });
  await total.waitFor();
  await page.getByRole('button', { name: 'Cost' }).click();
  await page.getByRole('heading', { level: 1, name: 'Cost by country and reason' }).waitFor();
  await page
    .getByRole('img', { name: /^Cost by country and reason/ })
    .getByText('€')
    .first()
    .waitFor();
  await page.getByLabel('Country', { exact: true }).selectOption('United Kingdom');
  await page.getByText('groupBy=country,errorCode&country=GB&since=').waitFor();
  await page.getByRole('heading', { level: 1 }).click();
  const taking = page.waitForEvent('download');
  await page.locator('body').press('e');
  const file = await readFile(await (await taking).path(), 'utf8');
  expect(file).toMatch(/^country,errorCode,/);
  expect(file).toMatch(/^GB,1170,/m);
});

it('shows why a report changed nothing, and the message as it was known before', async () => {
  const { page } = world;
  await world.go(`/messages/${ids.contradicted}`);
  await page.getByText('Contradicts delivered').waitFor();
  await page.getByText('The message stays delivered.').waitFor();
  await page.keyboard.press('ArrowLeft');
  await page.keyboard.press('ArrowLeft');
  await page.keyboard.press('ArrowLeft');
  await page
    .getByRole('heading', { level: 1 })
    .getByText('handed the message to the carrier')
    .waitFor();
  expect(await page.getByRole('button', { name: 'Send again' }).isDisabled()).toBe(true);
  await page.keyboard.press('End');
  await page.getByRole('heading', { level: 1 }).getByText('the phone has the message').waitFor();
  await page.getByText('Raw webhook', { exact: true }).last().click();
  await page.getByText('"status": "rejected"').waitFor();
});

it('hides a text until a person asks for it', async () => {
  const { page, waybill } = world;
  await world.go(`/messages/${ids.rejected}`);
  await page.getByText('Showing it is recorded').waitFor();
  expect(await page.getByText('493021').count()).toBe(0);
  await page.getByRole('button', { name: 'Show' }).click();
  await page.getByText('Your code is 493021').waitFor();
  expect(waybill.log.says('A person looked at the text of a message.')).toBe(true);
});

it('shows the first words of the texts that it found when a person asks, which is recorded', async () => {
  const { page, waybill } = world;
  await world.go('/?q=07700%20991170');
  await page.getByRole('img', { name: 'text hidden' }).waitFor();
  expect(await page.getByText('493021').count()).toBe(0);
  await page.getByRole('button', { name: 'Texts', exact: true }).click();
  await page.locator('.words').getByText('Your code is 493021').waitFor();
  expect(waybill.log.says('A person looked at the texts of a list.')).toBe(true);
  await page.getByRole('button', { name: 'Texts', exact: true }).click();
  expect(await page.getByText('493021').count()).toBe(0);
});

it('settles an unknown outcome with a reason, and shows the change by itself', async () => {
  const { page } = world;
  await world.go(`/messages/${ids.unknown}`);
  await page.getByRole('button', { name: 'Settle' }).click();
  await page.getByLabel('The customer has it').check();
  await page.getByLabel('Reason').fill('She read it out to me.');
  await page.getByRole('button', { name: 'Settle it' }).click();
  await page.getByRole('heading', { level: 1 }).getByText('A person says').waitFor();
  expect(await world.statusOf(ids.unknown)).toBe('delivered');
});

it('shows a conversation, lets a person decide on a doubtful text, and answers it', async () => {
  const { page, waybill } = world;
  await world.go('/?q=07703%20980000');
  await page.getByRole('link', { name: 'Open the conversation' }).click();
  await page.waitForURL(`${waybill.url}/people/447703980000`);
  const talk = page.getByRole('list', { name: 'Texts with +44 7703 980000' });
  await talk.getByText('Delivered').waitFor();
  expect(await page.getByText('493021').count()).toBe(0);
  await world.receive('447703980000', 'When does it stop raining?');
  await page.getByText('A text may be a wish to stop.').waitFor();
  await page.getByRole('button', { name: 'Show', exact: true }).click();
  await talk.getByText('When does it stop raining?').waitFor();
  await talk.getByText('Your code is 493021').waitFor();
  expect(waybill.log.says('A person looked at the texts of a conversation.')).toBe(true);
  await page.getByRole('button', { name: 'It is none' }).click();
  await page.getByLabel('Reason').fill('Asks about the weather.');
  await page.getByRole('dialog').getByRole('button', { name: 'It is none' }).click();
  await talk.getByText('No wish to stop, decided by support-desk').waitFor();
  await page.getByLabel('Your text, from').fill('At noon.');
  await page.getByRole('button', { name: 'Send', exact: true }).click();
  await talk.getByText('At noon.').waitFor();
});

it('shows which checkpoint covers a message, and gives its proof away', async () => {
  const { page } = world;
  await world.go(`/messages/${ids.rejected}`);
  await page.getByText('In the signed log').waitFor();
  const taking = page.waitForEvent('download');
  await page.getByRole('button', { name: 'Take the proof away' }).click();
  const file = await (await taking).path();
  const proof = JSON.parse(await readFile(file, 'utf8')) as { readonly entries: readonly object[] };
  expect(proof.entries.length).toBeGreaterThan(2);
  await page.getByText(`${proof.entries.length} events`, { exact: true }).waitFor();
});

it('shows where events are posted, what became of them, and tests a receiver', async () => {
  const { page } = world;
  await world.go('/operations');
  await page.getByRole('heading', { name: receiver.url }).waitFor();
  await page
    .getByRole('region', { name: 'Last deliveries' })
    .getByText('delivered')
    .first()
    .waitFor();
  receiver.answer = () => 500;
  await page.getByRole('button', { name: 'Send a test' }).click();
  await page.getByText('The test was not taken').waitFor();
  receiver.answer = () => 204;
  await page.getByRole('button', { name: 'Send a test' }).click();
  await page.getByText('The receiver took the test.').waitFor();
  const before = receiver.received.length;
  await page.getByRole('button', { name: 'Post the last day again' }).click();
  await page.getByRole('button', { name: 'Post it again' }).click();
  await eventually(() => {
    expect(receiver.received.length).toBeGreaterThan(before);
    return true;
  });
});

it('lists what people wrote, and narrows it to who wrote; texts are shown when asked for', async () => {
  const { page, waybill } = world;
  await world.receive('447700900333', 'Is the shop open?');
  await world.go('/inbound');
  const received = page.getByRole('region', { name: 'Received messages' });
  await received.getByRole('link', { name: '+44 7700 900333' }).waitFor();
  await page.getByLabel('Who wrote').fill('07700 900333');
  await eventually(async () => (await received.getByRole('link').count()) === 1);
  expect(await page.getByText('Is the shop open?').count()).toBe(0);
  await received.getByRole('button', { name: 'Show', exact: true }).click();
  await received.getByText('Is the shop open?').waitFor();
  expect(waybill.log.says('A person looked at the texts of received messages.')).toBe(true);
});

it('stops all texts to a person with a reason, and shows who said so', async () => {
  const { page } = world;
  await world.go('/people/07705980000');
  await page.getByText('No text went to this number').waitFor();
  await page.getByRole('button', { name: 'Send nothing more' }).click();
  await page.getByLabel('Reason').fill('Asked for it on the phone.');
  await page.getByRole('dialog').getByRole('button', { name: 'Send nothing more' }).click();
  const history = page.getByRole('list', { name: 'History of consent' });
  await history.getByText('Opted out, recorded by support-desk').waitFor();
  await history.getByText('Asked for it on the phone.').waitFor();
  expect(await page.getByRole('button', { name: 'Send', exact: true }).isDisabled()).toBe(true);
});

it('erases a person, says first what goes and what stays, and gives the certificate away', async () => {
  const { page } = world;
  const number = '447706980000';
  const id = await world.send(number, { reference: 'order-of-the-erased' });
  await eventually(async () => (await world.statusOf(id)) === 'delivered');
  await world.go(`/people/${number}`);
  await page.getByRole('button', { name: 'Erase this person' }).click();
  const dialog = page.getByRole('dialog', { name: 'Erase +44 7706 980000?' });
  await dialog.getByText('It cannot be undone.').waitFor();
  await dialog.getByText('Goes', { exact: true }).waitFor();
  await dialog.getByText('Stays', { exact: true }).waitFor();
  await dialog.getByLabel('Reason').fill(`Asked for it: ${number}`);
  await dialog.getByRole('button', { name: 'Erase for good' }).click();
  await dialog.getByRole('alert').getByText('leave the number out').waitFor();
  // The browser itself reports the 400 that was asked for.
  expect(world.complaints.splice(0)).toEqual([expect.stringContaining('400')]);
  await dialog.getByLabel('Reason').fill('Asked for it by letter.');
  await dialog.getByRole('button', { name: 'Erase for good' }).click();
  await page.getByRole('heading', { level: 1 }).getByText('This person is erased.').waitFor();
  const taking = page.waitForEvent('download');
  await page.getByRole('button', { name: 'Take the certificate away' }).click();
  const file = await readFile(await (await taking).path(), 'utf8');
  expect(JSON.parse(file)).toMatchObject({ messages: 1, reason: 'Asked for it by letter.' });
  await world.go(`/messages/${id}`);
  await page.getByText('Person erased').first().waitFor();
  await page.getByText('erased with its person').waitFor();
  expect(await page.getByRole('button', { name: 'Send again' }).isDisabled()).toBe(true);
  expect(await page.content()).not.toMatch(/7706\s?980000|order-of-the-erased/);
});

it('shows new messages by itself, in every tab, by one stream', async () => {
  const other = await world.context.newPage();
  world.listenTo(other);
  await Promise.all([world.go('/'), other.goto(world.waybill.url)]);
  await Promise.all([world.page, other].map((page) => page.locator('a.hit').first().waitFor()));
  await world.send('447704980000');
  for (const page of [world.page, other]) {
    await page.getByRole('link', { name: '+44 7704 980000' }).waitFor();
    expect(await page.getByRole('link', { name: '+44 7704 980000' }).count()).toBe(1);
  }
  await other.close();
});

it('no longer lists a webhook as set aside once a replay has recorded it', async () => {
  const { page, waybill } = world;
  await page.goto('about:blank');
  await waybill.stop();
  await quarantineAsEarlier(waybill.directory, statusBody('submitted'));
  await waybill.start();
  await world.go('/inspector');
  const aside = page.getByRole('region', { name: 'Set aside' });
  const row = aside.getByRole('row', { name: /No such status yet/ });
  await row.getByRole('button').click();
  const dialog = page.getByRole('dialog', { name: 'Replay this webhook?' });
  await dialog.getByRole('button', { name: 'Replay', exact: true }).click();
  await dialog.getByText('Its token was not kept').waitFor();
  await dialog.getByText('It is recorded now, and changed the message.').waitFor();
  await row.waitFor({ state: 'detached' });
  await dialog.getByRole('button', { name: 'Close' }).click();
  await aside.getByText('The body names no', { exact: false }).waitFor();
  expect(await row.count()).toBe(0);
});

it('says when the service cannot be reached, and goes on when it can', async () => {
  const { page, waybill } = world;
  await world.go('/');
  await page.getByText('Live', { exact: true }).waitFor();
  await waybill.stop();
  await page.getByText('Waybill cannot be reached since').waitFor();
  await waybill.start();
  await page.getByText('Live', { exact: true }).waitFor();
  const lost = page.getByText('cannot be reached');
  await eventually(async () => (await lost.count()) === 0);
  expect(await lost.count()).toBe(0);
  // The browser reports each request that failed meanwhile.
  world.checkComplaints(/ERR_|Failed to load/);
});

/** Continuous integration looks at every view in every way: `accessibility.long.spec.ts`. */
it.each(Object.entries(views).slice(0, 2))(
  '%s is accessible, and whole when zoomed',
  async (_, pathOf) => {
    const { page } = world;
    await world.go(pathOf(ids));
    await settled(page);
    expect(await barriers(page, [SCREEN, PHONE])).toEqual([]);
    await expectWholeWhenZoomed(
      page,
      ZOOMS.filter(({ zoom }) => zoom === '400 %'),
    );
  },
);

it.each(opened.slice(0, 1))('the dialog of %s, %s, is accessible', async (path, button) => {
  const { page } = world;
  await world.go(path);
  await page.getByRole('button', { name: button }).click();
  await page.getByRole('dialog').waitFor();
  await settled(page);
  expect(await barriers(page, [SCREEN, PHONE])).toEqual([]);
});

it('is signed out by one click, in the service too', async () => {
  const { page } = world;
  await world.go('/');
  // The service refuses requests that are open when the session ends, and the browser logs each as an error.
  await settled(page);
  const isQuiet =
    "performance.getEntriesByType('resource').at(-1).responseEnd < performance.now() - 200";
  await eventually(() => page.evaluate<boolean>(isQuiet));
  await page.getByRole('button', { name: 'Sign out' }).click();
  await page.getByLabel('Your API key').waitFor();
  const cookies = await world.context.cookies();
  expect(cookies.filter(({ name }) => name.includes('waybill'))).toEqual([]);
});
