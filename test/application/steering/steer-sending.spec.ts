import { randomUUID } from 'node:crypto';
import { LocalPace } from '../../../src/adapters/coordination/one-instance/local-pace.js';
import { MemoryEventStore } from '../../../src/adapters/event-store/memory/memory-event-store.js';
import { PagedEventFeed } from '../../../src/adapters/event-store/paged-event-feed.js';
import { monotonicClock } from '../../../src/adapters/system/monotonic-clock.js';
import { systemClock } from '../../../src/adapters/system/system-clock.js';
import { uuidIdentifiers } from '../../../src/adapters/system/uuid-identifiers.js';
import { StoreUnavailable } from '../../../src/application/errors.js';
import { HealthRegistry } from '../../../src/application/health/health-registry.js';
import type { Agenda, AgendaEntry } from '../../../src/application/ports/agenda.js';
import type {
  AppendResult,
  EventMetadata,
  NewEvent,
  StoredStream,
} from '../../../src/application/ports/event-store.js';
import type { Health } from '../../../src/application/ports/health.js';
import type { Logger } from '../../../src/application/ports/logger.js';
import { SenderRates } from '../../../src/application/dispatching/sender-rates.js';
import { Dispatcher } from '../../../src/application/background/dispatcher.js';
import { BackOff } from '../../../src/application/steering/back-off.js';
import { Probes } from '../../../src/application/steering/probes.js';
import { DoubtWaiting } from '../../../src/application/sending/doubt-waiting.js';
import { requireSound } from '../../../src/application/sending/compose-request.js';
import { SendMessage } from '../../../src/application/sending/send-message.js';
import { SteerSending } from '../../../src/application/steering/steer-sending.js';
import { messageStream, SENDING_STREAM } from '../../../src/application/streams.js';
import { AdoptReports } from '../../../src/application/tracking/adopt-reports.js';
import type { DomainEvent } from '../../../src/domain/events.js';
import { unheardOf } from '../../../src/domain/message/message.js';
import { admitsAll } from '../../support/doubles/admits-all.js';
import { eventually } from '../../support/watching/eventually.js';
import { aRequest, MESSAGE_ID, started } from '../../support/facts/message-facts.js';
import { messageLedgerOn, requestIdsOn } from '../../support/worlds/message-ledger.js';
import { noHealth } from '../../support/doubles/no-health.js';
import { runUntilStopped, silent } from '../../support/worlds/read-models.js';

/** Can be unavailable from a given append on, and can delay reads of a stream. */
class TroubledStore extends MemoryEventStore {
  appendsLeft = Infinity;
  private gate: { readonly stream: string; readonly opened: Promise<void> } | undefined;
  readsAtGate = 0;

  override async append(...args: Parameters<MemoryEventStore['append']>): Promise<AppendResult> {
    if (this.appendsLeft-- <= 0) throw new StoreUnavailable('the process is being killed');
    return super.append(...args);
  }

  override async read(stream: string): Promise<StoredStream> {
    if (this.gate?.stream === stream) {
      this.readsAtGate++;
      await this.gate.opened;
    }
    return super.read(stream);
  }

  /** @returns a function that lets the reads continue */
  closeGate(stream: string): () => void {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.gate = { stream, opened: promise };
    return resolve;
  }
}

/** Steering in the state of a process that has just started. */
const steeringOn = (
  store: MemoryEventStore,
  health: Health = noHealth,
  logger: Logger = silent,
): SteerSending => {
  const doubt = new DoubtWaiting(store, new PagedEventFeed(store), messageLedgerOn(store), silent);
  return new SteerSending(store, doubt, {
    clock: systemClock,
    monotonic: monotonicClock,
    identifiers: uuidIdentifiers,
    logger,
    health,
  });
};

const send = async (store: MemoryEventStore): Promise<string> => {
  const defaults = {
    from: '447700900001',
    confirmWithinSeconds: 1_800,
    country: null,
    retainPersonalDays: null,
  };
  const messages = messageLedgerOn(store);
  const sending = new SendMessage(
    messages,
    requestIdsOn(messages),
    systemClock,
    defaults,
    admitsAll,
  );
  const message = requireSound(sending.compose({ to: '447700900000', text: 'Hello' }));
  return (await sending.execute(message, { actor: undefined }, undefined)).messageId;
};

const typesOf = async (store: MemoryEventStore, id: string): Promise<readonly string[]> => {
  const { events } = await store.read(messageStream(id));
  return events.map(({ event }) => event.type);
};

