import { request as startRequest } from 'node:http';
import { connect, type Socket } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import type { Tally } from '../service/tally.js';

/** Longer than the service lets any caller wait. */
const ANSWER_MS_MAX = 45_000;

/** The target of an attack, and the record of its answers. */
export class Target {
  readonly port: number;

  constructor(
    readonly url: string,
    readonly sign: (body: Buffer) => string,
    private readonly tally: Tally,
  ) {
    this.port = Number(new URL(url).port);
  }

  /** @param retryAfter whether the answer says when to come back; a 503 must */
  note(request: string, status: number, retryAfter: boolean): void {
    this.tally.note(request, status);
    if (status >= 500 && !(status === 503 && retryAfter)) {
      this.tally.find(`${request} was answered with ${status}`);
    }
  }

  /** Reads the answer whole. A sender that is cut off while it sends too much has no answer, which is status 0. */
  post(
    path: string,
    body: Buffer,
    headers: Readonly<Record<string, string>> = {},
  ): Promise<number> {
    return new Promise((resolve) => {
      const done = (status: number, retryAfter: boolean): void => {
        this.note(`POST ${path}`, status, retryAfter);
        resolve(status);
      };
      const sent = startRequest(`${this.url}${path}`, {
        method: 'POST',
        agent: false,
        timeout: ANSWER_MS_MAX,
        headers: {
          'Content-Type': 'application/json',
          'Content-Length': body.length,
          ...headers,
        },
      });
      sent.on('response', (response) => {
        const { statusCode = 0, headers: answered } = response;
        response.resume();
        response.on('close', () => done(statusCode, answered['retry-after'] !== undefined));
      });
      sent.on('timeout', () => sent.destroy());
      sent.on('error', () => done(0, false));
      sent.end(body);
    });
  }

  /** Opens so many connections, a few at a time, each of which says the same. */
  async crowd(count: number, say: (socket: Socket) => void): Promise<Crowd> {
    const crowd = new Crowd(this);
    while (crowd.size < count) {
      crowd.join(say);
      if (crowd.size % CONNECTIONS_AT_ONCE === 0) await delay(1);
    }
    return crowd;
  }
}

/** Below the 511 connections that Node lets wait to be accepted. */
const CONNECTIONS_AT_ONCE = 100;

/** Connections that were opened for an attack. */
export class Crowd {
  private readonly sockets: Socket[] = [];
  private open = 0;

  constructor(private readonly target: Target) {}

  get size(): number {
    return this.sockets.length;
  }

  join(say: (socket: Socket) => void): void {
    const socket = connect({ port: this.target.port, host: '127.0.0.1', allowHalfOpen: true });
    this.sockets.push(socket);
    this.open += 1;
    socket.once('close', () => (this.open -= 1));
    socket.on('error', () => socket.destroy());
    say(socket);
  }

  /** Until the service has closed all of them, or for so long. */
  async untilClosed(msMax: number): Promise<void> {
    const deadlineMs = performance.now() + msMax;
    while (this.open > 0 && performance.now() < deadlineMs) await delay(20);
  }

  leave(): void {
    for (const socket of this.sockets) socket.destroy();
  }
}

const statusLine = /HTTP\/1\.1 (\d{3}) [^]*?\r\n\r\n/g;

/** Notes every answer that comes on a connection, however they are cut into pieces. */
export function noteAnswers(target: Target, request: string, socket: Socket): void {
  let rest = '';
  socket.on('data', (bytes: Buffer) => {
    rest += bytes.toString('latin1');
    let end = 0;
    for (const match of rest.matchAll(statusLine)) {
      end = match.index + match[0].length;
      target.note(request, Number(match[1]), /\r\nretry-after:/i.test(match[0]));
    }
    // The beginning of an answer that is not whole yet.
    rest = rest.slice(Math.max(end, rest.length - HEAD_LENGTH_MAX));
  });
}

const HEAD_LENGTH_MAX = 4_096;
