import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { dirname, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { SandboxCredentials } from 'vonage-sandbox';

/** Against a hang only: a slow machine is not a failure. */
const START_MS_MAX = 90_000;

export interface Exit {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

export interface ServiceSettings {
  /** The compiled `main.js`. */
  readonly entry: string;
  readonly dataDirectory: string;
  readonly credentials: SandboxCredentials;
  readonly vonageUrl: string;
  readonly vonageTimeoutMs: number;
  /** Options for Node, such as a limit of its heap. */
  readonly nodeOptions?: readonly string[];
  /** Further variables. */
  readonly environment?: Readonly<Record<string, string>>;
}

/** The service as a process of its own, which can be killed and restarted on the same data. */
export class ServiceProcess {
  readonly url: string;
  private child: ChildProcess | undefined;
  private output = '';

  private constructor(
    private readonly settings: ServiceSettings,
    private readonly port: number,
  ) {
    this.url = `http://127.0.0.1:${port}`;
  }

  static async on(settings: ServiceSettings): Promise<ServiceProcess> {
    return new ServiceProcess(settings, await quietPort());
  }

  spawn(): void {
    const { entry, dataDirectory, credentials, vonageUrl, vonageTimeoutMs } = this.settings;
    const nodeOptions = [
      '--disable-warning=ExperimentalWarning',
      ...(this.settings.nodeOptions ?? []),
    ];
    this.output = '';
    const child = spawn(process.execPath, [...nodeOptions, entry], {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: {
        PATH: process.env['PATH'],
        ...this.settings.environment,
        // Starts take most of the time of these tests, so compiled code is cached.
        NODE_COMPILE_CACHE: join(dirname(entry), 'compile-cache'),
        PORT: String(this.port),
        DATA_DIR: dataDirectory,
        LOG_LEVEL: 'error',
        RETRY_FIRST_DELAY_SECONDS: '1',
        VONAGE_API_KEY: credentials.apiKey,
        VONAGE_API_SECRET: credentials.apiSecret,
        VONAGE_APPLICATION_ID: credentials.applicationId,
        VONAGE_PRIVATE_KEY: credentials.privateKey,
        VONAGE_NUMBER: '447700900001',
        VONAGE_SIGNATURE_SECRET: credentials.signatureSecret,
        VONAGE_API_HOST: vonageUrl,
        VONAGE_TIMEOUT_MS: String(vonageTimeoutMs),
        VONAGE_REQUESTS_PER_SECOND: '1000',
      },
    });
    const keep = (chunk: Buffer): void => {
      this.output = (this.output + chunk.toString()).slice(-4_000);
    };
    child.stdout.on('data', keep);
    child.stderr.on('data', keep);
    this.child = child;
  }

  /** Resolves with the milliseconds until the service reported that it is ready. */
  async untilReady(): Promise<number> {
    const startedMs = performance.now();
    for (;;) {
      const ready = await fetch(`${this.url}/health/ready`).then(
        async (response) => {
          await response.arrayBuffer();
          return response.ok;
        },
        () => false,
      );
      const tookMs = performance.now() - startedMs;
      if (ready) return tookMs;
      if (!this.isRunning || tookMs > START_MS_MAX) {
        throw new Error(`The service did not start: ${this.output}`);
      }
      await delay(20);
    }
  }

  /** The end of its output, on either stream. */
  get lastWords(): string {
    return this.output;
  }

  /** Sends the signal and resolves when the process has ended. */
  async end(signal: 'SIGKILL' | 'SIGTERM'): Promise<Exit> {
    const child = this.child;
    if (child === undefined) return { code: null, signal: null };
    if (this.isRunning) {
      const ended = once(child, 'exit');
      child.kill(signal);
      await ended;
    }
    return { code: child.exitCode, signal: child.signalCode };
  }

  /** The id of the process. @throws Error when none was started yet */
  get pid(): number {
    const pid = this.child?.pid;
    if (pid === undefined) throw new Error('The service was never started.');
    return pid;
  }

  get isRunning(): boolean {
    return this.child?.exitCode === null && this.child.signalCode === null;
  }
}

/**
 * Finds a port below the range for outgoing connections. A client that keeps calling a stopped service
 * could otherwise get the service's own port as its local one, and then call itself.
 */
async function quietPort(): Promise<number> {
  for (let tries = 0; tries < 100; tries++) {
    const port = 20_000 + Math.floor(Math.random() * 10_000);
    const server = createServer();
    const taken = await new Promise<boolean>((resolve) => {
      server.once('error', () => resolve(true));
      server.listen(port, '127.0.0.1', () => resolve(false));
    });
    if (taken) continue;
    server.close();
    await once(server, 'close');
    return port;
  }
  throw new Error('There is no free port.');
}
