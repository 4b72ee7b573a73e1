import * as fc from 'fast-check';
import { MemoryEventStore } from '../../src/adapters/event-store/memory/memory-event-store.js';
import { PagedEventFeed } from '../../src/adapters/event-store/paged-event-feed.js';
import { ConversationTables } from '../../src/adapters/read-model/conversation.js';
import { Catalog } from '../../src/adapters/read-model/copies/catalog.js';
import type { ReadModelDatabase } from '../../src/adapters/read-model/copies/read-model-database.js';
import { ContactTables } from '../../src/adapters/read-model/tables/contacts.js';
import { uuidIdentifiers } from '../../src/adapters/system/uuid-identifiers.js';
import type { ContactList, ListingKey } from '../../src/application/ports/contact-listings.js';
import type { ConversationKey } from '../../src/application/ports/conversations.js';
import { contactStream, inboundStream, messageStream } from '../../src/application/streams.js';
import {
  decideConsent,
  evolveContact,
  unknownContact,
  type Statement,
} from '../../src/domain/contacts/contact.js';
import type { DomainEvent } from '../../src/domain/events.js';
import { sampleEvents } from '../../testing/events.js';
import { newProjector, projected, runUntilStopped } from '../support/worlds/read-models.js';

const NUMBER = '447700900123';
const START_MS = Date.UTC(2031, 2, 4);
const iso = (ms: number): string => new Date(START_MS + ms).toISOString();

