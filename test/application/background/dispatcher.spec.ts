import { randomUUID } from 'node:crypto';
import { setImmediate } from 'node:timers/promises';
import { LocalPace } from '../../../src/adapters/coordination/one-instance/local-pace.js';
import { MemoryEventStore } from '../../../src/adapters/event-store/memory/memory-event-store.js';
import { monotonicClock } from '../../../src/adapters/system/monotonic-clock.js';
import { systemClock } from '../../../src/adapters/system/system-clock.js';
import { uuidIdentifiers } from '../../../src/adapters/system/uuid-identifiers.js';
import { AppendOutcomeUnknown, StoreUnavailable } from '../../../src/application/errors.js';
import type { MessageLedger } from '../../../src/application/message-ledger.js';
import { AwaitedRepeats } from '../../../src/application/health/awaited-repeats.js';
import { Outages } from '../../../src/application/health/outages.js';
import { RecordedOutages } from '../../../src/application/health/recorded-outages.js';
import {
  RETRIES,
  type Agenda,
  type AgendaEntry,
  type Backlog,
  type DueBy,
  type WaitingLine,
} from '../../../src/application/ports/agenda.js';
import type {
  AppendResult,
  EventMetadata,
  ExpectedRevision,
  NewEvent,
  StoredStream,
} from '../../../src/application/ports/event-store.js';
import type { Metrics } from '../../../src/application/ports/metrics.js';
import type { Clock, MonotonicClock } from '../../../src/application/ports/clock.js';
import type { Pace } from '../../../src/application/ports/pace.js';
import type { SmsGateway } from '../../../src/application/ports/sms-gateway.js';
import { SenderRates } from '../../../src/application/dispatching/sender-rates.js';
import { Dispatcher } from '../../../src/application/background/dispatcher.js';
import type { Brakes } from '../../../src/application/dispatching/brakes.js';
import type { ProbedProviderHold } from '../../../src/application/steering/steer-sending.js';
import { BackOff } from '../../../src/application/steering/back-off.js';
import { Probes } from '../../../src/application/steering/probes.js';
import { requireSound } from '../../../src/application/sending/compose-request.js';
import { SendMessage } from '../../../src/application/sending/send-message.js';
import { messageStream } from '../../../src/application/streams.js';
import { AdoptReports } from '../../../src/application/tracking/adopt-reports.js';
import { admitsAll } from '../../support/doubles/admits-all.js';
import type { MessageEvent, RetryScheduled } from '../../../src/domain/message/message-events.js';
import { unheardOf, type TrackedMessage } from '../../../src/domain/message/message.js';
import type { MessageCommand } from '../../../src/domain/message/message-commands.js';
import type { Priority } from '../../../src/domain/message/priority.js';
import { neverHeld } from '../../../src/domain/sending/sending.js';
import { noHealth } from '../../support/doubles/no-health.js';
import { eventually } from '../../support/watching/eventually.js';
import {
  line,
  lost,
  MESSAGE_ID,
  reported,
  requested,
  retryScheduled,
  started,
  took,
} from '../../support/facts/message-facts.js';
import { messageLedgerOn, requestIdsOn } from '../../support/worlds/message-ledger.js';
import { SettableTime } from '../../support/doubles/settable-time.js';
import { recordEvents } from '../../support/facts/record-events.js';
import { silent } from '../../support/worlds/read-models.js';

/** A ledger in which the first reads of one stream fail. */
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

const nothing: Backlog = { entries: 0, oldestDueAt: undefined };

class FixedAgenda implements Agenda {
  asked = 0;
  readonly forgotten: AgendaEntry[] = [];

  constructor(
    private readonly entries: readonly AgendaEntry[],
    private readonly lineOf: (entry: AgendaEntry) => WaitingLine = () => ({
      priority: 'normal',
      channel: 'sms',
      from: '447700900001',
      key: '',
    }),
  ) {}

