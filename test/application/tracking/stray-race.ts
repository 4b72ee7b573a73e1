import assert from 'node:assert/strict';
import { monotonicClock } from '../../../src/adapters/system/monotonic-clock.js';
import { MemoryEventStore } from '../../../src/adapters/event-store/memory/memory-event-store.js';
import { MessageLedger, type MessageAsOf } from '../../../src/application/message-ledger.js';
import type { RecordedEvent } from '../../../src/application/ports/event-store.js';
import type { MessageStore } from '../../../src/application/ports/projection-store.js';
import { messagesProjection } from '../../../src/application/projecting/messages/messages-projection.js';
import type { MessageRow } from '../../../src/application/projecting/messages/message-row.js';
import { messageStream } from '../../../src/application/streams.js';
import { AdoptReports } from '../../../src/application/tracking/adopt-reports.js';
import { ReceiveStatus } from '../../../src/application/tracking/receive-status.js';
import { defaultRetryPolicy } from '../../../src/domain/message/retry-policy.js';
import type { Report } from '../../../src/domain/report.js';
import { HeldStore, steadyIdentifiers } from '../../support/doubles/held-store.js';
import { Interleavings, type Actor, type Play } from '../../support/watching/interleavings.js';
import {
  aReport,
  MESSAGE_ID,
  MESSAGE_UUID,
  requested,
  started,
  took,
} from '../../support/facts/message-facts.js';
import { recordEvents } from '../../support/facts/record-events.js';
import { NOON } from '../../support/facts/scenario.js';

/**
 * Runs every order in which a report without a client ref, its repeats, the 202, the index and the agenda's search
 * for strays can take effect, on one instance and on two, with kills: the real use cases on a store that holds each
 * call until its turn.
 */

const submitted = aReport('submitted', { attempt: null });
const delivered = aReport('delivered', { attempt: null });

interface Webhook {
  readonly name: string;
  readonly report: Report;
  readonly on: string;
}

export interface Scenario {
  readonly webhooks: readonly Webhook[];
  /** The instance whose dispatcher waits for the 202. */
  readonly dispatcherOn: string;
  /** The instance that works on the agenda. */
  readonly agendaOn: string;
  /**
   * The adopters besides the webhooks themselves, while the webhooks arrive. Without the dispatcher the 202 is
   * recorded already. The agenda searches at the end in any case.
   */
  readonly adopters: readonly ('dispatcher' | 'agenda')[];
  /** True when the instance remembers no message. */
  readonly forgetful?: boolean;
}

const first = (on: string): Webhook => ({ name: 'first', report: submitted, on });
const repeat = (on: string): Webhook => ({ name: 'repeat', report: submitted, on });
const next = (on: string): Webhook => ({ name: 'next', report: delivered, on });

const here = { webhooks: [first('A'), repeat('A')], dispatcherOn: 'A', agendaOn: 'A' };
const there = { ...here, webhooks: [first('A'), repeat('B')] };

export const scenarios: Readonly<Record<string, Scenario>> = {
  'one instance': { ...here, adopters: ['dispatcher'] },
  'one instance that remembers nothing': { ...here, adopters: [], forgetful: true },
  'two instances, of which the other one sends': {
    ...here,
    dispatcherOn: 'B',
    adopters: ['dispatcher'],
  },
  'two instances with webhooks, long after the 202': { ...there, adopters: [] },
  'two instances, of which the other one looks at the agenda': {
    ...here,
    webhooks: [first('A')],
    agendaOn: 'B',
    adopters: ['agenda'],
  },
  'another report behind the first one': {
    ...here,
    webhooks: [first('A'), next('B')],
    adopters: [],
  },
};

/** Two instances with webhooks: thousands of moments. */
export const longest: Scenario = { ...there, adopters: ['dispatcher'] };

/** Explores every order of a scenario, and returns how many moments there were. */
export function momentsOf(scenario: Scenario, kills = 0): Promise<number> {
  const interleavings = new Interleavings();
  return interleavings.explore(() => World.begin(interleavings, scenario), { kills });
}

