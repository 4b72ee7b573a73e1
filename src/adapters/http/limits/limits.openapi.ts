import { answer, operation } from '../documentation/operation.js';
import { schemaOf } from '../documentation/schemas.js';

export const DescribeLimits = operation({
  tag: 'operations',
  operationId: 'getLimits',
  summary: 'Read the limits and their use',
  description:
    'The caps of today (UTC) and the countries, for all API keys together and for the one that asks. Null: not limited.',
  parts: [answer('The limits.', schemaOf('Limits'))],
});
