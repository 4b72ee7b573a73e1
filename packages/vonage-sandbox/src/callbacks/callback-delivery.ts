import { randomUUID } from 'node:crypto';
import { Agent as HttpAgent, request as httpRequest } from 'node:http';
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https';
import { signCallback, type Signer } from './callback-signature.js';
import type { CallbackRecord, Journal } from '../control/journal.js';
import type { Settings } from '../options.js';
import { judge, retryDelaysMs } from './retry-rule.js';
import type { Signing } from '../stories/stories.js';
import type { Timers } from '../timers.js';

/**
 * Callbacks that may be under way at once; the others queue. The limit is high, because each callback
 * without an answer keeps its place until the time-out.
 */
const CONCURRENT_MAX = 128;

/** An idle connection is closed after 4 s, or earlier where the receiver announces that it closes it earlier. */
const CONNECTIONS = { keepAlive: true, timeout: 4_000 };

/** Callbacks that may wait, for their turn or for a retry, before new messages are refused. */
const WAITING_MAX = 50_000;

export interface OutgoingCallback {
  readonly kind: 'status' | 'inbound';
  readonly messageUuid: string;
  readonly status: string | null;
  /** Null when no address is configured: Vonage then drops the callback. */
  readonly url: string | null;
  readonly body: string;
  readonly signing: Signing;
  /** Basic authentication belongs to the account, and so do the callbacks of its messages. */
  readonly ofApplication: boolean;
}

export interface SentCallback {
  /** Kept up to date until the callback is settled. */
  readonly record: CallbackRecord;
  /** Resolves when the first try has ended, with any result; retries continue on their own. */
  readonly tried: Promise<void>;
}

interface Delivery {
  readonly callback: OutgoingCallback;
  readonly url: URL;
  readonly record: CallbackRecord;
  /** Called when the first try has been answered, or has failed. */
  readonly firstTried: () => void;
  tries: number;
  token: string | null;
}

/** Delivers callbacks to their receiver by Vonage's retry rule, and records every attempt. */
export class CallbackDelivery {
  private readonly agents = {
    'http:': new HttpAgent(CONNECTIONS),
    'https:': new HttpsAgent(CONNECTIONS),
  };
  private readonly due = new Set<Delivery>();
  private readonly underWay = new Set<Delivery>();
  private paused = false;
  private waiting = 0;

  constructor(
    private readonly settings: Settings,
    private readonly journal: Journal,
    private readonly timers: Timers,
    private readonly settled: () => void,
  ) {}

  get isFull(): boolean {
    return this.waiting >= WAITING_MAX;
  }

  send(callback: OutgoingCallback): SentCallback {
    const { kind, messageUuid, status, url, body } = callback;
    const record: CallbackRecord = {
      id: randomUUID(),
      kind,
      message_uuid: messageUuid,
      status,
      url,
      body,
      attempts: [],
      outcome: url === null ? 'nowhere' : 'waiting',
    };
    this.journal.addCallback(record);
    if (url === null) return { record, tried: Promise.resolve() };
    this.waiting += 1;
    const tried = new Promise<void>((firstTried) => {
      this.due.add({ callback, url: new URL(url), record, firstTried, tries: 0, token: null });
    });
    this.pump();
    return { record, tried };
  }

  pause(): void {
    this.paused = true;
  }

  resume(): void {
    this.paused = false;
    this.pump();
  }

  /** Drops every callback that has not arrived yet, including those under way. */
  stop(): void {
    this.paused = true;
    this.due.clear();
    this.underWay.clear();
    for (const agent of Object.values(this.agents)) agent.destroy();
  }

  get unsettled(): number {
    return this.waiting;
  }

  private pump(): void {
    for (const delivery of this.due) {
      if (this.paused || this.underWay.size >= CONCURRENT_MAX) return;
      this.due.delete(delivery);
      this.underWay.add(delivery);
      void this.attempt(delivery);
    }
  }

  private async attempt(delivery: Delivery): Promise<void> {
    const at = new Date();
    const token = this.tokenFor(delivery, at.getTime());
    delivery.tries += 1;
    // Node refuses to call some addresses, for example one whose user name holds a lone `%`.
    const { answer, fault } = await this.post(delivery, token).catch((error: Error) => ({
      answer: null,
      fault: error.message,
    }));
    // After `stop()` the callback is no longer under way, so its attempt is not recorded.
    if (!this.underWay.delete(delivery)) return;
    const attempt = { at: at.toISOString(), signed: token !== null, answer, fault };
    this.journal.addAttempt(delivery.record, attempt);
    this.conclude(delivery, answer);
    delivery.firstTried();
    this.pump();
  }

  private conclude(delivery: Delivery, answer: number | null): void {
    const verdict = judge(answer);
    const delayMs = retryDelaysMs[delivery.tries - 1];
    if (verdict === 'retry' && delayMs !== undefined) {
      this.timers.after(delayMs * this.settings.retryTimeScale, () => {
        this.due.add(delivery);
        this.pump();
      });
      return;
    }
    this.waiting -= 1;
    this.journal.settle(delivery.record, verdict === 'retry' ? 'discarded' : verdict);
    this.settled();
  }

  private tokenFor(delivery: Delivery, nowMs: number): string | null {
    const { callback, tries } = delivery;
    const { signing } = callback;
    if (signing === 'unsigned' || (signing === 'unsigned-first' && tries === 0)) return null;
    if (delivery.token !== null && this.settings.repeatToken) return delivery.token;
    const { signatureSecret, apiKey, applicationId } = this.settings;
    const signer: Signer = {
      secret: signing === 'wrong-secret' ? `not ${signatureSecret}` : signatureSecret,
      apiKey,
      applicationId: callback.ofApplication ? applicationId : null,
    };
    const hashed = signing === 'wrong-hash' ? `${callback.body} ` : callback.body;
    delivery.token = signCallback(Buffer.from(hashed), signer, nowMs);
    return delivery.token;
  }

  private post(
    { url, callback }: Delivery,
    token: string | null,
  ): Promise<{ readonly answer: number | null; readonly fault: string | null }> {
    const body = Buffer.from(callback.body);
    const secure = url.protocol === 'https:';
    const { connectTimeoutMs, responseTimeoutMs } = this.settings;
    return new Promise((resolve) => {
      const request = (secure ? httpsRequest : httpRequest)(url, {
        method: 'POST',
        agent: this.agents[secure ? 'https:' : 'http:'],
        headers: {
          'content-type': 'application/json',
          'content-length': body.length,
          ...(token === null ? {} : { authorization: `Bearer ${token}` }),
        },
      });
      const stopConnecting = this.timers.after(connectTimeoutMs, () => {
        request.destroy(new Error(`no connection within ${connectTimeoutMs} ms`));
      });
      const stopWaiting = this.timers.after(responseTimeoutMs, () => {
        request.destroy(new Error(`no response within ${responseTimeoutMs} ms`));
      });
      const finish = (answer: number | null, fault: string | null) => {
        stopConnecting();
        stopWaiting();
        resolve({ answer, fault });
      };
      request.on('socket', (socket) => {
        if (socket.connecting) socket.once('connect', stopConnecting);
        else stopConnecting();
      });
      request.on('error', (error) => {
        finish(null, error.message);
      });
      request.on('response', (response) => {
        response.on('end', () => {
          finish(response.statusCode ?? null, null);
        });
        response.on('error', (error) => {
          finish(null, error.message);
        });
        response.resume();
      });
      // Node closes a request whose answer changes the protocol (101) with neither a response nor an error.
      request.on('close', () => {
        finish(null, 'the answer is none of HTTP');
      });
      request.end(body);
    });
  }
}
