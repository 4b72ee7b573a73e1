import { AuthenticateKey } from '../../src/application/access/authenticate-key.js';
import type { Caller } from '../../src/application/access/caller.js';
import { ManageKeys } from '../../src/application/access/manage-keys.js';
import { Contacts } from '../../src/application/contacts/contacts.js';
import { ApplicationError } from '../../src/application/errors.js';
import { CancelMessage } from '../../src/application/sending/cancel-message.js';
import { DecideInBulk } from '../../src/application/sending/decide-in-bulk.js';
import type { MessageDraft } from '../../src/application/sending/compose-request.js';
import { ResendMessage } from '../../src/application/sending/resend-message.js';
import { ResolveOutcome } from '../../src/application/sending/resolve-outcome.js';
import { SendMessage } from '../../src/application/sending/send-message.js';
import { SteerSending } from '../../src/application/steering/steer-sending.js';
import { noKeyLimits } from '../../src/domain/keys/key-events.js';
import { BEGIN_MS, type Instance } from './instance.js';
import { Life } from './scheduler.js';
import { DatabaseAway } from './surroundings/simulated-read-models.js';
import type { World } from './world.js';

/** A client gives up waiting for an answer after this long. */
const PATIENCE_MS = 15_000;

/** All messages of a rush are requested within this time. */
const RUSH_MS = 5_000;

/** An instance refuses a revoked key this long after the revocation, however late its look at the ledger is. */
const REVOKED_WITHIN_MS = 1_500;

/** An acknowledged send. */
export interface Sent {
  readonly id: string;
  readonly key: string;
}

export type Answer<Value> =
  | { readonly kind: 'ok'; readonly value: Value; readonly by: Instance }
  | { readonly kind: 'refused'; readonly error: ApplicationError }
  | { readonly kind: 'failed' };

const shop: Caller = { actor: 'shop' };

/** The programs and people that use the service over HTTP: they repeat what was not answered. */
export class Clients {
  readonly sent: Sent[] = [];
  /** Messages whose cancellation was acknowledged. */
  readonly cancelled: string[] = [];
  /** The days for which a cap refused a send. */
  readonly cappedDays = new Set<string>();
  readonly findings: string[] = [];
  private readonly life = new Life('client');
  private underWay = 0;
  private hasEnded = false;
  private numbered = 0;

  constructor(private readonly world: World) {}

  get isQuiet(): boolean {
    return this.underWay === 0;
  }

  begin(): void {
    const { scheduler, plan } = this.world;
    const times = (count: number, act: () => Promise<void>): void => {
      for (let number = 0; number < count; number++) {
        this.at(scheduler.between(0, plan.activeMs * 0.9), act);
      }
    };
    if (plan.isRush) {
      for (let number = 0; number < plan.messages; number++) {
        this.at(scheduler.between(0, RUSH_MS), () => this.send(shop));
      }
    } else times(plan.messages, () => this.send(shop));
    times(plan.bulkDecisions, () => this.decideInBulk());
    times(plan.holds, () => this.holdForAWhile());
    times(plan.optOuts, () => this.optOut());
    if (plan.revokesKey) this.at(scheduler.between(0, 10_000), () => this.useAndRevokeKey());
  }

  /** Nobody begins anything new; the operators release what is held, and decide about what is unknown. */
  end(): void {
    this.hasEnded = true;
    this.start(() => this.releaseAll());
  }

  private at(milliseconds: number, act: () => Promise<void>): void {
    this.world.scheduler.after(milliseconds, () => {
      if (!this.hasEnded) this.start(act);
    });
  }

  private start(act: () => Promise<void>): void {
    this.underWay++;
    act().then(
      () => this.underWay--,
      (error: unknown) => this.world.scheduler.fail(error),
    );
  }

  private async send(caller: Caller): Promise<void> {
    const { plan, scheduler } = this.world;
    const number = ++this.numbered;
    const key = `send ${number}`;
    const draft = this.draft(number);
    const answer = await this.persist((instance) => {
      const sending = instance.get(SendMessage);
      const composition = sending.compose(draft);
      if (!composition.ok) throw new Error(JSON.stringify(composition.faults));
      return sending.execute(composition, caller, key);
    });
    this.tell(key, answer);
    if (answer.kind === 'refused' && answer.error.code === 'spend-limit') {
      this.cappedDays.add(/\d{4}-\d{2}-\d{2}/.exec(answer.error.message)?.[0] ?? '');
    }
    if (answer.kind !== 'ok') return;
    const { messageId: id } = answer.value;
    this.sent.push({ id, key });
    const later = (percent: number, act: () => Promise<void>): void => {
      if (scheduler.chance(percent)) this.at(scheduler.between(100, 30_000), act);
    };
    later(plan.people.cancel, () => this.cancel(id));
    later(plan.people.resolve, () => this.resolve(id));
    later(plan.people.resend, () => this.resend(id));
  }

