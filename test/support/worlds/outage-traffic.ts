import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { Api, type Answer } from '../facts/api.js';
import { inboundBody, SignedWebhooks, statusBody } from '../facts/signed-webhooks.js';
import type { Waybill } from './waybill.js';

/** The pause of each client after an answer, so that many services fit into one test process. */
const PAUSE_MS = 100;

const REPORTERS = 4;
const HOT_REPORTERS = 3;
const SENDERS = 2;

type Kind = 'webhook' | 'message';

/** One answer of the service. */
export interface Answered {
  readonly kind: Kind;
  readonly status: number;
  readonly retryAfter: string | null;
}

/**
 * Vonage and a backend as clients of a service whose ledger fails at times: each webhook is posted until
 * it is answered with 204, each message until it is answered with 202.
 */
export class OutageTraffic {
  readonly answers: Answered[] = [];
  /** Bodies of webhooks that were answered with 204. */
  readonly recorded: string[] = [];
  /** Ids of messages that were answered with 202. */
  readonly accepted: string[] = [];
  /** Uuids of messages of other senders that were reported as delivered. */
  readonly delivered: string[] = [];
  /** A uuid with concurrent reports only. */
  readonly hotUuid = randomUUID();
  private readonly api: Api;
  private readonly webhooks: SignedWebhooks;
  private running: Promise<unknown> = Promise.resolve();
  private isStopping = false;
  private hasGivenUp = false;

  constructor({ url, config }: Waybill) {
    this.api = new Api(url);
    this.webhooks = new SignedWebhooks(url, config);
  }

  begin(): void {
    this.running = Promise.all([
      ...Array.from({ length: REPORTERS }, () => this.keep(() => this.reportNewMessage())),
      ...Array.from({ length: HOT_REPORTERS }, () => this.keep(() => this.reportHotMessage())),
      ...Array.from({ length: SENDERS }, () => this.keep(() => this.sendMessage())),
      this.keep(() => this.post('inbound', { ...inboundBody(), text: 'Thank you' })),
      this.keep(() => this.post('status', { nothing: `that we know ${randomUUID()}` })),
    ]);
    // `stop()` reports a failure; until then the rejection must not end the process.
    this.running.catch(() => {});
  }

  /** Resolves when everything that was started has been acknowledged. */
  async stop(): Promise<void> {
    this.isStopping = true;
    await this.running;
  }

  /** Stops all repeats. */
  giveUp(): void {
    this.hasGivenUp = true;
  }

  /** Counts the answers of one kind with this status. */
  count(kind: Kind, status: number): number {
    return this.answers.filter((one) => one.kind === kind && one.status === status).length;
  }

  private async keep(work: () => Promise<void>): Promise<void> {
    while (!this.isStopping) {
      await work();
      await delay(PAUSE_MS);
    }
  }

  private async reportNewMessage(): Promise<void> {
    const uuid = randomUUID();
    await this.post('status', statusBody('submitted', { message_uuid: uuid }));
    const delivered = statusBody('delivered', { message_uuid: uuid });
    // Vonage may repeat an answered webhook once.
    for (let times = 0; times < 2; times++) await this.post('status', delivered);
    this.delivered.push(uuid);
  }

  private reportHotMessage(): Promise<void> {
    const more = { message_uuid: this.hotUuid, unique: randomUUID() };
    return this.post('status', statusBody('submitted', more));
  }

  private async post(webhook: 'status' | 'inbound', webhookBody: object): Promise<void> {
    const body = JSON.stringify(webhookBody);
    await this.until('webhook', 204, () => this.webhooks.post(webhook, body));
    this.recorded.push(body);
  }

  private async sendMessage(): Promise<void> {
    const key = { 'idempotency-key': randomUUID() };
    const message = { to: '447700900123', text: 'Your parcel is here.' };
    const answer = await this.until('message', 202, () =>
      this.api.post('/v1/messages', message, key),
    );
    this.accepted.push((answer.body as { readonly id: string }).id);
  }

  private async until(kind: Kind, status: number, request: () => Promise<Answer>): Promise<Answer> {
    for (;;) {
      const answer = await request();
      const retryAfter = answer.headers.get('retry-after');
      this.answers.push({ kind, status: answer.status, retryAfter });
      if (answer.status === status) return answer;
      if (this.hasGivenUp) throw new Error('it was given up before it was acknowledged');
      await delay(PAUSE_MS);
    }
  }
}
