export const SCHEMA = 'waybill_log';

export const logTables = `
  CREATE TABLE IF NOT EXISTS ${SCHEMA}.logs (
    number integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    origin text NOT NULL UNIQUE,
    size bigint NOT NULL,
    position text,
    ledger text,
    checkpoint text NOT NULL,
    keys text NOT NULL,
    decided_hold text,
    replaces text
  );
  CREATE TABLE IF NOT EXISTS ${SCHEMA}.tiles (
    log integer NOT NULL,
    level smallint NOT NULL,
    number bigint NOT NULL,
    hashes bytea NOT NULL,
    PRIMARY KEY (log, level, number)
  );
  CREATE TABLE IF NOT EXISTS ${SCHEMA}.bundles (
    log integer NOT NULL,
    number bigint NOT NULL,
    first_position text NOT NULL,
    entries bytea NOT NULL,
    PRIMARY KEY (log, number)
  );
  -- The last checkpoint of each hour.
  CREATE TABLE IF NOT EXISTS ${SCHEMA}.checkpoints (
    log integer NOT NULL,
    hour integer NOT NULL,
    note text NOT NULL,
    keys text NOT NULL,
    PRIMARY KEY (log, hour)
  );
`;