  async due(): Promise<readonly AgendaEntry[]> {
    return [];
  }

  /** Called for each line that is read. */
  onRead: () => void = () => undefined;

  async lines(): Promise<readonly WaitingLine[]> {
    return [
      ...new Map(
        this.entries.map((entry) => [this.lineOf(entry).key, this.lineOf(entry)]),
      ).values(),
    ];
  }

  async dueInLine(
    { key }: WaitingLine,
    _by: DueBy,
    entriesMax: number,
  ): Promise<readonly AgendaEntry[]> {
    this.asked++;
    this.onRead();
    return this.entries.filter((entry) => this.lineOf(entry).key === key).slice(0, entriesMax);
  }

  async backlog(): Promise<Backlog> {
    return nothing;
  }

  async sendBacklog(): Promise<Readonly<Record<Priority, Backlog>>> {
    return { high: nothing, normal: nothing, bulk: nothing };
  }

  async forget(entries: readonly AgendaEntry[]): Promise<void> {
    this.forgotten.push(...entries);
  }
}

/** Sending that nothing ever holds. */
const flowing: Brakes['steering'] = {
  isHeldFor: () => false,
  probedHoldOf: () => undefined,
  senderHold: () => undefined,
  hold: async () => neverHeld,
  holdSender: async () => undefined,
  releaseByItself: async () => undefined,
  releaseSenderByItself: async () => undefined,
};

const nothingRepeated = { leftMs: async () => 0 };
const nobodyOptedOut = { check: async () => undefined, withdraw: async () => unheardOf };

const unheard: Metrics = { attemptEnded() {}, webhookAnswered() {}, apiKeyRefused() {} };

const dispatcherOn = (
  store: MemoryEventStore,
  messages: MessageLedger,
  agenda: Agenda,
  {
    gateway,
    metrics = unheard,
    backOff = new BackOff(systemClock, monotonicClock),
    clock = systemClock,
    monotonic = monotonicClock,
    pace = new LocalPace(monotonicClock, 1_000),
    steering = flowing,
    repeats = nothingRepeated,
  }: {
    gateway: SmsGateway;
    metrics?: Metrics;
    backOff?: BackOff;
    clock?: Clock;
    monotonic?: MonotonicClock;
    pace?: Pace;
    steering?: Brakes['steering'];
    repeats?: Pick<AwaitedRepeats, 'leftMs'>;
  },
): Dispatcher =>
  new Dispatcher(
    { messages, agenda, gateway, pace, withhold: nobodyOptedOut, repeats },
    {
      provider: 'vonage',
      backOff,
      steering,
      probes: new Probes(systemClock, monotonicClock, 120_000),
      senderRates: new SenderRates(monotonicClock, 1),
    },
    new AdoptReports(store, messages, { messageIdOf: async () => undefined }, uuidIdentifiers),
    {
      clock,
      monotonic,
      logger: silent,
      metrics,
      health: noHealth,
      callTimeoutMs: 10_000,
    },
  );

async function runToEnd(dispatcher: Dispatcher, signal: AbortSignal): Promise<void> {
  await dispatcher.run(signal);
  await dispatcher.callsEnded();
}

it('does not have an entry forgotten that it was given before its time', async () => {
  const store = new MemoryEventStore();
  const messages = messageLedgerOn(store);
  const sendAt = '2130-01-01T12:00:00.000Z';
  await recordEvents(store, MESSAGE_ID, requested({ sendAt }));
  const agenda = new FixedAgenda([
    { messageId: MESSAGE_ID, kind: 'send', attempt: 0, dueAt: sendAt },
  ]);
  const dispatcher = dispatcherOn(store, messages, agenda, {
    gateway: { send: async () => ({ kind: 'accepted', messageUuid: randomUUID() }) },
  });
  const stopping = new AbortController();
  const running = runToEnd(dispatcher, stopping.signal);
  await eventually(() => agenda.asked >= 2);
  stopping.abort();
  await running;
  expect(agenda.forgotten).toEqual([]);
  await store.close();
});

