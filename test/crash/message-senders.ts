import { setTimeout as delay } from 'node:timers/promises';
import type { Random } from '../../testing/seeded-random.js';
import type { Sandbox } from 'vonage-sandbox';
import { drawPlot } from './plots.js';
import type { Tally } from '../service/tally.js';
import { untilSettled } from './until-settled.js';

const SENDERS = 4;
const PAUSE_MS_MAX = 30;

/** The share of repeated requests: an answered one must get the same answer again. */
const REPEATED_SHARE = 0.1;
const SCHEDULED_SHARE = 0.05;
const SCHEDULED_AFTER_MS = 400;
const WAITING_SHARE = 0.1;
const CANCELLED_SHARE = 0.03;

/** Clients of the API: each message has an idempotency key and is sent until it is acknowledged. */
export class MessageSenders {
  /** Acknowledged message ids, by idempotency key, which is also the message's reference. */
  readonly acknowledged = new Map<string, Set<string>>();
  /** Ids of messages whose withdrawal was acknowledged. */
  readonly cancelled = new Set<string>();
  private count = 0;

  constructor(
    private readonly url: string,
    private readonly sandbox: Sandbox,
    private readonly random: Random,
    private readonly tally: Tally,
  ) {}

  /** Resolves when every started request is acknowledged, after `signal` has aborted. */
  async run(signal: AbortSignal): Promise<void> {
    await Promise.all(Array.from({ length: SENDERS }, () => this.sendOneAfterAnother(signal)));
  }

  private async sendOneAfterAnother(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      await this.sendOne();
      await delay(this.random() * PAUSE_MS_MAX);
    }
  }

  private async sendOne(): Promise<void> {
    const number = this.count++;
    const key = `message-${number}`;
    // Each message goes to a number of its own, so that each story belongs to one message only.
    const to = `4915${String(number).padStart(8, '0')}`;
    const { story, code } = drawPlot(this.random);
    this.sandbox.tellStory({ to, story, uses: 1, ...(code === undefined ? {} : { code }) });
    const scheduled = this.random() < SCHEDULED_SHARE;
    const sendAt = new Date(Date.now() + SCHEDULED_AFTER_MS).toISOString();
    const body = JSON.stringify({
      to: `+${to}`,
      text: `This is message ${number}.`,
      reference: key,
      ...(scheduled ? { sendAt } : {}),
    });
    await this.send(key, body);
    if (this.random() < REPEATED_SHARE) await this.send(key, body);
    if (this.random() < CANCELLED_SHARE) await this.cancel(key);
  }

  private async send(key: string, body: string): Promise<void> {
    const waits = this.random() < WAITING_SHARE;
    const answer = await untilSettled(
      () =>
        fetch(`${this.url}/v1/messages`, {
          method: 'POST',
          headers: {
            'Content-Type': 'application/json',
            'Idempotency-Key': key,
            ...(waits ? { Prefer: 'wait=2' } : {}),
          },
          body,
        }),
      (status) => this.tally.note('send', status),
    );
    if (answer.status !== 202) {
      this.tally.find(`a send was answered with ${answer.status}: ${answer.text}`);
      return;
    }
    const { id } = JSON.parse(answer.text) as { readonly id: string };
    const ids = this.acknowledged.get(key) ?? new Set();
    this.acknowledged.set(key, ids.add(id));
    // The first try was recorded, but its answer was lost.
    if (answer.tries > 1 && answer.headers.get('idempotency-replayed') !== null) {
      this.tally.answersLost += 1;
    }
  }

  /** Asks once: the client cannot know whether it is too late, but an acknowledged withdrawal holds. */
  private async cancel(key: string): Promise<void> {
    const [id] = this.acknowledged.get(key) ?? [];
    if (id === undefined) return;
    const answer = await fetch(`${this.url}/v1/messages/${id}/cancel`, { method: 'POST' }).then(
      async (response) => ({ status: response.status, text: await response.text() }),
      () => ({ status: 0, text: '' }),
    );
    this.tally.note('cancel', answer.status);
    if (answer.status === 200) this.cancelled.add(id);
  }
}
