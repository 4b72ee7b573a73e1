import * as fc from 'fast-check';
import { decide } from '../../../src/domain/message/decide.js';
import type { MessageEvent } from '../../../src/domain/message/message-events.js';
import { isFinal, type MessageStatus } from '../../../src/domain/message/message-status.js';
import { evolve, type Message } from '../../../src/domain/message/message.js';
import { reportStatuses, type ReportStatus } from '../../../src/domain/report.js';
import {
  aReport,
  lost,
  MESSAGE_ID,
  requested,
  retryScheduled,
  started,
  took,
} from '../../support/facts/message-facts.js';
import { circumstances, NOON, stateOf } from '../../support/facts/scenario.js';

interface Telling {
  readonly status: ReportStatus;
  readonly attempt: number | null;
  readonly code: string | null;
  readonly id: string;
}

const telling = fc.record<Telling>({
  status: fc.constantFrom(...reportStatuses),
  attempt: fc.constantFrom(null, 1, 2, 3),
  code: fc.constantFrom(null, '1000', '1170', '1360', '9999'),
  id: fc.constantFrom('a', 'b'),
});

const abandoned: MessageEvent = {
  type: 'OutcomeResolved',
  data: {
    attempt: 1,
    outcome: 'abandon',
    reason: 'x',
    by: null,
    requestId: null,
    occurredAt: NOON,
  },
};

const beginnings: readonly (readonly MessageEvent[])[] = [
  [],
  [requested()],
  [requested(), started()],
  [requested(), started(), took()],
  [requested({ sendAt: '2030-01-01T13:00:00.000Z' })],
  [requested(), started(), retryScheduled()],
  [requested(), started(), lost()],
  [requested(), started(), lost(), abandoned],
];

const statusOf = (message: Message): MessageStatus | undefined =>
  message.kind === 'tracked' ? message.status : undefined;

/** Applies the reports to a message one after another; returns each step. */
function tell(beginning: readonly MessageEvent[], tellings: readonly Telling[]) {
  let message = stateOf(beginning);
  const steps: { before: Message; after: Message; events: readonly MessageEvent[] }[] = [];
  for (const { status, ...options } of tellings) {
    const before = message;
    const events = decide(
      {
        type: 'ReportStatus',
        report: aReport(status, options),
        occurredAt: NOON,
        receivedAt: NOON,
      },
      before,
      circumstances(),
    );
    message = events.reduce(evolve, before);
    steps.push({ before, after: message, events });
  }
  return { message, steps };
}

it('leaves a final status only to be read, whatever is reported in whatever order', () => {
  fc.assert(
    fc.property(
      fc.constantFrom(...beginnings),
      fc.array(telling, { maxLength: 12 }),
      (beginning, tellings) => {
        for (const { before, after } of tell(beginning, tellings).steps) {
          const [from, to] = [statusOf(before), statusOf(after)];
          if (from === undefined || !isFinal(from) || from === to) continue;
          const isGivenUp = before.kind === 'tracked' && before.resolvedAs === 'abandon';
          expect(isGivenUp ? ['delivered', 'read'] : ['delivered -> read']).toContain(
            isGivenUp ? to : `${from} -> ${to}`,
          );
        }
      },
    ),
    { numRuns: 2_000 },
  );
});

it('is not moved by exact repeats, wherever they come', () => {
  fc.assert(
    fc.property(
      fc.constantFrom(...beginnings),
      fc.array(telling, { maxLength: 8 }),
      fc.array(fc.nat(), { maxLength: 8 }),
      (beginning, tellings, repeats) => {
        const withRepeats = [...tellings];
        for (const place of repeats) {
          if (tellings.length === 0) break;
          const told = withRepeats[place % withRepeats.length];
          const first = withRepeats.indexOf(told as Telling);
          if (told !== undefined)
            withRepeats.splice(first + 1 + (place % (withRepeats.length - first)), 0, told);
        }
        expect(tell(beginning, withRepeats).message).toEqual(tell(beginning, tellings).message);
      },
    ),
    { numRuns: 2_000 },
  );
});

