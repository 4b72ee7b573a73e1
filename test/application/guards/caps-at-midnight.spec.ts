import { LRUCache } from 'lru-cache';
import { MemoryEventStore } from '../../../src/adapters/event-store/memory/memory-event-store.js';
import { systemTime } from '../../../src/adapters/system/system-time.js';
import { uuidIdentifiers } from '../../../src/adapters/system/uuid-identifiers.js';
import { ConcurrencyConflict } from '../../../src/application/errors.js';
import { Admission } from '../../../src/application/guards/admission.js';
import { ApplicableCaps } from '../../../src/application/guards/applicable-caps.js';
import type { ExpectedCosts } from '../../../src/application/guards/expected-cost.js';
import type { QuotaLedger } from '../../../src/application/guards/quota-ledger.js';
import { Quotas } from '../../../src/application/guards/quotas.js';
import { MessageLedger, type MessageAsOf } from '../../../src/application/message-ledger.js';
import { ResolveOutcome } from '../../../src/application/sending/resolve-outcome.js';
import { SendMessage } from '../../../src/application/sending/send-message.js';
import { messageStream } from '../../../src/application/streams.js';
import { noDayLimits } from '../../../src/domain/limits/day-limits.js';
import type { MessageEvent } from '../../../src/domain/message/message-events.js';
import { defaultRetryPolicy } from '../../../src/domain/message/retry-policy.js';
import {
  aRequest,
  lost,
  MESSAGE_ID,
  requested,
  started,
} from '../../support/facts/message-facts.js';
import { requestIdsOn } from '../../support/worlds/message-ledger.js';
import { silent } from '../../support/worlds/read-models.js';

const LAST_MOMENT = '2031-03-04T23:59:59.990Z';
const NEXT_DAY = '2031-03-05T00:00:00.010Z';
const nobody = { actor: undefined };

describe('a cap of a day, at its midnight', () => {
  it('counts a send for the day on which it is recorded, however long the admission takes', async () => {
    const world = new Midnight();
    world.whileGuarded = () => world.passMidnight();
    await world.send();
    expect(await world.recordedAt()).toBe(LAST_MOMENT);
    expect(await world.used()).toStrictEqual({ '2031-03-04': 1, '2031-03-05': 0 });
  });

  it('counts a scheduled send for the day on which it is due', async () => {
    const world = new Midnight();
    await world.send('2031-03-05T09:00:00.000Z');
    expect(await world.used()).toStrictEqual({ '2031-03-04': 0, '2031-03-05': 1 });
  });

  it('counts for the later day when a conflict has it recorded after midnight', async () => {
    const world = new Midnight();
    const history = [requested(), started(), lost()];
    await world.store.append(messageStream(MESSAGE_ID), history.map(asNewEvent), 'no-stream');
    world.store.conflictsOnce = () => world.passMidnight();
    await world.resend();
    expect(await world.recordedAt()).toBe(NEXT_DAY);
    expect(await world.used()).toStrictEqual({ '2031-03-04': 0, '2031-03-05': 1 });
  });
});

/** Real guards and ledgers on a clock that a test sets. */
class Midnight {
  readonly store = new ConflictingStore();
  whileGuarded: () => void = () => undefined;
  private now = LAST_MOMENT;
  private readonly clock = { now: () => new Date(this.now) };
  private readonly ports = {
    store: this.store,
    clock: this.clock,
    monotonic: systemTime.monotonic,
    identifiers: uuidIdentifiers,
  };
  private readonly caps = new ApplicableCaps(
    { ...noDayLimits, messagesPerDay: 5, messagesPerRecipientHour: null },
    {
      quotas: new Quotas(this.ports, new LRUCache<string, QuotaLedger>({ max: 10 })),
      // No cost is capped, so no price is asked for.
      costs: {} as ExpectedCosts,
      keyStore: { keyedHash: () => Promise.resolve(Buffer.alloc(32)) },
      clock: this.clock,
    },
  );
  private readonly admission = new Admission(
    [
      {
        refusal: () => {
          this.whileGuarded();
          return Promise.resolve(undefined);
        },
      },
    ],
    this.caps,
    { sendRefused: () => undefined },
    systemTime.monotonic,
    silent,
  );
  private readonly messages = new MessageLedger(
    this.store,
    { ...this.ports, random: () => 0 },
    defaultRetryPolicy,
    new LRUCache<string, MessageAsOf>({ max: 10 }),
  );

  passMidnight(): void {
    this.now = NEXT_DAY;
  }

  async send(sendAt: string | null = null): Promise<void> {
    const defaults = {
      from: null,
      confirmWithinSeconds: 1_800,
      country: null,
      retainPersonalDays: null,
    };
    const { messages, clock, admission } = this;
    const sending = new SendMessage(messages, requestIdsOn(messages), clock, defaults, admission);
    await sending.record(MESSAGE_ID, aRequest({ sendAt }), nobody);
  }

  async resend(): Promise<void> {
    const index = { messageIdOf: () => Promise.resolve(undefined) };
    const ids = requestIdsOn(this.messages);
    const resolving = new ResolveOutcome(this.messages, index, ids, this.admission);
    await resolving.execute(MESSAGE_ID, { outcome: 'resend', reason: 'asked' }, nobody, undefined);
  }

  /** The moment that the last event names. */
  async recordedAt(): Promise<string | undefined> {
    const { events } = await this.store.read(messageStream(MESSAGE_ID));
    return (events.at(-1)?.event as MessageEvent | undefined)?.data.occurredAt;
  }

  /** Reserved messages by day. */
  async used(): Promise<Record<string, number | undefined>> {
    const usedOn = async (at: string) =>
      (await this.caps.dayOfAll(new Date(at))?.quota.look())?.used.messages;
    return { '2031-03-04': await usedOn(LAST_MOMENT), '2031-03-05': await usedOn(NEXT_DAY) };
  }
}

class ConflictingStore extends MemoryEventStore {
  /** Refuses the next append to the message, and is called then. */
  conflictsOnce: (() => void) | undefined;

  override append(...[stream, ...rest]: Parameters<MemoryEventStore['append']>) {
    const { conflictsOnce } = this;
    if (conflictsOnce === undefined || stream !== messageStream(MESSAGE_ID)) {
      return super.append(stream, ...rest);
    }
    this.conflictsOnce = undefined;
    conflictsOnce();
    return Promise.reject(new ConcurrencyConflict(stream, 2n, 3n));
  }
}

const asNewEvent = (event: MessageEvent, index: number) => ({
  id: uuidIdentifiers.idOf('event', String(index)),
  event,
  metadata: {
    recordedAt: event.data.occurredAt,
    correlationId: MESSAGE_ID,
    causationId: MESSAGE_ID,
    source: 'api' as const,
  },
});
