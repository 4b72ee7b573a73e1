import { Controller, Get, Param } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import type { ErrorCode } from '../../../application/errors.js';
import { HttpProblem } from './http-problem.js';
import { problemKinds, problemType } from './problem.js';

/** The addresses in a problem's `type` lead somewhere. */
@ApiExcludeController()
@Controller('problems')
export class ProblemsController {
  @Get(':code')
  describe(@Param('code') code: string): { type: string; status: number; title: string } {
    if (!Object.hasOwn(problemKinds, code)) throw new HttpProblem(404, 'There is no such problem.');
    const known = code as ErrorCode;
    return { type: problemType(known), ...problemKinds[known] };
  }
}
