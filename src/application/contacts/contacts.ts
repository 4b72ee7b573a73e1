import {
  decideConsent,
  evolveContact,
  suppressionOf,
  unknownContact,
  type Suppression,
  type Contact,
  type OptOutScope,
  type Route,
  type Statement,
} from '../../domain/contacts/contact.js';
import type { ContactEvent } from '../../domain/contacts/contact-events.js';
import { appendWithRetry } from '../append-with-retry.js';
import { decideAgain } from '../decide-again.js';
import type { Clocks } from '../ports/clock.js';
import type { EventSource, EventStore, ExpectedRevision } from '../ports/event-store.js';
import type { Identifiers } from '../ports/identifiers.js';
import type { KeyStore } from '../ports/key-store.js';
import { contactStream } from '../streams.js';

export interface ContactAsOf {
  readonly contact: Contact;
  /** Oldest first. */
  readonly history: readonly ContactEvent[];
  readonly revision: ExpectedRevision;
  readonly factIds: ReadonlySet<string>;
}

const neverHeardOf: ContactAsOf = {
  contact: unknownContact,
  history: [],
  revision: 'no-stream',
  factIds: new Set(),
};

export interface Declaration {
  /** Undefined: all our senders. */
  readonly sender?: string | undefined;
  readonly source?: 'api' | 'operator' | undefined;
  readonly reason?: string | undefined;
  /** Vonage's `message_uuid` of the text that it is about. */
  readonly messageUuid?: string | undefined;
}

/** The cause of a statement. */
export interface StatementCause {
  readonly source: EventSource;
  /** Belongs to the fact, so that a repeat of it changes nothing. */
  readonly factId: string;
  readonly actor?: string | undefined;
}

/**
 * The contacts and their consent. Every question is answered from the contact's stream, so an answer is as fresh as the
 * ledger, on every instance. A number of which nothing was ever said has no stream, and costs one look-up.
 */
export class Contacts {
  constructor(
    private readonly store: EventStore,
    private readonly keys: KeyStore,
    private readonly surroundings: Clocks & { readonly identifiers: Identifiers },
    readonly scope: OptOutScope,
  ) {}

  /** @throws StoreUnavailable; UndecodableEvent for a damaged stream, which may hold a wish to stop */
  async read(number: string): Promise<ContactAsOf> {
    const id = await this.keys.findContactId(number);
    return id === undefined ? neverHeardOf : this.readById(id);
  }

  /** True where something was said about a number or id. @throws StoreUnavailable */
  async knows(number: string): Promise<boolean> {
    return (await this.keys.findContactId(number)) !== undefined;
  }

  /** The reason why nothing may be sent; null: it may. @throws StoreUnavailable, UndecodableEvent */
  async suppression(number: string, route: Route): Promise<Suppression | null> {
    const { contact } = await this.read(number);
    return suppressionOf(contact, route, this.scope);
  }

  /**
   * Records a statement, unless it changes nothing or is known. Resolves after the commit.
   * @throws StoreUnavailable, AppendOutcomeUnknown, ConcurrencyConflict
   */
  async state(statement: Statement, cause: StatementCause): Promise<Contact> {
    const id = await this.keys.contactIdOf(statement.number);
    const eventId = this.surroundings.identifiers.idOf('consent', id, cause.factId);
    return decideAgain(async () => {
      const { contact, revision, factIds } = await this.readById(id);
      const event = factIds.has(eventId) ? undefined : decideConsent(contact, statement);
      if (event === undefined) return contact;
      const metadata = {
        recordedAt: this.surroundings.clock.now().toISOString(),
        correlationId: eventId,
        causationId: cause.factId,
        source: cause.source,
        ...(cause.actor === undefined ? {} : { actor: cause.actor }),
      };
      const person = { number: statement.number, mayReturn: statement.source !== 'error' };
      const recorded = [{ id: eventId, event, metadata, person }];
      await appendWithRetry(this.store, contactStream(id), recorded, revision, this.surroundings);
      return evolveContact(contact, event);
    });
  }

  /**
   * Records what a person here or a program says. Resolves after the commit.
   * @throws StoreUnavailable, AppendOutcomeUnknown, ConcurrencyConflict
   */
  declare(
    type: 'OptedOut' | 'OptedIn' | 'OptOutDismissed',
    number: string,
    { sender, source, reason, messageUuid }: Declaration,
    actor: string | undefined,
  ): Promise<Contact> {
    const statement = {
      type,
      number,
      sender: sender ?? null,
      channel: null,
      source: source ?? 'api',
      keyword: null,
      errorCode: null,
      messageUuid: messageUuid ?? null,
      reason: reason ?? null,
      by: actor ?? null,
      occurredAt: this.surroundings.clock.now().toISOString(),
    } as const;
    const factId = this.surroundings.identifiers.newId();
    return this.state(statement, { source: 'api', factId, actor });
  }

  /** @throws StoreUnavailable, UndecodableEvent */
  async readById(id: string): Promise<ContactAsOf> {
    const { events, revision } = await this.store.read(contactStream(id));
    let contact = unknownContact;
    const history: ContactEvent[] = [];
    for (const { event } of events) {
      contact = evolveContact(contact, event as ContactEvent);
      history.push(event as ContactEvent);
    }
    return { contact, history, revision, factIds: new Set(events.map((event) => event.id)) };
  }
}
