import { Body, Controller, Headers, HttpCode, Inject, Post, Query, Req } from '@nestjs/common';
import { LIST_LIMIT_MAX } from '../../../application/reporting/message-list.js';
import {
  DecideInBulk,
  type BulkAnswer,
  type BulkItem,
  type BulkRequest,
} from '../../../application/sending/decide-in-bulk.js';
import type { DefaultCountry } from '../../../domain/contacts/phone-number.js';
import type { AuthenticatedRequest } from '../auth/api-key.guard.js';
import { callerOf } from '../auth/caller-of.js';
import { RequiresScope } from '../auth/requires-scope.js';
import { TakesBody } from '../bodies/takes-body.js';
import { idempotencyKeyOf } from '../messages/idempotency-key.js';
import { FaultRoom } from '../problems/fault-room.js';
import { toProblem, type Problem } from '../problems/problem.js';
import { DEFAULT_COUNTRY } from '../reporting/default-country.js';
import { readMessageFilter } from '../reporting/message-filter.js';
import { QueryReader, type RawQuery } from '../reporting/query-reader.js';
import { readTogether, validate } from '../validate.js';
import { BulkResendDto, BulkResolveDto } from './outcomes.dto.js';
import { DescribeBulkResend, DescribeBulkResolve } from './outcomes.openapi.js';

type ShownItem = Omit<BulkItem, 'error'> & { readonly problem?: Problem };
type ShownAnswer = Omit<BulkAnswer, 'items'> & { readonly items: readonly ShownItem[] };

/** Decisions of a person about all messages that a filter of the list finds. */
@Controller('v1/messages')
export class BulkOutcomesController {
  constructor(
    @Inject(DecideInBulk) private readonly decideInBulk: DecideInBulk,
    @Inject(DEFAULT_COUNTRY) private readonly defaultCountry: DefaultCountry,
  ) {}

  @Post('resolve')
  @HttpCode(200)
  @RequiresScope('admin')
  @TakesBody()
  @DescribeBulkResolve
  async resolve(
    @Body() body: unknown,
    @Headers('idempotency-key') idempotencyKey: string | undefined,
    @Query() query: RawQuery,
    @Req() request: AuthenticatedRequest,
  ): Promise<ShownAnswer> {
    const [{ dryRun = false, ...decision }, key, page] = readTogether(
      () => validate(BulkResolveDto, body),
      () => idempotencyKeyOf(idempotencyKey),
      () => this.pageOf(query),
    );
    const caller = callerOf(request);
    return shown(
      await this.decideInBulk.resolve(
        { ...page, dryRun: dryRun || page.dryRun, caller, idempotencyKey: key },
        decision,
      ),
    );
  }

  @Post('resend')
  @HttpCode(200)
  @RequiresScope('admin')
  @TakesBody()
  @DescribeBulkResend
  async resend(
    @Body() body: unknown,
    @Headers('idempotency-key') idempotencyKey: string | undefined,
    @Query() query: RawQuery,
    @Req() request: AuthenticatedRequest,
  ): Promise<ShownAnswer> {
    const [{ dryRun = false, reason }, key, page] = readTogether(
      () => validate(BulkResendDto, body),
      () => idempotencyKeyOf(idempotencyKey),
      () => this.pageOf(query),
    );
    const caller = callerOf(request);
    return shown(
      await this.decideInBulk.resend(
        { ...page, dryRun: dryRun || page.dryRun, caller, idempotencyKey: key },
        reason,
      ),
    );
  }

  /** A rehearsal may be asked for beside the filters too, so that nobody who wants one decides by mistake. */
  private pageOf(raw: RawQuery): Pick<BulkRequest, 'filter' | 'limit' | 'cursor' | 'dryRun'> {
    const query = new QueryReader(raw, this.defaultCountry);
    const dryRun = query.flag('dryRun') ?? false;
    const filter = readMessageFilter(query);
    const limit = query.integer('limit', 1, LIST_LIMIT_MAX);
    const cursor = query.cursor();
    query.end();
    return { filter, limit, cursor, dryRun };
  }
}

function shown({ items, ...answer }: BulkAnswer): ShownAnswer {
  const room = new FaultRoom();
  return {
    ...answer,
    items: items.map(({ error, ...item }) =>
      error === undefined ? item : { ...item, problem: toProblem(error, room) },
    ),
  };
}