function dispatcherOn(
  store: MemoryEventStore,
  steering: SteerSending,
  ids: readonly string[],
): { readonly calls: string[]; readonly dispatcher: Dispatcher } {
  const calls: string[] = [];
  const dueAt = new Date().toISOString();
  const entries: AgendaEntry[] = ids.map((messageId) => ({
    messageId,
    kind: 'send',
    attempt: 0,
    dueAt,
  }));
  const agenda: Agenda = {
    due: async () => [],
    lines: async () => [{ priority: 'normal', channel: 'sms', from: '447700900001', key: '' }],
    dueInLine: async () => entries,
    backlog: async () => ({ entries: 0, oldestDueAt: undefined }),
    sendBacklog: async () => {
      const none = { entries: 0, oldestDueAt: undefined };
      return { high: none, normal: { entries: entries.length, oldestDueAt: dueAt }, bulk: none };
    },
    forget: async () => {},
  };
  const messages = messageLedgerOn(store);
  const dispatcher = new Dispatcher(
    {
      messages,
      agenda,
      repeats: { leftMs: async () => 0 },
      withhold: { check: async () => undefined, withdraw: async () => unheardOf },
      gateway: {
        async send({ clientRef }) {
          calls.push(clientRef);
          return { kind: 'accepted', messageUuid: randomUUID() };
        },
      },
      pace: new LocalPace(monotonicClock, 1_000),
    },
    {
      backOff: new BackOff(systemClock, monotonicClock),
      provider: 'vonage',
      steering,
      probes: new Probes(systemClock, monotonicClock, 120_000),
      senderRates: new SenderRates(monotonicClock, 1),
    },
    new AdoptReports(store, messages, { messageIdOf: async () => undefined }, uuidIdentifiers),
    {
      clock: systemClock,
      monotonic: monotonicClock,
      logger: silent,
      metrics: { attemptEnded() {}, webhookAnswered() {}, apiKeyRefused() {} },
      health: noHealth,
      callTimeoutMs: 10_000,
    },
  );
  return { calls, dispatcher };
}

const running: { readonly stop: () => Promise<void> }[] = [];
const runUntilTheEnd: typeof runUntilStopped = (process) => {
  const begun = runUntilStopped(process);
  running.push(begun);
  return begun;
};

/** A failed test must not leave a loop behind, or the run would never end. */
afterEach(async () => {
  await Promise.all(running.splice(0).map(({ stop }) => stop()));
});

const restored = { cause: 'restored-copy', reason: 'Restored.', by: null, source: 'cli' } as const;
const byOperator = { cause: 'operator', reason: 'Stop.', by: null, source: 'api' } as const;

it('honours a hold and a release of another instance', async () => {
  const store = new MemoryEventStore();
  const [one, other] = [steeringOn(store), steeringOn(store)];
  expect(other.isHeldFor('vonage')).toBe(true);
  const following = runUntilTheEnd({ run: (signal) => other.follow(signal) });
  await eventually(() => !other.isHeldFor('vonage'));
  await one.hold(byOperator);
  await eventually(() => other.isHeldFor('vonage'));
  await one.release({ reason: 'On.', waiting: null, by: null });
  await eventually(() => !other.isHeldFor('vonage'));
  await following.stop();
});

it('logs each reason for which sending is held, and why it was released', async () => {
  const said: unknown[] = [];
  const say = (facts: object): void => void said.push((facts as { cause?: string }).cause ?? null);
  const logger = { info: say, warn: say, error: say };
  const store = new MemoryEventStore();
  const steering = steeringOn(store, noHealth, logger);
  await steering.hold(byOperator);
  await steering.hold(byOperator);
  // The copy was made during that hold.
  await steering.hold(restored);
  await steering.look();
  await steering.release({ reason: 'Looked at.', waiting: 'send', by: null });
  expect(said).toEqual(['operator', 'restored-copy', null]);
});

it('lets no attempt begin that was about to when the hold was asked for', async () => {
  const store = new TroubledStore();
  const id = await send(store);
  const steering = steeringOn(store);
  await steering.look();
  const { calls, dispatcher } = dispatcherOn(store, steering, [id]);
  const open = store.closeGate(messageStream(id));
  const dispatching = runUntilTheEnd(dispatcher);
  await eventually(() => store.readsAtGate > 0);
  await steering.hold(byOperator);
  open();
  await dispatching.stop();
  expect(await typesOf(store, id)).toEqual(['MessageRequested']);
  expect(calls).toEqual([]);
});

