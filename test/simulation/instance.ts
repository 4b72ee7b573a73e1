import { LRUCache } from 'lru-cache';
import { v7 } from 'uuid';
import { LocalPace } from '../../src/adapters/coordination/one-instance/local-pace.js';
import { evidenceOf } from '../../src/adapters/http/webhooks/evidence.js';
import { WebhookRecorder } from '../../src/adapters/http/webhooks/webhook-recorder.js';
import { TrustedClock } from '../../src/adapters/system/trusted-clock.js';
import { uuidIdentifiers } from '../../src/adapters/system/uuid-identifiers.js';
import { BackgroundWork } from '../../src/application/background/background-work.js';
import { HeedWishes } from '../../src/application/contacts/heed-wishes.js';
import { DestroyAgain } from '../../src/application/erasure/destroy-again.js';
import { ExpirePersonalData } from '../../src/application/erasure/expire-personal-data.js';
import { HealthRegistry } from '../../src/application/health/health-registry.js';
import { ObservedEventStore } from '../../src/application/health/observed-event-store.js';
import { Outages } from '../../src/application/health/outages.js';
import * as ports from '../../src/application/port-tokens.js';
import type { LogStore } from '../../src/application/ports/log-store.js';
import type { PersonalKeys } from '../../src/application/ports/personal-keys.js';
import type { MonotonicClock } from '../../src/application/ports/clock.js';
import type { Paces } from '../../src/application/ports/pace.js';
import type { Identifiers } from '../../src/application/ports/identifiers.js';
import type { Logger } from '../../src/application/ports/logger.js';
import type { WebhookKind, WebhookResult } from '../../src/application/ports/metrics.js';
import { allProjections } from '../../src/application/projecting/all-projections.js';
import { Projector } from '../../src/application/projecting/projector.js';
import type { Key } from '../../src/application/recipe.js';
import { tableOfContents } from '../../src/application/table-of-contents.js';
import { QuarantineWebhook } from '../../src/application/tracking/quarantine-webhook.js';
import { ReceiveInbound } from '../../src/application/tracking/receive-inbound.js';
import { ReceiveStatus } from '../../src/application/tracking/receive-status.js';
import { TellReceivers } from '../../src/application/webhooks/tell-receivers.js';
import { createHash } from 'node:crypto';
import { Container } from './container.js';
import type { Plan } from './plan.js';
import { Life, type Scheduler } from './scheduler.js';
import type { SimulatedKeyStore } from './surroundings/simulated-key-store.js';
import type { SimulatedLeadership } from './surroundings/simulated-leadership.js';
import type { SimulatedLedger } from './surroundings/simulated-ledger.js';
import type { SimulatedReadModels } from './surroundings/simulated-read-models.js';
import type { SimulatedVonage } from './surroundings/simulated-vonage.js';

/** Everything that instances share, and that survives them. */
export interface Surroundings {
  readonly scheduler: Scheduler;
  readonly plan: Plan;
  readonly ledger: SimulatedLedger;
  readonly readModels: SimulatedReadModels;
  readonly keyStore: SimulatedKeyStore;
  readonly leadership: SimulatedLeadership;
  readonly vonage: SimulatedVonage;
  readonly logger: (life: Life) => Logger;
  /** Lead of the wall clocks of all machines over the time that has passed. */
  readonly wallAheadMs: () => number;
}

/** The begin of every simulation, by the wall clock: fifty seconds before a day ends, so that caps meet midnight. */
export const BEGIN_MS = Date.parse('2031-03-04T23:59:10.000Z');

/** The longest that a busy machine oversleeps a pause. */
const LATE_MS_MAX = 10_000;

/** No simulation knows more. A cache makes room for all entries in advance, which would take a tenth of the time. */
const CACHED_MAX = 1_000;

/** The whole service without its sockets: the real table of contents on simulated ports. */
export class Instance {
  readonly life: Life;
  readonly clock: TrustedClock;
  private readonly container: Container;
  private readonly webhooks: WebhookRecorder;
  private readonly outages: Outages;

