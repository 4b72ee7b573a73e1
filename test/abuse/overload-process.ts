import { randomUUID } from 'node:crypto';
import { setPriority } from 'node:os';
import { connect, type Socket } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import type { SandboxCredentials } from 'vonage-sandbox';
import { claimsFor, signWebhook } from '../support/facts/webhook-token.js';

export interface LoadOrder {
  readonly port: number;
  readonly credentials: Pick<SandboxCredentials, 'apiKey' | 'applicationId' | 'signatureSecret'>;
  readonly seconds: number;
  /** Webhooks to offer; null: as many as are answered. */
  readonly perSecond: number | null;
  /** On one connection, before the first of them is answered. */
  readonly unansweredMax: number;
}

export interface LoadResult {
  /** Webhooks that were due. */
  readonly offered: number;
  /** Webhooks that the connections took. */
  readonly written: number;
  /** Answers by status. */
  readonly answers: Readonly<Record<string, number>>;
  /** Connections that ended before all their webhooks were answered, by how. */
  readonly broken: Readonly<Record<string, number>>;
}

const CONNECTIONS = 64;
/** Signed beforehand, and sent again when all were sent; most of them are new to the service even then. */
const POOL = 50_000;
const TICK_MS = 5;
/** For the answers that are outstanding at the end. */
const LAST_ANSWERS_MS_MAX = 60_000;
/** The service is to be overloaded, not deprived of its processors. */
const NICENESS = 10;

const STATUS_LINE = Buffer.from('HTTP/1.1 ');

// A process of its own, so that signing, sending and counting do not slow down who measures.
setPriority(NICENESS);
process.on('message', (order: LoadOrder) => {
  void load(order).then((result) => process.send?.(result));
});
process.on('disconnect', () => process.exit());

async function load(order: LoadOrder): Promise<LoadResult> {
  const pool = Array.from({ length: POOL }, () => signedWebhook(order.credentials));
  const answers: Record<string, number> = {};
  const broken: Record<string, number> = {};
  let offered = 0;
  let written = 0;
  let isOver = false;
  const due = (): boolean => !isOver && (order.perSecond === null || written < offered);
  const lanes = Array.from({ length: CONNECTIONS }, () => new Lane(order.port, answers, broken));
  const write = (lane: Lane): void => {
    for (; due() && lane.takes(order.unansweredMax); written++) {
      lane.write(pool[written % POOL] ?? Buffer.alloc(0));
    }
  };
  for (const lane of lanes) lane.onAnswer = () => write(lane);
  const startedMs = performance.now();
  for (let pastMs = 0; pastMs < order.seconds * 1000; pastMs = performance.now() - startedMs) {
    if (order.perSecond !== null) offered = Math.floor((order.perSecond * pastMs) / 1000);
    for (const lane of lanes) write(lane);
    await delay(TICK_MS);
  }
  isOver = true;
  const deadlineMs = performance.now() + LAST_ANSWERS_MS_MAX;
  while (lanes.some(({ unanswered }) => unanswered > 0) && performance.now() < deadlineMs) {
    await delay(TICK_MS);
  }
  for (const lane of lanes) lane.end();
  return { offered: order.perSecond === null ? written : offered, written, answers, broken };
}

/** One connection after another. */
class Lane {
  unanswered = 0;
  onAnswer = (): void => undefined;
  private socket: Socket | undefined;
  private isEnding = false;

  constructor(
    private readonly port: number,
    private readonly answers: Record<string, number>,
    private readonly broken: Record<string, number>,
  ) {}

  takes(unansweredMax: number): boolean {
    return this.unanswered < unansweredMax && this.socket?.writableNeedDrain !== true;
  }

  write(request: Buffer): void {
    this.socket ??= this.connected();
    this.unanswered += 1;
    this.socket.write(request);
  }

  end(): void {
    this.isEnding = true;
    this.socket?.destroy();
  }

  private connected(): Socket {
    const socket = connect({ port: this.port, host: '127.0.0.1' });
    let how = 'closed';
    let rest: Buffer = Buffer.alloc(0);
    socket.on('data', (bytes: Buffer) => {
      const heard = rest.length === 0 ? bytes : Buffer.concat([rest, bytes]);
      rest = heard.subarray(this.count(heard));
      this.onAnswer();
    });
    socket.on('error', ({ code }: NodeJS.ErrnoException) => (how = code ?? how));
    socket.on('close', () => {
      if (!this.isEnding && this.unanswered > 0) this.broken[how] = (this.broken[how] ?? 0) + 1;
      this.unanswered = 0;
      this.socket = undefined;
    });
    return socket;
  }

  /** @returns where the last status line was, as far as it can be read */
  private count(heard: Buffer): number {
    let at = 0;
    for (;;) {
      const start = heard.indexOf(STATUS_LINE, at);
      const end = start + STATUS_LINE.length + 3;
      // The beginning of a status line may stand at the end.
      if (start === -1) return Math.max(at, heard.length - STATUS_LINE.length);
      if (end > heard.length) return start;
      const status = heard.toString('latin1', start + STATUS_LINE.length, end);
      this.answers[status] = (this.answers[status] ?? 0) + 1;
      this.unanswered -= 1;
      at = end;
    }
  }
}

function signedWebhook({
  apiKey,
  applicationId,
  signatureSecret,
}: LoadOrder['credentials']): Buffer {
  const body = Buffer.from(
    JSON.stringify({
      message_uuid: randomUUID(),
      to: '447700900123',
      from: '447700900001',
      timestamp: new Date().toISOString(),
      status: 'submitted',
      channel: 'sms',
    }),
  );
  const claims = {
    ...claimsFor(body, Date.now()),
    api_key: apiKey,
    application_id: applicationId,
  };
  const token = signWebhook(claims, undefined, signatureSecret);
  return Buffer.concat([
    Buffer.from(
      `POST /webhooks/status HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nAuthorization: Bearer ${token}\r\nContent-Length: ${body.length}\r\n\r\n`,
    ),
    body,
  ]);
}
