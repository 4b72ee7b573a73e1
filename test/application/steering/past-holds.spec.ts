import * as fc from 'fast-check';
import { holdsOf } from '../../../src/application/steering/past-holds.js';
import { evolveHolds, holdScopes, nothingHeld } from '../../../src/domain/sending/sending.js';
import { holdCauses, type SendingEvent } from '../../../src/domain/sending/sending-events.js';
import { providers } from '../../../src/domain/sending/provider.js';

const at = (minute: number): string => new Date(Date.UTC(2026, 0, 1, 0, minute)).toISOString();

const held = (minute: number, more: object = {}): SendingEvent => ({
  type: 'SendingHeld',
  data: { cause: 'operator', reason: 'A wrong text.', by: 'ann', occurredAt: at(minute), ...more },
});
const released = (minute: number, more: object = {}): SendingEvent => ({
  type: 'SendingReleased',
  data: { reason: 'Corrected.', waiting: null, by: 'bob', occurredAt: at(minute), ...more },
});

it('tells when each hold began and ended, why, and by whom', () => {
  expect(holdsOf([held(1), held(2), released(5), held(7)])).toEqual([
    {
      scope: 'all',
      since: at(1),
      until: at(5),
      cause: 'operator',
      reason: 'A wrong text.',
      by: 'ann',
      releaseReason: 'Corrected.',
      releasedBy: 'bob',
    },
    expect.objectContaining({ since: at(7), until: null, releaseReason: null }),
  ]);
});

it('takes a graver hold in the place of an automatic one for one hold', () => {
  const [first, ...rest] = holdsOf([
    held(1, { provider: 'vonage', cause: 'configuration', by: 'the service' }),
    held(3, { provider: 'vonage' }),
    released(9),
  ]);
  expect(first).toMatchObject({ since: at(1), until: at(9), cause: 'operator', by: 'ann' });
  expect(rest).toEqual([]);
});

const anyEvent = fc.record({
  isHold: fc.boolean(),
  cause: fc.constantFrom(...holdCauses),
  provider: fc.constantFrom(undefined, ...providers),
});

it('covers exactly the times in which a scope was held, whatever was held and released', () => {
  fc.assert(
    fc.property(fc.array(anyEvent, { maxLength: 20 }), (drawn) => {
      const events = drawn.map(({ isHold, cause, provider }, minute) => {
        const ofProvider = provider === undefined ? {} : { provider };
        return isHold ? held(minute, { cause, ...ofProvider }) : released(minute, ofProvider);
      });
      const found = holdsOf(events);
      let holds = nothingHeld;
      for (const [minute, event] of events.entries()) {
        holds = evolveHolds(holds, event);
        for (const scope of holdScopes) {
          const covering = found.filter(
            (one) =>
              one.scope === scope &&
              one.since <= at(minute) &&
              (one.until === null || one.until > at(minute)),
          );
          expect(covering).toHaveLength(holds[scope].state === 'held' ? 1 : 0);
        }
      }
    }),
  );
});
