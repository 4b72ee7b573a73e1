import { providers } from '../../../domain/sending/provider.js';

export const SCHEMA = 'waybill_coordination';

/** Earlier versions had one row, for Vonage, in a table `pace`. */
export const pacesTable = [
  `CREATE TABLE IF NOT EXISTS ${SCHEMA}.paces (
     provider text PRIMARY KEY,
     next_turn_at timestamptz NOT NULL
   )`,
  `INSERT INTO ${SCHEMA}.paces
   SELECT provider, '-infinity' FROM unnest(ARRAY[${providers.map((provider) => `'${provider}'`).join(', ')}]) AS provider
   ON CONFLICT (provider) DO NOTHING`,
];
