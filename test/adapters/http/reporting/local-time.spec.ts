import { isTimeZone, momentIn } from '../../../../src/adapters/http/reporting/local-time.js';

const at = (text: string): number => Date.parse(text);

describe('a time in a zone', () => {
  it.each([
    ['Europe/London', '2026-07-01T09:30Z', '2026-07-01T08:30Z'],
    ['Europe/London', '2026-12-01T09:30Z', '2026-12-01T09:30Z'],
    ['Asia/Kolkata', '2026-11-28T01:55Z', '2026-11-27T20:25Z'],
    // Local times that occur twice, and local times that are skipped.
    ['Europe/London', '2026-10-25T01:30Z', '2026-10-25T00:30Z'],
    ['Europe/London', '2026-03-29T01:30Z', '2026-03-29T01:30Z'],
    ['Pacific/Kiritimati', '2026-01-01T00:00Z', '2025-12-31T10:00Z'],
  ])('%s: %s is %s', (zone, shown, moment) => {
    expect(momentIn(zone, at(shown))).toBe(at(moment));
  });

  it('needs a zone that there is', () => {
    expect(['Europe/London', 'UTC', 'Mars', ''].map(isTimeZone)).toEqual([
      true,
      true,
      false,
      false,
    ]);
  });
});
