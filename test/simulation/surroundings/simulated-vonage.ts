import { outcomeOfAnswer } from '../../../src/adapters/vonage/outcome-of-answer.js';
import { uuidIdentifiers } from '../../../src/adapters/system/uuid-identifiers.js';
import type {
  AttemptOutcome,
  AttemptRequest,
  SmsGateway,
} from '../../../src/application/ports/sms-gateway.js';
import { BEGIN_MS } from '../instance.js';
import type { Plan } from '../plan.js';
import type { Life, Scheduler } from '../scheduler.js';
import type { Story } from '../story.js';
import type { Names } from '../names.js';

/** A call that reached Vonage. */
export interface Call {
  readonly clientRef: string;
  readonly messageId: string;
  readonly attempt: number;
  readonly channel: string;
  readonly to: string;
  readonly from: string;
  readonly by: string;
  readonly atMs: number;
  /** The uuid under which Vonage took it; null when it did not. */
  readonly messageUuid: string | null;
}

/** Posts a webhook, and repeats it until it is answered. */
export type Post = (kind: 'status' | 'inbound', body: object) => void;

type Answered = { readonly status: number; readonly retryAfterSeconds?: number } | 'cut';

/** Vonage as the service meets it: it answers late, wrongly or not at all, and reports what became of a message. */
export class SimulatedVonage {
  readonly calls: Call[] = [];
  /** The client refs that reports name. */
  readonly reported = new Set<string>();
  /** Nothing but 202 and honest reports from now on. */
  isHonest = false;
  /** The account has no credit, or its key is refused. */
  refusesAccount: 401 | 402 | undefined;
  /** Senders that may not be used. */
  readonly refusedSenders = new Set<string>();
  private taken = 0;
  private texts = 0;
  post: Post = () => undefined;

  constructor(
    private readonly scheduler: Scheduler,
    private readonly plan: Plan,
    private readonly story: Story,
    private readonly names: Names,
  ) {}

  gatewayFor(life: Life): SmsGateway {
    return {
      send: async (request) => {
        const { scheduler, plan } = this;
        const toEffect = scheduler.between(2, 60);
        const isSlow = !this.isHonest && scheduler.chance(plan.vonage.slow);
        const answerMs = isSlow ? scheduler.between(1_000, 15_000) : scheduler.between(10, 400);
        const isLate = toEffect + answerMs > plan.vonageTimeoutMs;
        const toAnswer = isLate ? plan.vonageTimeoutMs - toEffect : answerMs;
        return scheduler.call(life, { toEffect, toAnswer }, () => {
          const outcome = this.arrive(life, request, answerMs);
          return isLate ? { kind: 'unknown', reason: 'Vonage did not answer in time.' } : outcome;
        });
      },
    };
  }

  /** Somebody writes to us. */
  async receiveText(number: string, text: string): Promise<void> {
    const messageUuid = uuidIdentifiers.idOf('simulated text', number, String(++this.texts));
    this.post('inbound', {
      message_uuid: messageUuid,
      to: '447700900001',
      from: number,
      timestamp: new Date(BEGIN_MS + this.scheduler.elapsedMs).toISOString(),
      channel: 'sms',
      message_type: 'text',
      text,
      sms: { num_messages: '1', keyword: text },
    });
  }

  private arrive(life: Life, request: AttemptRequest, answerMs: number): AttemptOutcome {
    const { answer, isTaken } = this.decide(request);
    const { clientRef, channel, to, from } = request;
    const dot = clientRef.lastIndexOf('.');
    const messageId = clientRef.slice(0, dot);
    const attempt = Number(clientRef.slice(dot + 1));
    const messageUuid = isTaken
      ? uuidIdentifiers.idOf('simulated uuid', String(++this.taken))
      : null;
    const call = { clientRef, messageId, attempt, channel, to, from, messageUuid };
    this.calls.push({ ...call, by: life.name, atMs: this.scheduler.elapsedMs });
    const said = answer === 'cut' ? 'is cut' : answer.status;
    this.story.tell(
      'Vonage',
      this.names.in(`${said} for ${clientRef}${isTaken ? '' : ', not taken'}`),
    );
    if (messageUuid !== null) this.planReports(request, messageUuid, answerMs);
    if (answer === 'cut') return { kind: 'unknown', reason: 'The connection was cut.' };
    if (answer.status === 202 && messageUuid !== null) return { kind: 'accepted', messageUuid };
    return outcomeOfAnswer(
      {
        status: answer.status,
        redirected: false,
        headers: new Headers(
          answer.retryAfterSeconds === undefined
            ? {}
            : { 'retry-after': String(answer.retryAfterSeconds) },
        ),
        body: null,
      },
      request,
      BEGIN_MS + this.scheduler.elapsedMs,
    );
  }

