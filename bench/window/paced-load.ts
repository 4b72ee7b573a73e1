import { connect, type Socket } from 'node:net';
import { once } from 'node:events';
import { account, signedRequest, type StatusBody } from '../ingest/signed-webhooks.js';

/** The request of the benchmark to its load generator. */
export interface PacedOrder {
  readonly port: number;
  readonly account: typeof account;
  readonly perSecond: number;
  readonly bodies: readonly StatusBody[];
}

/** What became of the load. */
export interface PacedResult {
  /** Times of the answers to `delivered`, milliseconds since 1970, in their order. */
  readonly deliveredAt: readonly number[];
  readonly answers: Readonly<Record<string, number>>;
  readonly seconds: number;
}

const CONNECTIONS = 32;
const TICK_MS = 5;

// Runs in a process of its own, so that signing does not take time from the browser's driver.
process.on('message', (order: PacedOrder) => {
  Object.assign(account, order.account);
  void run(order).then((result) => process.send?.(result, () => process.disconnect()));
});

/** Posts the webhooks at a steady rate; one that is due waits for a free connection. */
async function run({ port, perSecond, bodies }: PacedOrder): Promise<PacedResult> {
  const requests = bodies.map(signedRequest);
  const deliveredAt: number[] = [];
  const answers: Record<string, number> = {};
  const free = await Promise.all(Array.from({ length: CONNECTIONS }, () => open(port)));
  const all = [...free];
  let next = 0;
  let answered = 0;
  const done = Promise.withResolvers<void>();
  const startedMs = performance.now();
  const post = (socket: Socket): void => {
    const index = next++;
    socket.once('data', (data) => {
      const status = data.toString('latin1', 9, 12);
      answers[status] = (answers[status] ?? 0) + 1;
      if (bodies[index]?.status === 'delivered') deliveredAt.push(Date.now());
      free.push(socket);
      if (++answered === requests.length) done.resolve();
    });
    socket.write(requests[index] ?? '');
  };
  const timer = setInterval(() => {
    const due = Math.floor(((performance.now() - startedMs) / 1000) * perSecond);
    while (next < Math.min(due, requests.length)) {
      const socket = free.shift();
      if (socket === undefined) return;
      post(socket);
    }
  }, TICK_MS);
  await done.promise;
  clearInterval(timer);
  for (const socket of all) socket.destroy();
  return { deliveredAt, answers, seconds: (performance.now() - startedMs) / 1000 };
}

async function open(port: number): Promise<Socket> {
  const socket = connect({ port, host: '127.0.0.1', noDelay: true });
  await once(socket, 'connect');
  return socket;
}
