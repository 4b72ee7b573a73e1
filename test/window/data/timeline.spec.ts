import { tellTimeline, type TimelineEntry } from '../../../packages/window/src/data/timeline.js';
import { NOON } from '../../support/facts/scenario.js';

const entry = (type: string, details: object): TimelineEntry => ({
  type,
  revision: 4,
  recordedAt: NOON,
  occurredAt: NOON,
  source: 'webhook',
  actor: null,
  meaning: null,
  effect: { applied: true, from: 'sent', to: 'submitted', reason: null },
  details: { hasWebhook: true, ...details },
});

const titleOf = (type: string, details: object) =>
  tellTimeline([entry(type, details)], new Date(NOON))[0]?.title;

it.each(['StatusReported', 'ReportAdopted'])(
  'names a carrier and a phone only where there are some (%s)',
  (type) => {
    const titles = ['sms', 'mms', 'whatsapp', 'rcs'].map((channel) =>
      ['submitted', 'delivered'].map((status) => titleOf(type, { channel, status })),
    );
    expect(titles).toEqual([
      ['Carrier has it', 'Phone has it'],
      ['Carrier has it', 'Phone has it'],
      ['Vonage handed it on', 'Delivered by WhatsApp'],
      ['Carrier has it', 'Phone has it'],
    ]);
  },
);

it('says what became of the other channels', () => {
  const texts = ['reached', 'exhausted'].map(
    (outcome) =>
      tellTimeline([entry('FallbackFinished', { step: 1, outcome })], new Date(NOON))[0]?.text,
  );
  expect(texts).toEqual([
    'The message has arrived, so no other is tried.',
    'The message has not arrived, and no other is tried.',
  ]);
});
