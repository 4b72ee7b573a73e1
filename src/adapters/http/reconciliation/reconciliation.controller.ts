import { Controller, Get, HttpCode, Inject, Post, Query, Req, Res } from '@nestjs/common';
import type { Response } from 'express';
import { ReconcileFile } from '../../../application/reconciliation/reconcile-file.js';
import {
  ReconcileStuck,
  type StuckPlan,
} from '../../../application/reconciliation/reconcile-stuck.js';
import type { ReconciliationSummary } from '../../../application/reconciliation/summary.js';
import type { AuthenticatedRequest } from '../auth/api-key.guard.js';
import { RequiresScope } from '../auth/requires-scope.js';
import { HttpProblem } from '../problems/http-problem.js';
import { QueryReader, type RawQuery } from '../reporting/query-reader.js';
import { ProgressLines } from './progress-lines.js';
import {
  DescribeReconcile,
  DescribeReconcileStuck,
  DescribeStuckPlan,
} from './reconciliation.openapi.js';
import { UPLOAD_DIRECTORY, withUpload } from './upload.js';

/** Compares the ledger with the provider's own records. */
@Controller('v1/reconciliations')
export class ReconciliationController {
  private isUnderWay = false;

  constructor(
    @Inject(ReconcileFile) private readonly reconcileFile: ReconcileFile,
    @Inject(ReconcileStuck) private readonly reconcileStuck: ReconcileStuck,
    @Inject(UPLOAD_DIRECTORY) private readonly directory: string,
  ) {}

  @Post()
  @HttpCode(200)
  @RequiresScope('admin')
  @DescribeReconcile
  async reconcile(
    @Query() raw: RawQuery,
    @Req() request: AuthenticatedRequest,
    @Res() response: Response,
  ): Promise<void> {
    const query = new QueryReader(raw);
    const dryRun = query.flag('dryRun') ?? false;
    query.end();
    const gone = new AbortController();
    response.once('close', () => gone.abort(new Error('The caller is gone.')));
    // The comparison may take longer than a connection may be silent.
    request.socket.setTimeout(0);
    const { actor } = request;
    const { signal } = gone;
    const lines = new ProgressLines(request, response);
    const { onProgress } = lines;
    await lines.answer(() =>
      this.alone(() =>
        withUpload(request, this.directory, async (path) => {
          // The upload may have taken minutes, in which the key was revoked.
          await request.judgeAgain?.();
          return this.reconcileFile.execute({ path, actor, dryRun, signal, onProgress });
        }),
      ),
    );
  }

  @Get('stuck')
  @RequiresScope('admin')
  @DescribeStuckPlan
  plan(@Query() raw: RawQuery): Promise<StuckPlan> {
    return this.reconcileStuck.plan(untilOf(raw));
  }

  @Post('stuck')
  @HttpCode(200)
  @RequiresScope('admin')
  @DescribeReconcileStuck
  async askAboutStuck(
    @Query() raw: RawQuery,
    @Req() request: AuthenticatedRequest,
    @Res({ passthrough: true }) response: Response,
  ): Promise<ReconciliationSummary> {
    const until = untilOf(raw);
    const gone = new AbortController();
    response.once('close', () => gone.abort(new Error('The caller is gone.')));
    request.socket.setTimeout(0);
    return this.alone(() => this.reconcileStuck.execute(request.actor, gone.signal, until));
  }

  /** Two at a time would compare with each other's changes. */
  private async alone<Result>(work: () => Promise<Result>): Promise<Result> {
    if (this.isUnderWay) {
      throw new HttpProblem(503, 'A reconciliation is under way. Wait for its end.', {
        retryAfterSeconds: RETRY_AFTER_SECONDS,
      });
    }
    this.isUnderWay = true;
    try {
      return await work();
    } finally {
      this.isUnderWay = false;
    }
  }
}

const RETRY_AFTER_SECONDS = 30;

function untilOf(raw: RawQuery): number | undefined {
  const query = new QueryReader(raw);
  const until = query.time('until');
  query.end();
  return until;
}
