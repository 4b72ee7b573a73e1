/** The result of one attempt to deliver a callback. */
export interface CallbackAttempt {
  readonly at: string;
  readonly signed: boolean;
  /** The HTTP status of the receiver; null when it gave none. */
  readonly answer: number | null;
  readonly fault: string | null;
}

export type CallbackOutcome =
  | 'waiting'
  | 'delivered'
  /** Answered with a status that Vonage does not retry. */
  | 'lost'
  /** Retried for 24 hours without success. */
  | 'discarded'
  /** Not sent, because no address was configured. */
  | 'nowhere';

export interface CallbackRecord {
  readonly id: string;
  readonly kind: 'status' | 'inbound';
  readonly message_uuid: string;
  /** The status that it reports; null for an inbound message. */
  readonly status: string | null;
  readonly url: string | null;
  readonly body: string;
  readonly attempts: CallbackAttempt[];
  outcome: CallbackOutcome;
}

export interface MessageRecord {
  readonly message_uuid: string;
  readonly client_ref: string | null;
  readonly channel: string;
  readonly to: string;
  readonly from: string;
  readonly story: string;
  readonly acceptedAt: string;
  /** Null without `failover`; `item` counts from 1, the message that the client asked for. */
  readonly workflow: { readonly id: string; readonly item: number; readonly of: number } | null;
  readonly networkCode: string | null;
  readonly request: Readonly<Record<string, unknown>>;
  readonly callbacks: CallbackRecord[];
}

export interface RequestRecord {
  readonly at: string;
  readonly to: string | null;
  readonly client_ref: string | null;
  /** `202`, another HTTP status, `reset` or `silence`. */
  readonly answer: string;
  /** True when the message was accepted, which is possible even if the request got an error or no answer. */
  readonly accepted: boolean;
  readonly message_uuid: string | null;
}

export interface Counters {
  readonly requests: number;
  readonly requestsByAnswer: Readonly<Record<string, number>>;
  readonly messagesAccepted: number;
  readonly callbacks: Readonly<Record<CallbackOutcome, number>>;
  readonly callbackAttempts: number;
  /** The number of client refs accepted more than once: each of them is a text sent twice. */
  readonly clientRefsSentTwice: number;
}

/** Client refs are kept longer than the other records: only a long history can prove that nothing went twice. */
const CLIENT_REFS_MAX = 200_000;

/** A story plans a handful; any more can only come from the control route. */
const CALLBACKS_PER_MESSAGE_MAX = 100;

/** Records all requests that the sandbox received and all callbacks that it sent. All records are bounded; the counters never forget. */
export class Journal {
  private readonly byUuid = new Map<string, MessageRecord>();
  private readonly requestsKept = new Set<RequestRecord>();
  private readonly callbacksKept = new Set<CallbackRecord>();
  private readonly sends = new Map<string, number>();
  private readonly requestsByAnswer = new Map<string, number>();
  private requestCount = 0;
  private acceptedCount = 0;
  private attemptCount = 0;
  private sentTwiceCount = 0;
  private readonly outcomes: Record<CallbackOutcome, number> = {
    waiting: 0,
    delivered: 0,
    lost: 0,
    discarded: 0,
    nowhere: 0,
  };

  constructor(private readonly historyMax: number) {}

  addRequest(request: RequestRecord): void {
    this.requestCount += 1;
    this.requestsByAnswer.set(request.answer, (this.requestsByAnswer.get(request.answer) ?? 0) + 1);
    this.requestsKept.add(request);
    dropOldest(this.requestsKept, this.historyMax);
  }

  /** Counts a message that a request asked for; failover messages are not sends of the client. */
  addSend(clientRef: string | null): void {
    this.acceptedCount += 1;
    if (clientRef === null) return;
    const count = (this.sends.get(clientRef) ?? 0) + 1;
    if (count === 2) this.sentTwiceCount += 1;
    this.sends.set(clientRef, count);
    dropOldest(this.sends, CLIENT_REFS_MAX);
  }

  addMessage(message: MessageRecord): void {
    this.byUuid.set(message.message_uuid, message);
    dropOldest(this.byUuid, this.historyMax);
  }

  addCallback(callback: CallbackRecord): void {
    this.outcomes[callback.outcome] += 1;
    const ofMessage = this.byUuid.get(callback.message_uuid)?.callbacks ?? [];
    if (ofMessage.length < CALLBACKS_PER_MESSAGE_MAX) ofMessage.push(callback);
    this.callbacksKept.add(callback);
    dropOldest(this.callbacksKept, this.historyMax);
  }

  addAttempt(callback: CallbackRecord, attempt: CallbackAttempt): void {
    this.attemptCount += 1;
    callback.attempts.push(attempt);
  }

  settle(callback: CallbackRecord, outcome: CallbackOutcome): void {
    this.outcomes[callback.outcome] -= 1;
    this.outcomes[outcome] += 1;
    callback.outcome = outcome;
  }

  message(uuid: string): MessageRecord | null {
    return this.byUuid.get(uuid) ?? null;
  }

  /** Oldest first. */
  messages(): readonly MessageRecord[] {
    return [...this.byUuid.values()];
  }

  callbacks(): readonly CallbackRecord[] {
    return [...this.callbacksKept];
  }

  requests(): readonly RequestRecord[] {
    return [...this.requestsKept];
  }

  /** The number of accepted messages by client ref. */
  sendsByClientRef(): Readonly<Record<string, number>> {
    return Object.fromEntries(this.sends);
  }

  counters(): Counters {
    return {
      requests: this.requestCount,
      requestsByAnswer: Object.fromEntries(this.requestsByAnswer),
      messagesAccepted: this.acceptedCount,
      callbacks: { ...this.outcomes },
      callbackAttempts: this.attemptCount,
      clientRefsSentTwice: this.sentTwiceCount,
    };
  }
}

function dropOldest<Key>(kept: Map<Key, unknown> | Set<Key>, max: number): void {
  const oldest = kept.keys().next();
  if (kept.size > max && oldest.done !== true) kept.delete(oldest.value);
}
