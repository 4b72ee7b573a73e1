import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { compiledProgram } from '../support/processes/compiled.js';
import { eventually } from '../support/watching/eventually.js';
import { startBrowser } from '../../testing/browser.js';
import { startWaybill, stopWaybills } from '../support/worlds/waybill.js';
import { freePort } from '../../testing/free-port.js';

const SCORE_MIN = 95;
/** `performance` is shown, not judged: it measures the machine too. */
const JUDGED = ['accessibility', 'best-practices'];
const REPORT_BYTES_MAX = 64 * 1024 * 1024;

/** The fields of Lighthouse's report, version 13, that this script reads. */
interface Report {
  readonly categories: Readonly<Record<string, { readonly score: number | null }>>;
  readonly audits: Readonly<
    Record<
      string,
      {
        readonly id: string;
        readonly title: string;
        readonly score: number | null;
        readonly scoreDisplayMode: string;
        readonly details?: { readonly items?: readonly { readonly url?: string }[] };
      }
    >
  >;
}

/** The npm script installs it there. */
const cli = fileURLToPath(
  new URL('../../build/lighthouse/node_modules/lighthouse/cli/index.js', import.meta.url),
);

/** Runs Lighthouse on a page of a browser that listens on a port. */
async function look(url: string, port: number, home: string): Promise<Report> {
  const options = [
    '--output=json',
    '--quiet',
    '--no-enable-error-reporting',
    '--throttling-method=provided',
    `--port=${port}`,
  ];
  const categories = `--only-categories=${[...JUDGED, 'performance'].join(',')}`;
  // Its settings go where nobody keeps anything.
  const env = { ...process.env, HOME: home, XDG_CONFIG_HOME: home, CI: 'true' };
  const { stdout } = await promisify(execFile)(
    process.execPath,
    [cli, url, ...options, categories],
    { env, maxBuffer: REPORT_BYTES_MAX },
  );
  return JSON.parse(stdout) as Report;
}

/** The findings about a page. */
function findingsOf({ categories, audits }: Report): readonly string[] {
  const blocking = audits['render-blocking-insight']?.details?.items ?? [];
  const scripts = blocking.filter(({ url }) => url?.endsWith('.js') ?? false);
  const scores = JUDGED.map((name) => [name, percent(categories[name]?.score)] as const);
  return [
    ...scores
      .filter(([, score]) => score < SCORE_MIN)
      .map(([name, score]) => `${name} is ${score}, and at least ${SCORE_MIN} is wanted`),
    ...scripts.map(({ url }) => `the script ${url} blocks the first view`),
    ...(audits['render-blocking-insight'] === undefined
      ? ['nobody looked for blocking files']
      : []),
  ];
}

const percent = (score: number | null | undefined): number => Math.round((score ?? 0) * 100);

const failed = ({ audits }: Report): readonly string[] =>
  Object.values(audits)
    .filter(({ score, scoreDisplayMode }) => scoreDisplayMode === 'binary' && score === 0)
    .map(({ id, title }) => `${id}: ${title}`);

const home = await mkdtemp(join(tmpdir(), 'waybill-lighthouse-'));
const port = await freePort();
const windowDirectory = join(await compiledProgram(), 'window');
const waybill = await startWaybill({ windowDirectory, config: { logLevel: 'silent' } });
const browser = await startBrowser([`--remote-debugging-port=${port}`]);
let findings = 0;
try {
  const id = await waybill.send('447700991170');
  await waybill.until(id, 'rejected');
  await eventually(async () => {
    const { body } = await waybill.api.get('/v1/messages');
    return JSON.stringify(body).includes(id);
  });
  for (const path of ['/overview', `/messages/${id}`]) {
    const report = await look(`${waybill.url}${path}`, port, home);
    const scores = [...JUDGED, 'performance'].map(
      (name) => `${name} ${percent(report.categories[name]?.score)}`,
    );
    process.stdout.write(`${path}: ${scores.join(', ')}\n`);
    for (const line of failed(report)) process.stdout.write(`  ${line}\n`);
    for (const finding of findingsOf(report)) {
      findings += 1;
      process.stdout.write(`  Wrong: ${finding}.\n`);
    }
  }
} finally {
  await browser.close();
  await stopWaybills();
  await rm(home, { recursive: true, force: true });
}
process.exitCode = findings > 0 ? 1 : 0;
