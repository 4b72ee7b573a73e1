import axe from 'axe-core';
import type { Page } from 'playwright-core';
import { eventually } from '../support/watching/eventually.js';

/** How a person looks at a page. */
export interface Look {
  readonly width: number;
  readonly colorScheme: 'light' | 'dark';
}

/** A wide screen by day, and a phone by night. */
export const [SCREEN, PHONE] = [
  { width: 1440, colorScheme: 'light' },
  { width: 360, colorScheme: 'dark' },
] as const satisfies readonly Look[];

/** WCAG 1.4.4: twice as large, by the browser or by its letters alone. WCAG 1.4.10: 1280 px at 400 %. */
export const ZOOMS = [
  { zoom: '100 %', width: 1440, text: '' },
  { zoom: 'a phone', width: 360, text: '' },
  { zoom: '200 %', width: 720, text: '' },
  { zoom: '400 %', width: 320, text: '' },
  { zoom: '200 % of the text', width: 1440, text: '200%' },
] as const;

const ZOOM_MS_MAX = 10_000;

const STANDARDS = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'];

/** Waits until a view shows what it asked for. */
export async function settled(page: Page): Promise<void> {
  await page.getByRole('heading', { level: 1 }).first().waitFor();
  await page.waitForLoadState('load');
  await eventually(async () => (await page.locator('.skel').count()) === 0);
}

/** Runs axe in each width and theme, and lists the violations that it finds. */
export async function barriers(page: Page, looks: readonly Look[]): Promise<readonly string[]> {
  const found: string[] = [];
  await page.evaluate(axe.source);
  for (const { width, colorScheme } of looks) {
    await page.setViewportSize({ width, height: 900 });
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
    const faults = await page.evaluate<readonly string[]>(
      `axe.run(document, { runOnly: ${JSON.stringify(STANDARDS)} }).then(({ violations }) =>
        violations.map(({ id, nodes }) => id + ': ' + nodes.map(({ html }) => html).join(' ')))`,
    );
    found.push(...faults.map((fault) => `${width} px, ${colorScheme}: ${fault}`));
  }
  await page.setViewportSize({ width: 1440, height: 900 });
  return found;
}

export async function expectWholeWhenZoomed(
  page: Page,
  zooms: readonly (typeof ZOOMS)[number][],
): Promise<void> {
  for (const { zoom, width, text } of zooms) {
    await page.setViewportSize({ width, height: 900 });
    await page.evaluate(`document.documentElement.style.fontSize = '${text}'`);
    // Charts and lists are drawn anew for a width.
    await eventually(
      async () => {
        const lost = await page.evaluate(`(${lostByZoom.toString()})()`);
        expect({ zoom, lost }).toEqual({ zoom, lost: [] });
        return true;
      },
      { withinMs: ZOOM_MS_MAX },
    );
  }
  await page.evaluate("document.documentElement.style.fontSize = ''");
  await page.setViewportSize({ width: 1440, height: 900 });
}

/** Keeps the types of the browser out of those of the service. */
interface Box {
  readonly clientHeight: number;
  readonly clientWidth: number;
  readonly outerHTML: string;
  readonly scrollHeight: number;
  readonly scrollWidth: number;
  readonly textContent: string;
  closest(selector: string): Box | null;
  getBoundingClientRect(): { readonly right: number };
}
declare const document: {
  readonly documentElement: Box;
  readonly body: { querySelectorAll(selector: string): Iterable<Box> };
};
declare function getComputedStyle(box: Box): { readonly overflowY: string };

/** Runs in the page: what cannot be read without scrolling sideways, or is cut off below. */
function lostByZoom(): readonly string[] {
  const page = document.documentElement;
  const boxes = [...document.body.querySelectorAll('*')];
  const isWider = page.scrollWidth > page.clientWidth;
  // Tables scroll inside their panels.
  const beside = boxes.filter(
    (box) =>
      isWider &&
      box.getBoundingClientRect().right > page.clientWidth + 1 &&
      (box.closest('.tablewrap tr') === null || box.closest('.sr') !== null),
  );
  const cut = boxes.filter(
    (box) =>
      box.textContent !== '' &&
      box.clientHeight > 1 &&
      box.scrollHeight > box.clientHeight + 2 &&
      ['hidden', 'clip'].includes(getComputedStyle(box).overflowY),
  );
  return [
    ...(isWider ? ['the page scrolls sideways'] : []),
    ...[...beside, ...cut].map(({ outerHTML }) => outerHTML.slice(0, 120)),
  ];
}
