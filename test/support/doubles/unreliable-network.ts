import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';

/** A TCP proxy in front of a server. It can drop connections without notice to either end. */
export class UnreliableNetwork {
  readonly #server: Server;
  readonly #pairs = new Set<readonly [Socket, Socket]>();

  private constructor(target: string) {
    const [host = '', port = ''] = target.split(':');
    this.#server = createServer((near) => {
      const far = connect(Number(port), host);
      const pair = [near, far] as const;
      this.#pairs.add(pair);
      for (const socket of pair) {
        socket.on('error', () => {});
        socket.on('close', () => {
          this.#pairs.delete(pair);
          for (const end of pair) end.destroy();
        });
      }
      near.pipe(far).pipe(near);
    });
  }

  /** @param port the port on which it listens; 0 for any free one */
  static async before(target: string, port = 0): Promise<UnreliableNetwork> {
    const network = new UnreliableNetwork(target);
    await new Promise<void>((resolve) => network.#server.listen(port, '127.0.0.1', resolve));
    return network;
  }

  get address(): string {
    return `127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  /** Lets no more data pass on the existing connections, without closing them. New ones work. */
  forgetConnections(): void {
    for (const [near, far] of this.#pairs) {
      near.unpipe(far);
      far.unpipe(near);
      near.resume();
      far.resume();
    }
  }

  /** Closes the existing connections at both ends. New ones work. */
  loseConnections(): void {
    for (const [near, far] of this.#pairs) {
      near.destroy();
      far.destroy();
    }
  }

  /** Closes the connection on which this text is sent once it is answered, and keeps the answer. Other connections work. */
  loseAnswerTo(text: string): void {
    for (const [near, far] of this.#pairs) {
      near.on('data', (sent) => {
        if (!sent.includes(text)) return;
        far.unpipe(near);
        far.once('data', () => near.destroy());
      });
    }
  }

  close(): void {
    this.#server.close();
    this.loseConnections();
  }
}
