import { ApiBody, ApiConsumes, ApiQuery, ApiResponse } from '@nestjs/swagger';
import { answer, operation, query } from '../documentation/operation.js';
import { problem } from '../documentation/problem-responses.js';
import { schemaOf } from '../documentation/schemas.js';
import { moment, timeZone } from '../reporting/reporting.openapi.js';

export const DescribeReconcile = operation({
  tag: 'operations',
  operationId: 'reconcile',
  summary: "Compare the ledger with a report file of Vonage's Reports API",
  description:
    'The body is a report of the product MESSAGES, direction outbound: the CSV, or the ZIP that holds it. Columns ' +
    'are found by name. What the ledger lacks is recorded as reports with the source `reconciliation`; the state ' +
    'machine judges them like webhooks. The same file again records nothing. With `Accept: application/x-ndjson` ' +
    'the answer has lines `{progress: {bytes, bytesTotal}}`, and last `{result}` or `{problem}`. One at a time: ' +
    'another is answered 503.',
  parts: [
    ApiQuery({
      name: 'dryRun',
      required: false,
      schema: { type: 'boolean', default: false },
      description: 'Compares, and records nothing.',
    }),
    ApiConsumes('text/csv', 'application/zip'),
    ApiBody({ schema: { type: 'string', format: 'binary' } }),
    ApiResponse({
      status: 200,
      description: 'The comparison.',
      content: {
        'application/json': { schema: schemaOf('Reconciliation') },
        'application/x-ndjson': { schema: { type: 'string' } },
      },
    }),
  ],
  problems: [400, 413, 415],
});

const until = [
  query(
    'until',
    'Only messages created before this time: about older ones than one run takes.',
    moment,
  ),
  timeZone,
];

export const DescribeStuckPlan = operation({
  tag: 'operations',
  operationId: 'planStuckReconciliation',
  summary: 'Read how many messages Vonage would be asked about, and at what cost',
  description:
    'Messages that are `unknown` or `unconfirmed`, the newest first. Nothing is asked yet.',
  parts: [...until, answer('The plan.', schemaOf('StuckPlan'))],
});

export const DescribeReconcileStuck = operation({
  tag: 'operations',
  operationId: 'reconcileStuck',
  summary: 'Ask Vonage about messages that are unknown or unconfirmed',
  description:
    "Each record that Vonage's Reports API answers costs money; `GET` of the same address says how much. What is " +
    'news is recorded as with a report file. A call that Vonage never answered is found by its reference.',
  parts: [
    ...until,
    answer('The comparison.', schemaOf('Reconciliation')),
    problem(502, 'Vonage did not answer the question. What was recorded by then stays.'),
  ],
});
