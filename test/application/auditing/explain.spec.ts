import { explain } from '../../../src/application/auditing/explain.js';
import type {
  AttemptStarted,
  FallbackStep,
  MessageEvent,
} from '../../../src/domain/message/message-events.js';
import type { TrackedMessage } from '../../../src/domain/message/message.js';
import type { MessageCommand } from '../../../src/domain/message/message-commands.js';
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
import { decide } from '../../../src/domain/message/decide.js';

const explained = (...history: readonly MessageEvent[]): string =>
  explain(stateOf(history) as TrackedMessage);

const whatsapp: FallbackStep = {
  channel: 'whatsapp',
  when: 'unconfirmed',
  to: '447700900123',
  from: '447700900001',
  text: null,
};
const plan = { fallback: [whatsapp] };
const WINDOW_END = '2030-01-01T12:30:00.000Z';

/** The history after its confirmation window has closed. */
const closed = (...history: readonly MessageEvent[]): readonly MessageEvent[] => [
  ...history,
  ...decide(
    { type: 'CloseConfirmationWindow' },
    stateOf(history),
    circumstances({ now: WINDOW_END }),
  ),
];

it('calls an attempt without a receipt unconfirmed, not failed, when the fallback is due', () => {
  for (const heard of [[], [reported('submitted')]]) {
    const history = closed(requested(plan), started(), took(), ...heard);
    expect(explained(...history)).toBe(
      'Nobody has confirmed the delivery of attempt 1 in the time allowed, so the next step of the fallback plan follows. ' +
        `Attempt 2 is due at ${WINDOW_END} by whatsapp.`,
    );
  }
});

it('says that an attempt failed, when its report comes after the fallback became due', () => {
  const history = closed(requested(plan), started(), took());
  const late: MessageCommand = {
    type: 'ReportStatus',
    report: aReport('undeliverable', { code: '1260' }),
    occurredAt: WINDOW_END,
    receivedAt: WINDOW_END,
  };
  const events = decide(late, stateOf(history), circumstances({ now: WINDOW_END }));
  expect(events).toMatchObject([{ type: 'StatusRefused', data: { reason: 'late' } }]);
  expect(explained(...history, ...events)).toMatch(
    /^The last attempt failed: .*\(code 1260\)\. Attempt 2 is due at .* by whatsapp\.$/,
  );
});

it('says that the phone has a message that failed, when an earlier attempt is reported delivered at last', () => {
  const history = [
    ...closed(requested(plan), started(), took()),
    started(2),
    took(2),
    reported('rejected', { attempt: 2, code: '1170' }),
  ];
  const late: MessageCommand = {
    type: 'ReportStatus',
    report: aReport('delivered', { attempt: 1 }),
    occurredAt: WINDOW_END,
    receivedAt: WINDOW_END,
  };
  const events = decide(late, stateOf(history), circumstances({ now: WINDOW_END }));
  expect(explained(...history, ...events)).toContain(
    'A later report says that attempt 1 was delivered, so the phone has the message; nothing follows.',
  );
  expect(explained(...history)).not.toContain('delivered, so');
});

it('does not call a message undelivered of which an earlier attempt may have arrived', () => {
  const unheard = [...closed(requested(plan), started(), took()), started(2), took(2)];
  const failed = [...unheard, reported('rejected', { attempt: 2, code: '1170' })];
  expect(explained(...failed)).toMatch(
    /^The last attempt failed: .* \(code 1170\)\. Attempt 1 may have arrived all the same: nobody has confirmed it\.$/,
  );
  const delivered = decide(report('delivered'), stateOf(failed), circumstances());
  expect(explained(...failed, ...delivered)).toMatch(
    /^The last attempt failed: .* \(code 1170\)\. A later report says that attempt 1 was delivered, /,
  );
  const cancelled: MessageEvent = {
    type: 'MessageCancelled',
    data: { reason: 'withdrawn by request', occurredAt: WINDOW_END },
  };
  expect(explained(...closed(requested(plan), started(), took()), cancelled)).toBe(
    'The message was withdrawn, and is not tried again. Attempt 1 may have arrived all the same: nobody has confirmed it.',
  );
  const alone = [requested(), started(), took(), reported('rejected', { code: '1170' })];
  expect(explained(...alone)).toMatch(/^The message was not delivered: .* \(code 1170\)\.$/);
});

it('names the fallback plan, and no wish of the caller, after a call without an answer', () => {
  expect(explained(...closed(requested(plan), started(), lost()))).toBe(
    'It is not known whether Vonage took attempt 1, and no report came in the time allowed, so the next step of the fallback plan follows. ' +
      `Attempt 2 is due at ${WINDOW_END} by whatsapp.`,
  );
  expect(explained(...closed(requested({ onUnknown: 'resend' }), started(), lost()))).toContain(
    'the caller prefers a second text to none',
  );
});

