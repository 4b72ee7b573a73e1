import { messageStatuses } from '../../../domain/message/message-status.js';
import { reportStatuses } from '../../../domain/report.js';
import { complete, nullable, text, time } from './schema-parts.js';

const count = { type: 'integer', minimum: 0 };

const listOf = (properties: object): object => ({ type: 'array', items: complete(properties) });

const compared = listOf({
  messageId: text,
  messageUuid: text,
  attempt: count,
  reported: { enum: reportStatuses, description: "The status in Vonage's records." },
  status: { enum: messageStatuses, description: 'The status here, before.' },
});

/** The answer of a reconciliation. */
export const reconciliation = complete({
  id: { type: 'string', description: '`causationId` of each event that it recorded.' },
  dryRun: { type: 'boolean' },
  records: count,
  counts: complete({
    agree: { ...count, description: 'Say what the ledger says.' },
    missingHere: { ...count, description: 'Their webhooks never arrived here.' },
    contradict: { ...count, description: 'Deny what the ledger says. The status stays.' },
    unknownHere: {
      ...count,
      description:
        'Name no message of this ledger: of other applications of the account, or of Verify.',
    },
    unknownToVonage: {
      ...count,
      description:
        'Attempts of ours that the file lacks, on its channels, made at least a minute after its first record and five before its last.',
    },
    inbound: { ...count, description: 'About messages that came in; not compared.' },
    unreadable: count,
  }),
  recorded: { ...count, description: 'Reports that were added to the ledger.' },
  range: nullable(complete({ from: time, to: time })),
  accounts: { type: 'array', items: text },
  examples: complete({
    missingHere: compared,
    contradict: compared,
    unknownHere: listOf({
      messageUuid: text,
      clientRef: nullable(text),
      from: text,
      reported: { enum: reportStatuses },
    }),
    unknownToVonage: listOf({
      messageId: text,
      messageUuid: nullable(text),
      attempt: count,
      status: { enum: messageStatuses },
    }),
    unreadable: listOf({ row: count, reason: text }),
  }),
  notes: { type: 'array', items: text, description: 'Comparisons that were not made, and why.' },
});

/** The questions that a live reconciliation would ask. */
export const stuckPlan = complete({
  messages: count,
  messagesMax: { ...count, description: 'The most messages of one run.' },
  leftBefore: {
    ...nullable(time),
    description: 'Older messages are left: a run with this time as `until` asks about them.',
  },
  estimatedCost: complete({ currency: { enum: ['EUR'] }, amount: text }),
  costBasis: text,
});
