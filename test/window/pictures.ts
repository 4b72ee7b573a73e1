import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import type { Page } from 'playwright-core';
import { eventually } from '../support/watching/eventually.js';
import { startDemonstration } from '../support/worlds/demonstration.js';
import { startBrowser } from '../../testing/browser.js';
import { writeLedger } from '../../testing/generated-messages/generate-ledger.js';
import { dayOfTraffic } from './day-of-traffic.js';
import { CUSTOMER } from './one-customer.js';

const { values } = parseArgs({
  options: {
    into: { type: 'string', default: 'docs/images' },
    all: { type: 'boolean', default: false },
    help: { type: 'boolean', short: 'h', default: false },
  },
});
if (values.help) {
  process.stdout
    .write(`Takes the README's pictures of the window, from the demonstration of npm start after a day of traffic.

  npm run pictures -- [--into FOLDER] [--all]

  --into  where they go (docs/images)
  --all   every view in its whole length, at 1440 and 390 pixels, light and dark
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

/** As a person types the number of the customer. */
const AS_TYPED = '+44 7700 900321';
const [WIDE, NARROW] = [1440, 390];
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
  await page.screenshot({ path: join(values.into, `${shot.name}.png`), fullPage: values.all });
}

const traffic = dayOfTraffic(Date.now());
const messages = new Set(
  traffic.map(({ stream }) => stream).filter((stream) => stream.startsWith('message-')),
).size;
const demonstration = await startDemonstration((directory) => writeLedger(directory, traffic));
const browser = await startBrowser();
try {
  const { url } = demonstration;
  await eventually(
    async () => {
      const { rows } = await askFor<{ readonly rows: readonly { readonly messages: number }[] }>(
        `${url}/v1/reports/delivery`,
      );
      return (rows[0]?.messages ?? 0) >= messages;
    },
    { withinMs: 60_000 },
  );
  // The last that the sandbox does: then all of its messages have come to their ends.
  await eventually(
    async () => {
      const path = '/v1/messages?reference=demonstration&contradicted=true';
      return (
        (await askFor<{ readonly items: readonly unknown[] }>(`${url}${path}`)).items.length > 0
      );
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
    'find-person': `/?q=${CUSTOMER}`,
    person: `/people/${CUSTOMER}`,
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
    { name: 'find-dark', path: `/?q=${encodeURIComponent(AS_TYPED)}`, width: WIDE, theme: 'dark' },
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
