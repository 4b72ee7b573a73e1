import { applyDecorators } from '@nestjs/common';
import { ApiOperation, ApiQuery, ApiResponse, ApiTags } from '@nestjs/swagger';
import type { Tag } from './openapi.js';
import { DescribeProblems, type DescribedStatus } from './problem-responses.js';
import { text } from './schema-parts.js';

interface OpenOperation {
  readonly tag: Tag;
  readonly operationId: string;
  readonly summary: string;
  readonly description: string;
  /** The parameters, the body and the answers. */
  readonly parts: readonly MethodDecorator[];
}

interface Operation extends OpenOperation {
  /** The refusals, beside those of every route that needs a key. Left out: 400. */
  readonly problems?: readonly DescribedStatus[];
}

/** Documents a route that needs no API key; its parts hold its refusals too. */
export const openOperation = ({ tag, parts, ...about }: OpenOperation): MethodDecorator =>
  applyDecorators(ApiTags(tag), ApiOperation(about), ...parts);

/** Documents a route that needs an API key. */
export const operation = ({ problems = [400], ...open }: Operation): MethodDecorator =>
  applyDecorators(openOperation(open), DescribeProblems(...problems));

/** Documents an answer of JSON. */
export const answer = (description: string, schema: object, status = 200): MethodDecorator =>
  ApiResponse({ status, description, schema });

/** Documents a query parameter that may be left out. */
export const query = (name: string, description: string, schema: object = text): MethodDecorator =>
  ApiQuery({ name, required: false, description, schema });
