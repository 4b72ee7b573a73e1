import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

const run = promisify(execFile);
const module = new URL('../../../src/adapters/garbage/collect-garbage.ts', import.meta.url).href;
const hooks = new URL('../../support/typescript-hooks.mjs', import.meta.url).href;
/** It waits for two seconds to see that the thread is idle. */
const STARTED_MS = 2_000;
const COLLECTED_MS_MAX = 20_000;

/** A program that has run much code once, and tells how much code it holds before it is idle and afterwards. */
const program = `
  import { getHeapSpaceStatistics } from 'node:v8';
  import { setTimeout as delay } from 'node:timers/promises';
  const { collectOnceStarted } = await import(${JSON.stringify(module)});
  const kept = Array.from({ length: 5_000 }, (_, i) => new Function('x', 'return ' + 'x * ' + i + ' + x'.repeat(50)));
  for (const once of kept) once(1);
  const size = () => getHeapSpaceStatistics().find(({ space_name }) => space_name === 'trusted_space').space_used_size;
  const before = size();
  collectOnceStarted(${STARTED_MS});
  const endMs = performance.now() + ${COLLECTED_MS_MAX};
  while (size() > before / 2 && performance.now() < endMs) await delay(50);
  console.log(JSON.stringify({ isForgotten: size() <= before / 2, kept: kept.length, again: kept[3](1) }));
`;

test('an idle thread forgets the code that it ran only at its start, and can run it again', async () => {
  const args = ['--disable-warning=ExperimentalWarning', '--import', hooks];
  const { stdout } = await run(process.execPath, [
    ...args,
    '--input-type=module',
    '--eval',
    program,
  ]);
  expect(JSON.parse(stdout)).toEqual({ isForgotten: true, kept: 5_000, again: 3 + 50 });
});
