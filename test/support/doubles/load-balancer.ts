import {
  createServer,
  request,
  type IncomingMessage,
  type Server,
  type ServerResponse,
} from 'node:http';
import type { AddressInfo } from 'node:net';
import { pause } from '../../../src/application/pause.js';

const CHECK_PERIOD_MS = 100;
const CHECK_MS_MAX = 1_000;

/** Distributes requests among the instances that report that they are ready, as load balancers do. */
export class LoadBalancer {
  /** Requests without a complete answer from an instance: a caller cannot know if a repeat is safe. */
  broken = 0;
  private ready: readonly string[] = [];
  private next = 0;
  private readonly server: Server;
  private readonly stopping = new AbortController();

  private constructor(private readonly targets: () => readonly string[]) {
    this.server = createServer((incoming, response) => {
      // A caller who leaves in the middle gets no answer.
      this.pass(incoming, response).catch(() => response.destroy());
    });
  }

  /** @param targets addresses of all instances, including those that are not running now */
  static async before(targets: () => readonly string[]): Promise<LoadBalancer> {
    const balancer = new LoadBalancer(targets);
    await balancer.check();
    await new Promise<void>((resolve) => balancer.server.listen(0, '127.0.0.1', resolve));
    void balancer.keepChecking();
    return balancer;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  close(): void {
    this.stopping.abort();
    this.server.close();
    this.server.closeAllConnections();
  }

  private async keepChecking(): Promise<void> {
    const { signal } = this.stopping;
    while (!signal.aborted) {
      await pause(CHECK_PERIOD_MS, signal);
      await this.check();
    }
  }

  private async check(): Promise<void> {
    const targets = this.targets();
    const checks = await Promise.allSettled(
      targets.map((target) =>
        fetch(`${target}/health/ready?part=ledger`, { signal: AbortSignal.timeout(CHECK_MS_MAX) }),
      ),
    );
    this.ready = targets.filter((_, index) => {
      const check = checks[index];
      return check?.status === 'fulfilled' && check.value.ok;
    });
  }

  private async pass(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = Buffer.concat(await incoming.toArray());
    const first = this.next++ % this.ready.length;
    for (const target of [...this.ready.slice(first), ...this.ready.slice(0, first)]) {
      try {
        return await forward(target, incoming, body, response);
      } catch (error) {
        // The instance has just stopped and accepted nothing, so another one may get the request.
        if ((error as NodeJS.ErrnoException).code === 'ECONNREFUSED') continue;
        this.broken++;
        response.destroy();
        return;
      }
    }
    response.writeHead(503, { 'Retry-After': '1' }).end();
  }
}

function forward(
  target: string,
  { method, url, headers }: IncomingMessage,
  body: Buffer,
  response: ServerResponse,
): Promise<void> {
  return new Promise((resolve, reject) => {
    const outgoing = request(`${target}${url}`, { method, headers, agent: false }, (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(response);
      answer.on('error', reject);
      answer.on('end', resolve);
    });
    outgoing.on('error', reject);
    outgoing.end(body);
  });
}