it('ends probing with any answer but 429', async () => {
  const store = new MemoryEventStore();
  const messages = messageLedgerOn(store);
  await recordEvents(store, MESSAGE_ID, requested({ sendAt: '2020-01-01T12:00:00.000Z' }));
  const agenda = new FixedAgenda([
    { messageId: MESSAGE_ID, kind: 'send', attempt: 0, dueAt: '2020-01-01T12:00:00.000Z' },
  ]);
  const time = new SettableTime();
  const backOff = new BackOff(systemClock, time.monotonic);
  backOff.begin(1_000);
  time.pass(1_000);
  const dispatcher = dispatcherOn(store, messages, agenda, {
    gateway: { send: async () => ({ kind: 'unknown', reason: 'no answer' }) },
    backOff,
  });
  const stopping = new AbortController();
  const running = runToEnd(dispatcher, stopping.signal);
  await eventually(() => !backOff.mustProbe);
  stopping.abort();
  await running;
  expect(backOff.mustProbe).toBe(false);
  await store.close();
});

it('sends the message of a probe whose hold is released while it waits for its turn', async () => {
  const store = new MemoryEventStore();
  const messages = messageLedgerOn(store);
  const dueAt = '2020-01-01T12:00:00.000Z';
  await recordEvents(store, MESSAGE_ID, requested({ sendAt: dueAt }));
  const agenda = new FixedAgenda([{ messageId: MESSAGE_ID, kind: 'send', attempt: 0, dueAt }]);
  let probedHold: ProbedProviderHold | undefined = {
    state: 'held',
    provider: 'vonage',
    since: dueAt,
    cause: 'configuration',
    reason: 'no credit',
    by: null,
  };
  const steering: Brakes['steering'] = {
    ...flowing,
    isHeldFor: () => probedHold !== undefined,
    probedHoldOf: () => probedHold,
  };
  const pace = new LocalPace(monotonicClock, 1_000);
  const turn = pace.turn.bind(pace);
  pace.turn = async (signal) => {
    await turn(signal);
    probedHold = undefined;
  };
  let isSent = false;
  const dispatcher = dispatcherOn(store, messages, agenda, {
    gateway: {
      async send() {
        isSent = true;
        return { kind: 'unknown', reason: 'no answer' };
      },
    },
    pace,
    steering,
  });
  const stopping = new AbortController();
  const running = runToEnd(dispatcher, stopping.signal);
  await eventually(() => isSent);
  stopping.abort();
  await running;
  expect(isSent).toBe(true);
  await store.close();
});

