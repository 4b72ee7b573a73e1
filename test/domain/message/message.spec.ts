import { decide } from '../../../src/domain/message/decide.js';
import { evolve, mayHaveArrived, type Message } from '../../../src/domain/message/message.js';
import type {
  CallOutcome,
  Circumstances,
  MessageCommand,
} from '../../../src/domain/message/message-commands.js';
import {
  resolvedOutcomes,
  type MessageEvent,
  type ResolvedOutcome,
} from '../../../src/domain/message/message-events.js';
import {
  MESSAGE_ID,
  MESSAGE_UUID,
  aReport,
  aRequest,
  line,
  lost,
  recovered,
  report,
  reported,
  requested,
  retryScheduled,
  started,
  took,
} from '../../support/facts/message-facts.js';
import { circumstances, given, NOON, stateOf } from '../../support/facts/scenario.js';

/** A step of a fallback plan, on WhatsApp. */
const stepWhen = <When extends 'failure' | 'unconfirmed'>(when: When) =>
  ({
    channel: 'whatsapp',
    when,
    from: '447700900002',
    to: '447700900123',
    text: null,
  }) as const;

const tracked = (...history: MessageEvent[]) => {
  const message = stateOf(history);
  if (message.kind === 'unheard-of') throw new Error('The history is empty.');
  return message;
};

describe('a request', () => {
  it('is recorded once', () => {
    given().when({ type: 'RequestMessage', request: aRequest() }).emits(requested());
    given(requested()).when({ type: 'RequestMessage', request: aRequest() }).emits();
  });

  it('waits for its time', () => {
    const later = requested({ sendAt: '2030-01-01T13:00:00.000Z' });
    expect(tracked(later).status).toBe('scheduled');
    given(later).when({ type: 'StartAttempt', messageId: MESSAGE_ID }).emits();
    const [event] = decide(
      { type: 'StartAttempt', messageId: MESSAGE_ID },
      stateOf([later]),
      circumstances({ now: '2030-01-01T13:00:00.000Z' }),
    );
    expect(event?.type).toBe('AttemptStarted');
  });
});

describe('an attempt', () => {
  it('is recorded before the call', () => {
    given(requested()).when({ type: 'StartAttempt', messageId: MESSAGE_ID }).emits(started());
  });

  it('is started by one dispatcher only', () => {
    given(requested(), started()).when({ type: 'StartAttempt', messageId: MESSAGE_ID }).emits();
  });

  it('is not started when its time is over', () => {
    given(requested({ expiresAt: NOON }))
      .when({ type: 'StartAttempt', messageId: MESSAGE_ID })
      .emits({ type: 'MessageExpired', data: { expiresAt: NOON, occurredAt: NOON } });
  });

  it('has one outcome, however late the answer comes', () => {
    const accepted = {
      type: 'RecordOutcome',
      attempt: 1,
      outcome: { kind: 'accepted', messageUuid: 'u' },
    } as const;
    given(requested(), started()).when(accepted).emits(took(1, 'u'));
    given(requested(), started(), lost()).when(accepted).emits(took(1, 'u'));
    given(requested(), started(), took()).when(accepted).emits();
    given(requested(), started(), took())
      .when({ type: 'RecordOutcome', attempt: 1, outcome: { kind: 'unknown', reason: 'crash' } })
      .emits();
  });

  it('keeps the status that a report gave it before the answer came', () => {
    expect(tracked(requested(), started(), reported('delivered'), took()).status).toBe('delivered');
  });

  it.each([
    ['transient', 'retrying'],
    ['permanent', 'failed'],
    ['configuration', 'retrying'],
    ['ambiguous', 'unknown'],
  ] as const)('that Vonage refuses with a %s error leaves the message %s', (kind, status) => {
    const history = [requested(), started()];
    const events = decide(
      {
        type: 'RecordOutcome',
        attempt: 1,
        outcome: {
          kind: 'refused',
          class: kind,
          httpStatus: 500,
          reason: 'x',
          problem: null,
          retryAfterMs: null,
        },
      },
      stateOf(history),
      circumstances(),
    );
    expect(tracked(...history, ...events).status).toBe(status);
  });
});

