import * as fc from 'fast-check';
import { compareRecord, type Comparison } from '../../../src/domain/message/compare-record.js';
import { decide } from '../../../src/domain/message/decide.js';
import type { MessageCommand } from '../../../src/domain/message/message-commands.js';
import type { MessageEvent } from '../../../src/domain/message/message-events.js';
import { evolve, type Message, type TrackedMessage } from '../../../src/domain/message/message.js';
import { reportStatuses, type ReportStatus } from '../../../src/domain/report.js';
import {
  aReport,
  lost,
  report,
  reported,
  requested,
  retryScheduled,
  started,
  took,
} from '../../support/facts/message-facts.js';
import { circumstances, NOON, stateOf } from '../../support/facts/scenario.js';

/** Records are no webhooks: their ids differ, whatever they say. */
const record = (status: ReportStatus, attempt: number | null = 1): MessageCommand => ({
  type: 'ReconcileReport',
  report: aReport(status, { attempt, id: 'record' }),
  occurredAt: NOON,
  receivedAt: NOON,
  isDoubtful: false,
});

const after = (message: Message, command: MessageCommand): Message =>
  decide(command, message, circumstances()).reduce(evolve, message);

const sent = [requested(), started(), took()];

test.each<[Comparison, isNews: boolean, readonly MessageEvent[], ReportStatus]>([
  ['missing', true, sent, 'delivered'],
  ['missing', true, [requested(), started(), lost()], 'delivered'],
  ['missing', true, [...sent, reported('delivered')], 'read'],
  ['agrees', false, [...sent, reported('delivered')], 'delivered'],
  ['agrees', false, [...sent, reported('delivered')], 'submitted'],
  ['agrees', false, [...sent, reported('read')], 'delivered'],
  ['contradicts', true, [...sent, reported('delivered')], 'rejected'],
  ['contradicts', true, [...sent, reported('undeliverable')], 'delivered'],
  ['agrees', false, [...sent, reported('rejected'), retryScheduled()], 'rejected'],
])('a record %s (news: %s)', (comparison, isNews, history, status) => {
  const message = stateOf(history) as TrackedMessage;
  expect(compareRecord(message, aReport(status, { id: 'record' }))).toEqual({ comparison, isNews });
});

it('judges a message that was tried again by the attempt of the record', () => {
  const history = [...sent, reported('rejected'), retryScheduled(), started(2), took(2)];
  const message = stateOf([...history, reported('delivered', { attempt: 2 })]) as TrackedMessage;
  const compared = (status: ReportStatus) =>
    compareRecord(message, aReport(status, { id: 'record' })).comparison;
  expect(compared('rejected')).toBe('agrees');
  expect(compared('delivered')).toBe('contradicts');
});

it('starts nothing because of a failure that is older than any retry', () => {
  const history = [requested({ fallback: [fallbackStep] }), started(), took()];
  const types = (now: string) =>
    decide(record('undeliverable'), stateOf(history), circumstances({ now })).map(
      ({ type }) => type,
    );
  expect(types('2030-01-01T13:00:00.000Z')).toEqual(['StatusReported', 'FallbackStarted']);
  expect(types('2030-01-09T13:00:00.000Z')).toEqual(['StatusReported']);
});

it('starts nothing because of a failure that was heard before a restore', () => {
  const history = [requested({ fallback: [fallbackStep] }), started(), took()];
  for (const code of ['1170', '1000']) {
    const heard = {
      ...record('rejected'),
      report: aReport('rejected', { code }),
      isDoubtful: true,
    };
    const events = decide(heard, stateOf(history), circumstances());
    expect(events.map(({ type }) => type)).toEqual(['StatusReported']);
  }
});

it('starts nothing because an old call of unknown outcome is known to have been taken', () => {
  const step = { ...fallbackStep, when: 'unconfirmed' } as const;
  const history = [requested({ fallback: [step] }), started(), lost()];
  const types = (now: string) =>
    decide(record('submitted'), stateOf(history), circumstances({ now })).map(({ type }) => type);
  // The end of the window, which has its own timer, begins the fallback.
  expect(types('2030-01-01T13:00:00.000Z')).toEqual(['StatusReported']);
  expect(types('2030-01-09T13:00:00.000Z')).toEqual(['StatusReported', 'DeliveryUnconfirmed']);
});

it('counts the age of a planned message from the time at which it was due', () => {
  const planned = requested({ sendAt: '2030-01-09T12:30:00.000Z', fallback: [fallbackStep] });
  const now = '2030-01-09T13:00:00.000Z';
  const history = [planned, started(), took()];
  const events = decide(record('undeliverable'), stateOf(history), circumstances({ now }));
  expect(events.map(({ type }) => type)).toEqual(['StatusReported', 'FallbackStarted']);
});

const fallbackStep = {
  channel: 'whatsapp',
  when: 'failure',
  from: '447700900001',
  to: '447700900123',
  text: null,
} as const;

const beginnings: readonly (readonly MessageEvent[])[] = [
  [requested()],
  [requested(), started()],
  sent,
  [requested(), started(), lost()],
  [requested(), started(), took(), reported('rejected'), retryScheduled(), started(2), took(2)],
];

const statuses = fc.constantFrom(...reportStatuses);
const attempts = fc.constantFrom(null, 1, 2);
const commands = fc
  .tuple(statuses, attempts, fc.boolean())
  .map(([status, attempt, isRecord]) =>
    isRecord ? record(status, attempt) : report(status, { attempt }),
  );

it('adds nothing that a webhook would not add, and nothing the second time', () => {
  fc.assert(
    fc.property(
      fc.constantFrom(...beginnings),
      fc.array(commands, { maxLength: 8 }),
      statuses,
      attempts,
      (beginning, history, status, attempt) => {
        const message = history.reduce(after, stateOf(beginning));
        const command = record(status, attempt);
        const added = decide(command, message, circumstances());
        const asWebhook = { ...command, type: 'ReportStatus' } as MessageCommand;
        const possible = [[], decide(asWebhook, message, circumstances())];
        expect(possible).toContainEqual(added);
        const again = added.reduce(evolve, message);
        expect(decide(command, again, circumstances())).toEqual([]);
      },
    ),
    { numRuns: 2_000 },
  );
});

it('adds nothing about a status that a webhook has reported of the attempt', () => {
  fc.assert(
    fc.property(
      fc.constantFrom(...beginnings.slice(1)),
      fc.array(commands, { maxLength: 8 }),
      statuses,
      (beginning, history, status) => {
        const told = [...history, report(status)].reduce(after, stateOf(beginning));
        expect(decide(record(status), told, circumstances())).toEqual([]);
      },
    ),
    { numRuns: 2_000 },
  );
});
