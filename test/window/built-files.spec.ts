import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { COMPILE_MS_MAX, compiledProgram } from '../support/processes/compiled.js';
import { startWaybill, stopWaybills, type Waybill } from '../support/worlds/waybill.js';

/** The most that a first view may load, compressed. */
const SCRIPT_BYTES_MAX = 150_000;
const REQUESTS_MAX = 20;

let directory: string;
let page: string;
let waybill: Waybill;

beforeAll(async () => {
  directory = join(await compiledProgram(), 'window');
  page = await readFile(join(directory, 'index.html'), 'utf8');
  waybill = await startWaybill({ windowDirectory: directory });
}, COMPILE_MS_MAX);

afterAll(stopWaybills);

const filesOf = (text: string): readonly string[] => [
  ...new Set([...text.matchAll(/\/(assets\/[\w.-]+)/g)].map(([, path]) => path ?? '')),
];

it('loads little: one page, few files, no script of other hosts and none inside the page', async () => {
  const files = filesOf(page);
  const scripts = files.filter((path) => path.endsWith('.js'));
  const sizes = await Promise.all(
    scripts.map(async (path) => (await readFile(join(directory, `${path}.gz`))).length),
  );
  const total = sizes.reduce((sum, size) => sum + size, 0);
  expect(total).toBeGreaterThan(10_000);
  expect(total).toBeLessThan(SCRIPT_BYTES_MAX);
  // The fonts of the style sheet and the first questions to the API come on top.
  expect(files.length + 3 + 5).toBeLessThanOrEqual(REQUESTS_MAX);
  expect(page).not.toMatch(
    /<script(?![^>]* src=)|<style|style=|https?:\/\/(?!www\.w3\.org\/2000\/svg)/,
  );
});

it('is for browsers at the address where programs get JSON', async () => {
  const ask = (accept: string) => fetch(`${waybill.url}/`, { headers: { accept } });
  const browser = await ask('text/html,application/xhtml+xml,*/*;q=0.8');
  expect(browser.headers.get('content-type')).toBe('text/html; charset=utf-8');
  expect(browser.headers.get('vary')).toContain('Accept');
  expect(browser.headers.get('content-security-policy')).toMatch(
    /default-src 'none'; script-src 'self'; style-src 'self'/,
  );
  expect(browser.headers.get('content-security-policy')).not.toContain('unsafe');
  const program = await ask('*/*');
  expect(await program.json()).toMatchObject({ service: 'waybill' });
  expect(program.headers.get('vary')).toContain('Accept');
});

it('keeps its files for ever in a browser, compressed on the way, and knows no others', async () => {
  const [script = ''] = filesOf(page).filter((path) => path.endsWith('.js'));
  const answer = await fetch(`${waybill.url}/${script}`);
  expect(answer.headers.get('cache-control')).toBe('public, max-age=31536000, immutable');
  expect(answer.headers.get('content-encoding')).toMatch(/^(?:br|gzip)$/);
  expect((await answer.text()).length).toBe(
    (await readFile(join(directory, script), 'utf8')).length,
  );
  const etag = answer.headers.get('etag') ?? '';
  const again = await fetch(`${waybill.url}/${script}`, { headers: { 'if-none-match': etag } });
  expect(again.status).toBe(304);
  for (const path of ['/assets/nothing.js', '/assets/../index.html', '/assets/%2e%2e/index.html']) {
    expect((await fetch(`${waybill.url}${path}`)).status).toBe(404);
  }
});

it('shows a view at each of its addresses', async () => {
  for (const path of [
    '/overview',
    '/reports',
    '/inbound',
    '/operations',
    '/inspector',
    '/messages/x',
  ]) {
    const answer = await fetch(`${waybill.url}${path}`, { headers: { accept: 'text/html' } });
    expect([path, answer.status, await answer.text()]).toEqual([path, 200, page]);
    expect((await fetch(`${waybill.url}${path}`)).status).toBe(404);
  }
});

it('ships the licence of its fonts', async () => {
  const fonts = await readdir(join(directory, 'assets'));
  expect(fonts.filter((name) => name.endsWith('.woff2'))).toHaveLength(3);
  expect(fonts).toContain('OFL.txt');
});
