import assert from 'node:assert/strict';
import { monotonicClock } from '../../../src/adapters/system/monotonic-clock.js';
import { MemoryEventStore } from '../../../src/adapters/event-store/memory/memory-event-store.js';
import { fold, MessageLedger, type MessageAsOf } from '../../../src/application/message-ledger.js';
import type { StoredStream } from '../../../src/application/ports/event-store.js';
import { messageStream } from '../../../src/application/streams.js';
import { AdoptReports } from '../../../src/application/tracking/adopt-reports.js';
import { ReceiveStatus } from '../../../src/application/tracking/receive-status.js';
import type { MessageEvent } from '../../../src/domain/message/message-events.js';
import { defaultRetryPolicy } from '../../../src/domain/message/retry-policy.js';
import { HeldStore, steadyIdentifiers } from '../../support/doubles/held-store.js';
import { Interleavings, type Actor, type Play } from '../../support/watching/interleavings.js';
import {
  aReport,
  MESSAGE_ID,
  MESSAGE_UUID,
  requested,
  retryScheduled,
  started,
} from '../../support/facts/message-facts.js';
import { recordEvents } from '../../support/facts/record-events.js';
import { NOON } from '../../support/facts/scenario.js';

/**
 * Runs every order in which three things can take effect: a report about an attempt that a restored ledger has
 * not started, the report's repeat, and dispatchers that start that attempt; on one instance and on two, with kills.
 */

interface Scenario {
  /** The message waits for this attempt. */
  readonly attempt: number;
  readonly history: readonly MessageEvent[];
  readonly webhooksOn: readonly string[];
  readonly dispatchersOn: readonly string[];
}

const first = { attempt: 1, history: [requested()] };
const second = { attempt: 2, history: [requested(), started(), retryScheduled()] };

const scenarios: Readonly<Record<string, Scenario>> = {
  'one instance': { ...first, webhooksOn: ['A', 'A'], dispatchersOn: ['A'] },
  'two instances': { ...first, webhooksOn: ['A', 'B'], dispatchersOn: ['A', 'B'] },
  'the other instance sends a retry': { ...second, webhooksOn: ['A'], dispatchersOn: ['B'] },
  'two instances, and a retry': { ...second, webhooksOn: ['A', 'B'], dispatchersOn: ['A', 'B'] },
};

const EXPLORE_MS_MAX = 400_000;

test.each(Object.entries(scenarios))(
  'an attempt is recovered or made, never both: %s',
  async (_, scenario) => {
    const interleavings = new Interleavings();
    const moments = await interleavings.explore(() => World.begin(interleavings, scenario));
    // Fewer moments would mean that the actors did not interfere with each other.
    expect(moments).toBeGreaterThan(10);
  },
  EXPLORE_MS_MAX,
);

const killed: Readonly<Record<string, Scenario>> = {
  'one instance': { ...first, webhooksOn: ['A'], dispatchersOn: ['A'] },
  'two instances, and a retry': { ...second, webhooksOn: ['A'], dispatchersOn: ['B'] },
};

test.each(Object.entries(killed))(
  'an attempt is recovered or made, wherever an instance is killed: %s',
  async (_, scenario) => {
    const interleavings = new Interleavings();
    const begin = () => World.begin(interleavings, scenario);
    expect(await interleavings.explore(begin, { kills: 1 })).toBeGreaterThan(20);
  },
  EXPLORE_MS_MAX,
);

interface Instance {
  readonly messages: MessageLedger;
  readonly recent: ReadonlyMap<string, MessageAsOf>;
}

class World implements Play {
  readonly actors: readonly Actor[];
  private readonly store = new MemoryEventStore();
  private readonly instances = new Map<string, Instance>();
  private calls = 0;
  private stream: StoredStream = { events: [], revision: 'no-stream' };

  private constructor(
    private readonly interleavings: Interleavings,
    private readonly scenario: Scenario,
  ) {
    this.actors = [
      ...scenario.webhooksOn.map((on, index) => this.webhook(`webhook ${index}`, on)),
      ...scenario.dispatchersOn.map((on, index) => this.dispatcher(`dispatcher ${index}`, on)),
    ];
  }

  static async begin(interleavings: Interleavings, scenario: Scenario): Promise<World> {
    const world = new World(interleavings, scenario);
    await recordEvents(world.store, MESSAGE_ID, ...scenario.history);
    await world.look();
    return world;
  }

