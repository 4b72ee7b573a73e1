import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import type { Page } from 'playwright-core';
import { eventually } from '../support/watching/eventually.js';
import { startDemonstration } from '../support/worlds/demonstration.js';
import { startBrowser } from '../../testing/browser.js';

const { values } = parseArgs({
  options: {
    into: { type: 'string', default: 'docs/images' },
    all: { type: 'boolean', default: false },
    help: { type: 'boolean', short: 'h', default: false },
  },
});
if (values.help) {
  process.stdout
    .write(`Takes the README's pictures of the window, from the demonstration of npm start.

  npm run pictures -- [--into FOLDER] [--all]

  --into  where they go (docs/images)
  --all   every view, at 1440 and 390 pixels, light and dark
`);
  process.exit();
}

type Theme = 'light' | 'dark';
interface Shot {
  readonly name: string;
  readonly path: string;
  readonly width: number;
  readonly theme: Theme;
}

const [WIDE, NARROW] = [1440, 390];
/** Beside the messages of the demonstration, so that an overview has something to show. */
const MESSAGES = 300;
const CALLS_AT_ONCE = 20;
/** The sandbox reads the fate of a message in the last digits of its number. */
const FATES = [
  ...Array.from({ length: 12 }, () => '980000'),
  '980004',
  '980001',
  '980006',
  '991170',
  '971300',
];
const COUNTRIES = ['447700', '447700', '491555', '33639', '12025'];

async function send(url: string, index: number): Promise<void> {
  const country = COUNTRIES[index % COUNTRIES.length] ?? '';
  const to = `${country}${FATES[index % FATES.length]}`;
  const answer = await fetch(`${url}/v1/messages`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ to, text: 'Your code is 493021' }),
  });
  if (answer.status !== 202) throw new Error(`not sent: ${await answer.text()}`);
}

const askFor = async <Answer>(url: string): Promise<Answer> =>
  (await (await fetch(url)).json()) as Answer;

const idOf = async (url: string, to: string): Promise<string> => {
  const { items } = await askFor<{ readonly items: readonly { readonly id: string }[] }>(
    `${url}/v1/messages?to=${to}&reference=demonstration`,
  );
  return items[0]?.id ?? '';
};

async function take(page: Page, url: string, shot: Shot): Promise<void> {
  await page.setViewportSize({ width: shot.width, height: 900 });
  await page.emulateMedia({ colorScheme: shot.theme, reducedMotion: 'reduce' });
  await page.goto(`${url}${shot.path}`);
  await page.getByRole('heading', { level: 1 }).waitFor();
  await page.evaluate('document.fonts.ready');
  await eventually(async () => (await page.locator('.skel').count()) === 0);
  await page.waitForLoadState('load');
  // The charts, drawn once the width is known, and the remaining first answers.
  const isQuiet =
    "performance.getEntriesByType('resource').at(-1).responseEnd < performance.now() - 500";
  await eventually(() => page.evaluate<boolean>(isQuiet));
  await page.screenshot({ path: join(values.into, `${shot.name}.png`) });
}

const demonstration = await startDemonstration();
const browser = await startBrowser();
try {
  const { url } = demonstration;
  for (let at = 0; at < MESSAGES; at += CALLS_AT_ONCE) {
    await Promise.all(Array.from({ length: CALLS_AT_ONCE }, (_, one) => send(url, at + one)));
  }
  await eventually(
    async () => {
      const { waiting } = await askFor<{ readonly waiting: Readonly<Record<string, number>> }>(
        `${url}/v1/sending`,
      );
      return Object.values(waiting).every((count) => count === 0);
    },
    { withinMs: 60_000 },
  );
  const [contradicted, rejected] = await Promise.all([
    idOf(url, '447700980006'),
    idOf(url, '447700991170'),
  ]);
  const paths = {
    find: '/',
    message: `/messages/${contradicted}`,
    'message-rejected': `/messages/${rejected}`,
    overview: '/overview',
    reports: '/reports',
    'reports-hour': '/reports?by=hour&period=1',
    'reports-two': '/reports?by=country&then=errorCode',
    inbound: '/inbound',
    person: '/people/447700980006',
    operations: '/operations',
    inspector: '/inspector',
  };
  const every: readonly Shot[] = Object.entries(paths).flatMap(([view, path]) =>
    [WIDE, NARROW].flatMap((width) =>
      (['light', 'dark'] as const).map((theme) => {
        return { name: `${view}-${width}-${theme}`, path, width, theme };
      }),
    ),
  );
  const readme: readonly Shot[] = [
    { name: 'message', path: paths.message, width: WIDE, theme: 'light' },
    { name: 'message-dark', path: paths['message-rejected'], width: WIDE, theme: 'dark' },
    { name: 'overview', path: paths.overview, width: WIDE, theme: 'light' },
    { name: 'find-dark', path: '/?q=447700980006', width: WIDE, theme: 'dark' },
  ];
  await mkdir(values.into, { recursive: true });
  const page = await browser.newPage();
  for (const shot of values.all ? every : readme) {
    await take(page, url, shot);
    process.stdout.write(`${join(values.into, shot.name)}.png\n`);
  }
} finally {
  await browser.close();
  await demonstration.stop();
}