describe('while sending is held', () => {
  const dueAt = '2020-01-01T12:00:00.000Z';
  const hold = { since: dueAt, reason: 'refused', by: 'waybill' } as const;

  /** Runs the dispatcher on messages of which the first must not be sent, and returns the first call. */
  async function firstCall(
    refused: readonly MessageEvent[],
    steering: Partial<Brakes['steering']>,
  ): Promise<string | undefined> {
    const store = new MemoryEventStore();
    const messages = messageLedgerOn(store);
    const secondId = randomUUID();
    await recordEvents(store, MESSAGE_ID, requested({ sendAt: dueAt }), ...refused);
    await recordEvents(store, secondId, requested({ sendAt: dueAt }));
    const { message } = await messages.read(MESSAGE_ID);
    const firstDueAt = message.kind === 'tracked' ? message.next?.dueAt : undefined;
    const entryOf = (messageId: string, at: string): AgendaEntry => ({
      messageId,
      kind: 'send',
      attempt: 0,
      dueAt: at,
    });
    const entries = [entryOf(MESSAGE_ID, firstDueAt ?? dueAt), entryOf(secondId, dueAt)];
    const sent: string[] = [];
    const agenda: Agenda = Object.assign(new FixedAgenda(entries), {
      forget: async (gone: readonly AgendaEntry[]) => {
        for (const entry of gone) entries.splice(entries.indexOf(entry), 1);
      },
    });
    const dispatcher = dispatcherOn(store, messages, agenda, {
      gateway: {
        async send({ clientRef }) {
          sent.push(clientRef.replace(secondId, 'second'));
          return { kind: 'unknown', reason: 'no answer' };
        },
      },
      steering: { ...flowing, ...steering },
    });
    const stopping = new AbortController();
    const running = runToEnd(dispatcher, stopping.signal);
    await eventually(() => sent.length > 0);
    stopping.abort();
    await running;
    await store.close();
    return sent[0];
  }

  it('probes at once with another message where the first turns out to be withdrawn', async () => {
    const withdrawn = {
      type: 'MessageCancelled',
      data: { reason: 'x', occurredAt: dueAt },
    } as const;
    const held = { state: 'held', provider: 'vonage', cause: 'configuration', ...hold } as const;
    const first = await firstCall([withdrawn], {
      isHeldFor: () => true,
      probedHoldOf: () => held,
    });
    expect(first).toBe('second.1');
  });

  it('leaves the probe of a sender to a message that has attempts for it', async () => {
    const usedUp = { ...retryScheduled(901).data, dueAt } as const;
    const held = { channel: 'sms', from: '447700900001', ...hold } as const;
    const first = await firstCall(
      [started(900), { type: 'RetryScheduled', data: usedUp } as MessageEvent],
      { senderHold: () => held },
    );
    expect(first).toBe('second.1');
  });
});

it('sends what stands on the agenda behind more messages that cannot be read than a round takes', async () => {
  const store = new MemoryEventStore();
  const messages = messageLedgerOn(store);
  const dueAt = '2020-01-01T12:00:00.000Z';
  const unreadable = Array.from({ length: 300 }, () => randomUUID());
  for (const messageId of unreadable) {
    const event = requested({ sendAt: dueAt });
    // An event without its time of recording is damaged.
    const damaged = { id: randomUUID(), event, metadata: {} as EventMetadata };
    await store.append(messageStream(messageId), [damaged], 'no-stream');
  }
  await recordEvents(store, MESSAGE_ID, requested({ sendAt: dueAt }));
  const entries = [...unreadable, MESSAGE_ID].map((messageId): AgendaEntry => ({
    messageId,
    kind: 'send',
    attempt: 0,
    dueAt,
  }));
  const agenda = new FixedAgenda(entries);
  const sent: string[] = [];
  const dispatcher = dispatcherOn(store, messages, agenda, {
    gateway: {
      async send({ clientRef }) {
        sent.push(clientRef);
        return { kind: 'unknown', reason: 'no answer' };
      },
    },
  });
  const stopping = new AbortController();
  const running = runToEnd(dispatcher, stopping.signal);
  await eventually(() => sent.length > 0);
  expect(dispatcher.steppedOver).toBe(300);
  stopping.abort();
  await running;
  expect(sent).toHaveLength(1);
  expect(agenda.forgotten).toEqual([]);
  await store.close();
});

it('counts an attempt once, also when the ledger goes away behind its outcome', async () => {
  const messageUuid = randomUUID();
  const store = new StubbornStore(messageStream(messageUuid));
  const messages = messageLedgerOn(store);
  const sending = new SendMessage(
    messages,
    requestIdsOn(messages),
    systemClock,
    { from: '447700900001', confirmWithinSeconds: 1_800, country: null, retainPersonalDays: null },
    admitsAll,
  );
  const message = requireSound(sending.compose({ to: '447700900000', text: 'Hello' }));
  const { messageId, createdAt } = await sending.execute(message, { actor: undefined }, undefined);
  const entries: AgendaEntry[] = [{ messageId, kind: 'send', attempt: 0, dueAt: createdAt }];
  let counted = 0;
  const dispatcher = dispatcherOn(store, messages, new FixedAgenda(entries), {
    gateway: { send: async () => ({ kind: 'accepted', messageUuid }) },
    metrics: { attemptEnded: () => void counted++, webhookAnswered() {}, apiKeyRefused() {} },
  });
  const stopping = new AbortController();
  const running = runToEnd(dispatcher, stopping.signal);
  await eventually(() => store.failuresLeft < 0);
  stopping.abort();
  await running;
  expect(counted).toBe(1);
});

