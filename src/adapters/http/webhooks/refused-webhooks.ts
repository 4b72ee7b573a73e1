import type { WebhookKind } from '../../../application/ports/metrics.js';
import { webhookRefusalReasons } from './verify-webhook.js';
import type { WebhookAnswer } from './webhook-answer.js';

/** Refusals of one kind that followed each other. Nothing that the webhook carried is kept: anybody may have sent it. */
export interface RefusedWebhooks {
  readonly webhook: WebhookKind;
  readonly reason: RefusedBecause;
  /** HTTP status of the answers. */
  readonly status: number;
  readonly count: number;
  /** ISO 8601 UTC. */
  readonly firstAt: string;
  readonly lastAt: string;
}

/** The result of a webhook that was not accepted, or what its token lacks. */
export const refusedBecause = [
  'unsigned',
  'too-large',
  'unfinished',
  'busy',
  'failed',
  ...webhookRefusalReasons,
] as const;
export type RefusedBecause = (typeof refusedBecause)[number];

interface Run extends Pick<RefusedWebhooks, 'webhook' | 'reason' | 'status'> {
  count: number;
  readonly firstMs: number;
  lastMs: number;
}

const RUNS_MAX = 200;
/** A pause longer than this begins a new line, so that a person sees when it happened. */
const PAUSE_MS_MAX = 60_000;

/**
 * Remembers which webhooks this instance did not accept, and why, until it stops. Memory is bounded however many come:
 * refusals of one kind within a minute of each other are one line, and the oldest lines go.
 */
export class RefusedWebhookLog {
  private readonly runs = new Set<Run>();
  private readonly latest = new Map<string, Run>();

  /** @param answer one that accepts nothing */
  add(webhook: WebhookKind, answer: WebhookAnswer, atMs: number): void {
    const { status } = answer;
    const reason = answer.reason ?? refusedBecause.find((one) => one === answer.result) ?? 'failed';
    const key = `${webhook} ${reason} ${status}`;
    const run = this.latest.get(key);
    if (run !== undefined && this.runs.has(run) && atMs - run.lastMs <= PAUSE_MS_MAX) {
      run.count++;
      run.lastMs = atMs;
      return;
    }
    const next = { webhook, reason, status, count: 1, firstMs: atMs, lastMs: atMs };
    this.latest.set(key, next);
    this.runs.add(next);
    const [oldest] = this.runs;
    if (this.runs.size > RUNS_MAX && oldest !== undefined) this.runs.delete(oldest);
  }

  /** The latest first. */
  list(): readonly RefusedWebhooks[] {
    return [...this.runs]
      .toSorted((left, right) => right.lastMs - left.lastMs)
      .map(({ firstMs, lastMs, ...run }) => ({
        ...run,
        firstAt: new Date(firstMs).toISOString(),
        lastAt: new Date(lastMs).toISOString(),
      }));
  }
}
