import { EntriesAside } from '../../../src/application/agenda/entries-aside.js';
import type { AgendaEntry, AgendaKind } from '../../../src/application/ports/agenda.js';
import { SettableTime } from '../../support/doubles/settable-time.js';

const entry = (messageId: string, kind: AgendaKind): AgendaEntry => ({
  messageId,
  kind,
  attempt: 0,
  dueAt: '2030-01-01T00:00:00.000Z',
});

it('steps over entries for their time, and keeps nothing of them after it', () => {
  const time = new SettableTime();
  const aside = new EntriesAside(time.monotonic);
  for (let index = 0; index < 1_000; index++) aside.put(entry(`${index}`, 'confirm'), 60_000);
  aside.put(entry('1', 'expire'), 1_000);
  expect(aside.has(entry('1', 'expire'))).toBe(true);
  expect(aside.has(entry('1', 'settle'))).toBe(false);
  expect([aside.count('confirm'), aside.count('expire'), aside.total]).toEqual([1_000, 1, 1_001]);
  // A step of the wall clock has no effect.
  time.stepWall(3_600_000);
  time.pass(1_000);
  expect(aside.has(entry('1', 'expire'))).toBe(false);
  expect(aside.total).toBe(1_000);
  time.pass(59_000);
  // Entries that were never asked about again are dropped too: they may have left the agenda.
  expect(aside.total).toBe(0);
});

it('does not step over an entry that came again, due at another time', () => {
  const aside = new EntriesAside(new SettableTime().monotonic);
  const waiting = entry('1', 'send');
  aside.put(waiting, 900_000);
  expect(aside.has(waiting)).toBe(true);
  expect(aside.has({ ...waiting, dueAt: '2030-01-01T00:01:00.000Z' })).toBe(false);
});

it('reads at most 10,000 entries in addition', () => {
  const aside = new EntriesAside(new SettableTime().monotonic);
  for (let index = 0; index < 10_001; index++) aside.put(entry(`${index}`, 'send'), 60_000);
  expect(aside.count('send')).toBe(10_000);
});