/** The repeat of a killed webhook arrives at another instance. */
export const killed: Readonly<Record<string, Scenario>> = {
  'around the 202': { ...here, webhooks: [first('A')], adopters: ['dispatcher'] },
  'long after the 202': { ...here, webhooks: [first('A')], adopters: [] },
};

/** A ledger and an index that all instances share. */
class World implements Play {
  readonly actors: readonly Actor[];
  private readonly store = new MemoryEventStore();
  private readonly instances = new Map<string, Instance>();
  private isIndexed = false;
  private isOffAgenda = false;
  private isKilled = false;

  private constructor(
    private readonly interleavings: Interleavings,
    private readonly scenario: Scenario,
  ) {
    const { webhooks, dispatcherOn, agendaOn, adopters } = scenario;
    this.actors = [
      ...webhooks.map((webhook) => this.webhook(webhook)),
      ...(adopters.includes('dispatcher') ? [this.dispatcher(dispatcherOn)] : []),
      ...(adopters.includes('agenda') ? [this.agenda('agenda', agendaOn)] : []),
      this.indexing(),
    ];
  }

  static async begin(interleavings: Interleavings, scenario: Scenario): Promise<World> {
    const world = new World(interleavings, scenario);
    const events = [
      requested(),
      started(),
      ...(scenario.adopters.includes('dispatcher') ? [] : [took()]),
    ];
    await recordEvents(world.store, MESSAGE_ID, ...events);
    return world;
  }

  fingerprint(instances: readonly string[]): string {
    const ledger = this.events().map(({ stream, id, event }) => `${stream} ${id} ${event.type}`);
    const remembered = instances.map((name) => [
      name,
      [...(this.instances.get(name)?.recent ?? [])]
        .map(([id, { revision, isShared }]) => `${id} ${revision} ${isShared}`)
        .toSorted(),
    ]);
    // The order of events in different streams makes no difference to an actor.
    return JSON.stringify([ledger.toSorted(), this.isIndexed, this.isOffAgenda, remembered]);
  }

  /** Vonage repeats unacknowledged webhooks; the background work moves to another instance; the call is lost. */
  afterKill(instance: string, unfinished: readonly string[]): readonly Actor[] {
    this.instances.delete(instance);
    this.isKilled = true;
    const again = this.scenario.webhooks.filter(({ name }) => unfinished.includes(name));
    return [
      ...again.map((webhook) =>
        this.webhook({ ...webhook, name: `${webhook.name} again`, on: 'C' }),
      ),
      ...(unfinished.includes('agenda') ? [this.agenda('agenda again', 'C')] : []),
    ];
  }

  async verify(): Promise<void> {
    // An entry that an adopter has not taken off the agenda is processed again.
    if (this.isAccepted() && !this.isOffAgenda) {
      assert.ok(await this.instance('D').adopt.adoptAllFor(MESSAGE_ID));
    }
    const reports = new Set(this.scenario.webhooks.map(({ report }) => report.reportId));
    const isAccepted = this.isAccepted();
    assert.ok(isAccepted || this.isKilled);
    for (const reportId of reports) {
      const places = this.events().filter(
        ({ event }) => 'reportId' in event.data && event.data.reportId === reportId,
      );
      assert.deepEqual(
        places.map(({ stream }) => stream).toSorted(),
        [messageStream(MESSAGE_ID), messageStream(MESSAGE_UUID)].slice(isAccepted ? 0 : 1),
      );
    }
    const counted = await countedRows(this.events());
    // Without the 202 the owner of the reports is unknown.
    const ids = isAccepted ? [MESSAGE_ID] : [MESSAGE_ID, MESSAGE_UUID];
    assert.deepEqual(
      counted.map(({ messageId }) => messageId),
      ids,
    );
    const told = this.scenario.webhooks.map(({ report }) => report.status);
    const status = told.includes('delivered') ? 'delivered' : 'submitted';
    const { status: listed, contradicted } = counted.at(-1) ?? {};
    assert.deepEqual({ listed, contradicted }, { listed: status, contradicted: false });
  }

  private webhook({ name, report, on }: Webhook): Actor {
    return {
      name,
      instance: on,
      run: async () => {
        const evidence = { receivedAt: NOON, sha256: '', rawBody: '' };
        const webhook = { ...evidence, rawBodyEncoding: 'utf8' } as const;
        await this.instance(on).receive.execute(report, NOON, webhook);
      },
    };
  }

