import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { SqliteLogStore } from '../../src/adapters/transparency-log/sqlite/sqlite-log-store.js';
import { LogObserver } from '../support/watching/log-observer.js';
import { logIn } from '../support/worlds/signed-ledger.js';
import { setTimeout as delay } from 'node:timers/promises';
import type { DeliveryReport } from '../../src/application/reporting/delivery-report.js';
import { seededRandom } from '../../testing/seeded-random.js';
import type { Sandbox } from 'vonage-sandbox';
import { findings, type Witness } from './findings.js';
import { adoptedStreams, copyLedger, messageOf, type LedgerCopy } from './ledger-copy.js';
import { MessageSenders } from './message-senders.js';
import type { ServiceProcess } from '../service/service-process.js';
import { ServiceWorld } from '../service/service-world.js';
import { Tally } from '../service/tally.js';
import { sha256Of, WebhookSenders } from './webhook-senders.js';

/** Stories take a fiftieth of their time: half a second for a late answer. */
const TIME_SCALE = 0.02;
/** The first retry comes after 20 ms, the later ones at least every 3.6 s. */
const RETRY_TIME_SCALE = 0.004;
const VONAGE_TIMEOUT_MS = 1_000;

/** An attempt without an outcome is given up 5 s after its time limit; the rest is for slow machines. */
const SETTLE_MS_MAX = 40_000;
const SETTLE_POLL_MS = 300;

/** The sandbox keeps at least as many records as a run may produce. */
const HISTORY_MAX = 1_000_000;

export interface Figures {
  readonly sends: number;
  readonly webhooks: number;
  readonly events: number;
  /** Calls to Vonage that a kill interrupted between their start and their outcome. */
  readonly attemptsCutOff: number;
  /** Recorded requests whose answer was lost. */
  readonly answersLost: number;
  readonly answers: Readonly<Record<string, number>>;
}

/** A service, its sandbox, which outlives it, and all clients that call it. */
export class World {
  readonly observer = new LogObserver();
  private readonly ending = new AbortController();
  private running: Promise<unknown> = Promise.resolve();

  private constructor(
    private readonly outside: ServiceWorld,
    readonly tally: Tally,
    private readonly messages: MessageSenders,
    private readonly webhooks: WebhookSenders,
  ) {}

  get service(): ServiceProcess {
    return this.outside.service;
  }

  get sandbox(): Sandbox {
    return this.outside.sandbox;
  }

  static async create(entry: string, seed: number): Promise<World> {
    const outside = await ServiceWorld.create({
      entry,
      vonageTimeoutMs: VONAGE_TIMEOUT_MS,
      sandbox: {
        seed,
        timeScale: TIME_SCALE,
        retryTimeScale: RETRY_TIME_SCALE,
        historyMax: HISTORY_MAX,
      },
    });
    const { service, sandbox, credentials } = outside;
    const tally = new Tally();
    const messages = new MessageSenders(service.url, sandbox, seededRandom(seed + 1), tally);
    const webhooks = new WebhookSenders(
      service.url,
      sandbox,
      credentials,
      seededRandom(seed + 2),
      tally,
    );
    return new World(outside, tally, messages, webhooks);
  }

  /** Starts all clients, which call whether or not anybody answers. */
  startCalling(): void {
    const { signal } = this.ending;
    this.running = Promise.all([this.messages.run(signal), this.webhooks.run(signal)]);
  }

  /** Looks at the transparency log that a killed service has left: none of its checkpoints may contradict another. */
  async observeLog(): Promise<void> {
    const file = join(this.outside.directory, 'transparency-log.sqlite');
    if (!existsSync(file)) return;
    const store = new SqliteLogStore(file);
    try {
      await this.observer.look(logIn(store));
    } catch (error) {
      this.tally.findings.push(`the transparency log: ${String(error)}`);
    } finally {
      await store.close();
    }
  }

