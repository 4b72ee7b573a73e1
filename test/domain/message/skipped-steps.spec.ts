import * as fc from 'fast-check';
import { decide } from '../../../src/domain/message/decide.js';
import { evolve, type Message } from '../../../src/domain/message/message.js';
import type { MessageCommand } from '../../../src/domain/message/message-commands.js';
import type {
  FallbackStep,
  FallbackTrigger,
  MessageEvent,
} from '../../../src/domain/message/message-events.js';
import {
  MESSAGE_ID,
  MESSAGE_UUID,
  aReport,
  lost,
  report,
  reported,
  requested,
  started,
  took,
} from '../../support/facts/message-facts.js';
import { circumstances, given, NOON, stateOf } from '../../support/facts/scenario.js';

const WINDOW_END = '2030-01-01T12:30:00.000Z';
const over = { now: WINDOW_END };
const reason = 'The recipient has opted out by the word STOP.';
const skip = (step: number): MessageCommand => ({ type: 'SkipStep', step, reason });

/** To another person each. */
const stepTo = (to: string, when: FallbackTrigger): FallbackStep => ({
  channel: 'whatsapp',
  when,
  from: '447700900002',
  to,
  text: `For ${to}`,
});
const [ann, bob] = ['447700900201', '447700900202'] as const;

const begun = (step: number, one: FallbackStep, now: string): MessageEvent => ({
  type: 'FallbackStarted',
  data: { ...one, step, nextAttempt: 2, priority: 'normal', occurredAt: now },
});
const unconfirmed: MessageEvent = {
  type: 'DeliveryUnconfirmed',
  data: { attempt: 1, windowSeconds: 1_800, occurredAt: WINDOW_END },
};
const skipped = (step: number, status: string, more: object = {}): MessageEvent =>
  ({
    type: 'RetryWithdrawn',
    data: { reason, ...more, skipped: { step, status }, occurredAt: WINDOW_END },
  }) as MessageEvent;

const tracked = (...history: MessageEvent[]) => {
  const message = stateOf(history);
  if (message.kind === 'unheard-of') throw new Error('The history is empty.');
  return message;
};

/** A message whose first attempt failed for good, or was never heard of, and whose first step waits. */
const failed = (...plan: FallbackStep[]): MessageEvent[] => [
  requested({ fallback: plan }),
  started(),
  took(),
  reported('undeliverable', { code: '1260' }),
  begun(1, plan[0] as FallbackStep, NOON),
];
const unheard = (...plan: FallbackStep[]): MessageEvent[] => [
  requested({ fallback: plan }),
  started(),
  took(),
  unconfirmed,
  begun(1, plan[0] as FallbackStep, WINDOW_END),
];

it('is followed by the next step, as the same attempt', () => {
  const plan = [stepTo(ann, 'failure'), stepTo(bob, 'failure')] as const;
  given(...failed(...plan))
    .when(skip(1), over)
    .emits(skipped(1, 'retrying'), begun(2, plan[1], WINDOW_END));
  const message = tracked(...failed(...plan), skipped(1, 'retrying'), begun(2, plan[1], NOON));
  expect(message).toMatchObject({
    status: 'retrying',
    next: { number: 2, to: bob, text: `For ${bob}` },
    skippedSteps: [{ step: 1, reason }],
  });
});

it('ends the message as its last attempt ended, where no step is left', () => {
  given(...failed(stepTo(ann, 'failure')))
    .when(skip(1), over)
    .emits(skipped(1, 'undeliverable'), {
      type: 'FallbackFinished',
      data: { step: 1, outcome: 'exhausted', occurredAt: WINDOW_END },
    });
  given(...unheard(stepTo(ann, 'unconfirmed')))
    .when(skip(1), over)
    .emits(skipped(1, 'unconfirmed'));
  given(requested({ fallback: [stepTo(ann, 'unconfirmed')] }), started(), lost())
    .when({ type: 'CloseConfirmationWindow' }, over)
    .emits(begun(1, stepTo(ann, 'unconfirmed'), WINDOW_END));
  const doubtful = [requested({ fallback: [stepTo(ann, 'unconfirmed')] }), started(), lost()];
  given(...doubtful, begun(1, stepTo(ann, 'unconfirmed'), WINDOW_END))
    .when(skip(1), over)
    .emits(skipped(1, 'unknown'));
});

it('begins no step for failures behind an attempt that may have arrived, until that is reported failed', () => {
  const plan = [stepTo(ann, 'unconfirmed'), stepTo(bob, 'failure')] as const;
  given(...unheard(...plan))
    .when(skip(1), over)
    .emits(skipped(1, 'unconfirmed'));
  const end = [...unheard(...plan), skipped(1, 'unconfirmed')];
  const told = decide(report('undeliverable', { code: '1260' }), stateOf(end), circumstances(over));
  expect(told).toMatchObject([
    { type: 'StatusReported' },
    { type: 'FallbackStarted', data: { step: 2, to: bob } },
  ]);
});

it('leaves the window to the timer where the call was answered after it had closed', () => {
  const step = stepTo(ann, 'unconfirmed');
  const waits = [
    requested({ fallback: [step] }),
    started(),
    lost(),
    begun(1, step, WINDOW_END),
    took(),
  ];
  given(...waits)
    .when(skip(1), over)
    .emits(skipped(1, 'sent', { confirmBy: WINDOW_END }));
  given(...waits, skipped(1, 'sent', { confirmBy: WINDOW_END }))
    .when({ type: 'CloseConfirmationWindow' }, over)
    .emits(unconfirmed);
});