describe('a refusal for a reason outside the message', () => {
  const refusals = [
    { httpStatus: 401, class: 'configuration' },
    { httpStatus: 402, class: 'configuration' },
    { httpStatus: 403, class: 'configuration' },
    { httpStatus: null, class: 'configuration' },
    { httpStatus: 429, class: 'transient' },
  ] as const;
  const step = stepWhen('failure');
  const history = [requested({ fallback: [step] }), started()];
  const refuseIn = (
    message: Message,
    refusal: (typeof refusals)[number],
    attempt: number,
    changes: Partial<Circumstances> = {},
  ): readonly MessageEvent[] =>
    decide(
      {
        type: 'RecordOutcome',
        attempt,
        outcome: { kind: 'refused', reason: 'x', problem: null, retryAfterMs: null, ...refusal },
      },
      message,
      circumstances(changes),
    );
  const refuse = (
    refusal: (typeof refusals)[number],
    before: readonly MessageEvent[] = history,
    changes: Partial<Circumstances> = {},
    attempt = 1,
  ): readonly MessageEvent[] => refuseIn(stateOf(before), refusal, attempt, changes);

  it.each(refusals)('keeps the message and starts no fallback (%j)', (refusal) => {
    expect(refuse(refusal).map(({ type }) => type)).toEqual(['AttemptRefused', 'RetryScheduled']);
  });

  it('that may hide a taken message starts no fallback either', () => {
    const doubtful = { httpStatus: 502, class: 'ambiguous' } as never;
    expect(refuse(doubtful).map(({ type }) => type)).toEqual(['AttemptRefused']);
    expect(tracked(...history, ...refuse(doubtful)).status).toBe('unknown');
  });

  it.each(refusals)('counts as no attempt, however often it comes (%j)', (refusal) => {
    const before: MessageEvent[] = [...history];
    for (let attempt = 1; attempt <= 20; attempt++) {
      const events = refuse(refusal, before, {}, attempt);
      before.push(...events, started(attempt + 1));
    }
    const retryPolicy = { ...circumstances().retryPolicy, attemptsMax: 2 };
    const transient = { httpStatus: null, class: 'transient' } as never;
    const events = refuse(transient, before, { retryPolicy }, 21);
    expect(events.map(({ type }) => type)).toEqual(['AttemptRefused', 'RetryScheduled']);
  });

  it.each(refusals)('keeps a message of any age until its own time is over (%j)', (refusal) => {
    const old = { now: '2030-02-01T12:00:00.000Z' };
    expect(refuse(refusal, history, old).at(-1)?.type).toBe('RetryScheduled');
    const late = [requested({ expiresAt: '2030-01-01T12:00:30.000Z' }), started()];
    expect(refuse(refusal, late, old).at(-1)?.type).toBe('MessageExpired');
  });

  it('that asks for slower sending is due again when that is over', () => {
    const slower = { httpStatus: 429, class: 'transient', retryAfterMs: 2_500 } as never;
    expect(refuse(slower).at(-1)).toMatchObject({
      type: 'RetryScheduled',
      data: { dueAt: '2030-01-01T12:00:02.500Z' },
    });
  });

  const refusedUntil = (last: number, refusal: (typeof refusals)[number]): MessageEvent[] => {
    const before: MessageEvent[] = [...history];
    let message = stateOf(before);
    for (let attempt = 1; attempt <= last; attempt++) {
      const events = [...refuseIn(message, refusal, attempt)];
      if (attempt < last) events.push(started(attempt + 1));
      message = events.reduce(evolve, message);
      before.push(...events);
    }
    return before;
  };

  it.each([
    [100, '2030-01-01T12:00:01.000Z'],
    [101, '2030-01-01T12:01:00.000Z'],
    [901, '2030-01-01T13:00:00.000Z'],
  ])('that asks for slower sending %d times leaves attempts for days', (times, dueAt) => {
    expect(refusedUntil(times, refusals[4]).at(-1)).toMatchObject({
      type: 'RetryScheduled',
      data: { nextAttempt: times + 1, dueAt },
    });
  });

  it.each(refusals)('has no attempt follow whose number no report could name (%j)', (refusal) => {
    const before = refusedUntil(999, refusal);
    expect(before.at(-1)?.type).toBe('AttemptRefused');
    expect(tracked(...before).status).toBe('failed');
  });

  it('leaves attempts to send with after a hold', () => {
    const before = refusedUntil(900, refusals[1]);
    const next = { type: 'StartAttempt', messageId: MESSAGE_ID } as const;
    given(...before)
      .when({ ...next, isProbe: true })
      .emits();
    expect(decide(next, stateOf(before), circumstances())).toMatchObject([
      { type: 'AttemptStarted', data: { attempt: 901 } },
    ]);
  });
});

