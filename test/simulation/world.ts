import { createHash } from 'node:crypto';
import type { Logger } from '../../src/application/ports/logger.js';
import type { WebhookResult } from '../../src/application/ports/metrics.js';
import { checkWorld } from './checks/checks.js';
import { overdueEntries } from './checks/read-model-checks.js';
import { Clients } from './clients.js';
import { Instance, type Surroundings } from './instance.js';
import { Names } from './names.js';
import { planFor, type OutagePlan, type Plan } from './plan.js';
import { Life, Scheduler } from './scheduler.js';
import { SimulatedKeyStore } from './surroundings/simulated-key-store.js';
import { SimulatedLeadership } from './surroundings/simulated-leadership.js';
import { SimulatedLedger } from './surroundings/simulated-ledger.js';
import { SimulatedReadModels } from './surroundings/simulated-read-models.js';
import { SimulatedVonage } from './surroundings/simulated-vonage.js';
import { Story } from './story.js';
import { Watcher } from './checks/watcher.js';

/** The result of one seed. */
export interface Ending {
  readonly story: Story;
  readonly findings: readonly string[];
  readonly steps: number;
}

/** Vonage repeats a webhook when no answer came for this long. */
const ANSWER_MS_MAX = 10_000;
/** The world is looked at so often, to see whether anything is left to do. */
const LOOK_MS = 10_000;
/** Something that does not end within this time never ends. */
const SETTLE_MS_MAX = 30 * 60_000;

/** The whole system of one seed: its instances, and everything around them. */
export class World {
  readonly scheduler: Scheduler;
  readonly plan: Plan;
  readonly story: Story;
  readonly names = new Names();
  readonly ledger: SimulatedLedger;
  readonly vonage: SimulatedVonage;
  readonly leadership: SimulatedLeadership;
  readonly watcher: Watcher;
  readonly instances: Instance[] = [];
  /** SHA-256 of the bodies of webhooks that were answered with 2xx. */
  readonly acknowledged = new Set<string>();
  readonly clients: Clients;
  kills = 0;
  /** Refuses some webhooks, although it reaches the ledger. */
  private refusing: Instance | undefined;
  private wallAheadMs = 0;
  private started = 0;
  private webhooksOpen = 0;
  private readonly keyStore: SimulatedKeyStore;

  private constructor(
    scheduler: Scheduler,
    readonly readModels: SimulatedReadModels,
  ) {
    this.scheduler = scheduler;
    this.plan = planFor(scheduler);
    this.story = new Story(() => scheduler.elapsedMs);
    this.watcher = new Watcher(
      scheduler,
      this.plan,
      (number) => this.keyStore.contactStreamOf(number),
      (life) => this.clockMsOf(life),
    );
    this.ledger = new SimulatedLedger(scheduler, this.story, this.names, this.watcher);
    this.vonage = new SimulatedVonage(scheduler, this.plan, this.story, this.names);
    this.vonage.post = (kind, body) => this.post(kind, Buffer.from(JSON.stringify(body)), 1);
    this.leadership = new SimulatedLeadership(scheduler);
    this.keyStore = new SimulatedKeyStore(scheduler);
    this.clients = new Clients(this);
  }

  /** Lives through one seed. */
  static async run(seed: number): Promise<Ending> {
    const scheduler = new Scheduler(seed);
    const readModels = await SimulatedReadModels.open(scheduler);
    const world = new World(scheduler, readModels);
    try {
      await world.live();
      const findings = await checkWorld(world);
      return { story: world.story, findings, steps: scheduler.count };
    } catch (error) {
      const finding = error instanceof Error ? (error.stack ?? error.message) : String(error);
      return { story: world.story, findings: [finding], steps: scheduler.count };
    } finally {
      for (const { life } of world.instances) life.isOver = true;
      await readModels.close();
    }
  }

  /** An instance that lives; undefined when none does. */
  living(): Instance | undefined {
    return this.scheduler.oneOf(this.instances.filter(({ life }) => !life.isOver));
  }

  startInstance(): void {
    const name = String.fromCharCode('A'.charCodeAt(0) + (this.started++ % 26));
    this.story.tell(name, 'starts');
    this.instances.push(new Instance(name, this.surroundings()));
  }