/** A ledger that does something before or after it takes events of one type. */
class WatchedStore extends MemoryEventStore {
  before: (type: string) => void = () => undefined;
  after: (type: string) => Promise<void> = async () => undefined;

  override async append(
    stream: string,
    events: readonly NewEvent[],
    expected: ExpectedRevision,
  ): Promise<AppendResult> {
    const type = events[0]?.event.type ?? '';
    this.before(type);
    const result = await super.append(stream, events, expected);
    await this.after(type);
    return result;
  }
}

it('records the answer to its call although the ledger is away when its turn ends', async () => {
  const store = new WatchedStore();
  const messages = messageLedgerOn(store);
  const dueAt = '2020-01-01T12:00:00.000Z';
  await recordEvents(store, MESSAGE_ID, requested({ sendAt: dueAt }));
  const turn = new AbortController();
  let failuresLeft = 3;
  store.before = (type) => {
    if (type !== 'AttemptAccepted' || failuresLeft-- <= 0) return;
    turn.abort();
    throw new StoreUnavailable('cut off');
  };
  const entry: AgendaEntry = { messageId: MESSAGE_ID, kind: 'send', attempt: 0, dueAt };
  const dispatcher = dispatcherOn(store, messages, new FixedAgenda([entry]), {
    gateway: { send: async () => ({ kind: 'accepted', messageUuid: randomUUID() }) },
  });
  await runToEnd(dispatcher, turn.signal);
  expect((await messages.read(MESSAGE_ID)).message).toMatchObject({ status: 'sent' });
  await store.close();
});

it('repeats an attempt for which it made no call, because the ledger did not say that it was recorded', async () => {
  const store = new WatchedStore();
  const messages = messageLedgerOn(store);
  const dueAt = new Date(Date.now() - 1_000).toISOString();
  await recordEvents(store, MESSAGE_ID, requested({ sendAt: dueAt }));
  let isHeld = false;
  store.after = async (type) => {
    if (type !== 'AttemptStarted') return;
    // Until the hold ends, the append is not repeated either.
    isHeld = true;
    throw new AppendOutcomeUnknown(messageStream(MESSAGE_ID), 'the answer was lost');
  };
  const entry: AgendaEntry = { messageId: MESSAGE_ID, kind: 'send', attempt: 0, dueAt };
  let calls = 0;
  const dispatcher = dispatcherOn(store, messages, new FixedAgenda([entry]), {
    gateway: {
      async send() {
        calls++;
        return { kind: 'unknown', reason: 'no answer' };
      },
    },
    steering: { ...flowing, isHeldFor: () => isHeld },
  });
  const stopping = new AbortController();
  const running = runToEnd(dispatcher, stopping.signal);
  await eventually(async () => {
    const { message } = await messages.read(MESSAGE_ID);
    expect(message).toMatchObject({ status: 'retrying', next: { number: 2 } });
    return true;
  });
  stopping.abort();
  await running;
  expect(calls).toBe(0);
  await store.close();
});

