import { randomUUID } from 'node:crypto';
import * as fc from 'fast-check';
import { MemoryEventStore } from '../../src/adapters/event-store/memory/memory-event-store.js';
import { StoreUnavailable } from '../../src/application/errors.js';
import { bytesRemembered, type MessageLedger } from '../../src/application/message-ledger.js';
import type { EventStore } from '../../src/application/ports/event-store.js';
import { messageStream } from '../../src/application/streams.js';
import { evolve, unheardOf } from '../../src/domain/message/message.js';
import { reportStatuses, type Report } from '../../src/domain/report.js';
import { aReport, MESSAGE_UUID, requested } from '../support/facts/message-facts.js';
import { messageLedgerOn } from '../support/worlds/message-ledger.js';
import { NOON } from '../support/facts/scenario.js';

const strays: readonly Report[] = reportStatuses.map((status) => ({
  ...aReport(status, { attempt: null }),
  reportId: randomUUID(),
}));

const receive = (ledger: MessageLedger, report: Report) =>
  ledger.handleProbablyFirst(
    MESSAGE_UUID,
    { type: 'ReportStatus', report, occurredAt: NOON, receivedAt: NOON },
    { source: 'webhook', factId: report.reportId },
  );

async function recorded(store: EventStore) {
  const { events } = await store.read(messageStream(MESSAGE_UUID));
  return events.map(({ id, event }) => [id, event.type]);
}

describe('a message of which most likely nothing is recorded yet', () => {
  const step = fc.record({ report: fc.constantFrom(...strays), isForgotten: fc.boolean() });

  it('has the same events whether what was recorded is remembered or not', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 12 }), async (steps) => {
        const remembering = new MemoryEventStore();
        const forgetting = new MemoryEventStore();
        const steady = messageLedgerOn(remembering);
        let current = messageLedgerOn(forgetting);
        for (const { report, isForgotten } of steps) {
          if (isForgotten) current = messageLedgerOn(forgetting);
          await receive(steady, report);
          await receive(current, report);
        }
        expect(await recorded(forgetting)).toStrictEqual(await recorded(remembering));
      }),
    );
  });

  it('is read at most once, however wrong the assumption was', async () => {
    const store = new UnreadableStore();
    const [first, second, third] = strays as [Report, Report, Report];
    await receive(messageLedgerOn(store), first);

    const next = messageLedgerOn(store);
    await receive(next, second);
    store.isReadable = false;
    await receive(next, third);

    store.isReadable = true;
    expect((await recorded(store)).map(([id]) => id)).toStrictEqual(
      [first, second, third].map(({ reportId }) => reportId),
    );
  });
});

class UnreadableStore extends MemoryEventStore {
  isReadable = true;

  override async read(stream: string) {
    if (!this.isReadable) throw new StoreUnavailable('it cannot be read');
    return super.read(stream);
  }
}

describe('the memory that a remembered message takes', () => {
  it('grows with each of its texts, so that long ones push out more others', () => {
    const bytesOf = (text: string, stepText: string | null): number => {
      const step = {
        channel: 'viber',
        when: 'failure',
        from: '1',
        to: '2',
        text: stepText,
      } as const;
      const event = requested({ text, fallback: [step] });
      const message = evolve(unheardOf, event);
      return bytesRemembered({ message, revision: 0n, lastEventId: undefined });
    };
    const long = 'x'.repeat(4_000);
    expect(bytesOf(long, null)).toBeGreaterThanOrEqual(bytesOf('', null) + 2 * long.length);
    expect(bytesOf(long, long)).toBeGreaterThanOrEqual(bytesOf(long, null) + 2 * long.length);
  });
});