  /** Waits until the sandbox has accepted the next send, or for this many milliseconds. */
  async untilCalled(withinMs: number): Promise<void> {
    const taken = this.sandbox.messages().length;
    const deadlineMs = performance.now() + withinMs;
    while (this.sandbox.messages().length === taken && performance.now() < deadlineMs) {
      await delay(1);
    }
  }

  /** Starts nothing new. Resolves when everything started is acknowledged; a service must be running. */
  async stopCalling(): Promise<void> {
    this.ending.abort();
    await this.running;
    await this.sandbox.settled();
  }

  /** Waits until there are no findings; after a while it returns those that remain. */
  async findings(): Promise<{ readonly findings: readonly string[]; readonly figures: Figures }> {
    const startedMs = performance.now();
    for (;;) {
      const ledger = await copyLedger(this.service.url);
      const found = [
        ...this.tally.findings,
        ...findings(ledger, this.witness()),
        ...(await this.checkReadModels(ledger)),
      ];
      if (found.length === 0 || performance.now() - startedMs > SETTLE_MS_MAX) {
        return { findings: found, figures: this.figures(ledger) };
      }
      await delay(SETTLE_POLL_MS);
    }
  }

  async end(): Promise<void> {
    this.ending.abort();
    await this.outside.end();
  }

  private witness(): Witness {
    const callbacks = this.sandbox.callbacks().map(({ body, attempts }) => ({
      sha256: sha256Of(body),
      acknowledged: attempts.some(({ answer }) => answer === 204),
    }));
    const acknowledged = callbacks.filter((callback) => callback.acknowledged);
    return {
      sends: this.messages.acknowledged,
      cancelled: this.messages.cancelled,
      acknowledgedWebhooks: new Set([
        ...this.webhooks.acknowledged,
        ...acknowledged.map(({ sha256 }) => sha256),
      ]),
      sentWebhooks: new Set([...this.webhooks.sent, ...callbacks.map(({ sha256 }) => sha256)]),
      external: this.webhooks.external,
      takenByClientRef: this.sandbox.sendsByClientRef(),
      taken: new Map(
        this.sandbox
          .messages()
          .map(({ client_ref, message_uuid, story }) => [
            client_ref ?? '',
            { messageUuid: message_uuid, story },
          ]),
      ),
    };
  }

  /** Checks that the read models count each message once: no event was projected twice or left out. */
  private async checkReadModels({ streams }: LedgerCopy): Promise<readonly string[]> {
    const expected: Record<string, number> = {};
    const adopted = adoptedStreams(streams);
    for (const [stream, events] of streams) {
      const message = adopted.has(stream) ? undefined : messageOf(events);
      if (message !== undefined) expected[message.status] = (expected[message.status] ?? 0) + 1;
    }
    const response = await fetch(`${this.service.url}/v1/reports/delivery`);
    const { rows } = (await response.json()) as DeliveryReport;
    const counted = Object.fromEntries(
      Object.entries(rows[0]?.byStatus ?? {}).map(([status, share]) => [status, share.messages]),
    );
    const [says, holds] = [sorted(counted), sorted(expected)];
    return says === holds ? [] : [`the delivery report says ${says}, the ledger ${holds}`];
  }

  private figures({ streams, eventCount }: LedgerCopy): Figures {
    const witness = this.witness();
    const cutOff = [...streams.values()]
      .flat()
      .filter(
        ({ event }) =>
          event.type === 'AttemptOutcomeUnknown' && event.data.reason.includes('process that made'),
      );
    return {
      sends: witness.sends.size,
      webhooks: witness.acknowledgedWebhooks.size,
      events: eventCount,
      attemptsCutOff: cutOff.length,
      answersLost: this.tally.answersLost,
      answers: this.tally.answersByStatus,
    };
  }
}

const sorted = (counts: Readonly<Record<string, number>>): string =>
  JSON.stringify(
    Object.entries(counts)
      .filter(([, count]) => count > 0)
      .toSorted(([one], [other]) => one.localeCompare(other)),
  );