describe('a process that stands still between the start of an attempt and its call', () => {
  const dueAt = new Date(Date.now() - 1_000).toISOString();

  /** Lets the process stand still for half a minute, during which others do something with the message. */
  async function sleepThrough(clock: (aheadMs: () => number) => Clock, others: MessageCommand[]) {
    const store = new WatchedStore();
    const messages = messageLedgerOn(store);
    await recordEvents(store, MESSAGE_ID, requested({ sendAt: dueAt }));
    const otherInstance = messageLedgerOn(store);
    let aheadMs = 0;
    let isRecorded = false;
    store.after = async (type) => {
      isRecorded ||= type === 'AttemptRefused';
      if (type !== 'AttemptStarted' || aheadMs > 0) return;
      aheadMs = 30_000;
      for (const command of others) {
        await otherInstance.handle(MESSAGE_ID, command, { source: 'api' });
      }
    };
    const entry: AgendaEntry = { messageId: MESSAGE_ID, kind: 'send', attempt: 0, dueAt };
    const sent: string[] = [];
    const dispatcher = dispatcherOn(store, messages, new FixedAgenda([entry]), {
      clock: clock(() => aheadMs),
      gateway: {
        async send({ clientRef }) {
          sent.push(clientRef);
          return { kind: 'unknown', reason: 'no answer' };
        },
      },
    });
    const stopping = new AbortController();
    const running = runToEnd(dispatcher, stopping.signal);
    await eventually(() => isRecorded || sent.length > 0);
    stopping.abort();
    await running;
    const { message } = await messages.read(MESSAGE_ID);
    await store.close();
    return { sent, message };
  }

  const slow = (aheadMs: () => number): Clock => ({
    now: () => new Date(Date.now() + aheadMs()),
  });
  /** Time on a machine that slept has not elapsed for the process. */
  const asleep = (aheadMs: () => number): Clock => ({
    now: () => new Date(),
    doubtedNow: () => (aheadMs() === 0 ? undefined : slow(aheadMs).now()),
  });

  /** The clock was set while all went well. */
  const set = (): Clock => ({
    now: () => new Date(),
    doubtedNow: () => new Date(Date.now() + 1e9),
  });

  it('makes the call where only the clock was set before', async () => {
    expect((await sleepThrough(set, [])).sent).toHaveLength(1);
  });

  it.each([
    ['was busy', slow],
    ['was asleep', asleep],
  ])('does not make the call, and tries again, when it %s', async (_, clock) => {
    const { sent, message } = await sleepThrough(clock, []);
    expect(sent).toEqual([]);
    expect(message).toMatchObject({ status: 'retrying', next: { number: 2 } });
    const { next, statusSince } = message as TrackedMessage;
    // It counts as none, so there is nothing to wait for.
    expect(next?.dueAt).toBe(statusSince);
  });

  it('leaves it at what a person has decided meanwhile', async () => {
    const unknown = { kind: 'unknown', reason: 'its process is gone' } as const;
    const resolution = {
      outcome: 'abandon',
      reason: 'too old',
      by: null,
      requestId: null,
    } as const;
    const { sent, message } = await sleepThrough(slow, [
      { type: 'RecordOutcome', attempt: 1, outcome: unknown },
      { type: 'ResolveOutcome', resolution },
    ]);
    expect(sent).toEqual([]);
    expect(message).toMatchObject({ status: 'failed', next: null });
  });
});

const CALLS_PER_SECOND = 30;
/** Longer than all of the calls of a test take. */
const PASSED_MS_MAX = 60_000;

interface PacedDispatch {
  readonly store: MemoryEventStore;
  readonly messages: MessageLedger;
  readonly agenda: FixedAgenda;
  readonly time: SettableTime;
  readonly repeats?: Pick<AwaitedRepeats, 'leftMs'>;
}

/** Lets time pass in small steps until the condition is true. All work of a step is done before the next. */
async function passUntil(time: SettableTime, condition: () => boolean): Promise<void> {
  const endMs = time.monotonic.elapsedMs() + PASSED_MS_MAX;
  while (!condition()) {
    if (time.monotonic.elapsedMs() > endMs) throw new Error('The condition did not come true.');
    await setImmediate();
    if (time.waiting > 0) time.pass(Math.min(5, time.msUntilNext()));
  }
}

