import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { Client } from 'pg';
import { PostgresLeadership } from '../../../src/adapters/coordination/postgres/postgres-leadership.js';
import { monotonicClock } from '../../../src/adapters/system/monotonic-clock.js';
import { HealthRegistry } from '../../../src/application/health/health-registry.js';
import type { Health } from '../../../src/application/ports/health.js';
import { startPostgres } from '../../../testing/embedded-postgres.js';
import { freePort } from '../../../testing/free-port.js';
import { noHealth } from '../../support/doubles/no-health.js';
import { eventually } from '../../support/watching/eventually.js';
import { UnreliableNetwork } from '../../support/doubles/unreliable-network.js';
import { silent, systemClock } from '../../support/worlds/read-models.js';

const hooks = new URL('../../support/typescript-hooks.mjs', import.meta.url).href;
const script = fileURLToPath(new URL('hold-leadership.ts', import.meta.url));

let postgres: Awaited<ReturnType<typeof startPostgres>>;
const candidates: Candidate[] = [];
const processes: ChildProcess[] = [];

beforeAll(async () => {
  postgres = await startPostgres();
});

afterEach(async () => {
  await Promise.all(candidates.splice(0).map((candidate) => candidate.resign()));
  for (const child of processes.splice(0)) child.kill('SIGKILL');
});

afterAll(() => postgres.stop());

/** An instance that wants to lead, in this process. */
class Candidate {
  leads = false;
  private readonly stopping = new AbortController();
  private readonly running: Promise<void>;

  constructor(url: string, logger = silent, health: Health = noHealth) {
    this.running = new PostgresLeadership(url, logger, health).lead(async (turn) => {
      this.leads = true;
      await new Promise((resolve) => turn.addEventListener('abort', resolve));
      this.leads = false;
    }, this.stopping.signal);
  }

  resign(): Promise<void> {
    this.stopping.abort();
    return this.running;
  }
}

function newCandidate(logger = silent, url = postgres.url): Candidate {
  const one = new Candidate(url, logger);
  candidates.push(one);
  return one;
}

async function leadingProcess(): Promise<ChildProcess> {
  const child = spawn(process.execPath, ['--import', hooks, script, postgres.url], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  processes.push(child);
  await once(child.stdout, 'data');
  return child;
}

async function endSessions(): Promise<void> {
  const client = new Client({ connectionString: postgres.url });
  await client.connect();
  await client.query(
    `SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory' AND granted`,
  );
  await client.end();
}

const leading = (): readonly Candidate[] => candidates.filter(({ leads }) => leads);

describe('of several instances', () => {
  it('one leads, and another one when it resigns', async () => {
    for (let index = 0; index < 3; index++) newCandidate();
    const first = await eventually(() => leading()[0]);
    await first.resign();
    const second = await eventually(() => leading()[0]);
    expect(second).not.toBe(first);
    expect(leading()).toHaveLength(1);
  });

  it('the one whose session ends stops its work, and one leads again', async () => {
    newCandidate();
    newCandidate();
    const first = await eventually(() => leading()[0]);
    let stopped = false;
    await endSessions();
    await eventually(() => (stopped ||= !first.leads));
    await eventually(() => leading().length === 1);
    expect(stopped).toBe(true);
  });

  it.each(['SIGKILL', 'SIGSTOP'] as const)(
    'another one takes over in time from a process that meets %s',
    async (signal) => {
      const holder = await leadingProcess();
      const waiting = newCandidate();
      expect(waiting.leads).toBe(false);
      holder.kill(signal);
      await eventually(() => waiting.leads);
      expect(leading()).toEqual([waiting]);
    },
  );
});

it('stops its work when it cannot reach the database, before another one can begin', async () => {
  const { host, pathname, username, password } = new URL(postgres.url);
  const network = await UnreliableNetwork.before(host);
  const far = `postgres://${username}:${password}@${network.address}${pathname}`;
  const cutOff = newCandidate(silent, far);
  await eventually(() => cutOff.leads);
  const other = newCandidate();
  network.forgetConnections();
  // Neither end is notified, so both must detect the loss on their own.
  await eventually(() => !cutOff.leads);
  expect(other.leads).toBe(false);
  await eventually(() => other.leads);
  network.close();
});

it('waits for a database that is away, and says so: once in the log, and as long as it lasts to who asks whether it is ready', async () => {
  const warnings: string[] = [];
  const logger = {
    ...silent,
    warn: (_: unknown, sentence: string) => void warnings.push(sentence),
  };
  const health = new HealthRegistry(systemClock, monotonicClock, silent);
  const { host, pathname, username, password } = new URL(postgres.url);
  const port = await freePort();
  const away = `postgres://${username}:${password}@127.0.0.1:${port}${pathname}`;
  const one = new Candidate(away, logger, health);
  candidates.push(one);
  await eventually(() => warnings.length === 1);
  const other = newCandidate();
  await eventually(() => other.leads);
  expect(one.leads).toBe(false);
  expect(health.part('sending')).toMatchObject({
    state: 'failing',
    reason: expect.stringMatching(/^turns: the database cannot say who has it: .*ECONNREFUSED/),
  });

  const network = await UnreliableNetwork.before(host, port);
  await eventually(() => health.part('sending').state === 'working');
  expect(one.leads).toBe(false);
  await one.resign();
  network.close();
  expect(warnings).toEqual(['The database cannot say who does background work.']);
});

it('leads on no server that takes no writes: on a standby another one may lead too, and on its primary', async () => {
  const url = await postgres.newDatabase();
  const name = new URL(url).pathname.slice(1);
  const operator = new Client({ connectionString: postgres.url });
  await operator.connect();
  // Holds for sessions that begin from now on, as for those of a standby.
  await operator.query(`ALTER DATABASE ${name} SET default_transaction_read_only = on`);
  const health = new HealthRegistry(systemClock, monotonicClock, silent);
  const one = new Candidate(url, silent, health);
  candidates.push(one);
  await eventually(() => health.part('sending').state === 'failing');
  expect(health.part('sending').reason).toMatch(
    /^turns: nobody may have it: .* takes no writes, because it is read-only, as a standby is$/,
  );
  expect(one.leads).toBe(false);

  await operator.query(`ALTER DATABASE ${name} RESET default_transaction_read_only`);
  await eventually(() => one.leads);
  expect(health.part('sending').state).toBe('working');

  // Holds for all sessions at once.
  await operator.query('ALTER SYSTEM SET default_transaction_read_only = on');
  await operator.query('SELECT pg_reload_conf()');
  await eventually(() => !one.leads);
  await operator.query('SET default_transaction_read_only = off');
  await operator.query('ALTER SYSTEM RESET default_transaction_read_only');
  await operator.query('SELECT pg_reload_conf()');
  await eventually(() => one.leads);
  await operator.end();
});
