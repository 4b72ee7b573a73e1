import { Body, Controller, Get, HttpCode, Inject, Param, Post, Query, Req } from '@nestjs/common';
import { Contacts } from '../../../application/contacts/contacts.js';
import { viewConsent, type ConsentView } from '../../../application/contacts/consent-view.js';
import {
  CONTACTS_LIMIT_MAX,
  ListContacts,
  type ListedContacts,
} from '../../../application/contacts/list-contacts.js';
import {
  CONVERSATION_LIMIT_MAX,
  ReadContact,
  type ContactView,
} from '../../../application/contacts/read-contact.js';
import { ReviewContact } from '../../../application/contacts/review-contact.js';
import type { Logger } from '../../../application/ports/logger.js';
import type { DefaultCountry } from '../../../domain/contacts/phone-number.js';
import type { AuthenticatedRequest } from '../auth/api-key.guard.js';
import { AUDIT_LOG } from '../auth/audit-log.js';
import { RequiresScope } from '../auth/requires-scope.js';
import { TakesBody } from '../bodies/takes-body.js';
import { DEFAULT_COUNTRY } from '../reporting/default-country.js';
import { QueryReader, refuseParameters, type RawQuery } from '../reporting/query-reader.js';
import { readTogether, validate } from '../validate.js';
import { contactAddressOf, isKnownId } from './contact-address.js';
import { ReviewDto } from './contacts.dto.js';
import { DescribeContact, DescribeContacts, DescribeReview } from './contacts.openapi.js';

/** The people: their consent and the conversation with them. */
@Controller('v1/contacts')
export class ContactsController {
  constructor(
    @Inject(ListContacts) private readonly listContacts: ListContacts,
    @Inject(ReadContact) private readonly readContact: ReadContact,
    @Inject(Contacts) private readonly contacts: Contacts,
    @Inject(ReviewContact) private readonly reviewContact: ReviewContact,
    @Inject(DEFAULT_COUNTRY) private readonly country: DefaultCountry,
    @Inject(AUDIT_LOG) private readonly audit: Logger,
  ) {}

  @Get()
  @RequiresScope('read')
  @DescribeContacts
  list(@Query() raw: RawQuery): Promise<ListedContacts> {
    const query = new QueryReader(raw);
    const isReview = query.oneOf('review', ['true']) !== undefined;
    const limit = query.integer('limit', 1, CONTACTS_LIMIT_MAX);
    const cursor = query.cursor();
    query.end();
    return this.listContacts.execute(isReview ? 'review' : 'known', cursor, limit);
  }

  @Get(':number')
  @RequiresScope('read')
  @DescribeContact
  async read(
    @Param('number') number: string,
    @Query() raw: RawQuery,
    @Req() { actor, isPerson = false }: AuthenticatedRequest,
  ): Promise<ContactView> {
    const isKnown = await isKnownId(number, this.country, this.contacts);
    const [address, { place, limit, isShown }] = readTogether(
      () => contactAddressOf(number, this.country, isKnown),
      () => conversationQuery(raw),
    );
    const contact = await this.readContact.execute(address, place, limit);
    if (!isPerson) return contact;
    if (!isShown) return withoutTexts(contact);
    const messages = contact.conversation.items.map((item) =>
      item.direction === 'outbound' ? item.id : item.messageUuid,
    );
    this.audit.info({ actor, messages }, 'A person looked at the texts of a conversation.');
    return contact;
  }

  @Post(':number/review')
  @HttpCode(200)
  @RequiresScope('send')
  @TakesBody()
  @DescribeReview
  async review(
    @Param('number') number: string,
    @Body() body: unknown,
    @Query() query: RawQuery,
    @Req() { actor }: AuthenticatedRequest,
  ): Promise<ConsentView> {
    const isKnown = await isKnownId(number, this.country, this.contacts);
    const [address, { outcome, reason }] = readTogether(
      () => contactAddressOf(number, this.country, isKnown),
      () => validate(ReviewDto, body),
      () => refuseParameters(query),
    );
    const contact = await this.reviewContact.execute(address, outcome, reason, actor);
    return viewConsent(contact, address, this.contacts.scope);
  }
}

function conversationQuery(raw: RawQuery) {
  const query = new QueryReader(raw);
  const before = query.cursor('before');
  const after = query.cursor('after');
  if (before !== undefined && after !== undefined) {
    query.fault('after', 'cannot be combined with before: give one of them');
  }
  const limit = query.integer('limit', 1, CONVERSATION_LIMIT_MAX);
  const isShown = query.oneOf('text', ['shown']) !== undefined;
  query.end();
  const newer = after === undefined ? undefined : { after };
  return { place: before === undefined ? newer : { before }, limit, isShown };
}

/** A person in the window asks for texts, and asking is recorded. */
const withoutTexts = (contact: ContactView): ContactView => ({
  ...contact,
  conversation: {
    ...contact.conversation,
    items: contact.conversation.items.map((item) =>
      item.direction === 'outbound'
        ? { ...item, text: null }
        : { ...item, text: null, keyword: null },
    ),
  },
});