/** Runs a dispatcher until it has made so many calls, each of which changes the agenda. */
async function callAtPace(
  { store, messages, agenda, time, repeats = nothingRepeated }: PacedDispatch,
  calls: number,
): Promise<{ readonly tookMs: number; readonly steppedOver: number }> {
  let sent = 0;
  const dispatcher = dispatcherOn(store, messages, agenda, {
    monotonic: time.monotonic,
    pace: new LocalPace(time.monotonic, CALLS_PER_SECOND),
    repeats,
    gateway: {
      async send() {
        sent++;
        dispatcher.wake();
        return { kind: 'unknown', reason: 'no answer' };
      },
    },
  });
  const stopping = new AbortController();
  const running = runToEnd(dispatcher, stopping.signal);
  const beganMs = time.monotonic.elapsedMs();
  await passUntil(time, () => sent >= calls);
  const tookMs = time.monotonic.elapsedMs() - beganMs;
  const { steppedOver } = dispatcher;
  stopping.abort();
  await running;
  return { tookMs, steppedOver };
}

it('keeps its pace behind a message whose stream can never be read', async () => {
  const store = new StubbornStore(messageStream(MESSAGE_ID));
  store.failuresLeft = Infinity;
  const messages = messageLedgerOn(store);
  const dueAt = '2020-01-01T12:00:00.000Z';
  const others = Array.from({ length: 60 }, () => randomUUID());
  for (const messageId of others)
    await recordEvents(store, messageId, requested({ sendAt: dueAt }));
  const entries = [MESSAGE_ID, ...others].map((messageId): AgendaEntry => ({
    messageId,
    kind: 'send',
    attempt: 0,
    dueAt,
  }));
  const agenda = new FixedAgenda(entries);
  const { tookMs, steppedOver } = await callAtPace(
    { store, messages, agenda, time: new SettableTime() },
    others.length,
  );
  // Two seconds at that pace, and a second after each try of the other.
  expect(tookMs).toBeLessThan(10_000);
  expect(steppedOver).toBe(1);
  await store.close();
});

it('gives no turn to second texts that wait for repeated reports, and goes past them', async () => {
  const store = new MemoryEventStore();
  const messages = messageLedgerOn(store);
  const dueAt = '2020-01-01T12:00:00.000Z';
  const again = retryScheduled() as RetryScheduled;
  const due: RetryScheduled = { ...again, data: { ...again.data, dueAt } };
  const inDoubt: MessageEvent[] = [requested(), started(), lost(), due];
  const failed: MessageEvent[] = [requested(), started(), took(), reported('rejected'), due];
  const fresh: MessageEvent[] = [requested({ sendAt: dueAt })];
  const histories = [
    ...Array.from({ length: 250 }, () => inDoubt),
    failed,
    ...Array.from({ length: 60 }, () => fresh),
  ];
  const keys = new Map<string, string>();
  for (const history of histories) {
    const messageId = randomUUID();
    await recordEvents(store, messageId, ...history);
    keys.set(messageId, history === fresh ? 'shop' : RETRIES);
  }
  const agenda = new FixedAgenda(
    [...keys.keys()].map((messageId) => ({ messageId, kind: 'send', attempt: 0, dueAt })),
    ({ messageId }) => ({ ...line, key: keys.get(messageId) ?? '' }),
  );
  const time = new SettableTime();
  const outages = new Outages(time.monotonic);
  // A start on a ledger without a known end.
  outages.silent(undefined);
  const clock = { now: () => new Date(time.wallMs()) };
  const clocks = { clock, monotonic: time.monotonic };
  const recorded = new RecordedOutages(store, { ...clocks, logger: silent });
  const repeats = new AwaitedRepeats(recorded, outages, clocks);
  const paced = { store, messages, agenda, time, repeats };
  const { tookMs, steppedOver } = await callAtPace(paced, 61);
  expect(tookMs).toBeLessThan((1.5 * 1_000 * 61) / CALLS_PER_SECOND);
  expect(steppedOver).toBe(250);
  await store.close();
});