  private decide({ from }: AttemptRequest): {
    readonly answer: Answered;
    readonly isTaken: boolean;
  } {
    const { scheduler } = this;
    const { vonage } = this.plan;
    if (this.refusesAccount !== undefined) {
      return { answer: { status: this.refusesAccount }, isTaken: false };
    }
    if (this.refusedSenders.has(from)) return { answer: { status: 403 }, isTaken: false };
    if (!this.isHonest && scheduler.chance(vonage.tooMany)) {
      const retryAfterSeconds = scheduler.oneOf([1, 2, 5, 20]);
      return { answer: { status: 429, retryAfterSeconds }, isTaken: false };
    }
    if (!this.isHonest && scheduler.chance(vonage.broken)) {
      const isTaken = scheduler.chance(50);
      const answer = scheduler.oneOf<Answered>([{ status: 500 }, { status: 503 }, 'cut']);
      return { answer, isTaken };
    }
    return { answer: { status: 202 }, isTaken: true };
  }

  /** Decides what becomes of a message, and what Vonage says about it and when. */
  private planReports(request: AttemptRequest, messageUuid: string, answerMs: number): void {
    const { scheduler } = this;
    const faults = this.plan.reports;
    const has = (percent: number): boolean => !this.isHonest && scheduler.chance(percent);
    if (has(faults.missing)) return;
    const body = (status: string, more: object = {}): object => ({
      message_uuid: messageUuid,
      to: request.to,
      from: request.from,
      timestamp: new Date(BEGIN_MS + scheduler.elapsedMs).toISOString(),
      status,
      channel: request.channel,
      ...(isStray ? {} : { client_ref: request.clientRef }),
      usage: { currency: 'EUR', price: '0.0333' },
      ...more,
    });
    const isStray = has(faults.stray);
    const end = has(faults.failing) ? this.failure(body) : body('delivered');
    const confirmMs = this.plan.confirmWithinSeconds * 1_000;
    const begin = has(faults.early) ? 0 : answerMs + scheduler.between(50, 1_000);
    const between = has(faults.late)
      ? confirmMs + scheduler.between(0, 20_000)
      : scheduler.between(100, 8_000);
    const times = [begin, begin + between];
    if (has(faults.outOfOrder)) times.reverse();
    const bodies = [body('submitted'), end];
    if (has(faults.contradicting)) {
      bodies.push(
        body(scheduler.oneOf(['delivered', 'failed', 'undeliverable', 'rejected', 'read'])),
      );
      times.push(begin + scheduler.between(0, 2 * between));
    }
    for (const [index, one] of bodies.entries()) {
      const atMs = times[index] ?? 0;
      scheduler.after(atMs, () => {
        if (!isStray) this.reported.add(request.clientRef);
        this.post('status', one);
      });
      if (has(faults.repeated)) {
        scheduler.after(atMs + scheduler.between(0, 3_000), () => this.post('status', one));
      }
    }
  }

  private failure(body: (status: string, more: object) => object): object {
    const status = this.scheduler.oneOf(['undeliverable', 'failed', 'rejected']);
    // Transient, permanent, and one that means an opt-out in the catalogue of errors.
    const title = this.scheduler.oneOf(['1180', '1100', '1170', '1240', '1350', '1320']);
    return body(status, {
      error: { type: `https://example.com/errors#${title}`, title, detail: 'simulated' },
    });
  }
}
