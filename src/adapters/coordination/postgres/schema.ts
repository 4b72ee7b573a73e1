export const SCHEMA = 'waybill_coordination';

export const paceTable = [
  `CREATE TABLE IF NOT EXISTS ${SCHEMA}.pace (
     id smallint PRIMARY KEY CHECK (id = 1),
     next_turn_at timestamptz NOT NULL
   )`,
  `INSERT INTO ${SCHEMA}.pace VALUES (1, '-infinity') ON CONFLICT (id) DO NOTHING`,
];