it('leaves nothing in a retry of the attempt before it', () => {
  const end = [...unheard(stepTo(ann, 'unconfirmed')), skipped(1, 'unconfirmed')];
  const told = decide(report('rejected', { code: '1000' }), stateOf(end), circumstances(over));
  expect(told.map(({ type }) => type)).toEqual(['StatusReported', 'RetryScheduled']);
  const now = tracked(...end, ...told);
  expect(now.next).toMatchObject({ number: 2, channel: 'sms', text: now.request?.text });
  expect(now.channelSinceAttempt).toBe(1);
});

it('begins nothing unheard behind an attempt that a process from before a restore may have followed', () => {
  const plan = [stepTo(ann, 'unconfirmed'), stepTo(bob, 'unconfirmed')] as const;
  const again = { outcome: 'resend', reason: 'x', by: null, requestId: null } as const;
  const acts: readonly MessageCommand[] = [
    { type: 'DoubtAttempt', messageId: MESSAGE_ID, reason: 'restored' },
    { type: 'ResolveOutcome', resolution: again },
    skip(1),
  ];
  const end = acts.reduce<Message>(
    (message, act) => decide(act, message, circumstances(over)).reduce(evolve, message),
    stateOf(unheard(...plan)),
  );
  expect(end).toMatchObject({ status: 'unknown', next: null, fallbackStepsStarted: 1 });
});

it('happens once, to the step that waits', () => {
  const plan = [stepTo(ann, 'failure'), stepTo(bob, 'failure')] as const;
  const next = [...failed(...plan), skipped(1, 'retrying'), begun(2, plan[1], WINDOW_END)];
  given(...next)
    .when(skip(1), over)
    .emits();
  given(...failed(...plan), reported('delivered'))
    .when(skip(1), over)
    .emits();
  const [first, ...rest] = failed(...plan);
  expect(first?.type).toBe('MessageRequested');
  given(requested({ fallback: plan, expiresAt: WINDOW_END }), ...rest)
    .when(skip(1), over)
    .emits({
      type: 'MessageExpired',
      data: { expiresAt: WINDOW_END, occurredAt: WINDOW_END },
    });
});

const fates = ['fails', 'is unheard', 'is unknown'] as const;
type Fate = (typeof fates)[number];
interface Planned {
  readonly when: FallbackTrigger;
  readonly fate: Fate;
  readonly isStopped: boolean;
  readonly to: string;
}

/** Lives through a message whose plan goes to the end. */
function live(plan: readonly Planned[], fate: Fate) {
  let message: Message = { kind: 'unheard-of' };
  let hour = 0;
  const types: string[] = [];
  const act = (command: MessageCommand) => {
    const now = new Date(Date.parse(NOON) + hour * 3_600_000).toISOString();
    const events = decide(command, message, circumstances({ now }));
    message = events.reduce(evolve, message);
    types.push(...events.map(({ type }) => type));
  };
  const request = requested({ fallback: plan.map(({ to, when }) => stepTo(to, when)) });
  message = stateOf([request]);
  while (message.kind === 'tracked' && message.next !== null && hour < 50) {
    hour++;
    const { stepTried, next } = message;
    const step = plan.find(({ to }) => to === next.to);
    if (step?.isStopped === true) {
      act(skip(stepTried));
      continue;
    }
    const attempt = next.number;
    act({ type: 'StartAttempt', messageId: MESSAGE_ID });
    const uuid = `${MESSAGE_UUID}${attempt}`;
    const becomes = step?.fate ?? fate;
    act({
      type: 'RecordOutcome',
      attempt,
      outcome:
        becomes === 'is unknown'
          ? { kind: 'unknown', reason: 'timeout' }
          : { kind: 'accepted', messageUuid: uuid },
    });
    if (becomes === 'fails') {
      const told = aReport('undeliverable', { attempt, code: '1260' });
      act({ type: 'ReportStatus', report: told, occurredAt: NOON, receivedAt: NOON });
    } else {
      hour++;
      act({ type: 'CloseConfirmationWindow' });
    }
  }
  if (message.kind === 'unheard-of') throw new Error('It was requested.');
  return { message, types };
}

it('ends a message as its plan without the skipped steps would have', () => {
  const planned = fc.record({
    when: fc.constantFrom<FallbackTrigger>('failure', 'unconfirmed'),
    fate: fc.constantFrom(...fates),
    isStopped: fc.boolean(),
  });
  fc.assert(
    fc.property(fc.array(planned, { maxLength: 5 }), fc.constantFrom(...fates), (steps, fate) => {
      const plan = steps.map((step, index) => ({ ...step, to: `44770090030${index}` }));
      const { message, types } = live(plan, fate);
      const gone = message.skippedSteps.map(({ step }) => step);
      expect(new Set(gone).size).toBe(gone.length);
      const shorter = live(
        plan.filter((_, index) => !gone.includes(index + 1)),
        fate,
      ).message;
      const made = (one: typeof message) => one.attempts.map(({ number, to }) => [number, to]);
      expect([message.status, made(message)]).toEqual([shorter.status, made(shorter)]);
      expect(message.next).toBeNull();
      expect(types).not.toContain('MessageCancelled');
    }),
    { numRuns: 1_000 },
  );
});
