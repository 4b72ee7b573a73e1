import { connect } from 'node:net';
import { once } from 'node:events';

export interface LoadResult {
  readonly requestsPerSecond: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  /** The number of answers by HTTP status. */
  readonly answers: Readonly<Record<string, number>>;
}

/**
 * Writes prepared requests over some connections, one at a time on each, and times every answer. It does
 * as little as possible, because it shares two cores with the service that it measures.
 */
export async function load(
  port: number,
  connections: number,
  requests: readonly Buffer[],
): Promise<LoadResult> {
  const latencies = new Float64Array(requests.length);
  const answers: Record<string, number> = {};
  let next = 0;
  let answered = 0;
  const startedMs = performance.now();
  await Promise.all(Array.from({ length: connections }, () => oneConnection()));
  const seconds = (performance.now() - startedMs) / 1000;
  latencies.sort();
  return {
    requestsPerSecond: Math.round(answered / seconds),
    p50Ms: latencies[Math.floor(answered * 0.5)] ?? 0,
    p99Ms: latencies[Math.floor(answered * 0.99)] ?? 0,
    answers,
  };

  async function oneConnection(): Promise<void> {
    const socket = connect({ port, host: '127.0.0.1', noDelay: true });
    await once(socket, 'connect');
    let sentMs = 0;
    const sendNext = (): void => {
      const request = requests[next++];
      if (request === undefined) {
        socket.end();
        return;
      }
      sentMs = performance.now();
      socket.write(request);
    };
    socket.on('data', (data) => {
      // The status line is enough: every answer is a 204, or a problem that fits into one packet.
      const status = data.toString('latin1', 9, 12);
      answers[status] = (answers[status] ?? 0) + 1;
      latencies[answered++] = performance.now() - sentMs;
      sendNext();
    });
    sendNext();
    await once(socket, 'close');
  }
}