  private draft(number: number): MessageDraft {
    const { scheduler, plan } = this.world;
    const { people } = plan;
    const to = recipient(scheduler.between(0, 6));
    const inSeconds = (least: number, most: number): string =>
      new Date(
        BEGIN_MS + scheduler.elapsedMs + scheduler.between(least, most) * 1_000,
      ).toISOString();
    return {
      to,
      text: `Message ${number}`,
      from: scheduler.oneOf(['447700900001', 'WAYBILL']),
      priority: scheduler.oneOf(['high', 'normal', 'normal', 'bulk', 'bulk'] as const),
      ...(scheduler.chance(people.schedule) ? { sendAt: inSeconds(1, 90) } : {}),
      ...(scheduler.chance(people.expire)
        ? { ttlSeconds: Math.ceil(scheduler.between(20, 60)) }
        : {}),
      ...(scheduler.chance(people.resendUnknown) ? { onUnknown: 'resend' as const } : {}),
      ...(scheduler.chance(people.fallback)
        ? {
            fallback: [
              {
                channel: 'whatsapp',
                when: scheduler.oneOf(['failure', 'unconfirmed'] as const),
                from: '447700900009',
                ...(scheduler.chance(people.fallbackToAnother)
                  ? { to: recipient(scheduler.between(0, 6)) }
                  : {}),
              },
            ],
          }
        : {}),
    };
  }

  private async cancel(id: string): Promise<void> {
    const answer = await this.persist((instance) => instance.get(CancelMessage).execute(id, shop));
    this.tell(`cancel ${id}`, answer);
    if (answer.kind === 'ok') this.cancelled.push(id);
  }

  private async resolve(id: string): Promise<void> {
    const outcome = this.world.scheduler.oneOf(['resend', 'abandon', 'delivered'] as const);
    const decision = { outcome, reason: 'a person decides' };
    const answer = await this.persist((instance) =>
      instance.get(ResolveOutcome).execute(id, decision, shop, `resolve ${id} ${outcome}`),
    );
    this.tell(`resolve ${id} as ${outcome}`, answer);
  }

  private async resend(id: string): Promise<void> {
    const once = { idempotencyKey: undefined };
    const answer = await this.persist((instance) =>
      instance.get(ResendMessage).execute(id, 'a person asks for it', shop, once),
    );
    this.tell(`resend ${id}`, answer);
    if (answer.kind === 'ok') this.sent.push({ id: answer.value.messageId, key: `resend ${id}` });
  }

  /** An operator decides about everything that the list shows, as in a rehearsal that changed nothing. */
  private async decideInBulk(): Promise<void> {
    const { scheduler } = this.world;
    const key = `bulk ${++this.numbered}`;
    const isResend = scheduler.chance(50);
    const outcome = scheduler.oneOf(['resend', 'abandon', 'delivered'] as const);
    const decide = (dryRun: boolean) => (instance: Instance) => {
      const bulk = instance.get(DecideInBulk);
      const request = {
        filter: {},
        cursor: undefined,
        limit: undefined,
        dryRun,
        caller: shop,
        idempotencyKey: key,
      };
      return isResend
        ? bulk.resend(request, 'a person asks for all')
        : bulk.resolve(request, { outcome, reason: 'a person decides about all' });
    };
    await this.persist(decide(true));
    const answer = await this.persist(decide(false));
    this.tell(`${key}: ${isResend ? 'resend' : outcome}`, answer);
    if (answer.kind !== 'ok') return;
    for (const { id, resentAs } of answer.value.items) {
      if (resentAs !== undefined) this.sent.push({ id: resentAs, key: `${key} of ${id}` });
    }
  }

  private async holdForAWhile(): Promise<void> {
    const { scheduler } = this.world;
    const hold = {
      cause: 'operator',
      reason: 'a person holds',
      by: 'operator',
      source: 'api',
    } as const;
    const answer = await this.persist((instance) => instance.get(SteerSending).hold(hold));
    this.tell('hold', answer);
    await scheduler.wait(this.life, scheduler.between(1_000, 45_000));
    await this.release();
  }

  private async release(): Promise<void> {
    const wish = { reason: 'a person releases', waiting: null, by: 'operator' };
    const answer = await this.persist((instance) => instance.get(SteerSending).release(wish));
    this.tell('release', answer);
  }

