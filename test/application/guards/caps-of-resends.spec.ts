import { LRUCache } from 'lru-cache';
import { MemoryEventStore } from '../../../src/adapters/event-store/memory/memory-event-store.js';
import { systemClock } from '../../../src/adapters/system/system-clock.js';
import { uuidIdentifiers } from '../../../src/adapters/system/uuid-identifiers.js';
import { AppendOutcomeUnknown } from '../../../src/application/errors.js';
import { Admission } from '../../../src/application/guards/admission.js';
import { ApplicableCaps } from '../../../src/application/guards/applicable-caps.js';
import type { ExpectedCosts } from '../../../src/application/guards/expected-cost.js';
import type { QuotaLedger } from '../../../src/application/guards/quota-ledger.js';
import { Quotas } from '../../../src/application/guards/quotas.js';
import type { MonotonicClock } from '../../../src/application/ports/clock.js';
import type { NewEvent } from '../../../src/application/ports/event-store.js';
import { noDayLimits } from '../../../src/domain/limits/day-limits.js';
import {
  MESSAGE_ID,
  reported,
  requested,
  started,
  took,
} from '../../support/facts/message-facts.js';
import { recordEvents } from '../../support/facts/record-events.js';
import { eventually } from '../../support/watching/eventually.js';
import { messageLedgerOn, requestIdsOn, sendingOn } from '../../support/worlds/message-ledger.js';
import { silent } from '../../support/worlds/read-models.js';

/** A ledger whose answers to claims are lost. */
class AnswersLost extends MemoryEventStore {
  override async append(...args: Parameters<MemoryEventStore['append']>) {
    const [stream, events] = args as readonly [string, readonly NewEvent[], ...unknown[]];
    const result = await super.append(...args);
    if (events.some(({ event }) => event.type === 'MessageResent')) {
      throw new AppendOutcomeUnknown(stream, 'the connection broke');
    }
    return result;
  }
}

/** Time that passes only by pauses. */
function pausesTakeNoTime(): MonotonicClock {
  let elapsedMs = 0;
  const pause = async (ms: number): Promise<void> => {
    elapsedMs += ms;
    await new Promise(setImmediate);
  };
  return { elapsedMs: () => elapsedMs, wait: pause, pause };
}

it('charges nothing to a cap where the answer to the claim of a resend is lost', async () => {
  const store = new AnswersLost();
  await recordEvents(store, MESSAGE_ID, requested(), started(), took(), reported('rejected'));
  const monotonic = pausesTakeNoTime();
  const ports = { store, clock: systemClock, monotonic, identifiers: uuidIdentifiers };
  const caps = new ApplicableCaps(
    { ...noDayLimits, messagesPerDay: 5, messagesPerRecipientHour: null },
    {
      quotas: new Quotas(ports, new LRUCache<string, QuotaLedger>({ max: 10 })),
      // No cost is capped, so no price is asked for.
      costs: {} as ExpectedCosts,
      keyStore: { keyedHash: () => Promise.resolve(Buffer.alloc(32)) },
      clock: systemClock,
    },
  );
  const admission = new Admission([], caps, { sendRefused: () => {} }, monotonic, silent);
  const messages = messageLedgerOn(store);
  const ids = requestIdsOn(messages);
  const { resending } = sendingOn(messages, ids, { admission });
  await expect(
    resending.execute(MESSAGE_ID, 'An outage.', { actor: 'a' }, { idempotencyKey: undefined }),
  ).rejects.toThrow(AppendOutcomeUnknown);
  await eventually(async () => {
    const quota = await caps.dayOfAll(new Date())?.quota.look();
    return quota?.used.messages === 0;
  });
});
