import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { eventually } from '../watching/eventually.js';

/** A connection on which a test sends exact bytes, and which records what it receives. */
export class RawConnection {
  heard = '';
  /** The error code that ended it: `ECONNRESET` would be a reset. */
  error: string | undefined;
  ended = false;

  private constructor(private readonly socket: Socket) {
    socket.on('data', (bytes: Buffer) => {
      this.heard += bytes.toString('latin1');
    });
    socket.on('error', ({ code }: NodeJS.ErrnoException) => {
      this.error = code;
    });
    socket.on('close', () => {
      this.ended = true;
    });
  }

  static async open(url: string): Promise<RawConnection> {
    const { hostname, port } = new URL(url);
    const socket = connect({ port: Number(port), host: hostname, allowHalfOpen: true });
    const connection = new RawConnection(socket);
    await once(socket, 'connect');
    return connection;
  }

  write(text: string | Buffer): void {
    if (!this.socket.destroyed) this.socket.write(text);
  }

  /** Stops reading; incoming data stays in the buffers. */
  stopReading(): void {
    this.socket.pause();
  }

  get statuses(): readonly number[] {
    return [...this.heard.matchAll(/HTTP\/1\.1 (\d{3}) /g)].map(([, status]) => Number(status));
  }

  /** Waits for this many answers. */
  async answers(count: number): Promise<readonly number[]> {
    await eventually(() => this.statuses.length >= count);
    return this.statuses;
  }

  close(): void {
    this.socket.destroy();
  }
}

/** A request in HTTP/1.1. @param headers one per line */
export const rawRequest = (
  target: string,
  headers: readonly string[],
  body: string | Buffer = '',
): string => [`POST ${target} HTTP/1.1`, 'Host: localhost', ...headers, '', body].join('\r\n');
