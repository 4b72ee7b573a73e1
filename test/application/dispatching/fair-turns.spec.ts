import { FairTurns } from '../../../src/application/dispatching/fair-turns.js';
import type { WaitingLine } from '../../../src/application/ports/agenda.js';
import type { Priority } from '../../../src/domain/message/priority.js';

const line = (priority: Priority, key = '', from = '447700900001'): WaitingLine => ({
  priority,
  channel: 'sms',
  from,
  key,
});

/** Counts the turns of each line, while all of them always have a message. */
function turnsOf(lines: readonly WaitingLine[], turns: number): readonly number[] {
  const fair = new FairTurns();
  const counts = lines.map(() => 0);
  for (let turn = 0; turn < turns; turn++) {
    const chosen = fair.choose(lines);
    const index = lines.findIndex((one) => one === chosen);
    counts[index] = (counts[index] ?? 0) + 1;
  }
  return counts;
}

it('gives every turn to the high lane while it has a message', () => {
  expect(turnsOf([line('bulk'), line('high'), line('normal')], 50)).toEqual([0, 50, 0]);
});

it('shares the rest 4:1 between the normal and the bulk lane', () => {
  expect(turnsOf([line('bulk'), line('normal')], 100)).toEqual([20, 80]);
});

it.each(['normal', 'bulk'] as const)('gives the %s lane all turns when it waits alone', (lane) => {
  expect(turnsOf([line(lane)], 10)).toEqual([10]);
});

it('does not let a lane save up turns while it is alone', () => {
  const fair = new FairTurns();
  for (let turn = 0; turn < 100; turn++) fair.choose([line('normal')]);
  const both = [line('normal'), line('bulk')];
  const lanes = Array.from({ length: 10 }, () => fair.choose(both)?.priority);
  expect(lanes.filter((lane) => lane === 'bulk')).toHaveLength(2);
});

it('gives API keys equal turns in a lane, however many senders they have', () => {
  const lines = [
    line('normal', 'shop', '447700900001'),
    line('normal', 'shop', '447700900002'),
    line('normal', 'shop', '447700900003'),
    line('normal', 'clinic'),
    line('normal', '(retries)'),
  ];
  expect(turnsOf(lines, 90)).toEqual([10, 10, 10, 30, 30]);
});

it('chooses nothing where nothing waits', () => {
  expect(new FairTurns().choose([])).toBeUndefined();
});
