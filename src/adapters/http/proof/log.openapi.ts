import { ApiParam, ApiResponse } from '@nestjs/swagger';
import { answer, operation } from '../documentation/operation.js';
import { complete, nullable, text, time } from '../documentation/schema-parts.js';

const plainText = { 'text/plain': { schema: text } };

export const DescribeLog = operation({
  tag: 'audit',
  operationId: 'getLog',
  summary: 'The newest checkpoint in words: size, signer, age',
  description:
    'For people and dashboards. Whoever verifies the log takes `GET /v1/log/checkpoint`, the signed note itself.',
  parts: [
    answer(
      'What the newest checkpoint says.',
      complete({
        origin: { ...text, description: 'The log’s name.' },
        size: { type: 'integer', description: 'Entries under the checkpoint.' },
        root: { ...text, description: 'Root hash, Base64.' },
        signers: {
          type: 'array',
          items: { ...text, description: 'Name and id of a key that signed it.' },
        },
        coversUntil: {
          ...nullable(time),
          description:
            'When the newest event under it was recorded. A checkpoint tells no time of its own, and is signed within a ' +
            'second of that event. Null: the event cannot be read.',
        },
      }),
    ),
  ],
  problems: [400, 404],
});

export const DescribeCheckpoint = operation({
  tag: 'audit',
  operationId: 'getCheckpoint',
  summary: 'The newest checkpoint of the transparency log',
  description:
    'A signed note (C2SP tlog-checkpoint): whoever keeps it can prove later that nothing before it was changed.',
  parts: [ApiResponse({ status: 200, description: 'The checkpoint.', content: plainText })],
  problems: [400, 404],
});

export const DescribeKey = operation({
  tag: 'audit',
  operationId: 'getLogKey',
  summary: 'The keys that verify checkpoints',
  description:
    'Verifier keys in the form of C2SP signed-note, one a line. The first one is the present key; others are being retired. ' +
    'Keep it apart from this service: whoever takes key and checkpoint from one place trusts that place.',
  parts: [ApiResponse({ status: 200, description: 'The keys.', content: plainText })],
  problems: [400, 404],
});

export const DescribeTile = operation({
  tag: 'audit',
  operationId: 'getLogTile',
  summary: 'A tile of the transparency log',
  description:
    'Hashes or entries as in C2SP tlog-tiles: `<level>/<number>[.p/<width>]` or `entries/<number>[.p/<width>]`.',
  parts: [
    ApiParam({ name: 'path', schema: { type: 'string', example: 'entries/000.p/1' } }),
    ApiResponse({
      status: 200,
      description: 'The tile.',
      content: { 'application/octet-stream': { schema: { type: 'string', format: 'binary' } } },
    }),
  ],
  problems: [400, 404],
});

export const DescribeProof = operation({
  tag: 'audit',
  operationId: 'proveMessage',
  summary: 'Every event of a message, with its proof',
  description:
    'For somebody who has neither the ledger nor the network: `npm run verify -- --proof FILE --key KEY` checks it, ' +
    'and so do other tools. docs/proof.md describes each field.',
  parts: [
    ApiParam({ name: 'id' }),
    answer(
      'The proof.',
      complete({
        key: { type: 'string', description: 'The present verifier key. Compare it with yours.' },
        entries: {
          type: 'array',
          items: complete({
            entry: { type: 'string', description: 'The logged bytes, in Base64.' },
            event: complete({
              stream: text,
              revision: { type: 'integer' },
              id: text,
              type: text,
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
    ),
  ],
  problems: [400, 404],
});