  constructor(
    name: string,
    private readonly around: Surroundings,
  ) {
    const { scheduler, plan, ledger, readModels, leadership, vonage } = around;
    const life = new Life(name);
    this.life = life;
    const monotonic: MonotonicClock = {
      elapsedMs: () => scheduler.elapsedMs,
      wait: (milliseconds, signal) => scheduler.wait(life, milliseconds, signal),
      pause: (milliseconds, signal) => {
        const lateMs = Math.min(LATE_MS_MAX, milliseconds * (plan.lateness - 1));
        const wait = scheduler.wait(life, milliseconds + scheduler.between(0, lateMs), signal);
        return wait.catch(() => undefined);
      },
    };
    const wallMs = (): number => BEGIN_MS + scheduler.elapsedMs + around.wallAheadMs();
    const clock = new TrustedClock({ wallMs, monotonic });
    this.clock = clock;
    const logger = around.logger(life);
    const health = new HealthRegistry(clock, monotonic, logger);
    this.outages = new Outages(monotonic);
    const settings = {
      clock,
      monotonic,
      identifiers: seededIdentifiers(scheduler, () => clock.now().getTime()),
      random: scheduler.random,
      logger,
      metrics: {
        attemptEnded() {},
        apiKeyRefused() {},
        webhookAnswered() {},
        sendRefused() {},
        endpointAnswered() {},
        personalDataExpired() {},
      },
      health,
      outages: this.outages,
      newCache: <Name extends string, Value extends object | string | bigint | boolean>(
        max: number,
      ) => new LRUCache<Name, Value>({ max: Math.min(max, CACHED_MAX) }),
      newIdSet: () => {
        throw new Error('The simulation reconciles nothing.');
      },
      accountId: 'simulated',
      retryPolicy: plan.retryPolicy,
      defaultSender: '447700900001',
      defaultCountry: null,
      confirmWithinSeconds: plan.confirmWithinSeconds,
      optOutScope: 'all',
      keywordAnswers: { stop: null, start: null, help: null },
      retainPersonalDays: null,
      callTimeoutMs: plan.vonageTimeoutMs,
      directChannels: { email: null, push: [] },
      usNumberPerSecond: 1,
      startsHeld: false,
      probeMs: plan.probeMs,
      apiKeys: [],
      limits: plan.limits,
      sessionSecret: Buffer.alloc(32),
    } as const;
    const feed = ledger.feedFor(life);
    const surroundings = { clock, monotonic, logger, health };
    const projector = new Projector(feed, allProjections(readModels.storesFor(life)), surroundings);
    const idle = { run: (signal: AbortSignal) => untilAborted(signal) };
    this.container = readModels
      .provideTo(new Container(tableOfContents(settings)), life)
      .provide(ports.EVENT_STORE, new ObservedEventStore(ledger.storeFor(life), monotonic))
      .provide(ports.EVENT_FEED, feed)
      .provide(ports.LEDGER, ledger.ledger)
      .provide(ports.KEY_STORE, around.keyStore.for(life))
      .provide(ports.PERSONAL_KEYS, noMark)
      .provide(ports.LEADERSHIP, leadership.for(life))
      .provide(ports.PACES, pacesAt(monotonic, plan.callsPerSecond))
      .provide(ports.SMS_GATEWAY, vonage.gatewayFor(life))
      .provide(ports.PROJECTOR, projector)
      .provide(ports.LOG_SIGNER, idle)
      .provide(ports.LOG_STORE, notBegun)
      .provide(TellReceivers, idle as unknown as TellReceivers)
      .provide(ExpirePersonalData, idle as unknown as ExpirePersonalData)
      .provide(DestroyAgain, idle as unknown as DestroyAgain);
    this.webhooks = new WebhookRecorder(
      this.get(ReceiveStatus),
      this.get(ReceiveInbound),
      this.get(QuarantineWebhook),
      this.get(HeedWishes),
      logger,
    );
    this.get(BackgroundWork).start();
  }

  get<Of>(key: Key<Of>): Of {
    return this.container.get(key);
  }

  /** Takes in a webhook whose signature was found genuine. Resolves after the commit; then it is answered with 204. */
  async receive(kind: WebhookKind, body: Buffer, signal: AbortSignal): Promise<WebhookResult> {
    const sha256 = createHash('sha256').update(body).digest('hex');
    const now = this.clock.now();
    const iat = Math.floor(now.getTime() / 1_000);
    const claims = { jti: null, iat, apiKey: 'simulated', applicationId: null };
    const evidence = evidenceOf({ token: 'simulated', claims, sha256 }, sha256, body, now);
    try {
      const result = await this.webhooks.execute(kind, body, evidence, signal);
      if (result !== 'repeated') this.outages.tookIn();
      return result;
    } catch (error) {
      this.outages.refused(sha256);
      throw error;
    }
  }

  /** Refuses a webhook whose body it does not read, as one that is busy does. */
  refuse(): void {
    this.outages.refused();
  }

  /** Everything in memory is lost at once, wherever it stood. */
  kill(): void {
    this.life.isOver = true;
    this.around.leadership.hasDied(this.life);
  }
}

/** The log of a service that signs nothing. */
const notBegun = { state: () => Promise.resolve(undefined) } as unknown as LogStore;

/** Nothing is encrypted here, so no place in the ledger was noted beside keys. */
const noMark = { erasuresSeen: () => Promise.resolve(undefined) } as unknown as PersonalKeys;

/** All providers have the pace of Vonage; nothing goes to the others. */
function pacesAt(monotonic: MonotonicClock, callsPerSecond: number): Paces {
  const pace = new LocalPace(monotonic, callsPerSecond);
  return { of: () => pace };
}

/** The service's identifiers, with the simulation's chance and time. */
function seededIdentifiers(scheduler: Scheduler, nowMs: () => number): Identifiers {
  const newId = (): string => {
    const random = Uint8Array.from({ length: 16 }, () => Math.floor(scheduler.random() * 256));
    return v7({ msecs: nowMs(), random });
  };
  return { ...uuidIdentifiers, newId, newMessageId: newId };
}

const untilAborted = (signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });
