import { adviceFor } from '../../../packages/window/src/data/tell.js';
import { viewMessage } from '../../../src/application/auditing/message-view.js';
import { decide } from '../../../src/domain/message/decide.js';
import type { AttemptStarted, MessageEvent } from '../../../src/domain/message/message-events.js';
import type { TrackedMessage } from '../../../src/domain/message/message.js';
import {
  MESSAGE_ID,
  report,
  reported,
  requested,
  started,
  took,
} from '../../support/facts/message-facts.js';
import { circumstances, NOON, stateOf } from '../../support/facts/scenario.js';

const WINDOW_END = '2030-01-01T12:30:00.000Z';

const whatsapp = {
  channel: 'whatsapp',
  when: 'unconfirmed',
  to: '447700900123',
  from: '447700900001',
  text: null,
} as const;

/** What a person at the counter is told to say. */
function told(...history: readonly MessageEvent[]): string {
  const view = viewMessage(MESSAGE_ID, stateOf(history) as TrackedMessage, 0n);
  const { quote } = adviceFor(view as unknown as Parameters<typeof adviceFor>[0], new Date(NOON));
  return quote;
}

/** A text that the network took without a receipt, behind which the next step waits. */
const unheard = [requested({ fallback: [whatsapp] }), started(), took()];
const waiting: readonly MessageEvent[] = [
  ...unheard,
  ...decide(
    { type: 'CloseConfirmationWindow' },
    stateOf(unheard),
    circumstances({ now: WINDOW_END }),
  ),
];

const cancelled: MessageEvent = {
  type: 'MessageCancelled',
  data: { reason: 'x', occurredAt: WINDOW_END },
};
const expired: MessageEvent = {
  type: 'MessageExpired',
  data: { expiresAt: WINDOW_END, occurredAt: WINDOW_END },
};

it.each<[string, readonly MessageEvent[]]>([
  ['waits', []],
  ['was withdrawn', [cancelled]],
  ['came too late', [expired]],
  ['failed', [started(2), took(2), reported('rejected', { attempt: 2, code: '1170' })]],
])('says that a text may have arrived although the step behind it %s', (_, events) => {
  expect(told(...waiting, ...events)).toContain('may well be on your phone');
});

it.each<[string, readonly MessageEvent[]]>([
  ['was withdrawn before it was sent', [requested(), cancelled]],
  ['was not sent', [requested(), expired]],
  [
    'could not be delivered',
    [requested(), started(), took(), reported('rejected', { code: '1170' })],
  ],
])('says of others that their text %s', (words, history) => {
  expect(told(...history)).toContain(words);
});

it('asks for the text where reports deny each other, and sends nobody to send it again at once', () => {
  const failed = [requested(), started(), took(), reported('rejected', { code: '1170' })];
  const denied = decide(report('delivered'), stateOf(failed), circumstances());
  expect(told(...failed, ...denied)).toContain('Is it on your phone?');
});

const failed = [requested(), started(), took(), reported('undeliverable', { code: '1260' })];

it.each<[string, Partial<AttemptStarted['data']>, readonly MessageEvent[], string]>([
  [
    'names the channel and the sender of the step that arrived',
    { channel: 'whatsapp', from: '447700900002' },
    [took(2), reported('delivered', { attempt: 2 })],
    'Our text of 12:00 today did not get through. We are told that our WhatsApp message of 12:00 today, from the sender +44 7700 900002, is on your phone.',
  ],
  [
    'asks for the step of which nothing is known yet',
    { channel: 'whatsapp' },
    [took(2)],
    'Our text of 12:00 today did not get through. We handed your WhatsApp message over at 12:00 today.',
  ],
  [
    'says that nobody tells whether an e-mail arrived',
    { channel: 'email', to: 'a@example.com', from: 'shop@example.com' },
    [took(2), reported('submitted', { attempt: 2 })],
    'Our text of 12:00 today did not get through. We sent you an e-mail at 12:00 today. Nobody can tell us',
  ],
  [
    'says that no way led to the person',
    { channel: 'whatsapp' },
    [took(2), reported('rejected', { attempt: 2, code: '1340' })],
    'Our text of 12:00 today did not get through. Neither did our WhatsApp message of 12:00 today.',
  ],
])('%s', (_, step, events, words) => {
  // The machine may be in any zone.
  const quote = told(...failed, started(2, step), ...events).replaceAll(/\d\d:\d\d/g, '12:00');
  expect(quote).toContain(words);
});

it('says of a step that followed a silent text that nobody confirmed the text', () => {
  const arrived = [took(2), reported('delivered', { attempt: 2 })];
  expect(told(...waiting, started(2, { channel: 'whatsapp' }), ...arrived)).toMatch(
    /^Nobody has confirmed our text of \d\d:\d\d today\. We are told that our WhatsApp message/,
  );
});

it('promises no moment for a message that waits: sending may be held for hours', () => {
  const quote = told(requested());
  expect(quote).toContain('has not left us yet');
  expect(quote).not.toMatch(/right now|minute/);
});

it('blames no network for a message that Vonage did not take', () => {
  const refused: MessageEvent = {
    type: 'AttemptRefused',
    data: {
      attempt: 1,
      httpStatus: 422,
      class: 'permanent',
      reason: 'Vonage found a fault in the request (HTTP 422, Invalid params).',
      problem: null,
      retryAfterMs: null,
      occurredAt: NOON,
    },
  };
  expect(told(requested(), started(), refused)).toContain('We could not send your text');
});