describe('a report', () => {
  it('moves the message on', () => {
    given(requested(), started(), took(), reported('submitted'))
      .when(report('delivered'))
      .emits(reported('delivered'));
  });

  it('is taken before the answer to our own call', () => {
    given(requested(), started()).when(report('submitted')).emits(reported('submitted'));
  });

  it('settles a call whose outcome is unknown', () => {
    given(requested(), started(), lost()).when(report('delivered')).emits(reported('delivered'));
  });

  it('says nothing when it is an exact repeat', () => {
    given(requested(), started(), took(), reported('delivered')).when(report('delivered')).emits();
  });

  it('is kept but changes nothing when it is late', () => {
    given(requested(), started(), took(), reported('delivered'))
      .when(report('submitted'))
      .emits({
        type: 'StatusRefused',
        data: {
          ...aReport('submitted'),
          current: 'delivered',
          reason: 'late',
          adoptedFrom: null,
          occurredAt: NOON,
        },
      });
  });

  it('that denies a final status marks the message and leaves the status', () => {
    const history = [requested(), started(), took(), reported('delivered')];
    const events = decide(report('rejected', { code: '1330' }), stateOf(history), circumstances());
    const message = tracked(...history, ...events);
    expect(message.status).toBe('delivered');
    expect(message.contradiction).toMatchObject({ reported: 'rejected', current: 'delivered' });
  });

  it('of a message that we never sent starts its stream', () => {
    given()
      .when(report('delivered', { attempt: null }))
      .emits({
        type: 'StatusReported',
        data: { ...aReport('delivered', { attempt: null }), attempt: 1, occurredAt: NOON },
      });
    expect(tracked(reported('delivered')).origin).toBe('external');
  });

  it('about an earlier attempt is superseded', () => {
    const history = [
      requested(),
      started(),
      took(),
      reported('rejected', { code: '1000' }),
      retryScheduled(),
      started(2),
    ];
    given(...history)
      .when(report('submitted', { id: 'late' }))
      .emits({
        type: 'StatusRefused',
        data: {
          ...aReport('submitted', { id: 'late' }),
          current: 'sending',
          reason: 'superseded',
          adoptedFrom: null,
          occurredAt: NOON,
        },
      });
  });

  it('that an earlier attempt was delivered after all delivers the message', () => {
    const history = [
      requested(),
      started(),
      took(),
      reported('rejected', { code: '1000' }),
      retryScheduled(),
      started(2),
    ];
    given(...history)
      .when(report('delivered'))
      .emits(reported('delivered'));
  });

  it.each(['delivered', 'read'] as const)(
    'that another attempt failed does not deny that an earlier one was %s',
    (status) => {
      const second = [requested(), started(), lost(), retryScheduled(), started(2), took(2)];
      const history = [...second, reported(status)];
      const failed = report('rejected', { attempt: 2, code: '1340' });
      const events = decide(failed, stateOf(history), circumstances());
      expect(events).toMatchObject([{ type: 'StatusRefused', data: { reason: 'superseded' } }]);
      expect(tracked(...history, ...events)).toMatchObject({ status, contradiction: null });
      // An attempt that was delivered itself is denied by its failure.
      const both = [
        ...history,
        ...decide(report('delivered', { attempt: 2 }), stateOf(history), circumstances()),
      ];
      const denied = decide(failed, stateOf(both), circumstances());
      expect(denied).toMatchObject([{ data: { reason: 'contradiction' } }]);
    },
  );

  it('of delivery withdraws a retry that is still due', () => {
    given(requested(), started(), took(), reported('rejected', { code: '1000' }), retryScheduled())
      .when(report('delivered'))
      .emits(reported('delivered'), {
        type: 'RetryWithdrawn',
        data: { reason: 'attempt 1 was delivered', occurredAt: NOON },
      });
  });
});

it.each(['delivered', 'read'] as const)(
  'names no error of an attempt that turns out to be %s, as the lists do',
  (status) => {
    const failed = [requested(), started(), took(), reported('rejected', { code: '1000' })];
    expect(tracked(...failed).attempts[0]?.error).toMatchObject({ code: '1000' });
    const after = tracked(...failed, retryScheduled(), reported(status));
    expect(after.attempts[0]?.error).toBeNull();
  },
);

describe('a report about an attempt that the ledger never started', () => {
  const scheduled = requested({ sendAt: '2030-01-01T13:00:00.000Z' });
  const failedOnce = [
    requested(),
    started(),
    took(),
    reported('rejected', { code: '1000' }),
    retryScheduled(),
  ];

  it.each([
    ['accepted', [requested()], 1],
    ['scheduled', [scheduled], 1],
    ['retrying', failedOnce, 2],
    ['unknown', [requested(), started(), lost()], 2],
    ['sending', [requested(), started()], 2],
    ['retrying, and names one farther on', failedOnce, 4],
  ] as const)('proves that it was made: %s', (_, history, attempt) => {
    given(...history)
      .when(report('delivered', { attempt }))
      .emits(recovered(attempt), reported('delivered', { attempt }));
    const message = tracked(...history, recovered(attempt), reported('delivered', { attempt }));
    expect(message).toMatchObject({ status: 'delivered', next: null });
    expect(message.attempts.at(-1)).toMatchObject({ number: attempt, startedAt: null });
  });

  it('stays the present one when an earlier attempt turns out to be delivered', () => {
    const history = [
      requested(),
      recovered(2),
      reported('submitted', { attempt: 2 }),
      reported('delivered', { attempt: 1 }),
    ];
    expect(tracked(...history).attempts.map(({ number }) => number)).toEqual([1, 2]);
    given(...history)
      .when(report('read', { attempt: 2 }))
      .emits(reported('read', { attempt: 2 }));
  });

  it('withdraws the send that waits', () => {
    given(...failedOnce, recovered(2), reported('submitted', { attempt: 2 }))
      .when({ type: 'StartAttempt', messageId: MESSAGE_ID }, { now: '2030-01-01T12:05:00.000Z' })
      .emits();
  });

  it('lets its window close like that of any other', () => {
    const moment = { now: '2030-01-01T12:30:00.000Z' };
    given(requested(), recovered(), reported('submitted'))
      .when({ type: 'CloseConfirmationWindow' }, moment)
      .emits({
        type: 'DeliveryUnconfirmed',
        data: { attempt: 1, windowSeconds: 1800, occurredAt: moment.now },
      });
  });

  it('has what failed for a passing reason tried again behind it', () => {
    const events = decide(
      report('rejected', { attempt: 2, code: '1000' }),
      stateOf([requested()]),
      circumstances(),
    );
    expect(events).toMatchObject([
      { type: 'AttemptRecovered', data: { attempt: 2 } },
      { type: 'StatusReported' },
      { type: 'RetryScheduled', data: { nextAttempt: 3 } },
    ]);
  });

  it('tells by its channel how far the fallback plan had come', () => {
    const step = { when: 'failure', from: '447700900002', to: '447700900123', text: null } as const;
    const fallback = [
      { ...step, channel: 'whatsapp', text: 'On WhatsApp' },
      { ...step, channel: 'rcs' },
    ];
    const onWhatsapp = report('rejected', { attempt: 2, code: '1170' });
    if (onWhatsapp.type !== 'ReportStatus') throw new Error('It is no report.');
    const events = decide(
      { ...onWhatsapp, report: { ...onWhatsapp.report, channel: 'whatsapp' } },
      stateOf([requested({ fallback })]),
      circumstances(),
    );
    expect(events).toMatchObject([
      { type: 'AttemptRecovered', data: { channel: 'whatsapp', fallbackStepsStarted: 1 } },
      { type: 'StatusReported' },
      { type: 'FallbackStarted', data: { step: 2, channel: 'rcs', nextAttempt: 3 } },
    ]);
  });

  it.each([
    ['cancelled', { type: 'MessageCancelled', data: { reason: 'x', occurredAt: NOON } }],
    ['expired', { type: 'MessageExpired', data: { expiresAt: NOON, occurredAt: NOON } }],
  ] as const)('leaves a message as it is that is %s', (status, end) => {
    const events = decide(report('delivered'), stateOf([requested(), end]), circumstances());
    expect(events).toMatchObject([
      { type: 'StatusRefused', data: { current: status, reason: 'not-sent' } },
    ]);
    // What was to follow an attempt was withdrawn; the attempt was made.
    const made = [requested(), started(), took(), reported('rejected'), retryScheduled()];
    for (const history of [made, [...made, started(2), reported('rejected'), retryScheduled(3)]]) {
      const late = decide(report('delivered'), stateOf([...history, end]), circumstances());
      expect(late).toMatchObject([
        { type: 'StatusRefused', data: { current: status, reason: 'contradiction' } },
      ]);
    }
  });

  it('names it by its client ref, and by nothing else', () => {
    const events = decide(
      report('delivered', { attempt: null }),
      stateOf([requested()]),
      circumstances(),
    );
    expect(events).toMatchObject([{ type: 'StatusRefused', data: { reason: 'not-sent' } }]);
  });
});