it('stays held where a release is cut off, and finishes when it is given again', async () => {
  const store = new TroubledStore();
  const ids = await Promise.all(Array.from({ length: 5 }, () => send(store)));
  const steering = steeringOn(store);
  await steering.hold(restored);
  const decision = { reason: 'Looked at.', waiting: 'unknown', by: null } as const;
  store.appendsLeft = 3;
  await expect(steering.release(decision)).rejects.toThrow(StoreUnavailable);
  store.appendsLeft = Infinity;

  const next = steeringOn(store);
  expect(await next.look()).toMatchObject({ state: 'held', cause: 'restored-copy' });
  const doubted = await Promise.all(ids.map((id) => typesOf(store, id)));
  const { length } = doubted.filter((types) => types.length > 1);
  expect(length).toBeGreaterThan(0);
  expect(length).toBeLessThan(ids.length);
  const { calls, dispatcher } = dispatcherOn(store, next, ids);
  const dispatching = runUntilTheEnd(dispatcher);
  await next.release(decision);
  const later = await send(store);
  await dispatching.stop();
  // The dispatcher has examined each of them once more since the release.
  const again = dispatcherOn(store, next, [...ids, later]);
  const dispatchingAgain = runUntilTheEnd(again.dispatcher);
  await eventually(() => again.calls.length > 0);
  await dispatchingAgain.stop();
  expect(calls).toEqual([]);
  expect(again.calls).toHaveLength(1);
  for (const id of ids) {
    const events = await typesOf(store, id);
    expect(events.filter((type) => type === 'AttemptStarted')).toHaveLength(1);
  }
});

it('holds a copy again that was made while an earlier copy was held', async () => {
  const store = new MemoryEventStore();
  const steering = steeringOn(store);
  await steering.hold(restored);
  const accepted = await send(store);
  // After the message was sent, the ledger is restored to this state.
  await steering.hold(restored);
  await steering.release({ reason: 'Looked at.', waiting: 'unknown', by: null });
  const { message } = await messageLedgerOn(store).read(accepted);
  expect(message).toMatchObject({ status: 'unknown' });
});

/** Removes the time of recording, without which an event is damaged. */
const damaged = (event: DomainEvent): NewEvent => ({
  id: randomUUID(),
  event,
  metadata: {} as EventMetadata,
});

const heldByOperator: DomainEvent = {
  type: 'SendingHeld',
  data: { cause: 'operator', reason: 'Stop.', by: null, occurredAt: new Date().toISOString() },
};

it('holds like a restored copy where an event is damaged, until a release decides', async () => {
  const store = new MemoryEventStore();
  const id = await send(store);
  await store.append(SENDING_STREAM, [damaged(heldByOperator)], 'no-stream');
  const steering = steeringOn(store);
  expect(await steering.look()).toMatchObject({
    state: 'held',
    cause: 'damaged-ledger',
    reason: expect.stringContaining('event 0 of sending-main is damaged'),
  });
  const decision = { reason: 'Looked at.', by: null };
  await expect(steering.release({ ...decision, waiting: null })).rejects.toMatchObject({
    code: 'waiting-undecided',
  });
  await steering.release({ ...decision, waiting: 'unknown' });
  expect(steering.isHeldFor('vonage')).toBe(false);
  expect((await messageLedgerOn(store).read(id)).message).toMatchObject({ status: 'unknown' });
  expect(await steering.hold(byOperator)).toMatchObject({ state: 'held', cause: 'operator' });
  expect(await steering.release({ ...decision, waiting: null })).toMatchObject({
    state: 'flowing',
  });
});

it('records the waiting messages as of unknown outcome that can be read', async () => {
  const store = new MemoryEventStore();
  const [unreadable, whole] = [await send(store), await send(store)];
  const cancelled: DomainEvent = {
    type: 'MessageCancelled',
    data: { reason: 'x', occurredAt: new Date().toISOString() },
  };
  await store.append(messageStream(unreadable), [damaged(cancelled)], 0n);
  const steering = steeringOn(store);
  await steering.hold(restored);
  await steering.release({ reason: 'Looked at.', waiting: 'unknown', by: null });
  expect(steering.isHeldFor('vonage')).toBe(false);
  expect((await messageLedgerOn(store).read(whole)).message).toMatchObject({ status: 'unknown' });
});

it('sends no fallback of a window that closed before the copy was restored', async () => {
  const store = new MemoryEventStore();
  const past = '2026-01-01T12:00:00.000Z';
  const fallback = [
    {
      channel: 'whatsapp',
      when: 'unconfirmed',
      from: '447700900002',
      to: '447700900000',
      text: null,
    },
  ] as const;
  const history: DomainEvent[] = [
    { type: 'MessageRequested', data: { ...aRequest({ fallback }), occurredAt: past } },
    {
      type: 'AttemptStarted',
      data: { ...started().data, confirmBy: '2026-01-01T12:30:00.000Z', occurredAt: past },
    },
    {
      type: 'AttemptAccepted',
      data: { attempt: 1, messageUuid: randomUUID(), occurredAt: past },
    },
  ];
  const metadata = {
    recordedAt: past,
    correlationId: '1',
    causationId: '1',
    source: 'api',
  } as const;
  const events = history.map((event) => ({ id: randomUUID(), event, metadata }));
  await store.append(messageStream(MESSAGE_ID), events, 'no-stream');
  const steering = steeringOn(store);
  await steering.hold(restored);
  await steering.release({ reason: 'Looked at.', waiting: 'unknown', by: null });
  const { message } = await messageLedgerOn(store).read(MESSAGE_ID);
  expect(message).toMatchObject({ status: 'unknown', next: null, fallbackStepsStarted: 1 });
});

