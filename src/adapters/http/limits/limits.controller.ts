import { Controller, Get, Inject, Query, Req } from '@nestjs/common';
import { ReadLimits, type LimitsView } from '../../../application/guards/read-limits.js';
import type { AuthenticatedRequest } from '../auth/api-key.guard.js';
import { callerOf } from '../auth/caller-of.js';
import { RequiresScope } from '../auth/requires-scope.js';
import { refuseParameters, type RawQuery } from '../reporting/query-reader.js';
import { DescribeLimits } from './limits.openapi.js';

/** Shows what is limited, and how much of it is used. */
@Controller('v1/limits')
export class LimitsController {
  constructor(@Inject(ReadLimits) private readonly readLimits: ReadLimits) {}

  @Get()
  @RequiresScope('send')
  @DescribeLimits
  read(@Query() query: RawQuery, @Req() request: AuthenticatedRequest): Promise<LimitsView> {
    refuseParameters(query);
    return this.readLimits.execute(callerOf(request));
  }
}