it('keeps its pace where messages wait in hundreds of lines, each of which takes a while to read', async () => {
  const store = new MemoryEventStore();
  const messages = messageLedgerOn(store);
  const dueAt = '2020-01-01T12:00:00.000Z';
  const entries: AgendaEntry[] = [];
  for (let index = 0; index < 300; index++) {
    const messageId = randomUUID();
    await recordEvents(store, messageId, requested({ sendAt: dueAt }));
    entries.push({ messageId, kind: 'send', attempt: 0, dueAt });
  }
  const time = new SettableTime();
  // One line for each message.
  const agenda = new FixedAgenda(entries, ({ messageId }) => ({
    priority: 'normal',
    channel: 'sms',
    from: '447700900001',
    key: messageId,
  }));
  agenda.onRead = () => time.pass(0.5);
  const { tookMs } = await callAtPace({ store, messages, agenda, time }, 150);
  expect(tookMs).toBeLessThan((1.5 * 1_000 * 150) / CALLS_PER_SECOND);
  await store.close();
});

describe('a message of high priority', () => {
  const bulkCount = 2_000;
  const dueAt = '2020-01-01T12:00:00.000Z';

  /** Runs 2,000 bulk messages at 30 calls a second, then adds one of high priority. */
  async function behindBulk(send: SmsGateway['send'], bulkFirst: number) {
    const store = new MemoryEventStore();
    const messages = messageLedgerOn(store);
    const ids = Array.from({ length: bulkCount }, () => randomUUID());
    for (const id of ids) await recordEvents(store, id, requested({ sendAt: dueAt }));
    const entryOf = (messageId: string): AgendaEntry => ({
      messageId,
      kind: 'send',
      attempt: 0,
      dueAt,
    });
    const entries = ids.map(entryOf);
    const agenda = new FixedAgenda(entries, ({ messageId }) => {
      const lane = messageId === MESSAGE_ID ? 'high' : 'bulk';
      return { priority: lane, channel: 'sms', from: '447700900001', key: lane };
    });
    const time = new SettableTime();
    const sent: string[] = [];
    const dispatcher = dispatcherOn(store, messages, agenda, {
      monotonic: time.monotonic,
      pace: new LocalPace(time.monotonic, 30),
      gateway: {
        send(request) {
          sent.push(request.clientRef);
          return send(request);
        },
      },
    });
    const stopping = new AbortController();
    const running = runToEnd(dispatcher, stopping.signal);
    const untilSent = (isEnough: () => boolean) => passUntil(time, isEnough);
    await untilSent(() => sent.length >= bulkFirst);
    await recordEvents(store, MESSAGE_ID, requested({ sendAt: dueAt }));
    entries.push(entryOf(MESSAGE_ID));
    const addedAtMs = time.monotonic.elapsedMs();
    dispatcher.wake();
    const ref = `${MESSAGE_ID}.1`;
    return {
      sent,
      untilSent,
      async untilHigh() {
        await untilSent(() => sent.includes(ref));
        return time.monotonic.elapsedMs() - addedAtMs;
      },
      async stop() {
        stopping.abort();
        await running;
        await store.close();
      },
    };
  }

  it('is handed over within a second behind 2,000 bulk messages', async () => {
    const world = await behindBulk(async () => ({ kind: 'unknown', reason: 'no answer' }), 60);
    expect(await world.untilHigh()).toBeLessThan(1_000);
    await world.stop();
  });

  it('is handed over while calls of others use up their room', async () => {
    const { promise, resolve } = Promise.withResolvers<void>();
    const slow: SmsGateway['send'] = async () => {
      await promise;
      return { kind: 'unknown', reason: 'no answer' };
    };
    const world = await behindBulk(slow, 120);
    await world.untilHigh();
    expect(world.sent).toHaveLength(121);
    resolve();
    await world.stop();
  });
});
