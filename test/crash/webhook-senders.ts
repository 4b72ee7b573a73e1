import { createHash, randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { signCallback, type SandboxCredentials, type Sandbox } from 'vonage-sandbox';
import type { Random } from '../../testing/seeded-random.js';
import type { Tally } from '../service/tally.js';
import { untilSettled } from './until-settled.js';

const SENDERS = 4;
const PAUSE_MS_MAX = 30;

/** The share of answered webhooks that Vonage sends again. */
const REPEATED_SHARE = 0.2;
const INBOUND_SHARE = 0.3;
const NOT_UNDERSTOOD_SHARE = 0.1;
const STRAY_SHARE = 0.2;

/** The shortest delay between a stray and its repeat: about the time to record and index the 202. */
const STRAY_REPEAT_MS_MIN = 5;
const STRAY_REPEAT_MS_MAX = 30;
/** Messages of this story end as delivered, so another report of `submitted` changes no end. */
const STRAY_STORY = 'delivered';
const STRAYS_AMONG_LATEST = 20;

/**
 * Webhooks outside the sandbox's stories: about messages of other senders, messages to us, and reports without a
 * client ref about messages that Vonage has just accepted, each with its repeat.
 */
export class WebhookSenders {
  /** SHA-256 of every body that was answered with 2xx. */
  readonly acknowledged = new Set<string>();
  /** SHA-256 of every body that was sent at all. */
  readonly sent = new Set<string>();
  /** Messages of other senders that Vonage reported as delivered, by uuid. */
  readonly external = new Set<string>();

  constructor(
    private readonly url: string,
    private readonly sandbox: Sandbox,
    private readonly credentials: SandboxCredentials,
    private readonly random: Random,
    private readonly tally: Tally,
  ) {}

  /** Resolves when every started webhook is acknowledged, after `signal` has aborted. */
  async run(signal: AbortSignal): Promise<void> {
    await Promise.all(Array.from({ length: SENDERS }, () => this.sendOneAfterAnother(signal)));
  }

  private async sendOneAfterAnother(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      const kind = this.random();
      if (kind < INBOUND_SHARE) await this.post('inbound', inboundBody(randomUUID()));
      else if (kind < INBOUND_SHARE + NOT_UNDERSTOOD_SHARE) {
        await this.post('status', statusBody(randomUUID(), 'pondering'));
      } else if (kind < INBOUND_SHARE + NOT_UNDERSTOOD_SHARE + STRAY_SHARE)
        await this.reportStray();
      else await this.reportOnMessageOfOthers();
      await delay(this.random() * PAUSE_MS_MAX);
    }
  }

  private async reportOnMessageOfOthers(): Promise<void> {
    const uuid = randomUUID();
    await this.post('status', statusBody(uuid, 'submitted'));
    await this.post('status', statusBody(uuid, 'delivered'));
    this.external.add(uuid);
  }

  private async reportStray(): Promise<void> {
    const latest = this.sandbox
      .messages()
      .slice(-STRAYS_AMONG_LATEST)
      .filter(({ story }) => story === STRAY_STORY);
    const message = latest[Math.floor(this.random() * latest.length)];
    if (message === undefined) return;
    const body = statusBody(message.message_uuid, 'submitted');
    const repeatAfterMs =
      STRAY_REPEAT_MS_MIN + this.random() * (STRAY_REPEAT_MS_MAX - STRAY_REPEAT_MS_MIN);
    await Promise.all([
      this.post('status', body),
      delay(repeatAfterMs).then(() => this.post('status', body)),
    ]);
  }

  private async post(webhook: 'status' | 'inbound', body: string): Promise<void> {
    const sha256 = sha256Of(body);
    this.sent.add(sha256);
    const times = this.random() < REPEATED_SHARE ? 2 : 1;
    for (let time = 0; time < times; time++) {
      const { status, text } = await untilSettled(
        () => this.tryOnce(webhook, body),
        (answer) => this.tally.note(webhook, answer),
      );
      if (status === 204) this.acknowledged.add(sha256);
      else this.tally.find(`a genuine webhook was answered with ${status}: ${text}`);
    }
  }

  private tryOnce(webhook: 'status' | 'inbound', body: string): Promise<Response> {
    const { signatureSecret: secret, apiKey, applicationId } = this.credentials;
    const token = signCallback(Buffer.from(body), { secret, apiKey, applicationId }, Date.now());
    return fetch(`${this.url}/webhooks/${webhook}`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json', Authorization: `Bearer ${token}` },
      body,
    });
  }
}

export const sha256Of = (body: string): string => createHash('sha256').update(body).digest('hex');

const statusBody = (uuid: string, status: string): string =>
  JSON.stringify({
    message_uuid: uuid,
    to: '447700900123',
    from: '447700900001',
    timestamp: new Date().toISOString(),
    status,
    channel: 'sms',
    usage: { currency: 'EUR', price: '0.0333' },
  });

const inboundBody = (uuid: string): string =>
  JSON.stringify({
    message_uuid: uuid,
    to: '447700900001',
    from: '447700900123',
    timestamp: new Date().toISOString(),
    channel: 'sms',
    message_type: 'text',
    text: 'Where is my parcel?',
  });
