import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, rename, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import chromium from '@sparticuz/chromium';
import { chromium as playwright, type Browser } from 'playwright-core';

/** Usual places of an installed Chrome or Chromium, for machines on which the package's own does not run. */
const PLACES = [
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe',
  '/usr/bin/google-chrome',
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
];

/**
 * With the first a browser does not close its second page; the next two would hide what a page may not do; with the
 * others the processor plays a graphics card, which costs twice as much as drawing by itself.
 */
const LEFT_OUT = new Set([
  '--single-process',
  '--disable-web-security',
  '--allow-running-insecure-content',
  '--use-gl=angle',
  '--use-angle=swiftshader',
  '--enable-unsafe-swiftshader',
  '--ignore-gpu-blocklist',
  '--in-process-gpu',
]);

/**
 * Starts a real browser: CHROME_PATH, or the package's own on Linux x64, or an installed one.
 * @param flags of Chromium's command line, beside the usual ones
 */
export async function startBrowser(flags: readonly string[] = []): Promise<Browser> {
  const { CHROME_PATH } = process.env;
  const isPackaged =
    CHROME_PATH === undefined && process.platform === 'linux' && process.arch === 'x64';
  if (isPackaged) {
    return playwright.launch({
      executablePath: await unpacked(),
      args: [
        ...chromium.args.filter((flag) => !LEFT_OUT.has(flag)),
        '--disable-dev-shm-usage',
        '--disable-gpu',
        ...flags,
      ],
      headless: true,
    });
  }
  const executablePath = CHROME_PATH ?? PLACES.find((place) => existsSync(place));
  if (executablePath === undefined) {
    throw new Error(
      'The tests of the window need Chrome or Chromium. Install one, or set CHROME_PATH.',
    );
  }
  return playwright.launch({ executablePath, args: [...flags], headless: true });
}

/**
 * Returns the package's browser. It is unpacked into a directory of its own, which is then renamed: the package returns the
 * file also while another process still writes it.
 */
async function unpacked(): Promise<string> {
  const place = join(tmpdir(), 'waybill-chromium');
  if (!existsSync(place)) {
    const aside = await mkdtemp(`${place}-`);
    const unpack = "await (await import('@sparticuz/chromium')).default.executablePath()";
    await promisify(execFile)(process.execPath, ['--input-type=module', '--eval', unpack], {
      env: { ...process.env, TMPDIR: aside },
    });
    try {
      await rename(aside, place);
    } catch (error) {
      await rm(aside, { recursive: true });
      // Another process was first.
      if (!existsSync(place)) throw error;
    }
  }
  return join(place, 'chromium');
}
