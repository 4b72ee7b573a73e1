import { MemoryEventStore } from '../../../src/adapters/event-store/memory/memory-event-store.js';
import { PagedEventFeed } from '../../../src/adapters/event-store/paged-event-feed.js';
import { AgendaTable } from '../../../src/adapters/read-model/tables/agenda.js';
import { Catalog } from '../../../src/adapters/read-model/copies/catalog.js';
import { MessageIndexTable } from '../../../src/adapters/read-model/tables/message-index.js';
import { MemoryReadModelDatabase } from '../../../src/adapters/read-model/copies/sqlite/sqlite-read-model-database.js';
import { uuidIdentifiers } from '../../../src/adapters/system/uuid-identifiers.js';
import { StoreUnavailable } from '../../../src/application/errors.js';
import type { MessageLedger } from '../../../src/application/message-ledger.js';
import { monotonicClock } from '../../../src/adapters/system/monotonic-clock.js';
import type { Agenda, AgendaKind, DueBy } from '../../../src/application/ports/agenda.js';
import type { EventMetadata } from '../../../src/application/ports/event-store.js';
import { Timers } from '../../../src/application/background/timers.js';
import { messageStream } from '../../../src/application/streams.js';
import { AdoptReports } from '../../../src/application/tracking/adopt-reports.js';
import { decide } from '../../../src/domain/message/decide.js';
import type { MessageEvent } from '../../../src/domain/message/message-events.js';
import type { TrackedMessage } from '../../../src/domain/message/message.js';
import { HealthRegistry } from '../../../src/application/health/health-registry.js';
import type { Logger } from '../../../src/application/ports/logger.js';
import type { Health } from '../../../src/application/ports/health.js';
import { noHealth } from '../../support/doubles/no-health.js';
import { LogCapture } from '../../support/watching/log-capture.js';
import { eventually } from '../../support/watching/eventually.js';
import {
  lost,
  MESSAGE_ID,
  MESSAGE_UUID,
  report,
  reported,
  requested,
  retryScheduled,
  started,
  took,
} from '../../support/facts/message-facts.js';
import { circumstances, stateOf } from '../../support/facts/scenario.js';
import { messageLedgerOn } from '../../support/worlds/message-ledger.js';
import {
  newProjector,
  projected,
  runUntilStopped,
  silent,
} from '../../support/worlds/read-models.js';
import { recordEvents } from '../../support/facts/record-events.js';

/** By this time every call has overrun its time limit, and no confirmation window has closed. */
const LATER = new Date('2030-01-01T12:01:00.000Z');
const STARTED_AT = '2030-01-01T12:00:00.000Z';
const CALL_TIMEOUT_MS = 10_000;

let store: MemoryEventStore;
let catalog: Catalog;
let messages: MessageLedger;
const stopping: (() => Promise<void>)[] = [];

beforeEach(async () => {
  store = new MemoryEventStore();
  catalog = await Catalog.open(new MemoryReadModelDatabase());
  messages = messageLedgerOn(store);
});

afterEach(async () => {
  for (const stop of stopping.splice(0)) await stop();
  await store.close();
  await catalog.close();
});

it('calls every attempt unknown that has no outcome, also when that of an earlier one was known late', async () => {
  await recordEvents(
    store,
    MESSAGE_ID,
    requested(),
    started(1),
    reported('rejected', { code: '1100' }),
    retryScheduled(),
    started(2),
    lost(1),
  );
  await theTimersRun();
  await eventually(async () => {
    const outcomes = (await attempts()).map(({ outcome }) => outcome);
    expect(outcomes).toEqual(['unknown', 'unknown']);
    return true;
  });
});

it('lets a message expire that waits for a retry, for as long as sending is held', async () => {
  await recordEvents(
    store,
    MESSAGE_ID,
    requested({ expiresAt: '2020-01-01T12:00:00.000Z' }),
    started(),
    took(),
    reported('rejected', { code: '1000' }),
    retryScheduled(),
  );
  await theTimersRun();
  await eventually(async () => {
    const { message } = await messages.read(MESSAGE_ID);
    expect(message).toMatchObject({ status: 'expired' });
    return true;
  });
});

