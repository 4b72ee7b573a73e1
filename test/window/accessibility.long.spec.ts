import { COMPILE_MS_MAX } from '../support/processes/compiled.js';
import type { WindowWorld } from '../support/worlds/window-world.js';
import { barriers, expectWholeWhenZoomed, settled, ZOOMS, type Look } from './barriers.js';
import { opened, stageWindow, views, type StagedIds } from './staged-window.js';

const LOOKS: readonly Look[] = [1440, 360].flatMap((width) =>
  (['light', 'dark'] as const).map((colorScheme) => ({ width, colorScheme })),
);

let staged: Awaited<ReturnType<typeof stageWindow>>;
let world: WindowWorld;
let ids: StagedIds;

beforeAll(async () => {
  staged = await stageWindow();
  ({ world, ids } = staged);
  await world.signIn();
}, COMPILE_MS_MAX);

afterAll(() => staged.end());

afterEach(() => world.checkComplaints());

it.each(Object.entries(views))(
  '%s is accessible in both themes, on a screen, on a phone and zoomed',
  async (_, pathOf) => {
    const { page } = world;
    await world.go(pathOf(ids));
    await settled(page);
    expect(await barriers(page, LOOKS)).toEqual([]);
    await expectWholeWhenZoomed(page, ZOOMS);
  },
);

it.each(opened)('the dialog of %s, %s, is accessible in both themes', async (path, button) => {
  const { page } = world;
  await world.go(path);
  await page.getByRole('button', { name: button }).click();
  await page.getByRole('dialog').waitFor();
  await settled(page);
  expect(await barriers(page, LOOKS)).toEqual([]);
});

it('all keys and the sign-in are accessible in both themes too', async () => {
  const { page } = world;
  await world.go('/overview');
  await settled(page);
  await page.locator('body').press('?');
  await page.getByRole('dialog').waitFor();
  expect(await barriers(page, LOOKS)).toEqual([]);
  const context = await world.browser.newContext();
  const door = await context.newPage();
  await door.goto(world.waybill.url);
  await door.getByLabel('Your API key').waitFor();
  expect(await barriers(door, LOOKS)).toEqual([]);
  await context.close();
});
