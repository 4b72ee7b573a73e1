import {
  changedRow,
  type MessageRow,
} from '../../../../src/application/projecting/messages/message-row.js';
import { contributionsOf } from '../../../../src/application/projecting/messages/delivery-contribution.js';
import type { MessageEvent } from '../../../../src/domain/message/message-events.js';
import { evolve, unheardOf, type Message } from '../../../../src/domain/message/message.js';
import { aReport, MESSAGE_ID, recovered, requested } from '../../../support/facts/message-facts.js';
import { NOON } from '../../../support/facts/scenario.js';

const charged = (
  attempt: number,
  status: 'submitted' | 'delivered',
  price: string,
): MessageEvent => ({
  type: 'StatusReported',
  data: { ...aReport(status, { attempt }), usage: { currency: 'EUR', price }, occurredAt: NOON },
});

it('counts the cost of an earlier attempt that only a report names, as the message shows it', () => {
  let row: MessageRow | undefined;
  let message: Message = unheardOf;
  for (const event of [
    requested(),
    recovered(3),
    charged(3, 'submitted', '0.03'),
    charged(1, 'delivered', '0.01'),
    charged(2, 'delivered', '0.02'),
  ]) {
    row = changedRow(row, MESSAGE_ID, event);
    message = evolve(message, event);
  }
  if (row === undefined || message.kind !== 'tracked') throw new Error('nothing was recorded');
  expect([...row.earlier, row.current].map(({ number, amount }) => [number, amount])).toEqual([
    [1, 1_000_000],
    [2, 2_000_000],
    [3, 3_000_000],
  ]);
  expect(message.attempts.map(({ number, usage }) => [number, usage?.price])).toEqual([
    [1, '0.01'],
    [2, '0.02'],
    [3, '0.03'],
  ]);
  expect(contributionsOf(row)).toMatchObject([{ currency: 'EUR', amount: 6_000_000 }]);
});
