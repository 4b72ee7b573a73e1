import { partStates } from '../../../application/ports/health.js';
import { providers } from '../../../domain/sending/provider.js';
import { awaitsReports, complete, text, time } from './schema-parts.js';

const partProperties = {
  state: {
    enum: partStates,
    description:
      '`standby`: another instance does it. `held`: an operator has stopped it. `behind`: it moves on, but late. ' +
      '`damaged`: the ledger takes in, but a part of what it holds cannot be read. `failing`: it stands still. `rebuilding`: it stands still until it has been made anew.',
  },
  since: time,
  reason: { type: 'string', description: 'Why; absent while it is `working`.' },
};

const part = { type: 'object', required: ['state', 'since'], properties: partProperties } as const;

export const readiness = complete({
  status: { enum: ['ready', 'not-ready'], description: 'Of the parts that were asked for.' },
  accepting: { type: 'boolean', description: 'What is acknowledged now will be in the ledger.' },
  sending: { type: 'boolean', description: 'Messages are handed to Vonage.' },
  parts: complete({
    ledger: part,
    readModels: {
      type: 'object',
      required: ['state', 'since', 'behindEvents', 'behindSeconds'],
      properties: {
        ...partProperties,
        behindEvents: { type: 'integer', description: 'Known to wait; there may be more.' },
        behindSeconds: { type: 'number' },
      },
    },
    sending: {
      type: 'object',
      required: ['state', 'since', 'heldProviders', 'awaitsReports'],
      properties: {
        ...partProperties,
        heldProviders: {
          type: 'array',
          description:
            'The providers that get nothing now. The state is that of what goes to Vonage.',
          items: complete({ provider: { enum: providers }, since: time, reason: text }),
        },
        awaitsReports,
      },
    },
    proof: part,
    deliveries: part,
    erasure: part,
  }),
});
