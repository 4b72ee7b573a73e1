import { Controller, Get, Param } from '@nestjs/common';
import { ApiOperation, ApiParam, ApiResponse, ApiTags } from '@nestjs/swagger';
import type { ErrorCode } from '../../../application/errors.js';
import { problem } from '../documentation/problem-responses.js';
import { complete } from '../documentation/schema-parts.js';
import { HttpProblem } from './http-problem.js';
import { problemKinds, problemType, type ProblemKind } from './problem.js';

/** Serves the addresses in a problem's `type`. */
@ApiTags('problems')
@Controller('problems')
export class ProblemsController {
  @Get(':code')
  @ApiOperation({
    operationId: 'getProblemType',
    summary: 'Explain a type of problem document',
    description: 'The `type` of each problem document is the path of this route.',
  })
  @ApiParam({ name: 'code', schema: { enum: Object.keys(problemKinds) } })
  @ApiResponse({
    status: 200,
    description: 'The kind of problem.',
    schema: complete({
      type: { type: 'string' },
      status: { type: 'integer' },
      title: { type: 'string' },
      advice: { type: 'string', description: 'What to do about it.' },
    }),
  })
  @problem(404, 'There is no such problem.')
  describe(@Param('code') code: string): { readonly type: string } & ProblemKind {
    if (!Object.hasOwn(problemKinds, code)) throw new HttpProblem(404, 'There is no such problem.');
    const known = code as ErrorCode;
    return { type: problemType(known), ...problemKinds[known] };
  }
}
