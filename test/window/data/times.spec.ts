import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const times = new URL('../../../packages/window/src/data/times.ts', import.meta.url);

/** In a process of its own, because the zone of a process is that of its start. */
const zoneName = (zone: string, at: readonly string[]): string =>
  execFileSync(
    process.execPath,
    [
      '--input-type=module',
      '--eval',
      `import { zoneName } from '${fileURLToPath(times)}'; console.log(zoneName(${JSON.stringify(at)}, new Date(0)))`,
    ],
    { encoding: 'utf8', env: { ...process.env, TZ: zone } },
  ).trim();

const summer = '2026-10-24T12:00:00Z';
const winter = '2026-10-26T12:00:00Z';

it.each([
  ['Europe/Berlin', [winter], 'UTC+1'],
  ['Europe/Berlin', [winter, summer, winter], 'UTC+1 and UTC+2'],
  ['Asia/Kolkata', [winter, summer], 'UTC+5:30'],
  ['America/New_York', [summer], 'UTC−4'],
  ['Australia/Adelaide', [winter, '2026-07-01T12:00:00Z'], 'UTC+9:30 and UTC+10:30'],
  ['Europe/London', [], 'UTC+1'],
])('names the zone of %s for the times that are shown: %j', (zone, at, words) => {
  expect(zoneName(zone, at)).toBe(words);
});