it('lets a message expire whose repeat was withdrawn and whose fallback waits, for as long as sending is held', async () => {
  const request = requested({
    expiresAt: '2020-01-01T13:00:00.000Z',
    onUnknown: 'resend',
    fallback: [
      {
        channel: 'whatsapp',
        when: 'unconfirmed',
        to: '447700900123',
        from: '447700900001',
        text: null,
      },
    ],
  });
  const { type, data } = started();
  const call = { type, data: { ...data, confirmBy: '2020-01-01T12:20:00.000Z' } };
  const now = '2020-01-01T12:30:00.000Z';
  const history: MessageEvent[] = [request, call, lost()];
  const closed = decide(
    { type: 'CloseConfirmationWindow' },
    stateOf(history),
    circumstances({ now }),
  );
  history.push(...closed);
  history.push(...decide(report('submitted'), stateOf(history), circumstances({ now })));
  expect(history.slice(3).map((event) => event.type)).toEqual([
    'RetryScheduled',
    'StatusReported',
    'RetryWithdrawn',
  ]);
  const end = decide({ type: 'CloseConfirmationWindow' }, stateOf(history), circumstances({ now }));
  expect(end.at(-1)?.type).toBe('FallbackStarted');
  history.push(...end);
  await recordEvents(store, MESSAGE_ID, ...history);
  await theTimersRun();
  await eventually(async () => {
    const { message } = await messages.read(MESSAGE_ID);
    expect(message).toMatchObject({ status: 'expired' });
    return true;
  });
});

it('closes the window of a message whose repeat was withdrawn, so that its fallback begins', async () => {
  const step = {
    channel: 'whatsapp',
    when: 'unconfirmed',
    to: '447700900123',
    from: '447700900001',
    text: null,
  } as const;
  const { type, data } = started();
  const history: MessageEvent[] = [
    requested({ onUnknown: 'resend', fallback: [step] }),
    { type, data: { ...data, confirmBy: '2020-01-01T12:20:00.000Z' } },
    lost(),
  ];
  const now = '2020-01-01T12:30:00.000Z';
  for (const command of [{ type: 'CloseConfirmationWindow' }, report('submitted')] as const) {
    history.push(...decide(command, stateOf(history), circumstances({ now })));
  }
  expect(history.at(-1)?.type).toBe('RetryWithdrawn');
  await recordEvents(store, MESSAGE_ID, ...history);
  await theTimersRun(new Date(now));
  await eventually(async () => {
    const { events } = await store.read(messageStream(MESSAGE_ID));
    return events.at(-1)?.event.type === 'FallbackStarted';
  });
  expect(await attempts()).toMatchObject([{ status: 'submitted' }]);
});

it('gives each channel the time of its own calls', async () => {
  const emailId = uuidIdentifiers.newId();
  const { type, data } = started();
  await recordEvents(store, emailId, requested(), { type, data: { ...data, channel: 'email' } });
  await recordEvents(store, MESSAGE_ID, requested(), started());
  const outcomeOf = async (id: string) => {
    const { message } = await messages.read(id);
    return message.kind === 'tracked' ? message.attempts[0]?.outcome : undefined;
  };
  await theTimersRun();
  await eventually(async () => (await outcomeOf(MESSAGE_ID)) === 'unknown');
  expect(await outcomeOf(emailId)).toBe('pending');
  runTimers(new Date('2030-01-01T12:03:20.000Z'), new AgendaTable(catalog));
  await eventually(async () => (await outcomeOf(emailId)) === 'unknown');
});

it('brings a stray report home, also when a later report has ended the message', async () => {
  await recordEvents(store, MESSAGE_UUID, reported('submitted', { attempt: null }));
  await recordEvents(store, MESSAGE_ID, requested(), started(), took(), reported('delivered'));
  await theTimersRun();
  await eventually(async () => {
    const { events } = await store.read(messageStream(MESSAGE_ID));
    // The report comes too late to change the status, so it is recorded as refused.
    expect(events.map(({ event }) => event.type)).toContain('StatusRefused');
    return true;
  });
});

it('keeps the entry of an open confirmation window that it was given too early', async () => {
  await recordEvents(store, MESSAGE_ID, requested(), started(), took());
  // The window is over by the agenda's clock, but not by the ledger's, as after a step of the clock.
  const later = new Date('2030-01-01T13:00:00.000Z');
  await theTimersRun(later);
  const agenda = new AgendaTable(catalog);
  const due = (kind: 'adopt' | 'confirm') => agenda.due(kind, { now: later.toISOString() }, 10);
  // Strays are adopted at the end of a round.
  await eventually(async () => (await due('adopt')).length === 0);
  expect(await due('confirm')).toMatchObject([{ messageId: MESSAGE_ID, kind: 'confirm' }]);
});