it('does not release a hold that came during the release, and says so', async () => {
  const store = new TroubledStore();
  const id = await send(store);
  const steering = steeringOn(store);
  await steering.hold(restored);
  const open = store.closeGate(messageStream(id));
  const releasing = steering.release({ reason: 'Looked at.', waiting: 'unknown', by: null });
  await eventually(() => store.readsAtGate > 0);
  await steeringOn(store).hold(restored);
  open();
  await expect(releasing).rejects.toMatchObject({ code: 'sending-held-again' });
  expect(await steering.look()).toMatchObject({ state: 'held' });
});

it.each([
  ['of the same words, asked of another instance', byOperator],
  ['of one provider', { ...byOperator, provider: 'email' }],
  ['by a start with SENDING=held', { ...byOperator, cause: 'setting' }],
] as const)('does not release what a hold asks for during the release: %s', async (_, asked) => {
  const store = new TroubledStore();
  const id = await send(store);
  const steering = steeringOn(store);
  await steering.hold(byOperator);
  const open = store.closeGate(messageStream(id));
  const decision = { reason: 'Looked at.', waiting: 'unknown', by: null } as const;
  const releasing = steering.release(decision);
  await eventually(() => store.readsAtGate > 0);
  await steeringOn(store).hold(asked);
  open();
  await expect(releasing).rejects.toMatchObject({ code: 'sending-held-again' });
  expect(await steering.look()).toMatchObject({ state: 'held', cause: 'operator' });
  expect(await steering.look('email')).toMatchObject({ state: 'held' });
  expect(await steering.release(decision)).toMatchObject({ state: 'flowing' });
  expect(await steering.look('email')).toMatchObject({ state: 'flowing' });
});

it('releases one provider although another is held meanwhile', async () => {
  const store = new TroubledStore();
  const steering = steeringOn(store);
  await steering.hold({ ...byOperator, provider: 'email' });
  const open = store.closeGate(SENDING_STREAM);
  const decision = { reason: 'Mended.', waiting: null, by: null, provider: 'email' } as const;
  const releasing = steering.release(decision);
  await eventually(() => store.readsAtGate > 0);
  const holding = steeringOn(store).hold({ ...byOperator, provider: 'fcm' });
  open();
  await holding;
  await releasing;
  expect(await steering.look('email')).toMatchObject({ state: 'flowing' });
  expect(await steering.look('fcm')).toMatchObject({ state: 'held' });
});

it('does not doubt what waits for Vonage where only another provider is held', async () => {
  const store = new MemoryEventStore();
  const id = await send(store);
  const steering = steeringOn(store);
  await steering.hold({ ...byOperator, provider: 'email' });
  const undecidable = steering.release({ reason: 'Mended.', waiting: 'unknown', by: null });
  await expect(undecidable).rejects.toMatchObject({ code: 'sending-not-held' });
  expect(await typesOf(store, id)).toEqual(['MessageRequested']);
  await steering.release({ reason: 'Mended.', waiting: 'send', by: null });
  expect(await steering.look('email')).toMatchObject({ state: 'flowing' });
});

it('releases what is held together with its senders, in one append', async () => {
  const store = new TroubledStore();
  const steering = steeringOn(store);
  await steering.hold(restored);
  for (const from of ['447700900002', '447700900003']) {
    await steering.holdSender('sms', from, 'Refused.');
  }
  store.appendsLeft = 1;
  await steering.release({ reason: 'Looked at.', waiting: 'unknown', by: null });
  const next = steeringOn(store);
  expect(await next.look()).toMatchObject({ state: 'flowing' });
  expect(next.heldSenders).toEqual([]);
});

it('reports that sending stands still while it cannot be read whether it is held', async () => {
  const store = new MemoryEventStore();
  const health = new HealthRegistry(systemClock, monotonicClock, silent);
  const steering = steeringOn(store, health);
  await steering.look();
  await store.close();
  runUntilTheEnd({ run: (signal) => steering.follow(signal) });
  await eventually(() => health.part('sending').state === 'failing');
  expect(health.part('sending').reason).toContain('whether sending is held');
});
