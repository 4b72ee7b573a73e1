import * as fc from 'fast-check';
import {
  changedRow,
  type MessageRow,
} from '../../../../src/application/projecting/messages/message-row.js';
import { contributionsOf } from '../../../../src/application/projecting/messages/delivery-contribution.js';
import { costOf } from '../../../../src/application/projecting/messages/money.js';
import { decide } from '../../../../src/domain/message/decide.js';
import type { MessageCommand } from '../../../../src/domain/message/message-commands.js';
import type { MessageEvent } from '../../../../src/domain/message/message-events.js';
import type { MessageStatus } from '../../../../src/domain/message/message-status.js';
import {
  evolve,
  unheardOf,
  type Message,
  type TrackedMessage,
} from '../../../../src/domain/message/message.js';
import { meansReached } from '../../../../src/domain/message/transitions.js';
import { reportStatuses } from '../../../../src/domain/report.js';
import {
  aReport,
  lost,
  MESSAGE_ID,
  recovered,
  requested,
  retryScheduled,
  started,
  took,
  stepToAnother,
} from '../../../support/facts/message-facts.js';
import { circumstances, NOON } from '../../../support/facts/scenario.js';

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

it('counts a delivered message under no error, whichever came first: its delivery or the failure of a later attempt', () => {
  const reportOf = (status: 'delivered' | 'rejected', attempt: number): MessageCommand => {
    const code = status === 'rejected' ? '1000' : null;
    return {
      type: 'ReportStatus',
      report: aReport(status, { attempt, code }),
      occurredAt: NOON,
      receivedAt: NOON,
    };
  };
  const reports = [reportOf('rejected', 2), reportOf('delivered', 1)];
  for (const order of [reports, reports.toReversed()]) {
    let row: MessageRow | undefined;
    let message: Message = unheardOf;
    const add = (event: MessageEvent): void => {
      row = changedRow(row, MESSAGE_ID, event);
      message = evolve(message, event);
    };
    [requested(), started(), took(), retryScheduled(), started(2), took(2)].forEach(add);
    for (const command of order) decide(command, message, circumstances()).forEach(add);
    if (row === undefined) throw new Error('nothing was recorded');
    expect(contributionsOf(row)).toMatchObject([{ status: 'delivered', errorCode: null }]);
  }
});

it('counts a message that a person calls delivered under no error, although its call was answered by one', () => {
  const unanswered: MessageEvent = {
    type: 'AttemptRefused',
    data: {
      attempt: 1,
      httpStatus: 500,
      class: 'ambiguous',
      reason: 'an internal error',
      problem: null,
      retryAfterMs: null,
      occurredAt: NOON,
    },
  };
  const resolution = { outcome: 'delivered', reason: 'x', by: null, requestId: null } as const;
  const history = [requested(), started(), unanswered];
  const decided = decide(
    { type: 'ResolveOutcome', resolution },
    history.reduce(evolve, unheardOf),
    circumstances(),
  );
  const row = [...history, ...decided].reduce<MessageRow | undefined>(
    (before, event) => changedRow(before, MESSAGE_ID, event),
    undefined,
  );
  expect(row && contributionsOf(row)).toMatchObject([{ status: 'delivered', errorCode: null }]);
});

const telling = fc.record({
  status: fc.constantFrom(...reportStatuses),
  attempt: fc.constantFrom(null, 1, 2, 3),
  code: fc.constantFrom(null, '1000', '1170', '1360'),
  id: fc.constantFrom('a', 'b', 'c'),
  price: fc.constantFrom(null, '0.01', '0.02'),
  networkCode: fc.constantFrom(null, '23410', '23415'),
  occurredAt: fc.integer({ min: 1, max: 9 }).map((second) => `2030-01-01T12:00:0${second}.000Z`),
});

const stepSkipped = (status: MessageStatus): MessageEvent[] => [
  {
    type: 'FallbackStarted',
    data: { ...stepToAnother, step: 1, nextAttempt: 2, priority: 'normal', occurredAt: NOON },
  },
  {
    type: 'RetryWithdrawn',
    data: { reason: 'opted out', skipped: { step: 1, status }, occurredAt: NOON },
  },
];

const beginnings: readonly (readonly MessageEvent[])[] = [
  [],
  [requested()],
  [requested(), started()],
  [requested(), started(), took()],
  [requested(), started(), lost()],
  [requested(), started(), retryScheduled()],
  [requested(), started(), retryScheduled(), started(2)],
  [
    requested({ fallback: [stepToAnother, stepToAnother] }),
    started(),
    lost(),
    ...stepSkipped('unknown'),
  ],
  [requested({ fallback: [stepToAnother] }), started(), took(), ...stepSkipped('unconfirmed')],
];

const msOf = (iso: string | null): number | null => (iso === null ? null : Date.parse(iso));

it('says what the message says, whatever is reported in whatever order', () => {
  fc.assert(
    fc.property(
      fc.constantFrom(...beginnings),
      fc.array(telling, { minLength: 1, maxLength: 6 }),
      (beginning, tellings) => {
        let message: Message = unheardOf;
        let row: MessageRow | undefined;
        const add = (event: MessageEvent): void => {
          message = evolve(message, event);
          row = changedRow(row, MESSAGE_ID, event);
        };
        beginning.forEach(add);
        for (const { status, price, networkCode, occurredAt, code, ...named } of tellings) {
          const error = meansReached(status) ? null : code;
          const usage = price === null ? null : { currency: 'EUR', price };
          const report = { ...aReport(status, { ...named, code: error }), usage, networkCode };
          decide(
            { type: 'ReportStatus', report, occurredAt, receivedAt: occurredAt },
            message,
            circumstances(),
          ).forEach(add);
        }
        if (row === undefined) throw new Error('nothing was recorded');
        const { status, statusSince, createdAt, attempts, contradiction } =
          message as unknown as TrackedMessage;
        expect({
          status: row.status,
          statusSince: row.statusSince,
          createdAt: row.createdAt,
          contradicted: row.contradicted,
          attempts: [...row.earlier, row.current]
            .filter(({ number }) => number > 0)
            .map((one) => [
              one.number,
              one.messageUuid,
              one.submittedAt,
              one.deliveredAt,
              one.networkCode,
              one.amount,
            ]),
        }).toEqual({
          status,
          statusSince: msOf(statusSince),
          createdAt: msOf(createdAt),
          contradicted: contradiction !== null,
          attempts: attempts.map((one) => [
            one.number,
            one.messageUuid,
            msOf(one.submittedAt),
            msOf(one.deliveredAt),
            one.networkCode,
            costOf(one.usage)?.amount ?? 0,
          ]),
        });
      },
    ),
    { numRuns: 1_000 },
  );
});
