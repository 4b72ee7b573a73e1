import { randomUUID } from 'node:crypto';
import type {
  CallbackDelivery,
  OutgoingCallback,
  SentCallback,
} from '../callbacks/callback-delivery.js';
import type { Journal } from '../control/journal.js';
import type { Settings } from '../options.js';
import { drawNetworkCode } from '../callbacks/networks.js';
import type { Random } from '../random.js';
import { isJsonObject, type Json } from '../validation/json.js';
import { statusCallbackBody, type SentMessage } from '../callbacks/status-callback.js';
import type { ChosenStory, StoryChoice } from './story-choice.js';
import type { PlannedCallback } from './stories.js';
import type { Timers } from '../timers.js';

/** Stories that may be under way before new messages are refused. */
const RUNNING_MAX = 50_000;

/** An accepted message, and its failover messages, used when it is rejected. */
export interface AcceptedRequest {
  readonly messageUuid: string;
  /** Null without `failover`. */
  readonly workflowId: string | null;
  readonly request: Json;
  readonly ofApplication: boolean;
}

/** Sends the callbacks of accepted messages at the times of their stories. */
export class StoryRunner {
  private running = 0;

  constructor(
    private readonly settings: Settings,
    private readonly choice: StoryChoice,
    private readonly journal: Journal,
    private readonly delivery: CallbackDelivery,
    private readonly timers: Timers,
    private readonly random: Random,
    private readonly settled: () => void,
  ) {}

  get isFull(): boolean {
    return this.running >= RUNNING_MAX;
  }

  get unfinished(): number {
    return this.running;
  }

  /** Resolves when every callback of the story, and of its failover, has been tried once. */
  async run(accepted: AcceptedRequest, chosen: ChosenStory): Promise<void> {
    this.running += 1;
    const requests = [accepted.request, ...failoverOf(accepted.request)];
    for (const [index, request] of requests.entries()) {
      const story = index === 0 ? chosen : this.choose(request);
      const message = this.messageOf(accepted, request, index, requests.length);
      this.note(message, story, index);
      await this.tell(message, story.story.callbacks, accepted.ofApplication);
      // Vonage fails over only when a message is rejected.
      if (story.story.callbacks.at(-1)?.status !== 'rejected') break;
    }
    this.running -= 1;
    this.settled();
  }

  /** Sends the copies of one status callback now; `raw` replaces the body that the story would write. */
  callback(
    message: SentMessage,
    planned: PlannedCallback,
    occurredAt: Date,
    ofApplication: boolean,
    raw = statusCallbackBody(message, planned, occurredAt),
  ): readonly SentCallback[] {
    const { webhook_url } = message.request;
    const callback: OutgoingCallback = {
      kind: 'status',
      messageUuid: message.uuid,
      status: planned.status,
      url: typeof webhook_url === 'string' ? webhook_url : this.settings.statusUrl,
      body: raw,
      signing: planned.signing ?? 'signed',
      ofApplication,
    };
    return Array.from({ length: planned.copies ?? 1 }, () => this.delivery.send(callback));
  }

  private async tell(
    message: SentMessage,
    plan: readonly PlannedCallback[],
    ofApplication: boolean,
  ): Promise<void> {
    const { timeScale } = this.settings;
    const startedAtMs = Date.now();
    const untried = new Set<Promise<void>>();
    for (const planned of plan) {
      if (planned.together !== true) await Promise.all(untried);
      const afterMs = planned.atExpiry === true ? expiryMs(message, planned) : planned.afterMs;
      const delayMs = startedAtMs + afterMs * timeScale - Date.now();
      if (delayMs > 0) await this.timers.sleep(delayMs);
      const occurredAt = new Date(startedAtMs + (planned.occurredAfterMs ?? afterMs) * timeScale);
      for (const { tried } of this.callback(message, planned, occurredAt, ofApplication)) {
        untried.add(tried);
      }
    }
    await Promise.all(untried);
  }

  private choose(request: Json): ChosenStory {
    return this.choice.choose(String(request['to']), this.settings.defaultStory);
  }

  private messageOf(
    { messageUuid, workflowId }: AcceptedRequest,
    request: Json,
    index: number,
    of: number,
  ): SentMessage {
    const isOwn = index > 0 && this.settings.failoverMessageUuid === 'own';
    return {
      uuid: isOwn ? randomUUID() : messageUuid,
      clientRef: typeof request['client_ref'] === 'string' ? request['client_ref'] : null,
      channel: String(request['channel']),
      to: String(request['to']),
      from: String(request['from']),
      workflow: workflowId === null ? null : { id: workflowId, item: index + 1, of },
      webhookVersion: request['webhook_version'] === 'v0.1' ? 'v0.1' : 'v1',
      networkCode: drawNetworkCode(String(request['to']), this.random),
      request,
    };
  }

  private note(message: SentMessage, { name }: ChosenStory, index: number): void {
    // With a shared id the first message's record collects the callbacks of all failover messages.
    if (index > 0 && this.settings.failoverMessageUuid === 'shared') return;
    this.journal.addMessage({
      message_uuid: message.uuid,
      client_ref: message.clientRef,
      channel: message.channel,
      to: message.to,
      from: message.from,
      story: name,
      acceptedAt: new Date().toISOString(),
      workflow: message.workflow,
      networkCode: message.networkCode,
      request: message.request,
      callbacks: [],
    });
  }
}

const failoverOf = ({ failover }: Json): readonly Json[] =>
  Array.isArray(failover) ? failover.filter(isJsonObject) : [];

const expiryMs = ({ request: { ttl } }: SentMessage, { afterMs }: PlannedCallback): number =>
  typeof ttl === 'number' ? ttl * 1_000 : afterMs;