  /** The dispatcher's handling of a 202. */
  private dispatcher(on: string): Actor {
    return {
      name: 'dispatcher',
      instance: on,
      run: async () => {
        const { messages, adopt } = this.instance(on);
        const outcome = { kind: 'accepted', messageUuid: MESSAGE_UUID } as const;
        const command = { type: 'RecordOutcome', attempt: 1, outcome } as const;
        await messages.handle(MESSAGE_ID, command, { source: 'dispatcher' });
        await adopt.execute(MESSAGE_UUID, MESSAGE_ID, 'dispatcher');
      },
    };
  }

  /** The timers' handling of the agenda entry that the 202 creates. */
  private agenda(name: string, on: string): Actor {
    return {
      name,
      instance: on,
      run: async () => {
        if (!(await this.when('the agenda knows the 202', () => this.isAccepted()))) return;
        this.isOffAgenda = await this.instance(on).adopt.adoptAllFor(MESSAGE_ID);
      },
    };
  }

  private indexing(): Actor {
    return {
      name: 'index',
      instance: null,
      run: async () => {
        this.isIndexed = await this.when('it is projected', () => this.isAccepted());
      },
    };
  }

  /** Returns false when the answer will never come, because a kill ended the call before it was recorded. */
  private when(call: string, isSo: () => boolean): Promise<boolean> {
    const isLost = (): boolean => this.isKilled && !this.isAccepted();
    const isEnabled = (): boolean => isSo() || isLost();
    return this.interleavings.atomically(call, isSo, { isEnabled, tell: String });
  }

  private instance(name: string): Instance {
    const known = this.instances.get(name);
    if (known !== undefined) return known;
    const store = new HeldStore(this.store, this.interleavings);
    const recent = new Map<string, MessageAsOf>();
    const messages = new MessageLedger(
      store,
      {
        clock: { now: () => new Date(NOON) },
        monotonic: monotonicClock,
        identifiers: steadyIdentifiers,
        random: () => 0,
      },
      defaultRetryPolicy,
      this.scenario.forgetful === true ? new Forgetful() : recent,
    );
    const index = {
      messageIdOf: () =>
        this.interleavings.atomically(
          'look into the index',
          () => (this.isIndexed ? MESSAGE_ID : undefined),
          { tell: String },
        ),
    };
    const adopt = new AdoptReports(store, messages, index, steadyIdentifiers);
    const receive = new ReceiveStatus(messages, index, adopt);
    const instance = { messages, adopt, receive, recent };
    this.instances.set(name, instance);
    return instance;
  }

  private events(): readonly RecordedEvent[] {
    const range = { after: 0, upTo: this.store.head(), prefixes: [''], eventsMax: 1_000 };
    return this.store.page(range).events;
  }

  private isAccepted(): boolean {
    return this.events().some(({ event }) => event.type === 'AttemptAccepted');
  }
}

interface Instance {
  readonly messages: MessageLedger;
  readonly adopt: AdoptReports;
  readonly receive: ReceiveStatus;
  readonly recent: ReadonlyMap<string, MessageAsOf>;
}

class Forgetful extends Map<string, MessageAsOf> {
  override get(): undefined {
    return undefined;
  }
}

/** Returns the rows that lists show and reports count, by id. */
async function countedRows(events: readonly RecordedEvent[]): Promise<readonly MessageRow[]> {
  const rows = new Map<string, MessageRow>();
  const store: MessageStore = {
    progress: async () => undefined,
    parkedStreams: async () => new Map(),
    load: async (ids) => new Map([...rows].filter(([id]) => ids.includes(id))),
    commit: async ({ changes }) => {
      for (const { after } of changes.rows) rows.set(after.messageId, after);
    },
  };
  const projection = messagesProjection(store);
  for (const event of events) {
    await projection.apply([event], { position: event.position, asOf: NOON });
  }
  return [...rows.values()]
    .filter(({ adopted }) => !adopted)
    .toSorted((one, other) => one.messageId.localeCompare(other.messageId));
}