describe('an unknown outcome', () => {
  const unknown = [requested(), started(), lost()];
  const resolve = (
    outcome: ResolvedOutcome,
    { requestId = null }: { requestId?: string | null } = {},
  ): MessageCommand => ({
    type: 'ResolveOutcome',
    resolution: { outcome, reason: 'The customer called.', by: 'desk', requestId },
  });
  const resolved = (
    outcome: ResolvedOutcome,
    { attempt = 1, requestId = null }: { attempt?: number; requestId?: string | null } = {},
  ): MessageEvent => ({
    type: 'OutcomeResolved',
    data: {
      outcome,
      reason: 'The customer called.',
      by: 'desk',
      requestId,
      attempt,
      occurredAt: NOON,
    },
  });
  const again = (nextAttempt: number): MessageEvent => ({
    type: 'RetryScheduled',
    data: { nextAttempt, dueAt: NOON, reason: 'The customer called.', ...line, occurredAt: NOON },
  });

  it('is sent again where a person says so, once', () => {
    given(...unknown)
      .when(resolve('resend'))
      .emits(resolved('resend'), again(2));
    given(...unknown, resolved('resend'), again(2))
      .when(resolve('resend'))
      .emits();
    expect(tracked(...unknown, resolved('resend'), again(2))).toMatchObject({
      status: 'retrying',
      next: { number: 2, dueAt: NOON, text: 'Your code is 123456' },
    });
  });

  it('of the next attempt is another one, except for a repeat of the request', () => {
    const ids = { requestId: 'first' };
    const history = [...unknown, resolved('resend', ids), again(2), started(2), lost(2)];
    given(...history)
      .when(resolve('resend', ids))
      .emits();
    given(...history)
      .when(resolve('resend', { requestId: 'second' }))
      .emits(resolved('resend', { attempt: 2, requestId: 'second' }), again(3));
  });

  it('may be given up, and a delivery that is reported later still applies', () => {
    given(...unknown)
      .when(resolve('abandon'))
      .emits(resolved('abandon'));
    const history = [...unknown, resolved('abandon')];
    expect(tracked(...history)).toMatchObject({ status: 'failed', next: null });
    given(...history)
      .when(report('delivered'))
      .emits(reported('delivered'));
    expect(tracked(...history, reported('delivered'))).toMatchObject({
      status: 'delivered',
      resolvedAs: null,
    });
  });

  it('that a person called a delivery is confirmed by a carrier, or contradicted', () => {
    const history = [...unknown, resolved('delivered')];
    expect(tracked(...history)).toMatchObject({ status: 'delivered', resolvedAs: 'delivered' });
    expect(tracked(...history).attempts[0]).toMatchObject({ deliveredAt: null });
    given(...history)
      .when(report('delivered'))
      .emits(reported('delivered'));
    const events = decide(report('rejected', { code: '1170' }), stateOf(history), circumstances());
    expect(events).toMatchObject([{ type: 'StatusRefused', data: { reason: 'contradiction' } }]);
  });

  it('is not sent again when its time is over', () => {
    given(requested({ expiresAt: NOON }), started(), lost())
      .when(resolve('resend'))
      .emits();
  });

  it('is the only one that a person can resolve', () => {
    for (const history of [
      [requested()],
      [requested(), started()],
      [requested(), started(), took()],
      [...unknown, reported('delivered')],
      [...unknown, resolved('abandon')],
    ]) {
      for (const outcome of resolvedOutcomes)
        given(...history)
          .when(resolve(outcome))
          .emits();
    }
  });

  it('that was resolved keeps its end, whatever our own call answers late', () => {
    const late = (outcome: CallOutcome): MessageCommand => ({
      type: 'RecordOutcome',
      attempt: 1,
      outcome,
    });
    given(...unknown, resolved('abandon'))
      .when(late({ kind: 'accepted', messageUuid: MESSAGE_UUID }))
      .emits(took());
    expect(tracked(...unknown, resolved('abandon'), took()).status).toBe('failed');
    expect(tracked(...unknown, resolved('delivered'), took()).status).toBe('delivered');
  });
});

