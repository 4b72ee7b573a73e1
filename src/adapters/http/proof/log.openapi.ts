import { applyDecorators } from '@nestjs/common';
import { ApiOperation, ApiParam, ApiResponse, ApiTags } from '@nestjs/swagger';
import { DescribeProblems } from '../documentation/problem-responses.js';
import { complete, nullable, time } from '../documentation/schema-parts.js';

const string = { type: 'string' as const };

const text = { 'text/plain': { schema: { type: 'string' as const } } };

export const DescribeLog = (): MethodDecorator =>
  applyDecorators(
    ApiTags('audit'),
    ApiOperation({
      operationId: 'getLog',
      summary: 'The newest checkpoint in words: size, signer, age',
      description:
        'For people and dashboards. Whoever verifies the log takes `GET /v1/log/checkpoint`, the signed note itself.',
    }),
    ApiResponse({
      status: 200,
      description: 'What the newest checkpoint says.',
      schema: complete({
        origin: { ...string, description: 'The log’s name.' },
        size: { type: 'integer', description: 'Entries under the checkpoint.' },
        root: { ...string, description: 'Root hash, Base64.' },
        signers: {
          type: 'array',
          items: { ...string, description: 'Name and id of a key that signed it.' },
        },
        coversUntil: {
          ...nullable(time),
          description:
            'When the newest event under it was recorded. A checkpoint tells no time of its own, and is signed within a ' +
            'second of that event. Null: the event cannot be read.',
        },
      }),
    }),
    DescribeProblems(400, 404),
  );

export const DescribeCheckpoint = (): MethodDecorator =>
  applyDecorators(
    ApiTags('audit'),
    ApiOperation({
      operationId: 'getCheckpoint',
      summary: 'The newest checkpoint of the transparency log',
      description:
        'A signed note (C2SP tlog-checkpoint): whoever keeps it can prove later that nothing before it was changed.',
    }),
    ApiResponse({ status: 200, description: 'The checkpoint.', content: text }),
    DescribeProblems(400, 404),
  );

export const DescribeKey = (): MethodDecorator =>
  applyDecorators(
    ApiTags('audit'),
    ApiOperation({
      operationId: 'getLogKey',
      summary: 'The keys that verify checkpoints',
      description:
        'Verifier keys in the form of C2SP signed-note, one a line. The first one is the present key; others are being retired. ' +
        'Keep it apart from this service: whoever takes key and checkpoint from one place trusts that place.',
    }),
    ApiResponse({ status: 200, description: 'The keys.', content: text }),
    DescribeProblems(400, 404),
  );

export const DescribeTile = (): MethodDecorator =>
  applyDecorators(
    ApiTags('audit'),
    ApiOperation({
      operationId: 'getLogTile',
      summary: 'A tile of the transparency log',
      description:
        'Hashes or entries as in C2SP tlog-tiles: `<level>/<number>[.p/<width>]` or `entries/<number>[.p/<width>]`.',
    }),
    ApiParam({ name: 'path', schema: { type: 'string', example: 'entries/000.p/1' } }),
    ApiResponse({
      status: 200,
      description: 'The tile.',
      content: { 'application/octet-stream': { schema: { type: 'string', format: 'binary' } } },
    }),
    DescribeProblems(400, 404),
  );

export const DescribeProof = (): MethodDecorator =>
  applyDecorators(
    ApiTags('audit'),
    ApiOperation({
      operationId: 'proveMessage',
      summary: 'Every event of a message, with its proof',
      description:
        'For somebody who has neither the ledger nor the network: `npm run verify -- --proof FILE --key KEY` checks it, ' +
        'and so do other tools. docs/proof.md describes each field.',
    }),
    ApiParam({ name: 'id' }),
    ApiResponse({
      status: 200,
      description: 'The proof.',
      schema: complete({
        key: { type: 'string', description: 'The present verifier key. Compare it with yours.' },
        entries: {
          type: 'array',
          items: complete({
            entry: { type: 'string', description: 'The logged bytes, in Base64.' },
            event: complete({
              stream: string,
              revision: { type: 'integer' },
              id: string,
              type: string,
              version: { type: 'integer' },
              data: { type: 'string', description: 'The stored text.' },
              metadata: { type: 'string', description: 'The stored text.' },
            }),
            proof: { type: 'string', description: 'The text of a C2SP tlog-proof.' },
          }),
        },
        waiting: {
          type: 'integer',
          description: 'Events that no checkpoint covers yet. Ask again in a second.',
        },
      }),
    }),
    DescribeProblems(400, 404),
  );