  private async live(): Promise<void> {
    const { scheduler, plan } = this;
    for (let count = 0; count < plan.instances; count++) this.startInstance();
    this.ledger.faults = plan.store;
    this.readModels.failing = plan.readModelsFailing;
    this.clients.begin();
    this.planTroubles();
    await scheduler.runUntil(plan.activeMs);
    await this.settle();
  }

  /** Plans the kills, the lost turns, and the times in which Vonage refuses more than one message. */
  private planTroubles(): void {
    const { scheduler, plan } = this;
    const times = (count: number, act: () => void): void => {
      for (let number = 0; number < count; number++) {
        scheduler.after(scheduler.between(0, plan.activeMs), act);
      }
    };
    times(plan.kills, () => this.kill());
    times(plan.leadershipLosses, () => {
      const name = this.leadership.takeAway();
      if (name !== undefined) this.story.tell(name, 'loses its turn');
    });
    for (const { byMs, isTakenBack } of plan.clockSteps) {
      scheduler.after(scheduler.between(0, plan.activeMs), () => {
        this.stepWall(byMs);
        if (!isTakenBack) return;
        scheduler.after(scheduler.between(1_000, 40_000), () => this.stepWall(-byMs));
      });
    }
    if (plan.outage !== undefined) this.planOutage(plan.outage);
    times(plan.accountRefusals, () => {
      const status = scheduler.oneOf([401, 402] as const);
      this.story.tell('Vonage', `refuses the account with ${status}`);
      this.vonage.refusesAccount = status;
      scheduler.after(scheduler.between(1_000, 40_000), () => {
        this.vonage.refusesAccount = undefined;
      });
    });
    times(plan.senderRefusals, () => {
      this.story.tell('Vonage', 'refuses a sender');
      this.vonage.refusedSenders.add('WAYBILL');
      scheduler.after(scheduler.between(1_000, 40_000), () => this.vonage.refusedSenders.clear());
    });
  }

  private planOutage({ kind, lengthMs, killAfterMs }: OutagePlan): void {
    const { scheduler, plan, ledger } = this;
    const { secondTexts } = this.watcher;
    scheduler.after(scheduler.between(0, plan.activeMs / 2), () => {
      this.story.tell('world', `has an outage: ${kind}`);
      const one = this.living();
      if (kind === 'down') {
        for (const instance of this.instances) if (!instance.life.isOver) this.end(instance);
      }
      if (kind === 'cut-all') ledger.isAway = true;
      if (kind === 'half') ledger.faults = { ...ledger.faults, unavailable: 50 };
      if (kind === 'cut-one' && one !== undefined) {
        ledger.cutOff.add(one.life);
        secondTexts.cutOff(one.life);
      }
      if (kind === 'refusing') {
        this.refusing = this.instances.find(({ life }) => !this.leadership.isHeldBy(life));
      }
      scheduler.after(lengthMs, () => {
        this.story.tell('world', 'has no outage any more');
        ledger.isAway = false;
        ledger.faults = { ...ledger.faults, unavailable: 0 };
        for (const life of ledger.cutOff) secondTexts.reachesLedger(life, scheduler.elapsedMs);
        ledger.cutOff.clear();
        this.refusing = undefined;
        if (kind === 'down') {
          for (let count = 0; count < plan.instances; count++) {
            scheduler.after(scheduler.between(0, 2_000 * count), () => this.startInstance());
          }
        }
      });
      if (killAfterMs !== undefined) scheduler.after(lengthMs + killAfterMs, () => this.kill());
    });
  }

  /** All machines follow one time server. */
  private stepWall(milliseconds: number): void {
    this.story.tell('world', `steps the clocks by ${Math.round(milliseconds)} ms`);
    this.wallAheadMs += milliseconds;
  }

  private kill(): void {
    const { scheduler } = this;
    const instance = this.living();
    if (instance === undefined) return;
    this.end(instance);
    scheduler.after(scheduler.between(10, 8_000), () => this.startInstance());
  }

  private end(instance: Instance): void {
    this.kills++;
    this.story.tell(instance.life.name, 'is killed');
    instance.kill();
    this.watcher.secondTexts.died(instance.life, this.scheduler.elapsedMs);
  }

