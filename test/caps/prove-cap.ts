import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { createSandboxCredentials, startSandbox } from 'vonage-sandbox';
import { ServiceProcess } from '../service/service-process.js';
import { startPostgres } from '../../testing/embedded-postgres.js';
import { EventStoreDbDouble } from '../../testing/eventstoredb-double/eventstoredb-double.js';
import { seededRandom, type Random } from '../../testing/seeded-random.js';

const INSTANCES = 2;
/** A repeat after a cut connection or a 503; the ledger and the other instance go on meanwhile. */
const REPEAT_PAUSE_MS = 50;
/** The count is believed when nothing was handed over for so long. */
const QUIET_MS = 3_000;

export interface CapProof {
  /** The compiled `main.js`. */
  readonly entry: string;
  readonly sends: number;
  readonly cap: number;
  readonly connections: number;
  readonly kills: number;
  readonly seed: number;
}

export interface CapFigures {
  /** Answers by status, without those to repeats. */
  readonly accepted: number;
  readonly refused: number;
  readonly handedOver: number;
  readonly killed: number;
  /** Calls that were under way at a kill, as their callers saw it. */
  readonly cutOff: number;
  /** Answers 503, after which the caller repeats. */
  readonly busy: number;
  readonly seconds: number;
}

/** Sends more messages than a cap allows through two instances on one ledger, and kills them meanwhile. */
export async function proveCap(
  proof: CapProof,
): Promise<{ readonly findings: readonly string[]; readonly figures: CapFigures }> {
  const startedMs = performance.now();
  const directory = mkdtempSync(join(tmpdir(), 'waybill-cap-'));
  const ledger = await EventStoreDbDouble.start();
  // Instances on one ledger share the key store too: it is in the database.
  const postgres = await startPostgres();
  const masterKey = randomBytes(32).toString('base64');
  const credentials = await createSandboxCredentials();
  const { privateKey: _, ...account } = credentials;
  const sandbox = await startSandbox({
    ...account,
    requestsPerSecond: null,
    timeScale: 0.01,
    seed: proof.seed,
  });
  const instances = await Promise.all(
    Array.from({ length: INSTANCES }, (__, index) =>
      ServiceProcess.on({
        entry: proof.entry,
        dataDirectory: join(directory, String(index)),
        credentials,
        vonageUrl: sandbox.url,
        vonageTimeoutMs: 5_000,
        environment: {
          EVENT_STORE: 'eventstoredb',
          EVENTSTORE_URL: ledger.url,
          READ_MODEL: 'postgres',
          DATABASE_URL: postgres.url,
          MASTER_KEY: masterKey,
          MESSAGES_PER_DAY_MAX: String(proof.cap),
        },
      }),
    ),
  );
  try {
    for (const instance of instances) instance.spawn();
    for (const instance of instances) await instance.untilReady();
    const [first] = instances as [ServiceProcess];
    sandbox.configure({
      statusUrl: `${first.url}/webhooks/status`,
      inboundUrl: `${first.url}/webhooks/inbound`,
    });
    const dayAtStart = new Date().getUTCDate();
    const run = new Run(proof, instances);
    await run.send();
    const handedOver = await countWhenQuiet(() => sandbox.messages().length);
    const seconds = Math.round((performance.now() - startedMs) / 1000);
    const { accepted, refused, killed, cutOff, busy } = run;
    const figures = { accepted, refused, handedOver, killed, cutOff, busy, seconds };
    if (new Date().getUTCDate() !== dayAtStart) return { findings: ['the day ended'], figures };
    const doubled = Object.values(sandbox.sendsByClientRef()).filter((times) => times > 1).length;
    return { findings: findingsOf(proof, figures, doubled), figures };
  } finally {
    await Promise.all(instances.map((instance) => instance.end('SIGKILL')));
    await sandbox.stop();
    ledger.stop();
    await postgres.stop();
    rmSync(directory, { recursive: true, force: true });
  }
}