  fingerprint(instances: readonly string[]): string {
    const remembered = instances.map((name) => [
      name,
      [...(this.instances.get(name)?.recent ?? [])].map(
        ([id, { revision }]) => `${id} ${revision}`,
      ),
    ]);
    return JSON.stringify([this.types(), this.calls, remembered]);
  }

  /** Vonage repeats unacknowledged webhooks; another instance does the work that was due. */
  afterKill(instance: string, unfinished: readonly string[]): readonly Actor[] {
    this.instances.delete(instance);
    return unfinished.map((name) =>
      name.startsWith('webhook')
        ? this.webhook(`${name} again`, 'C')
        : this.dispatcher(`${name} again`, 'C'),
    );
  }

  async verify(): Promise<void> {
    await this.look();
    const begun = this.stream.events.filter(
      ({ event }) =>
        (event.type === 'AttemptStarted' || event.type === 'AttemptRecovered') &&
        event.data.attempt === this.scenario.attempt,
    );
    assert.equal(begun.length, 1, this.types().join(', '));
    const isRecovered = begun[0]?.event.type === 'AttemptRecovered';
    assert.ok(this.calls <= (isRecovered ? 0 : 1), `${this.calls} calls`);
    assert.equal(this.types().filter((type) => type === 'StatusReported').length, 1);
    const { message } = fold(this.stream);
    assert.ok(message.kind === 'tracked');
    const { status, next } = message;
    assert.deepEqual({ status, next }, { status: 'delivered', next: null });
  }

  private webhook(name: string, on: string): Actor {
    const { attempt } = this.scenario;
    return {
      name,
      instance: on,
      run: async () => {
        await this.begins();
        const messages = this.messagesOf(on);
        const index = { messageIdOf: async () => undefined };
        const adopt = new AdoptReports(this.store, messages, index, steadyIdentifiers);
        const evidence = { receivedAt: NOON, sha256: '', rawBody: '' };
        await new ReceiveStatus(messages, index, adopt).execute(
          aReport('delivered', { attempt }),
          NOON,
          { ...evidence, rawBodyEncoding: 'utf8' },
        );
        await this.look();
      },
    };
  }

  /** The dispatcher's handling of an entry of the agenda. */
  private dispatcher(name: string, on: string): Actor {
    return {
      name,
      instance: on,
      run: async () => {
        await this.begins();
        const messages = this.messagesOf(on);
        const start = { type: 'StartAttempt', messageId: MESSAGE_ID } as const;
        const { events } = await messages.handle(MESSAGE_ID, start, { source: 'dispatcher' });
        await this.look();
        const [begun] = events;
        if (begun?.type !== 'AttemptStarted') return;
        const call = (): number => ++this.calls;
        await this.interleavings.atomically('call Vonage', call, { tell: String });
        const outcome = { kind: 'accepted', messageUuid: MESSAGE_UUID } as const;
        const { attempt } = begun.data;
        const record = { type: 'RecordOutcome', attempt, outcome } as const;
        await messages.handle(MESSAGE_ID, record, { source: 'dispatcher' });
        await this.look();
      },
    };
  }

  /** Makes the start a step of its own, so that any actor of an instance may come first. */
  private begins(): Promise<void> {
    return this.interleavings.atomically('begin', () => undefined, { tell: String });
  }

  private messagesOf(name: string): MessageLedger {
    const known = this.instances.get(name);
    if (known !== undefined) return known.messages;
    const recent = new Map<string, MessageAsOf>();
    const messages = new MessageLedger(
      new HeldStore(this.store, this.interleavings),
      {
        clock: { now: () => new Date('2030-01-01T12:05:00.000Z') },
        monotonic: monotonicClock,
        // Two dispatchers that start the same attempt record two events with different ids.
        identifiers: { ...steadyIdentifiers, newId: () => steadyIdentifiers.idOf(name) },
        random: () => 0,
      },
      defaultRetryPolicy,
      recent,
    );
    this.instances.set(name, { messages, recent });
    return messages;
  }

  private async look(): Promise<void> {
    this.stream = await this.store.read(messageStream(MESSAGE_ID));
  }

  private types(): readonly string[] {
    const range = { after: 0, upTo: this.store.head(), prefixes: [''], eventsMax: 1_000 };
    return this.store.page(range).events.map(({ event }) => event.type);
  }
}