describe('the window of an unknown outcome', () => {
  const over = { now: '2030-01-01T12:30:00.000Z' };
  const close = { type: 'CloseConfirmationWindow' } as const;
  const preferred = [requested({ onUnknown: 'resend' }), started(), lost()];
  const step = stepWhen('unconfirmed');
  const again: MessageEvent = {
    type: 'RetryScheduled',
    data: {
      nextAttempt: 2,
      dueAt: over.now,
      reason: 'no report came in the confirmation window, and the caller prefers a second text',
      ...line,
      occurredAt: over.now,
    },
  };
  const doubted: MessageEvent = {
    type: 'AttemptOutcomeUnknown',
    data: { attempt: 1, reason: 'restored', isDoubted: true, occurredAt: NOON },
  };

  it('leaves it unknown', () => {
    given(requested(), started(), lost()).when(close, over).emits();
  });

  it('has it sent once more where the caller prefers a second text to none, and only once', () => {
    given(...preferred)
      .when(close)
      .emits();
    given(...preferred)
      .when(close, over)
      .emits(again);
    given(...preferred, again, started(2), lost(2))
      .when(close, { now: '2030-01-01T14:00:00.000Z' })
      .emits();
  });

  it('counts no call for a first text of which it turned out that it was not taken', () => {
    const lateAnswer: MessageCommand = {
      type: 'RecordOutcome',
      attempt: 1,
      outcome: {
        kind: 'refused',
        httpStatus: 429,
        class: 'transient',
        reason: 'too many requests',
        problem: null,
        retryAfterMs: null,
      },
    };
    const late = decide(lateAnswer, stateOf(preferred), circumstances());
    expect(late.map(({ type }) => type)).toEqual(['AttemptRefused', 'RetryScheduled']);
    const history = [...preferred, ...late, started(2), lost(2)];
    const repeated = decide(close, stateOf(history), circumstances(over));
    expect(repeated).toMatchObject([{ type: 'RetryScheduled', data: { nextAttempt: 3 } }]);
    given(...history, ...repeated, started(3), lost(3))
      .when(close, { now: '2030-01-01T14:00:00.000Z' })
      .emits();
  });

  it('sends nothing once more when its first text turns out to be taken, before the second is', () => {
    const unconfirmed: MessageEvent = {
      type: 'DeliveryUnconfirmed',
      data: { attempt: 1, windowSeconds: 1_800, occurredAt: over.now },
    };
    const withdrawn = (was: string): MessageEvent => ({
      type: 'RetryWithdrawn',
      data: { reason: `attempt 1 was ${was}`, occurredAt: over.now },
    });
    const answer = (outcome: CallOutcome): MessageCommand => ({
      type: 'RecordOutcome',
      attempt: 1,
      outcome,
    });
    const acceptedAs = (messageUuid: string | null): MessageEvent => ({
      type: 'AttemptAccepted',
      data: { attempt: 1, messageUuid, occurredAt: over.now },
    });
    given(...preferred, again)
      .when(report('submitted'), over)
      .emits(reported('submitted'), withdrawn('submitted'), unconfirmed);
    given(...preferred, again)
      .when(answer({ kind: 'accepted', messageUuid: MESSAGE_UUID }), over)
      .emits(acceptedAs(MESSAGE_UUID), withdrawn('taken'), unconfirmed);
    given(...preferred, again)
      .when(answer({ kind: 'accepted', messageUuid: null }), over)
      .emits(acceptedAs(null), withdrawn('taken'));
    expect(tracked(...preferred, again, acceptedAs(null), withdrawn('taken'))).toMatchObject({
      status: 'submitted',
      next: null,
    });
  });

  it('leaves its end to the timer where a fallback follows a first text that turns out to be taken', () => {
    const planned = [requested({ onUnknown: 'resend', fallback: [step] }), started(), lost()];
    const { confirmBy } = started().data;
    const withdrawn: MessageEvent = {
      type: 'RetryWithdrawn',
      data: { reason: 'attempt 1 was submitted', confirmBy, occurredAt: over.now },
    };
    given(...planned, again)
      .when(report('submitted'), over)
      .emits(reported('submitted'), withdrawn);
    const closed = decide(
      close,
      stateOf([...planned, again, reported('submitted'), withdrawn]),
      circumstances(over),
    );
    expect(closed.map(({ type }) => type)).toEqual(['DeliveryUnconfirmed', 'FallbackStarted']);
  });

  it('has nothing sent once more a day after its end: an earlier version may have left it so', () => {
    given(...preferred)
      .when(close, { now: '2030-01-02T12:29:59.000Z' })
      .emits({
        ...again,
        data: {
          ...again.data,
          dueAt: '2030-01-02T12:29:59.000Z',
          occurredAt: '2030-01-02T12:29:59.000Z',
        },
      });
    given(...preferred)
      .when(close, { now: '2030-01-02T12:30:00.000Z' })
      .emits();
  });

  it('gives way to a failure that a carrier reports, as an outcome that is still unknown does', () => {
    given(...preferred, again)
      .when(report('rejected', { code: '1170' }), over)
      .emits(reported('rejected', { code: '1170' }));
  });

  it('keeps a repeat that a person asked for', () => {
    const resolved: MessageEvent = {
      type: 'OutcomeResolved',
      data: {
        attempt: 1,
        outcome: 'resend',
        reason: 'She called.',
        by: null,
        requestId: null,
        occurredAt: over.now,
      },
    };
    const events = decide(
      report('submitted'),
      stateOf([requested(), started(), lost(), resolved, again]),
      circumstances(over),
    );
    expect(events).toMatchObject([{ type: 'StatusRefused', data: { reason: 'late' } }]);
  });

  it('starts the next channel', () => {
    given(requested({ fallback: [step] }), started(), lost())
      .when(close, over)
      .emits({
        type: 'FallbackStarted',
        data: { priority: 'normal', ...step, step: 1, nextAttempt: 2, occurredAt: over.now },
      });
  });

  it('has nothing sent where an operator called it unknown after a restore', () => {
    const waiting = requested({ onUnknown: 'resend', fallback: [step] });
    const doubt = { type: 'DoubtAttempt', messageId: MESSAGE_ID, reason: 'restored' } as const;
    given(waiting).when(doubt).emits(started(), doubted);
    given(waiting, started(), doubted).when(close, over).emits();
    given(waiting, started(), lost()).when(doubt).emits(doubted);
    given(waiting, started(), lost(), doubted).when(close, over).emits();
    given(waiting, started(), lost(), doubted).when(doubt).emits();
    given(waiting, started()).when(doubt).emits(doubted);
    given(waiting, started(), doubted)
      .when(report('submitted'), over)
      .emits(reported('submitted'), {
        type: 'DeliveryUnconfirmed',
        data: { attempt: 1, windowSeconds: 1_800, occurredAt: over.now },
      });
    given(requested({ fallback: [step] }), started(), lost())
      .when(doubt)
      .emits(doubted);
    given(requested(), started(), lost()).when(doubt).emits();
  });

  it('doubts the fallback of a window that an earlier process may have closed', () => {
    const doubt = { type: 'DoubtAttempt', messageId: MESSAGE_ID, reason: 'restored' } as const;
    const sent = [requested({ fallback: [step] }), started(), took()];
    given(...sent)
      .when(doubt)
      .emits();
    given(...sent)
      .when(doubt, over)
      .emits(
        {
          type: 'DeliveryUnconfirmed',
          data: { attempt: 1, windowSeconds: 1_800, occurredAt: over.now },
        },
        {
          type: 'FallbackStarted',
          data: { priority: 'normal', ...step, step: 1, nextAttempt: 2, occurredAt: over.now },
        },
        {
          type: 'AttemptStarted',
          data: {
            ...started(2).data,
            channel: 'whatsapp',
            from: step.from,
            confirmBy: '2030-01-01T13:00:00.000Z',
            occurredAt: over.now,
          },
        },
        {
          type: 'AttemptOutcomeUnknown',
          data: { attempt: 2, reason: 'restored', isDoubted: true, occurredAt: over.now },
        },
      );
    given(requested(), started(), took()).when(doubt, over).emits();
  });
});

