import { Body, Controller, Delete, HttpCode, Inject, Param, Query, Req } from '@nestjs/common';
import { ErasePerson } from '../../../application/erasure/erase-person.js';
import type { ErasureCertificate } from '../../../application/erasure/erasure-certificate.js';
import type { DefaultCountry } from '../../../domain/contacts/phone-number.js';
import type { AuthenticatedRequest } from '../auth/api-key.guard.js';
import { RequiresScope } from '../auth/requires-scope.js';
import { TakesBody } from '../bodies/takes-body.js';
import { DEFAULT_COUNTRY } from '../reporting/default-country.js';
import { refuseParameters, type RawQuery } from '../reporting/query-reader.js';
import { readTogether, validate } from '../validate.js';
import { personAddressOf } from './contact-address.js';
import { EraseDto } from './contacts.dto.js';
import { DescribeErase } from './erasure.openapi.js';

/** The erasure of people. */
@Controller('v1/contacts')
export class ErasureController {
  constructor(
    @Inject(ErasePerson) private readonly erasePerson: ErasePerson,
    @Inject(DEFAULT_COUNTRY) private readonly country: DefaultCountry,
  ) {}

  @Delete(':number/data')
  @HttpCode(200)
  @RequiresScope('admin')
  @TakesBody()
  @DescribeErase
  async erase(
    @Param('number') number: string,
    @Body() body: unknown,
    @Query() query: RawQuery,
    @Req() { actor }: AuthenticatedRequest,
  ): Promise<ErasureCertificate> {
    const [address, { reason }] = readTogether(
      () => personAddressOf(number, this.country),
      () => validate(EraseDto, body),
      () => refuseParameters(query),
    );
    return this.erasePerson.execute(address, reason, { actor });
  }
}