  private async releaseAll(): Promise<void> {
    this.world.vonage.refusesAccount = undefined;
    this.world.vonage.refusedSenders.clear();
    for (;;) {
      await this.release();
      const seen = await this.persist((instance) => instance.get(SteerSending).look());
      if (seen.kind === 'ok' && seen.value.state === 'flowing') return;
    }
  }

  private async optOut(): Promise<void> {
    const { scheduler, vonage } = this.world;
    const number = recipient(scheduler.between(0, 6));
    if (scheduler.chance(50)) return vonage.receiveText(number, 'STOP');
    const answer = await this.persist((instance) =>
      instance
        .get(Contacts)
        .declare('OptedOut', number, { source: 'operator', reason: 'asked by phone' }, 'operator'),
    );
    this.tell(`opt out ${number}`, answer);
  }

  /** A revoked key is refused by every instance within a second. */
  private async useAndRevokeKey(): Promise<void> {
    const { scheduler } = this.world;
    const wish = { name: 'app', scopes: ['send'] as const, expiresAt: null, limits: noKeyLimits };
    const made = await this.persist((instance) =>
      instance.get(ManageKeys).create(wish, 'operator'),
    );
    this.tell('make a key', made);
    if (made.kind !== 'ok') return;
    const { key } = made.value;
    const use = () => this.ask((instance) => instance.get(AuthenticateKey).execute(key, false));
    for (let uses = 0; uses < 5; uses++) {
      const used = await use();
      if (used.kind === 'ok' && !used.value.valid) this.findings.push('a valid key is refused');
      await scheduler.wait(this.life, scheduler.between(100, 2_000));
    }
    const revoked = await this.persist((instance) =>
      instance.get(ManageKeys).revoke('app', 'operator'),
    );
    this.tell('revoke the key', revoked);
    await scheduler.wait(this.life, REVOKED_WITHIN_MS);
    for (let uses = 0; uses < 5; uses++) {
      const used = await use();
      if (used.kind === 'ok' && used.value.valid && !this.isWithoutLedger(used.by.life)) {
        this.findings.push(`${used.by.life.name} takes a revoked key`);
      }
      await scheduler.wait(this.life, scheduler.between(100, 2_000));
    }
  }

  /** True while an instance may not know of a revoked key yet: without the ledger, a known key stays valid for a minute. */
  private isWithoutLedger(life: Life): boolean {
    const { plan, ledger } = this.world;
    return plan.store.slow > 0 || ledger.hasFailedWithin(life, REVOKED_WITHIN_MS);
  }

  /** Asks until there is an answer. */
  private async persist<Value>(
    ask: (instance: Instance) => Promise<Value>,
  ): Promise<Answer<Value>> {
    for (;;) {
      const answer = await this.ask(ask);
      if (answer.kind !== 'failed') return answer;
      await this.world.scheduler.wait(this.life, this.world.scheduler.between(100, 3_000));
    }
  }

  /** Asks once. */
  private async ask<Value>(ask: (instance: Instance) => Promise<Value>): Promise<Answer<Value>> {
    const { scheduler } = this.world;
    await scheduler.wait(this.life, scheduler.between(1, 20));
    const by = this.world.living();
    if (by === undefined) return { kind: 'failed' };
    const impatience = new AbortController();
    const failed = (): Answer<Value> => ({ kind: 'failed' });
    const late = scheduler.wait(this.life, PATIENCE_MS, impatience.signal).then(failed, failed);
    const answer = ask(by).then(
      (value): Answer<Value> => ({ kind: 'ok', value, by }),
      (error: unknown): Answer<Value> => {
        if (error instanceof DatabaseAway) return failed();
        if (!(error instanceof ApplicationError)) scheduler.fail(error);
        else if (!TRANSIENT.has(error.code)) return { kind: 'refused', error };
        return failed();
      },
    );
    const first = await Promise.race([answer, late]);
    impatience.abort();
    return first;
  }

  private tell(what: string, answer: Answer<unknown>): void {
    const { story, names } = this.world;
    const result = answer.kind === 'refused' ? answer.error.code : answer.kind;
    story.tell('client', names.in(`${what}: ${result}`));
  }
}

/** Few people, so that one that has opted out is written to again. */
const recipient = (number: number): string => `44770090010${Math.floor(number)}`;

const TRANSIENT: ReadonlySet<string> = new Set([
  'store-unavailable',
  'append-outcome-unknown',
  'concurrency-conflict',
  'projector-unavailable',
  'too-many-waiting',
]);