describe('a failure', () => {
  const sent = [requested(), started(), took()];

  it('that is transient is tried again, not before its time', () => {
    const [, retry] = decide(report('rejected', { code: '1000' }), stateOf(sent), circumstances());
    expect(retry).toMatchObject({
      type: 'RetryScheduled',
      data: { nextAttempt: 2, dueAt: '2030-01-01T12:01:00.000Z' },
    });
  });

  it.each(['1170', '1120', '1360', '9999', null])('with code %s is not tried again', (code) => {
    const events = decide(report('rejected', { code }), stateOf(sent), circumstances());
    expect(events.map(({ type }) => type)).toEqual(['StatusReported']);
  });

  it('is not tried again when the attempts are used up', () => {
    const retryPolicy = { ...circumstances().retryPolicy, attemptsMax: 1 };
    const events = decide(
      report('rejected', { code: '1000' }),
      stateOf(sent),
      circumstances({ retryPolicy }),
    );
    expect(events.map(({ type }) => type)).toEqual(['StatusReported']);
  });

  it('is not tried again when the message would be too old by then', () => {
    const short = [requested({ expiresAt: '2030-01-01T12:00:30.000Z' }), started(), took()];
    const events = decide(report('rejected', { code: '1000' }), stateOf(short), circumstances());
    expect(events.map(({ type }) => type)).toEqual(['StatusReported']);
  });

  it('is tried again by the time at which it was due, however long it was planned ahead', () => {
    const sendAt = '2030-01-04T12:00:00.000Z';
    const planned = [requested({ sendAt }), started(), took()];
    const failed = report('rejected', { code: '1000' });
    const eventsAt = (now: string) => decide(failed, stateOf(planned), circumstances({ now }));
    expect(eventsAt('2030-01-04T12:00:05.000Z').map(({ type }) => type)).toEqual([
      'StatusReported',
      'RetryScheduled',
    ]);
    expect(eventsAt('2030-01-06T12:00:00.000Z').map(({ type }) => type)).toEqual([
      'StatusReported',
    ]);
  });

  it('is tried again by the time of its first call, however long it was held back before', () => {
    const startedAt = (attempt: number, occurredAt: string): MessageEvent => ({
      type: 'AttemptStarted',
      data: { ...started(attempt).data, occurredAt },
    });
    const noCredit: MessageEvent = {
      type: 'AttemptRefused',
      data: {
        attempt: 1,
        httpStatus: 402,
        class: 'configuration',
        reason: 'no credit',
        problem: null,
        retryAfterMs: null,
        occurredAt: NOON,
      },
    };
    const held = [requested(), started(), noCredit, retryScheduled()];
    const released = [...held, startedAt(2, '2030-01-05T12:00:00.000Z'), took(2)];
    const failed = report('rejected', { code: '1000', attempt: 2 });
    const eventsAt = (now: string) => decide(failed, stateOf(released), circumstances({ now }));
    expect(eventsAt('2030-01-05T12:00:05.000Z').map(({ type }) => type)).toEqual([
      'StatusReported',
      'RetryScheduled',
    ]);
    expect(eventsAt('2030-01-07T12:00:00.000Z').map(({ type }) => type)).toEqual([
      'StatusReported',
    ]);
  });

  it('is tried again by the time of the first call on its channel, however long the one before was waited for', () => {
    const step = stepWhen('unconfirmed');
    const WEEK_SECONDS = 604_800;
    const weekLater = '2030-01-08T12:00:00.000Z';
    const request = requested({ fallback: [step], confirmWithinSeconds: WEEK_SECONDS });
    const { type, data } = started();
    const sentFirst = [request, { type, data: { ...data, confirmBy: weekLater } }, took()];
    const moment = circumstances({ now: weekLater });
    const over = decide({ type: 'CloseConfirmationWindow' }, stateOf(sentFirst), moment);
    const second = { ...started(2).data, channel: 'whatsapp', occurredAt: weekLater };
    const history = [...sentFirst, ...over, { type, data: second }, took(2)];
    const failed = report('rejected', { code: '1000', attempt: 2 });
    const eventsAt = (now: string) => decide(failed, stateOf(history), circumstances({ now }));
    expect(eventsAt('2030-01-08T12:00:05.000Z').map((event) => event.type)).toEqual([
      'StatusReported',
      'RetryScheduled',
    ]);
    expect(eventsAt('2030-01-10T12:00:00.000Z').map((event) => event.type)).toEqual([
      'StatusReported',
      'FallbackFinished',
    ]);
  });

  it('goes on to the next step of the fallback plan', () => {
    const step = stepWhen('failure');
    const planned = [requested({ fallback: [step] }), started(), took()];
    const [, fallback] = decide(
      report('rejected', { code: '1170' }),
      stateOf(planned),
      circumstances(),
    );
    expect(fallback).toEqual({
      type: 'FallbackStarted',
      data: { priority: 'normal', ...step, step: 1, nextAttempt: 2, occurredAt: NOON },
    });
  });
});

