import { connect } from 'node:net';
import { once } from 'node:events';
import { randomUUID } from 'node:crypto';
import { account, signedRequest } from '../ingest/signed-webhooks.js';

/** The request of the soak test to its load generator. */
export interface SoakOrder {
  readonly port: number;
  readonly connections: number;
  readonly account: typeof account;
  readonly seconds: number;
  readonly windowSeconds: number;
}

/** The measurements of the load generator during one window. */
export interface Window {
  readonly requests: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  /** The number of answers by HTTP status; `broken` connections got none. */
  readonly answers: Readonly<Record<string, number>>;
}

const SUBMITTED_AHEAD = 10_000;

process.on('message', (order: SoakOrder) => {
  Object.assign(account, order.account);
  void soak(order).then(() => process.disconnect());
});

/** Writes as fast as answers come and signs each request just before, because all would not fit into memory. */
async function soak({ port, connections, seconds, windowSeconds }: SoakOrder): Promise<void> {
  const endsMs = performance.now() + seconds * 1000;
  const next = requests();
  let latencies: number[] = [];
  let answers: Record<string, number> = {};
  const count = (answer: string): void => {
    answers[answer] = (answers[answer] ?? 0) + 1;
  };
  const windows = setInterval(() => {
    process.send?.(summaryOf(latencies, answers));
    latencies = [];
    answers = {};
  }, windowSeconds * 1000);
  await Promise.all(Array.from({ length: connections }, () => keepAsking()));
  clearInterval(windows);

  async function keepAsking(): Promise<void> {
    while (performance.now() < endsMs) {
      await oneConnection().catch(() => count('broken'));
    }
  }

  async function oneConnection(): Promise<void> {
    const socket = connect({ port, host: '127.0.0.1', noDelay: true });
    await once(socket, 'connect');
    let sentMs = 0;
    let over = false;
    const sendNext = (): void => {
      over = performance.now() >= endsMs;
      if (over) {
        socket.end();
        return;
      }
      sentMs = performance.now();
      socket.write(next());
    };
    socket.on('data', (data) => {
      latencies.push(performance.now() - sentMs);
      count(data.toString('latin1', 9, 12));
      sendNext();
    });
    sendNext();
    await once(socket, 'close');
    if (!over) throw new Error('the connection broke');
  }
}

/** Yields requests: each message is submitted, and delivered after ten thousand more were submitted. */
function requests(): () => Buffer {
  const submitted: string[] = [];
  let turn = 0;
  let due: string | undefined;
  return () => {
    if (due !== undefined) {
      const request = signedRequest({ messageUuid: due, status: 'delivered' });
      due = undefined;
      return request;
    }
    const messageUuid = randomUUID();
    due = submitted[turn];
    submitted[turn] = messageUuid;
    turn = (turn + 1) % SUBMITTED_AHEAD;
    return signedRequest({ messageUuid, status: 'submitted' });
  };
}

function summaryOf(latencies: number[], answers: Readonly<Record<string, number>>): Window {
  latencies.sort((one, other) => one - other);
  const at = (share: number): number => latencies[Math.floor(latencies.length * share)] ?? 0;
  return { requests: latencies.length, p50Ms: at(0.5), p99Ms: at(0.99), answers };
}