function findingsOf(
  { sends, cap, kills }: CapProof,
  { accepted, refused, handedOver, killed, cutOff }: CapFigures,
  doubled: number,
): readonly string[] {
  // A kill wastes at most the parts of the calls under way.
  const least = cap - cutOff;
  // A kill may also cut off the hand-over itself; then its outcome is unknown, and it is not repeated.
  const isMissing = kills === 0 ? handedOver < accepted : false;
  return [
    ...(handedOver > cap ? [`${handedOver} messages were handed over at a cap of ${cap}`] : []),
    ...(handedOver > accepted ? [`${accepted} were accepted, ${handedOver} handed over`] : []),
    ...(isMissing ? [`${accepted} were accepted, only ${handedOver} handed over`] : []),
    ...(accepted < least ? [`only ${accepted} were accepted, not ${least}`] : []),
    ...(accepted + refused === sends ? [] : [`${sends - accepted - refused} have no answer`]),
    ...(killed === kills ? [] : [`${killed} kills happened, not ${kills}`]),
    ...(doubled === 0 ? [] : [`${doubled} messages were handed over twice`]),
  ];
}

/** The senders, and the kills among them. */
class Run {
  accepted = 0;
  refused = 0;
  killed = 0;
  cutOff = 0;
  busy = 0;
  private next = 0;
  private readonly random: Random;
  private readonly restarts: Promise<unknown>[] = [];
  /** Numbers of accepted messages at which an instance is killed. Each kill loses a part of what is reserved, so none is late. */
  private readonly killAt: number[];

  constructor(
    private readonly proof: CapProof,
    private readonly instances: readonly ServiceProcess[],
  ) {
    this.random = seededRandom(proof.seed);
    this.killAt = Array.from({ length: proof.kills }, (_, index) =>
      Math.floor(((index + this.random()) / proof.kills) * proof.cap * 0.3),
    );
  }

  async send(): Promise<void> {
    const { connections } = this.proof;
    await Promise.all(Array.from({ length: connections }, (_, index) => this.connection(index)));
    await Promise.all(this.restarts);
  }

  private async connection(start: number): Promise<void> {
    while (this.next < this.proof.sends) {
      const number = this.next++;
      const status = await this.untilAnswered(number, start + number);
      if (status === 202) this.accepted += 1;
      else if (status === 429) this.refused += 1;
      else throw new Error(`Message ${number} was answered ${status}.`);
      this.killWhenDue();
    }
  }

  /** Repeats with the same key until there is an answer that is meant. */
  private async untilAnswered(number: number, turn: number): Promise<number> {
    for (let tries = 0; ; tries++) {
      const instance = this.instances[(turn + tries) % this.instances.length] as ServiceProcess;
      const status = await post(`${instance.url}/v1/messages`, number);
      if (typeof status === 'number' && status !== 503) return status;
      if (status === 'cut off') this.cutOff += 1;
      if (status === 503) this.busy += 1;
      await delay(REPEAT_PAUSE_MS);
    }
  }

  private killWhenDue(): void {
    const at = this.killAt[0];
    if (at === undefined || this.accepted < at) return;
    this.killAt.shift();
    const victim = this.instances[Math.floor(this.random() * this.instances.length)];
    if (victim !== undefined) this.restarts.push(this.killAndRestart(victim));
  }

  private async killAndRestart(victim: ServiceProcess): Promise<void> {
    // Two kills of one instance in a row wait for each other.
    await Promise.allSettled(this.restarts.slice(0, -1));
    this.killed += 1;
    await victim.end('SIGKILL');
    victim.spawn();
    await victim.untilReady();
  }
}

async function post(url: string, number: number): Promise<number | 'cut off' | 'not there'> {
  try {
    const response = await fetch(url, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json', 'Idempotency-Key': `send-${number}` },
      body: JSON.stringify({ to: `4477009${String(number).padStart(5, '0')}`, text: 'Hello' }),
    });
    await response.arrayBuffer();
    return response.status;
  } catch (error) {
    const { cause } = error as { readonly cause?: { readonly code?: string } };
    return cause?.code === 'ECONNREFUSED' ? 'not there' : 'cut off';
  }
}

/** Waits until nothing more is handed over for a while. */
async function countWhenQuiet(count: () => number): Promise<number> {
  let counted = -1;
  while (counted !== count()) {
    counted = count();
    await delay(QUIET_MS);
  }
  return counted;
}