it('says what is known of an attempt that a person has repeated', () => {
  const resend: MessageEvent = {
    type: 'OutcomeResolved',
    data: {
      attempt: 1,
      outcome: 'resend',
      reason: 'the person asked twice',
      by: 'support',
      requestId: null,
      occurredAt: NOON,
    },
  };
  const repeated = [requested(), started(), lost(), resend, retryScheduled()];
  expect(explained(...repeated)).toContain(
    'It is not known whether Vonage took attempt 1, and it is sent again: the person asked twice (support).',
  );
  const late = decide(report('submitted'), stateOf(repeated), circumstances());
  for (const news of [[took()], late]) {
    expect(explained(...repeated, ...news)).toBe(
      'Vonage took attempt 1, and it is sent again: the person asked twice (support). ' +
        'Attempt 2 is due at 2030-01-01T12:01:00.000Z by sms.',
    );
  }
});

it('says what failed before the fallback where something failed', () => {
  expect(
    explained(
      requested(),
      started(),
      took(),
      reported('rejected', { code: '1000' }),
      retryScheduled(),
    ),
  ).toMatch(/^The last attempt failed: .*\(code 1000\)/);
});

it('announces no second end of a window that is over', () => {
  const unconfirmed = closed(requested(), started(), took());
  const late = decide(report('submitted'), stateOf(unconfirmed), circumstances({ now: NOON }));
  expect(late.map(({ type }) => type)).toEqual(['StatusReported']);
  expect(explained(...unconfirmed, ...late)).toBe(
    'Vonage handed the message to the carrier, which has not said yet whether the phone has it. ' +
      'Its time for a receipt is over; one that still comes is taken into account.',
  );
  expect(explained(requested(), started(), took(), reported('submitted'))).toContain(
    'Without a receipt by 2030-01-01T12:30:00.000Z it counts as unconfirmed.',
  );
});

describe('what follows a window in which nothing is heard', () => {
  const plans = [{}, plan, { fallback: [{ ...whatsapp, when: 'failure' as const }] }];
  const lives = [{}, { expiresAt: WINDOW_END }, { expiresAt: '2030-01-01T13:00:00.000Z' }];
  const wishes = [{}, { onUnknown: 'resend' as const }];
  const heard = [[took()], [took(), reported('submitted')], [lost()]];
  const messages = plans.flatMap((one) =>
    lives.flatMap((life) =>
      wishes.flatMap((wish) =>
        heard.map((events) => [requested({ ...one, ...life, ...wish }), started(), ...events]),
      ),
    ),
  );

  it('is announced, and nothing else', () => {
    for (const history of messages) {
      const follow = closed(...history).map(({ type }) => type);
      const said = explained(...history);
      expect([history, /fallback plan follows/.test(said)]).toEqual([
        history,
        follow.includes('FallbackStarted'),
      ]);
      expect([history, /is sent once more/.test(said)]).toEqual([
        history,
        follow.includes('RetryScheduled'),
      ]);
      expect([history, /counts as unconfirmed/.test(said)]).toEqual([
        history,
        follow.includes('DeliveryUnconfirmed'),
      ]);
    }
    expect(messages).toHaveLength(54);
  });

  it('is told with its channel and its time', () => {
    expect(explained(requested(plan), started(), took())).toContain(
      `Without a receipt by ${WINDOW_END} it counts as unconfirmed, and the next step of the fallback plan follows by whatsapp.`,
    );
    expect(explained(requested(plan), started(), lost())).toContain(
      `Without a report by ${WINDOW_END} the next step of the fallback plan follows by whatsapp.`,
    );
  });
});

it.each<[Partial<AttemptStarted['data']>, string]>([
  [
    { channel: 'whatsapp' },
    'Vonage reports that the phone has the message: attempt 2, by whatsapp.',
  ],
  [
    { to: '447700900124' },
    'The carrier reports that the phone has the message: attempt 2, by sms to another recipient.',
  ],
  [{}, 'The carrier reports that the phone has the message.'],
])('names the way of the attempt that arrived: %j', (step, words) => {
  const failed = [requested(plan), started(), took(), reported('undeliverable', { code: '1260' })];
  const arrived = [started(2, step), took(2), reported('delivered', { attempt: 2 })];
  expect(explained(...failed, ...arrived)).toBe(words);
});

it.each([
  ['a window', [requested(), started(), took()], 'its window for a receipt stays open until then'],
  [
    'a second text',
    [requested(), started(), lost(), retryScheduled()],
    'attempt 2 waits until then',
  ],
])('says that %s waits for reports that Vonage repeats after an outage', (_, history, waits) => {
  const message = stateOf(history) as TrackedMessage;
  const explainedUntil = (until: string): string =>
    explain(message, { repeatsUntil: new Date(until) });
  const text = explainedUntil('2030-01-01T12:45:00.000Z');
  expect(text).toContain('be repeated until 2030-01-01T12:45:00.000Z');
  expect(text).toContain(waits);
  // What is due later anyway does not wait.
  expect(explainedUntil('2030-01-01T12:00:30.000Z')).not.toContain('repeated');
});

it('says nothing of repeated reports where nothing waits for them', () => {
  const delivered = [requested(), started(), lost(), reported('delivered')];
  const endless = [requested(), started(), lost()];
  for (const history of [delivered, endless]) {
    const message = stateOf(history) as TrackedMessage;
    const text = explain(message, { repeatsUntil: new Date('2030-01-01T12:45:00.000Z') });
    expect(text).not.toContain('repeated');
  }
});