describe('what becomes due', () => {
  const sent = [requested(), started(), took(), reported('submitted')];

  it('makes a message unconfirmed when its window closes, and not before', () => {
    given(...sent)
      .when({ type: 'CloseConfirmationWindow' })
      .emits();
    given(...sent)
      .when({ type: 'CloseConfirmationWindow' }, { now: '2030-01-01T12:30:00.000Z' })
      .emits({
        type: 'DeliveryUnconfirmed',
        data: { attempt: 1, windowSeconds: 1800, occurredAt: '2030-01-01T12:30:00.000Z' },
      });
  });

  it('does not touch a message that has its receipt', () => {
    given(...sent, reported('delivered'))
      .when({ type: 'CloseConfirmationWindow' }, { now: '2030-01-02T12:30:00.000Z' })
      .emits();
  });

  it('cancels only what is not with Vonage', () => {
    const cancel = { type: 'CancelMessage', reason: 'withdrawn' } as const;
    given(requested())
      .when(cancel)
      .emits({ type: 'MessageCancelled', data: { reason: 'withdrawn', occurredAt: NOON } });
    given(...sent)
      .when(cancel)
      .emits();
  });
});

describe('a report whose own time cannot be true', () => {
  const receivedAt = '2030-01-01T12:00:10.000Z';
  const history = [requested(), started(), took()];
  const timesAfter = (occurredAt: string) => {
    const [event] = decide(
      report('delivered', {}, { occurredAt, receivedAt }),
      stateOf(history),
      circumstances(),
    );
    if (event?.type !== 'StatusReported') throw new Error('The report was not applied.');
    const { statusSince, createdAt } = tracked(...history, event);
    return { claimedAt: event.data.claimedAt, statusSince, createdAt };
  };

  it.each([
    ['two hours before the send', '2030-01-01T10:00:05.000Z'],
    ['five hours after it was received', '2030-01-01T17:00:05.000Z'],
  ])('is as old as its receipt: %s', (_, claimedAt) => {
    expect(timesAfter(claimedAt)).toEqual({ claimedAt, statusSince: receivedAt, createdAt: NOON });
  });

  it.each(['2030-01-01T11:59:01.000Z', NOON, '2030-01-01T12:01:09.000Z'])(
    'is believed where clocks differ by less than a minute: %s',
    (occurredAt) => {
      expect(timesAfter(occurredAt)).toEqual({
        claimedAt: undefined,
        statusSince: occurredAt,
        createdAt: NOON,
      });
    },
  );

  it('makes a message that is not ours as old as the earliest report of it', () => {
    const later = '2030-01-01T12:00:05.000Z';
    const events = [NOON, later].map((occurredAt, index): MessageEvent => ({
      type: 'StatusReported',
      data: { ...aReport('submitted', { id: String(index) }), occurredAt },
    }));
    expect(tracked(...events).createdAt).toBe(NOON);
    expect(tracked(...events.toReversed()).createdAt).toBe(NOON);
  });
});

