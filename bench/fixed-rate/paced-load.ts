import { connect, type Socket } from 'node:net';
import { once } from 'node:events';

export interface PacedResult {
  /** Requests a second, from the first to the last one written. */
  readonly offeredPerSecond: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  /** The number of answers by HTTP status. */
  readonly answers: Readonly<Record<string, number>>;
  /** When each request was answered, in their order, milliseconds since 1970. */
  readonly answeredAtMs: readonly number[];
  /** The processor time of the load, from the first request to the last answer. */
  readonly cpuSeconds: number;
}

const TICK_MS = 5;

/**
 * Writes prepared requests at a fixed rate, whether or not those before them are answered. A request that finds no free
 * connection waits, and its wait counts: a slow service does not slow down the load.
 */
export async function pacedLoad(
  port: number,
  connections: number,
  perSecond: number,
  requests: readonly Buffer[],
): Promise<PacedResult> {
  const latencies = new Float64Array(requests.length);
  const answers: Record<string, number> = {};
  const free: Socket[] = [];
  let next = 0;
  let answered = 0;
  let lastWrittenMs = 0;
  let startedMs = 0;
  const answeredAtMs: number[] = [];
  const indexOf = new Map<Socket, number>();
  const { promise: allAnswered, resolve } = Promise.withResolvers<void>();
  const sockets = await Promise.all(
    Array.from({ length: connections }, async () => {
      const socket = connect({ port, host: '127.0.0.1', noDelay: true });
      await once(socket, 'connect');
      socket.on('data', (data) => {
        const status = data.toString('latin1', 9, 12);
        answers[status] = (answers[status] ?? 0) + 1;
        const index = indexOf.get(socket) ?? 0;
        answeredAtMs[index] = Date.now();
        latencies[answered++] = performance.now() - startedMs - (index / perSecond) * 1000;
        free.push(socket);
        if (answered === requests.length) resolve();
      });
      return socket;
    }),
  );
  free.push(...sockets);
  const usedBefore = process.cpuUsage();
  startedMs = performance.now();
  const ticking = setInterval(() => {
    const nowMs = performance.now();
    const due = Math.min(requests.length, Math.floor(((nowMs - startedMs) / 1000) * perSecond));
    while (next < due) {
      const socket = free.pop();
      const request = requests[next];
      if (socket === undefined || request === undefined) return;
      indexOf.set(socket, next);
      socket.write(request);
      lastWrittenMs = nowMs;
      next++;
    }
  }, TICK_MS);
  await allAnswered;
  clearInterval(ticking);
  const { user, system } = process.cpuUsage(usedBefore);
  for (const socket of sockets) socket.destroy();
  latencies.sort();
  return {
    offeredPerSecond: Math.round(requests.length / ((lastWrittenMs - startedMs) / 1000)),
    p50Ms: latencies[Math.floor(answered * 0.5)] ?? 0,
    p99Ms: latencies[Math.floor(answered * 0.99)] ?? 0,
    answers,
    answeredAtMs,
    cpuSeconds: (user + system) / 1e6,
  };
}