it('keeps every report exactly once, applied or refused', () => {
  fc.assert(
    fc.property(
      fc.constantFrom(...beginnings),
      fc.array(telling, { maxLength: 10 }),
      (beginning, tellings) => {
        const { message, steps } = tell(beginning, tellings);
        const ids = tellings.map(({ status, ...options }) => aReport(status, options).reportId);
        const kept = steps.flatMap(({ events }) =>
          events.flatMap((event) =>
            event.type === 'StatusReported' || event.type === 'StatusRefused'
              ? [event.data.reportId]
              : [],
          ),
        );
        expect(kept).toEqual([...new Set(ids)]);
        expect(message.kind === 'tracked' ? message.reportIds : []).toEqual(kept);
      },
    ),
    { numRuns: 1_000 },
  );
});

it('never sends an attempt that any report has named', () => {
  fc.assert(
    fc.property(
      fc.constantFrom(...beginnings),
      fc.array(telling, { maxLength: 8 }),
      (beginning, tellings) => {
        const { message } = tell(beginning, tellings);
        const moment = circumstances({ now: '2030-01-03T12:00:00.000Z' });
        const [event] = decide({ type: 'StartAttempt', messageId: MESSAGE_ID }, message, moment);
        const named = tellings.flatMap(({ attempt }) => attempt ?? []);
        const begun = event?.type === 'AttemptStarted' ? [event.data.attempt] : [];
        expect(begun.filter((attempt) => named.includes(attempt))).toEqual([]);
      },
    ),
    { numRuns: 2_000 },
  );
});

/**
 * An independent formulation of the rules: no table, no events, and for one attempt only.
 * `retry` is true when a failure allows another attempt.
 */
function reference(
  tellings: readonly { readonly status: ReportStatus; readonly retry: boolean }[],
) {
  let status: MessageStatus = 'sent';
  let contradicted = false;
  for (const { status: word, retry } of tellings) {
    const reaches = word === 'delivered' || word === 'read';
    const fails = !reaches && word !== 'submitted';
    const failedForGood = ['rejected', 'undeliverable', 'failed'].includes(status);
    if (status === 'sent' || status === 'submitted') {
      if (fails) status = retry ? 'retrying' : word;
      else if (status === 'sent' || reaches) status = word;
    } else if (status === 'retrying') {
      if (reaches) status = word;
    } else if (status === 'delivered' || status === 'read') {
      if (word === 'read') status = 'read';
      if (fails) contradicted = true;
    } else if (failedForGood && word !== 'submitted' && word !== status) {
      contradicted = true;
    }
  }
  return { status, contradicted };
}

const permutations = <Item>(items: readonly Item[]): Item[][] =>
  items.length < 2
    ? [[...items]]
    : items.flatMap((item, index) =>
        permutations(items.toSpliced(index, 1)).map((rest) => [item, ...rest]),
      );

const subsets = <Item>(items: readonly Item[], most: number): Item[][] =>
  items.reduce<Item[][]>(
    (sets, item) => [
      ...sets,
      ...sets.filter(({ length }) => length < most).map((set) => [...set, item]),
    ],
    [[]],
  );

it('agrees with the plain rules in every order of every set of up to five reports', () => {
  // Two failures of each kind include a repeat of the same status with another body.
  const distinct: readonly Telling[] = [
    { status: 'submitted', attempt: 1, code: null, id: 'a' },
    { status: 'submitted', attempt: 1, code: null, id: 'b' },
    { status: 'delivered', attempt: 1, code: null, id: 'a' },
    { status: 'read', attempt: 1, code: null, id: 'a' },
    { status: 'rejected', attempt: 1, code: '1000', id: 'a' },
    { status: 'rejected', attempt: 1, code: '1170', id: 'a' },
    { status: 'undeliverable', attempt: 1, code: '1260', id: 'a' },
    { status: 'failed', attempt: 1, code: '1360', id: 'a' },
  ];
  const disagreements: unknown[] = [];
  let orders = 0;
  for (const set of subsets(distinct, 5)) {
    for (const order of permutations(set)) {
      orders++;
      const { message } = tell([requested(), started(), took()], order);
      const expected = reference(
        order.map(({ status, code }) => ({ status, retry: code === '1000' })),
      );
      const actual = {
        status: statusOf(message),
        contradicted: message.kind === 'tracked' && message.contradiction !== null,
      };
      if (JSON.stringify(actual) !== JSON.stringify(expected))
        disagreements.push({ order, actual, expected });
    }
  }
  expect(disagreements).toEqual([]);
  // 8 reports: 1 + 8·1 + 28·2 + 56·6 + 70·24 + 56·120 orders.
  expect(orders).toBe(8_801);
});