  /** Faults and people rest; then everything that can still happen happens. */
  private async settle(): Promise<void> {
    const { scheduler } = this;
    this.story.tell('world', 'is well again');
    this.ledger.faults = { unavailable: 0, answerLost: 0, slow: 0 };
    this.readModels.failing = 0;
    this.vonage.isHonest = true;
    this.clients.end();
    const latest = scheduler.elapsedMs + SETTLE_MS_MAX;
    do {
      await scheduler.runUntil(scheduler.elapsedMs + LOOK_MS);
    } while (scheduler.elapsedMs < latest && !(await this.isQuiet()));
  }

  private async isQuiet(): Promise<boolean> {
    const isDone =
      this.webhooksOpen === 0 && this.clients.isQuiet && this.watcher.isQuiet(this.ledger);
    if (!isDone || !(await this.readModels.haveReached(this.ledger.memory.head()))) return false;
    return (await overdueEntries(this)).length === 0;
  }

  private post(kind: 'status' | 'inbound', body: Buffer, attempt: number): void {
    const { scheduler } = this;
    const { secondTexts } = this.watcher;
    if (attempt === 1) this.webhooksOpen++;
    const instance = this.living();
    const id = createHash('sha256').update(body).digest('hex');
    const again = (): void => {
      const refusal = { atMs: scheduler.elapsedMs, by: instance?.life };
      secondTexts.refused(id, body.toString(), refusal);
      const pauseMs =
        this.plan.outage === undefined ? scheduler.between(500, 5_000) : vonagePauseMs(attempt);
      scheduler.after(pauseMs, () => this.post(kind, body, attempt + 1));
    };
    if (instance === undefined) return again();
    if (instance === this.refusing && scheduler.chance(this.plan.outage?.refused ?? 0)) {
      instance.refuse();
      return again();
    }
    const giveUp = new AbortController();
    let isOver = false;
    const end = (): boolean => {
      const wasOpen = !isOver;
      isOver = true;
      return wasOpen;
    };
    scheduler.after(ANSWER_MS_MAX, () => {
      if (!end()) return;
      giveUp.abort();
      again();
    });
    const summary = summaryOf(this.names.in(body.toString()));
    const received = (result: WebhookResult): void => {
      if (!end()) return;
      this.story.tell(instance.life.name, `answers 204 (${result}) to ${summary}`);
      this.acknowledged.add(id);
      secondTexts.taken(id);
      this.webhooksOpen--;
    };
    const failed = (): void => {
      if (!end()) return;
      this.story.tell(instance.life.name, `answers 503 to ${summary}`);
      again();
    };
    void instance.receive(kind, body, giveUp.signal).then(received, failed);
  }

  private surroundings(): Surroundings {
    return {
      scheduler: this.scheduler,
      plan: this.plan,
      ledger: this.ledger,
      readModels: this.readModels,
      keyStore: this.keyStore,
      leadership: this.leadership,
      vonage: this.vonage,
      logger: (life) => this.loggerOf(life),
      wallAheadMs: () => this.wallAheadMs,
    };
  }

  private clockMsOf(life: Life): number {
    const instance = this.instances.find((one) => one.life === life);
    return instance?.clock.now().getTime() ?? 0;
  }

  private loggerOf(life: Life): Logger {
    return {
      info: () => undefined,
      warn: (_, sentence) => this.story.tell(life.name, `warns: ${sentence}`),
      error: (facts, sentence) => {
        const { error } = facts as { readonly error?: unknown };
        const why =
          error === undefined
            ? ''
            : ` ${error instanceof Error ? error.message : JSON.stringify(error)}`;
        this.story.tell(life.name, this.names.in(`logs: ${sentence}${why}`));
      },
    };
  }
}

/** Support article 360028543292. */
const vonagePauseMs = (attempt: number): number => Math.min(900_000, 5_000 * 2 ** (attempt - 1));

function summaryOf(told: string): string {
  const body = JSON.parse(told) as {
    readonly status?: string;
    readonly client_ref?: string;
    readonly message_uuid: string;
    readonly text?: string;
  };
  return [body.status ?? `“${body.text}”`, body.client_ref ?? `uuid ${body.message_uuid}`].join(
    ' ',
  );
}