/** The contract of the lists about people. @param open an empty database */
export function describeContactLists(name: string, open: () => Promise<ReadModelDatabase>): void {
  describe(`lists about people in ${name}`, () => {
    let ledger: MemoryEventStore;
    let feed: PagedEventFeed;
    let catalog: Catalog;
    let running: ReturnType<typeof runUntilStopped>;

    const append = async (stream: string, event: DomainEvent): Promise<void> => {
      const { revision } = await ledger.read(stream);
      const metadata = { correlationId: 'c', causationId: 'c', source: 'api' as const };
      const recordedAt = event.data.occurredAt;
      const recorded = {
        id: uuidIdentifiers.newId(),
        event,
        metadata: { ...metadata, recordedAt },
      };
      await ledger.append(stream, [recorded], revision);
    };

    beforeEach(async () => {
      ledger = new MemoryEventStore();
      feed = new PagedEventFeed(ledger);
      catalog = await Catalog.open(await open());
      running = runUntilStopped(newProjector(feed, catalog));
    });

    afterEach(async () => {
      await running.stop();
      await ledger.close();
      await catalog.close();
    });

    it('shows a conversation once and in order, forwards and backwards, in pages of any size', async () => {
      // Several messages of both directions share a millisecond.
      const expected: string[] = [];
      for (let ms = 0; ms < 12; ms++) {
        const out = [0, 1].map(() => uuidIdentifiers.newMessageId());
        const inbound = ['b', 'a'].map((letter) => `uuid-${letter}-${ms}`);
        for (const id of ms % 3 === 2 ? [] : out) {
          const data = { ...sampleEvents.MessageRequested.data, to: NUMBER, occurredAt: iso(ms) };
          await append(messageStream(id), { type: 'MessageRequested', data });
        }
        for (const messageUuid of ms % 4 === 3 ? [] : inbound) {
          const data = { ...sampleEvents.InboundReceived.data, from: NUMBER, messageUuid };
          const event = {
            type: 'InboundReceived',
            data: { ...data, occurredAt: iso(ms) },
          } as const;
          await append(inboundStream(messageUuid), event);
        }
        if (ms % 3 !== 2) expected.push(`out ${ms}`, `out ${ms}`);
        if (ms % 4 !== 3) expected.push(`uuid-a-${ms}`, `uuid-b-${ms}`);
      }
      await append(messageStream(uuidIdentifiers.newMessageId()), {
        type: 'MessageRequested',
        data: { ...sampleEvents.MessageRequested.data, to: '447700900124', occurredAt: iso(5) },
      });
      await projected(feed, catalog);
      const conversations = new ConversationTables(catalog);
      const walk = async (side: 'before' | 'after', size: number): Promise<readonly string[]> => {
        const pages: string[][] = [];
        let key: ConversationKey | undefined =
          side === 'after' ? { direction: 'outbound', at: 0, tie: 0 } : undefined;
        for (let isMore = true; isMore;) {
          const page = await conversations.page(
            NUMBER,
            side === 'after' && key !== undefined ? { side, key } : { side: 'before', key },
            size,
          );
          const shown = page.entries.map(
            ({ key: at, inbound }) => inbound?.messageUuid ?? `out ${at.at - START_MS}`,
          );
          if (side === 'after') pages.push(shown);
          else pages.unshift(shown);
          ({ isMore } = page);
          key = side === 'after' ? page.entries.at(-1)?.key : page.entries[0]?.key;
        }
        return pages.flat();
      };
      for (const size of [1, 2, 3, 7, 100]) {
        expect([size, await walk('before', size)]).toEqual([size, expected]);
        expect([size, await walk('after', size)]).toEqual([size, expected]);
      }
      const sent = expected.filter((one) => one.startsWith('out')).length;
      const { sent: counted, received } = await conversations.traffic(NUMBER, sent);
      expect(counted).toEqual({ messages: sent, isAtLeast: false, latestAt: START_MS + 10 });
      expect(received).toMatchObject({ messages: sent, isAtLeast: true });
      const none = await conversations.traffic('447700900125', 5);
      expect(none.sent).toEqual({ messages: 0, isAtLeast: false, latestAt: null });
    });

    it('lists who has opted out, is barred or must be read, as the folded contacts say', async () => {
      const tables = new ContactTables(catalog);
      const all = async (list: ContactList): Promise<readonly string[]> => {
        const found: string[] = [];
        let after: ListingKey | undefined;
        do {
          const page = await tables.list(list, after, 2);
          for (const row of page.rows) {
            found.push(`${row.contactId} ${row.kind} ${row.sender} ${row.channel}`);
          }
          after = page.next;
        } while (after !== undefined);
        return found.toSorted();
      };
      const types = [
        'OptedOut',
        'OptedIn',
        'ContactBarred',
        'OptOutSuspected',
        'OptOutDismissed',
      ] as const;
      const step = fc.record({
        who: fc.constantFrom('one', 'two', 'three'),
        type: fc.constantFrom(...types),
        sender: fc.constantFrom(null, 'A', 'B'),
        source: fc.constantFrom('keyword' as const, 'operator' as const),
      });
      const [steps = []] = fc.sample(fc.array(step, { minLength: 60, maxLength: 60 }), {
        numRuns: 1,
        seed: 20_311,
      });
      const contacts = new Map(['one', 'two', 'three'].map((who) => [who, unknownContact]));
      for (const [second, { who, type, sender, source }] of steps.entries()) {
        const isBar = type === 'ContactBarred';
        const statement: Statement = {
          type,
          number: who,
          sender: isBar ? null : sender,
          channel: isBar ? 'sms' : null,
          source,
          keyword: null,
          errorCode: null,
          messageUuid: null,
          reason: null,
          by: null,
          occurredAt: iso(1000 * second),
        };
        const event = decideConsent(contacts.get(who) ?? unknownContact, statement);
        if (event === undefined) continue;
        contacts.set(who, evolveContact(contacts.get(who) ?? unknownContact, event));
        await append(contactStream(who), event);
        // Some batches hold one event and others many.
        if (second % 5 === 0) await projected(feed, catalog);
        if (second % 10 === 0) await expectAlike(second);
      }
      await projected(feed, catalog);
      await expectAlike(steps.length);

      async function expectAlike(second: number): Promise<void> {
        const rows = { suppressed: [] as string[], review: [] as string[] };
        for (const [who, { general, bySender, bars, review }] of contacts) {
          for (const word of [general, ...bySender.values()]) {
            if (word?.state !== 'opted-out') continue;
            rows.suppressed.push(`${who} opted-out ${word.sender} null`);
          }
          for (const channel of bars.keys()) rows.suppressed.push(`${who} barred null ${channel}`);
          if (review !== null) rows.review.push(`${who} review ${review.sender} null`);
        }
        expect([second, await all('suppressed')]).toEqual([second, rows.suppressed.toSorted()]);
        expect([second, await all('review')]).toEqual([second, rows.review.toSorted()]);
      }
      const known = await tables.list('known', undefined, 5);
      const names = known.rows.map(({ contactId }) => contactId);
      expect(names.toSorted()).toEqual([...contacts.keys()].toSorted());
    });
  });
}
