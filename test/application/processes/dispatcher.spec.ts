import { randomUUID } from 'node:crypto';
import { expect, it } from '@jest/globals';
import { LocalPace } from '../../../src/adapters/coordination/one-instance/local-pace.js';
import { MemoryEventStore } from '../../../src/adapters/event-store/memory/memory-event-store.js';
import { monotonicClock } from '../../../src/adapters/system/monotonic-clock.js';
import { systemClock } from '../../../src/adapters/system/system-clock.js';
import { uuidIdentifiers } from '../../../src/adapters/system/uuid-identifiers.js';
import { StoreUnavailable } from '../../../src/application/errors.js';
import type { Agenda, AgendaEntry } from '../../../src/application/ports/agenda.js';
import type { StoredStream } from '../../../src/application/ports/event-store.js';
import { Dispatcher } from '../../../src/application/processes/dispatcher.js';
import { BackOff } from '../../../src/application/sending/back-off.js';
import { SendMessage } from '../../../src/application/sending/send-message.js';
import { messageStream } from '../../../src/application/streams.js';
import { AdoptReports } from '../../../src/application/tracking/adopt-reports.js';
import { noHealth } from '../../support/no-health.js';
import { eventually } from '../../support/eventually.js';
import { messageLedgerOn } from '../../support/message-ledger.js';
import { silent } from '../../support/read-models.js';

/** A ledger of which one stream cannot be read the first times. */
class StubbornStore extends MemoryEventStore {
  failuresLeft = 2;

  constructor(private readonly stubborn: string) {
    super();
  }

  override async read(stream: string): Promise<StoredStream> {
    if (stream === this.stubborn && this.failuresLeft-- > 0) throw new StoreUnavailable('away');
    return super.read(stream);
  }
}

it('counts an attempt once, also when the ledger goes away behind its outcome', async () => {
  const messageUuid = randomUUID();
  const store = new StubbornStore(messageStream(messageUuid));
  const messages = messageLedgerOn(store);
  const sending = new SendMessage(messages, uuidIdentifiers, systemClock, {
    from: '447700900001',
    confirmWithinSeconds: 1_800,
    country: null,
  });
  const draft = { to: '447700900000', text: 'Hello' };
  const { messageId, createdAt } = await sending.execute(draft, { actor: undefined }, undefined);
  const entries: AgendaEntry[] = [{ messageId, kind: 'send', attempt: 0, dueAt: createdAt }];
  const agenda: Agenda = {
    due: async () => entries,
    backlog: async () => ({ entries: entries.length, oldestDueAt: createdAt }),
    forget: async () => {},
  };
  let counted = 0;
  const dispatcher = new Dispatcher(
    {
      messages,
      agenda,
      gateway: { send: async () => ({ kind: 'accepted', messageUuid }) },
      pace: new LocalPace(monotonicClock, 1_000),
    },
    new BackOff(systemClock, monotonicClock),
    { isHeld: false, checkFlowing: () => undefined },
    new AdoptReports(store, messages, { messageIdOf: async () => undefined }, uuidIdentifiers),
    {
      clock: systemClock,
      logger: silent,
      metrics: { attemptEnded: () => void counted++, webhookAnswered() {}, apiKeyRefused() {} },
      health: noHealth,
    },
  );
  const stopping = new AbortController();
  const running = dispatcher.run(stopping.signal);
  await eventually(() => store.failuresLeft < 0);
  stopping.abort();
  await running;
  expect(counted).toBe(1);
});
