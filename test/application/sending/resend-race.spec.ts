import assert from 'node:assert/strict';
import { MemoryEventStore } from '../../../src/adapters/event-store/memory/memory-event-store.js';
import { monotonicClock } from '../../../src/adapters/system/monotonic-clock.js';
import { ApplicationError } from '../../../src/application/errors.js';
import { MessageLedger, type MessageAsOf } from '../../../src/application/message-ledger.js';
import type { ResendMessage } from '../../../src/application/sending/resend-message.js';
import type { MessageEvent } from '../../../src/domain/message/message-events.js';
import { defaultRetryPolicy } from '../../../src/domain/message/retry-policy.js';
import { HeldStore, steadyIdentifiers } from '../../support/doubles/held-store.js';
import {
  MESSAGE_ID,
  reported,
  requested,
  started,
  took,
} from '../../support/facts/message-facts.js';
import { recordEvents } from '../../support/facts/record-events.js';
import { Interleavings, type Actor, type Play } from '../../support/watching/interleavings.js';
import { requestIdsOn, sendingOn } from '../../support/worlds/message-ledger.js';

/**
 * Runs every order in which a message is sent again in bulk: under two keys on two instances, and with a
 * kill. Whoever was cut off asks again, with another key.
 */

const scenarios: Readonly<Record<string, { actors: readonly string[]; kills: number }>> = {
  'two keys on two instances': { actors: ['A monday', 'B tuesday'], kills: 0 },
  'an instance that is killed': { actors: ['A monday'], kills: 1 },
};

test.each(Object.entries(scenarios))(
  'a message is sent again once: %s',
  async (_, { actors, kills }) => {
    const interleavings = new Interleavings();
    const begin = () => World.begin(interleavings, actors);
    expect(await interleavings.explore(begin, { kills })).toBeGreaterThan(20);
  },
);

/** Nothing was recorded under the ids of earlier versions, so that is not asked. */
const knowsAllIds = (messages: MessageLedger): MessageLedger =>
  Object.assign(Object.create(messages) as MessageLedger, { isRecorded: async () => false });

const rejected: readonly MessageEvent[] = [requested(), started(), took(), reported('rejected')];

class World implements Play {
  readonly actors: readonly Actor[];
  private readonly store = new MemoryEventStore();
  private readonly instances = new Map<string, ResendMessage>();
  /** The ids that were answered. */
  private readonly answered = new Set<string>();

  private constructor(
    private readonly interleavings: Interleavings,
    actors: readonly Actor['name'][],
  ) {
    this.actors = actors.map((name) => this.resend(name, name.slice(0, 1), name.slice(2)));
  }

  static async begin(interleavings: Interleavings, actors: readonly string[]): Promise<World> {
    const world = new World(interleavings, actors);
    await recordEvents(world.store, MESSAGE_ID, ...rejected);
    return world;
  }

  fingerprint(): string {
    return JSON.stringify([
      this.events().map(({ id, stream }) => [id, stream]),
      [...this.answered],
    ]);
  }

  afterKill(instance: string, unfinished: readonly string[]): readonly Actor[] {
    this.instances.delete(instance);
    return unfinished.map((name) => this.resend(`${name} again`, 'C', `${name} again`));
  }

  async verify(): Promise<void> {
    const events = this.events();
    const made = events.filter(
      ({ event }) => event.type === 'MessageRequested' && event.data.resendOf === MESSAGE_ID,
    );
    const links = events.flatMap(({ event }) =>
      event.type === 'MessageResent' ? [`message-${event.data.messageId}`] : [],
    );
    assert.deepEqual(
      links,
      made.map(({ stream }) => stream),
    );
    assert.equal(made.length, 1, `${made.length} messages were made of one`);
    for (const id of this.answered) assert.equal(`message-${id}`, made[0]?.stream);
  }

  private resend(name: string, on: string, idempotencyKey: string): Actor {
    return {
      name,
      instance: on,
      run: async () => {
        const options = { idempotencyKey, isCareful: true };
        try {
          const resending = this.resendingOn(on);
          const caller = { actor: 'night' };
          const { messageId } = await resending.execute(MESSAGE_ID, 'An outage.', caller, options);
          this.answered.add(messageId);
        } catch (error) {
          if (!(error instanceof ApplicationError)) throw error;
          assert.equal(error.code, 'message-not-resendable');
          assert.match(error.message, /sent again already|is being sent again/);
        }
      },
    };
  }

  private resendingOn(instance: string): ResendMessage {
    const known = this.instances.get(instance);
    if (known !== undefined) return known;
    const clock = { now: () => new Date('2030-01-01T12:05:00.000Z') };
    let ids = 0;
    const identifiers = {
      ...steadyIdentifiers,
      newId: () => steadyIdentifiers.idOf(instance, String(ids++)),
    };
    const messages = new MessageLedger(
      new HeldStore(this.store, this.interleavings),
      { clock, monotonic: monotonicClock, identifiers, random: () => 0 },
      defaultRetryPolicy,
      new Map<string, MessageAsOf>(),
    );
    const requestIds = requestIdsOn(knowsAllIds(messages));
    const { resending } = sendingOn(messages, requestIds, { clock });
    this.instances.set(instance, resending);
    return resending;
  }

  private events() {
    const range = { after: 0, upTo: this.store.head(), prefixes: [''], eventsMax: 1_000 };
    return this.store.page(range).events;
  }
}
