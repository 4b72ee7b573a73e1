import { providers } from '../../../domain/sending/provider.js';

export const SCHEMA = 'waybill_coordination';

/**
 * Earlier versions had one row, for Vonage, in a table `pace`. It is dropped: an instance of such a version that still runs
 * beside this one takes no turn any more, instead of turns that nobody else counts.
 */
export const pacesTable = [
  `DROP TABLE IF EXISTS ${SCHEMA}.pace`,
  `CREATE TABLE IF NOT EXISTS ${SCHEMA}.paces (
     provider text PRIMARY KEY,
     next_turn_at timestamptz NOT NULL
   )`,
  `INSERT INTO ${SCHEMA}.paces
   SELECT provider, '-infinity' FROM unnest(ARRAY[${providers.map((provider) => `'${provider}'`).join(', ')}]) AS provider
   ON CONFLICT (provider) DO NOTHING`,
];