describe('an outcome that becomes known after the confirmation window', () => {
  const unknown = [requested(), started(), lost()];
  const now = '2030-01-01T12:30:00.000Z';
  const accepted: MessageCommand = {
    type: 'RecordOutcome',
    attempt: 1,
    outcome: { kind: 'accepted', messageUuid: MESSAGE_UUID },
  };

  it.each([
    ['the late answer', accepted, ['AttemptAccepted', 'DeliveryUnconfirmed']],
    ['a report', report('submitted'), ['StatusReported', 'DeliveryUnconfirmed']],
    ['a report of delivery', report('delivered'), ['StatusReported']],
  ])('is followed by the end of the window where need be: %s', (_, command, types) => {
    const events = decide(command, stateOf(unknown), circumstances({ now }));
    expect(events.map(({ type }) => type)).toEqual(types);
  });

  it('does not end a window that is open', () => {
    const events = decide(accepted, stateOf(unknown), circumstances());
    expect(events.map(({ type }) => type)).toEqual(['AttemptAccepted']);
  });
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

it.each<[string, boolean, readonly MessageEvent[]]>([
  ['was taken', true, [took()]],
  ['was handed on', true, [took(), reported('submitted')]],
  ['has no outcome', true, [lost()]],
  [
    'failed by an error that leaves a delivery possible',
    true,
    [reported('rejected', { code: '1360' })],
  ],
  ['failed', false, [took(), reported('rejected', { code: '1170' })]],
  ['was given up', false, [lost(), abandoned]],
])('knows whether an attempt that %s may have arrived: %s', (_, may, events) => {
  const cancelled: MessageEvent = {
    type: 'MessageCancelled',
    data: { reason: 'x', occurredAt: NOON },
  };
  expect(mayHaveArrived(tracked(requested(), started(), ...events, cancelled))).toBe(may);
});

it('knows the failure of an attempt that another one has followed, and keeps the status of the message', () => {
  const history = [requested(), started(), took(), retryScheduled(), started(2)];
  const failed = aReport('undeliverable', { attempt: 1, code: '1260' });
  const command: MessageCommand = {
    type: 'ReportStatus',
    report: failed,
    occurredAt: NOON,
    receivedAt: NOON,
  };
  const events = decide(command, stateOf(history), circumstances());
  expect(events).toMatchObject([{ type: 'StatusRefused', data: { reason: 'superseded' } }]);
  const { status, attempts } = tracked(...history, ...events);
  expect([status, attempts[0]]).toMatchObject([
    'sending',
    { status: 'undeliverable', error: { code: '1260' } },
  ]);
  const ended = tracked(...history, ...events, took(2), reported('rejected', { attempt: 2 }));
  expect(mayHaveArrived(ended)).toBe(false);
});

describe('an erasure', () => {
  const forgotten: MessageEvent = {
    type: 'PersonalDataErased',
    data: { country: 'GB', inbound: null, occurredAt: NOON },
  };

  it('comes before the withdrawal of what waits, which then tells nobody the number', () => {
    const history = [requested()];
    const events = decide(
      { type: 'ErasePersonalData', country: 'GB' },
      stateOf(history),
      circumstances(),
    );
    expect(events.map(({ type }) => type)).toEqual(['PersonalDataErased', 'MessageCancelled']);
    expect(tracked(...history, ...events)).toMatchObject({ to: 'erased', status: 'cancelled' });
  });

  it("forgets the carrier's words, also those of a later report", () => {
    const error = {
      code: '1170',
      title: 'Refused by +447700900123',
      detail: 'No route to 447700900123',
      type: null,
      class: 'permanent' as const,
    };
    const failed: MessageEvent = {
      type: 'StatusReported',
      data: { ...aReport('rejected'), error, occurredAt: NOON },
    };
    const known = { code: '1170', title: 'erased', detail: 'erased', type: null };
    for (const history of [
      [requested(), started(), failed, forgotten],
      [requested(), started(), forgotten, failed],
    ]) {
      expect(tracked(...history).attempts[0]?.error).toMatchObject(known);
      expect(JSON.stringify(tracked(...history).attempts)).not.toContain('7700900123');
    }
  });
});
