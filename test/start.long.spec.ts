import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse } from 'yaml';
import { startBrowser } from '../testing/browser.js';
import { Api } from './support/facts/api.js';
import { COMPILE_MS_MAX, compiledProgram } from './support/processes/compiled.js';
import { runCommand } from './support/processes/run-command.js';
import { saidUntil } from './support/processes/said-until.js';

// A service without an account, as `npm start` starts it at first.

let environment: { readonly DATA_DIR: string };

beforeAll(compiledProgram, COMPILE_MS_MAX);

beforeEach(async () => {
  environment = { DATA_DIR: await mkdtemp(join(tmpdir(), 'waybill-start-')) };
});

afterEach(() => rm(environment.DATA_DIR, { recursive: true, force: true }));

/** One click from the address that the start prints: the page of the rejected message says why. */
async function clickTheRejected(said: string): Promise<void> {
  const browser = await startBrowser();
  try {
    const page = await browser.newPage();
    await page.goto(/http:\/\/127\.0\.0\.1:\d+\//.exec(said)?.[0] ?? '');
    await page
      .getByRole('row', { name: /Rejected/ })
      .getByRole('link')
      .click();
    await page.getByRole('heading', { level: 1, name: 'The message was not delivered' }).waitFor();
    await page.getByText(/1170/).first().waitFor();
    await page.getByRole('complementary', { name: 'What to tell the customer' }).waitFor();
  } finally {
    await browser.close();
  }
}

it('shows in a browser, by one click from the address that it prints, why a message was rejected', async () => {
  const { exitCode } = await saidUntil('npm run send', environment, clickTheRejected);
  expect(exitCode).toBe(0);
});

it('describes the API as YAML as it does as JSON', async () => {
  await saidUntil('npm run send', environment, async (said) => {
    const api = new Api(/http:\/\/127\.0\.0\.1:\d+(?=\/v1)/.exec(said)?.[0] ?? '');
    const [yaml, json] = await Promise.all([api.get('/openapi.yaml'), api.get('/openapi.json')]);
    expect([yaml.status, parse(yaml.text)]).toEqual([200, json.body]);
  });
});

it('shows the messages of the first start at every later one, and sends no more', async () => {
  const idsIn = (words: string) => words.match(/^ {4}[0-9a-f-]{36}/gm);
  const first = await saidUntil('npm run send', environment);
  const second = await saidUntil('npm run send', environment);
  expect(idsIn(first.said)).toHaveLength(5);
  expect(idsIn(second.said)).toEqual(idsIn(first.said));
  expect(second.said).toContain('an earlier start has sent');
});

it('says at a later start which of the persons was erased, and shows the others', async () => {
  await saidUntil('npm run send', environment, async (said) => {
    const WAYBILL_URL = /http:\/\/127\.0\.0\.1:\d+(?=\/v1)/.exec(said)?.[0] ?? '';
    const args = ['+447700980000', '--reason', 'asked by letter'];
    const erased = await runCommand('commands/erase.js', args, { WAYBILL_URL });
    expect(erased).toMatchObject({ exitCode: 0, errors: '' });
  });
  const { said } = await saidUntil('npm run send', environment);
  expect(said).toMatch(/An example that is delivered\n +Its person was erased/);
  expect(said.match(/Its person was erased/g)).toHaveLength(1);
  expect(said.match(/^ {4}[0-9a-f-]{36}/gm)).toHaveLength(4);
  expect(said).not.toContain('broke off');
});
