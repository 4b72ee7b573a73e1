import { rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { Client } from 'pg';
import { openLedger, type Ledger } from '../../adapters/event-store/event-store.module.js';
import { Refusal } from '../../adapters/event-store/eventstoredb/failures.js';
import { isConnectionError } from '../../adapters/read-model/copies/postgres/connection-errors.js';
import { ok, wrong, type Check } from '../../application/account/check.js';
import { reasonOf } from '../../application/errors.js';
import { LEDGER_STREAMS } from '../../application/streams.js';
import type { Config } from '../../config.js';

/** A server that takes longer tells that something is wrong. */
const ANSWER_MS_MAX = 5_000;

/** docs/operations.md, "Sizing". */
const CONNECTIONS_PER_INSTANCE = 46;
const VERSION_MIN = 140_000;

type Installation = Pick<Config, 'eventStore' | 'readModel' | 'log' | 'masterKeys'>;

/** Checks the directory and the servers that the service needs, from this machine and as the user who asks. */
export async function checkInstallation(config: Installation): Promise<readonly Check[]> {
  const { eventStore, readModel } = config;
  return [
    ...checkDirectory(config),
    ...(eventStore.kind === 'eventstoredb' ? [await checkEventStore(eventStore.url)] : []),
    ...(readModel.kind === 'postgres' ? [await checkDatabase(readModel.url)] : []),
  ];
}

/** @returns none where nothing lies in DATA_DIR */
function checkDirectory({ eventStore, readModel, log, masterKeys }: Installation): Check[] {
  const directories = {
    'the ledger': eventStore.kind === 'sqlite' ? eventStore.directory : null,
    'read models': readModel.kind === 'sqlite' ? readModel.directory : null,
    'the master key': masterKeys.keys === null ? masterKeys.file && dirname(masterKeys.file) : null,
    'the signing key of the log':
      log.signingKey === null ? log.keyFile && dirname(log.keyFile) : null,
  };
  const kept = Object.entries(directories).filter(([, directory]) => directory !== null);
  const [directory] = kept.map(([, one]) => resolve(one ?? ''));
  if (directory === undefined) return [];
  const name = 'data directory';
  const existing = nearestExisting(directory);
  const failure = failureToWrite(existing);
  if (failure !== undefined) {
    return [
      wrong(
        name,
        `no file can be written in ${existing}: ${failure}`,
        'Make room there, give the user of the service the right to write, or set DATA_DIR to another directory.',
      ),
    ];
  }
  const holds = kept.map(([what]) => what).join(', ');
  const says =
    existing === directory
      ? `${directory} can be written by this user; it holds ${holds}`
      : `${directory} is not there yet, and this user can make it; it will hold ${holds}`;
  const keysOfEachInstance = kept.every(([what]) => what.endsWith('key') || what.endsWith('log'));
  const todo = 'Give several instances the same MASTER_KEY and LOG_SIGNING_KEY.';
  return [ok(name, says, keysOfEachInstance ? todo : null)];
}

const nearestExisting = (path: string): string =>
  statSync(path, { throwIfNoEntry: false }) === undefined && dirname(path) !== path
    ? nearestExisting(dirname(path))
    : path;

/** More than a full disk has left. */
const TRIAL = Buffer.alloc(64 * 1024);

/** @returns why it fails; undefined when it does not */
function failureToWrite(directory: string): string | undefined {
  const file = join(directory, `.waybill-doctor-${process.pid}`);
  try {
    writeFileSync(file, TRIAL, { flag: 'wx' });
    rmSync(file);
    return undefined;
  } catch (error) {
    // A full disk may have taken its name.
    if (statSync(file, { throwIfNoEntry: false }) !== undefined) rmSync(file);
    return (error as NodeJS.ErrnoException).code ?? String(error);
  }
}

/** Makes the calls that the service makes: an append, a read of `$all`, and a subscription. */
async function checkEventStore(url: string): Promise<Check> {
  const name = 'event store';
  let ledger: Ledger | undefined;
  try {
    ledger = await openLedger({ kind: 'eventstoredb', url });
    await ledger.store.checkWritable();
    const after = await ledger.feed.head();
    const isFollowed = await follows(ledger, after);
    return isFollowed
      ? ok(name, 'EventStoreDB takes events, shows them, and can be followed')
      : wrong(
          name,
          'EventStoreDB takes events and shows them, but a subscription gets no answer',
          'Look at the server, and at a proxy before it: a subscription is a call that does not end.',
        );
  } catch (error) {
    const isRefusal = error instanceof RangeError || (error as Error).cause instanceof Refusal;
    const todo = isRefusal
      ? 'Mend it in EVENTSTORE_URL or on the server: docs/operations.md, "An EventStoreDB for Waybill".'
      : 'Start EventStoreDB, and look at host, port and tls in EVENTSTORE_URL, at the network and the firewall.';
    return wrong(name, (error as Error).message, todo);
  } finally {
    await ledger?.close();
  }
}

async function follows({ feed }: Ledger, after: string | undefined): Promise<boolean> {
  const options = { prefixes: LEDGER_STREAMS, signal: AbortSignal.timeout(ANSWER_MS_MAX) };
  for await (const { caughtUp } of feed.follow(
    after === undefined ? options : { ...options, after },
  )) {
    if (caughtUp) return true;
  }
  return false;
}

interface Answer {
  readonly name: string;
  readonly version: number;
  readonly version_name: string;
  readonly read_only: string;
  readonly may_create: boolean;
  readonly connections: number;
}

async function checkDatabase(url: string): Promise<Check> {
  try {
    return judgeDatabase(await askDatabase(url));
  } catch (error) {
    return wrong(DATABASE, reasonOf(error), todoAbout(error));
  }
}

const DATABASE = 'database';

async function askDatabase(url: string): Promise<Answer | undefined> {
  const client = new Client({
    connectionString: url,
    connectionTimeoutMillis: ANSWER_MS_MAX,
    query_timeout: ANSWER_MS_MAX,
  });
  // The failure of a query tells of it too.
  client.on('error', () => undefined);
  try {
    await client.connect();
    const { rows } = await client.query<Answer>(
      `SELECT current_database() AS name,
         current_setting('server_version_num')::int AS version,
         current_setting('server_version') AS version_name,
         current_setting('transaction_read_only') AS read_only,
         has_database_privilege(current_database(), 'CREATE') AS may_create,
         current_setting('max_connections')::int
           - current_setting('superuser_reserved_connections')::int AS connections`,
    );
    return rows[0];
  } finally {
    await client.end().catch(() => undefined);
  }
}

function judgeDatabase(answer: Answer | undefined): Check {
  if (answer === undefined) {
    return wrong(DATABASE, 'it gave an answer that is not known', 'Is it PostgreSQL?');
  }
  const { name, version, version_name: versionName, connections } = answer;
  if (version < VERSION_MIN) {
    return wrong(DATABASE, `it is PostgreSQL ${versionName}`, 'Use version 14 or newer.');
  }
  if (answer.read_only === 'on') {
    return wrong(
      DATABASE,
      `${name} takes no writes: it is a standby, or read only`,
      'Name the server that takes writes in DATABASE_URL.',
    );
  }
  if (!answer.may_create) {
    return wrong(
      DATABASE,
      `the account in DATABASE_URL may not make schemas in ${name}`,
      `GRANT CREATE ON DATABASE ${name} TO that account.`,
    );
  }
  if (connections < CONNECTIONS_PER_INSTANCE) {
    return wrong(
      DATABASE,
      `the server takes ${connections} connections, and an instance may need ${CONNECTIONS_PER_INSTANCE}`,
      'Raise max_connections of the server.',
    );
  }
  const instances = Math.floor(connections / CONNECTIONS_PER_INSTANCE);
  return ok(
    DATABASE,
    `PostgreSQL ${versionName} takes writes; its ${connections} connections serve ${instances} ${instances === 1 ? 'instance' : 'instances'}`,
  );
}

/** Of a server that runs, and cannot answer as it is. */
const TODO_OF_STATE: Readonly<Record<string, string>> = {
  '53100': 'Make room on the disk of the server.',
  '53200': 'Give the server more memory, or let it use less.',
  '53300': 'Raise max_connections of the server, or stop what uses them.',
  '57014': 'Look at the load of the server, at its locks, and at statement_timeout.',
  '57P03': 'Wait until the server has started, or look into its log.',
};

/** By the error codes of PostgreSQL, appendix A. */
function todoAbout(error: unknown): string {
  const code = String((error as { readonly code?: unknown }).code);
  if (code.startsWith('28')) {
    return 'Look at user name and password in DATABASE_URL, and at pg_hba.conf of the server.';
  }
  if (code === '3D000') return 'Create the database, or name another one in DATABASE_URL.';
  const ofState = TODO_OF_STATE[code];
  if (ofState !== undefined) return ofState;
  return isConnectionError(error)
    ? 'Start PostgreSQL, and look at host and port in DATABASE_URL, at the network and the firewall.'
    : 'Look at DATABASE_URL, and at sslmode in it.';
}
