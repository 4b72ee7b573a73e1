import {
  Body,
  Controller,
  Delete,
  Get,
  HttpCode,
  Inject,
  Param,
  Put,
  Query,
  Req,
} from '@nestjs/common';
import { Contacts } from '../../../application/contacts/contacts.js';
import {
  CONTACTS_LIMIT_MAX,
  ListContacts,
  type ListedSuppressions,
} from '../../../application/contacts/list-contacts.js';
import { viewConsent, type ConsentView } from '../../../application/contacts/consent-view.js';
import type { DefaultCountry } from '../../../domain/contacts/phone-number.js';
import type { AuthenticatedRequest } from '../auth/api-key.guard.js';
import { RequiresScope } from '../auth/requires-scope.js';
import { TakesBody } from '../bodies/takes-body.js';
import { DEFAULT_COUNTRY } from '../reporting/default-country.js';
import { QueryReader, refuseParameters, type RawQuery } from '../reporting/query-reader.js';
import { readTogether, validate } from '../validate.js';
import { contactAddressOf, isKnownId, ownSenderOf } from './contact-address.js';
import { SuppressDto } from './contacts.dto.js';
import { DescribeSuppress, DescribeSuppressions, DescribeUnsuppress } from './contacts.openapi.js';

/** The numbers to which nothing is sent. */
@Controller('v1/suppressions')
export class SuppressionsController {
  constructor(
    @Inject(Contacts) private readonly contacts: Contacts,
    @Inject(ListContacts) private readonly listContacts: ListContacts,
    @Inject(DEFAULT_COUNTRY) private readonly country: DefaultCountry,
  ) {}

  @Get()
  @RequiresScope('read')
  @DescribeSuppressions
  list(@Query() raw: RawQuery): Promise<ListedSuppressions> {
    const query = new QueryReader(raw);
    const limit = query.integer('limit', 1, CONTACTS_LIMIT_MAX);
    const cursor = query.cursor();
    query.end();
    return this.listContacts.suppressions(cursor, limit);
  }

  @Put(':number')
  @HttpCode(200)
  @RequiresScope('send')
  @TakesBody()
  @DescribeSuppress
  async suppress(
    @Param('number') number: string,
    @Body() body: unknown,
    @Query() query: RawQuery,
    @Req() { actor }: AuthenticatedRequest,
  ): Promise<ConsentView> {
    const isKnown = await isKnownId(number, this.country, this.contacts);
    const [address, { sender, source, reason }] = readTogether(
      () => contactAddressOf(number, this.country, isKnown),
      () => ownSenderOf(validate(SuppressDto, body ?? {}), this.country),
      () => refuseParameters(query),
    );
    return viewConsent(
      await this.contacts.declare('OptedOut', address, { sender, source, reason }, actor),
      address,
      this.contacts.scope,
    );
  }

  @Delete(':number')
  @HttpCode(200)
  @RequiresScope('admin')
  @DescribeUnsuppress
  async lift(
    @Param('number') number: string,
    @Query() raw: RawQuery,
    @Req() { actor }: AuthenticatedRequest,
  ): Promise<ConsentView> {
    const isKnown = await isKnownId(number, this.country, this.contacts);
    const query = new QueryReader(raw, this.country);
    const sender = query.wholeAddress('sender');
    const reason = query.words('reason');
    query.end();
    const address = contactAddressOf(number, this.country, isKnown);
    return viewConsent(
      await this.contacts.declare('OptedIn', address, { sender, reason }, actor),
      address,
      this.contacts.scope,
    );
  }
}