it('does more than a round takes while the agenda still shows what is done', async () => {
  const many = Array.from({ length: 1_200 }, () => uuidIdentifiers.newId());
  for (const messageId of many) await recordEvents(store, messageId, requested(), started());
  const entries = many
    .toSorted()
    .map((messageId) => ({ messageId, attempt: 1, dueAt: STARTED_AT }));
  // The projection has stopped: the agenda does not change any more.
  const stuck: Agenda = Object.assign(new AgendaTable(catalog), {
    due: async (kind: AgendaKind, _by: DueBy, entriesMax: number) =>
      kind === 'settle' ? entries.slice(0, entriesMax).map((entry) => ({ ...entry, kind })) : [],
  });
  runTimers(LATER, stuck);
  await eventually(async () => {
    const { message } = await messages.read(many.toSorted().at(-1) ?? '');
    return message.kind === 'tracked' && message.attempts[0]?.outcome === 'unknown';
  });
  for (const messageId of many) {
    const { events } = await store.read(messageStream(messageId));
    expect(events.map(({ event }) => event.type)).toEqual([
      'MessageRequested',
      'AttemptStarted',
      'AttemptOutcomeUnknown',
    ]);
  }
});

it('does what is due behind more messages that cannot be read than a round takes', async () => {
  const unreadable = Array.from({ length: 600 }, () => uuidIdentifiers.newId());
  for (const messageId of unreadable) {
    await recordEvents(store, messageId, requested(), started());
    // An event without its time of recording is damaged.
    const event = { type: 'MessageCancelled', data: { reason: 'x', occurredAt: 'x' } } as const;
    const damaged = { id: uuidIdentifiers.newId(), event, metadata: {} as EventMetadata };
    await store.append(messageStream(messageId), [damaged], 1n);
  }
  await recordEvents(store, MESSAGE_ID, requested(), started());
  await theTimersRun();
  await eventually(async () => (await attempts())[0]?.outcome === 'unknown');
  expect(await attempts()).toMatchObject([{ outcome: 'unknown' }]);
});

it('does the other timers while the stream of one entry cannot be read', async () => {
  const other = uuidIdentifiers.newId();
  const expiresAt = '2030-01-01T12:00:30.000Z';
  await recordEvents(store, other, requested({ ttlSeconds: 30, expiresAt }));
  await recordEvents(store, MESSAGE_ID, requested(), started(1));
  const read = store.read.bind(store);
  store.read = async (stream) => {
    if (stream === messageStream(other)) throw new StoreUnavailable('a page is damaged');
    return read(stream);
  };
  await theTimersRun();
  await eventually(async () => (await attempts())[0]?.outcome === 'unknown');
  expect(await attempts()).toMatchObject([{ outcome: 'unknown' }]);
});

it('says once, and since the first time, that they fail while one entry fails again and again', async () => {
  await recordEvents(store, MESSAGE_ID, requested(), started(1));
  await theAgendaIsMade();
  const readStream = store.read.bind(store);
  let readings = 0;
  store.read = async (stream) => {
    if (stream !== messageStream(MESSAGE_ID)) return readStream(stream);
    readings += 1;
    throw new StoreUnavailable('a page is damaged');
  };
  const log = new LogCapture();
  const clock = { now: () => new Date() };
  const health = new HealthRegistry(clock, monotonicClock, log.logger);
  runTimers(LATER, new AgendaTable(catalog), { health, logger: log.logger });
  await eventually(async () => readings >= 4);
  const told = log.lines.filter((line) => line.includes('"part":"sending"'));
  expect(told).toHaveLength(1);
  expect(told[0]).toContain('"state":"failing"');
  expect(log.lines.filter((line) => line.includes('A round'))).toHaveLength(1);
});

/** Runs the timers on an agenda that has caught up, as after a restart. */
async function theTimersRun(now = LATER): Promise<void> {
  await theAgendaIsMade();
  runTimers(now, new AgendaTable(catalog));
}

async function theAgendaIsMade(): Promise<void> {
  const feed = new PagedEventFeed(store);
  const projector = newProjector(feed, catalog);
  stopping.push(runUntilStopped(projector).stop);
  await projected(feed, catalog);
}

function runTimers(
  now: Date,
  agenda: Agenda,
  told: { readonly health: Health; readonly logger: Logger } = { health: noHealth, logger: silent },
): void {
  const timers = new Timers(
    {
      messages,
      agenda,
      repeats: { leftMs: async () => 0 },
      adoptReports: new AdoptReports(
        store,
        messages,
        new MessageIndexTable(catalog),
        uuidIdentifiers,
      ),
    },
    {
      clock: { now: () => now },
      monotonic: monotonicClock,
      ...told,
      callTimeoutMs: CALL_TIMEOUT_MS,
    },
  );
  stopping.push(runUntilStopped(timers).stop);
}

async function attempts(): Promise<TrackedMessage['attempts']> {
  const { message } = await messages.read(MESSAGE_ID);
  return message.kind === 'tracked' ? message.attempts : [];
}
