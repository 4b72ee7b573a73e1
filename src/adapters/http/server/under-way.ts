import type { Socket } from 'node:net';

/**
 * Hardly any client sends a request before the one before it is answered (pipelining); what waits behind an unanswered
 * one takes memory.
 */
const UNDER_WAY_ON_CONNECTION_MAX = 16;

/** Counts the requests under way, in total and on each connection. */
export class UnderWay {
  private count = 0;
  private readonly countOn = new WeakMap<Socket, number>();

  constructor(private readonly countMax: number) {}

  get total(): number {
    return this.count;
  }

  get isFull(): boolean {
    return this.count >= this.countMax;
  }

  isFullOn(connection: Socket): boolean {
    return (this.countOn.get(connection) ?? 0) >= UNDER_WAY_ON_CONNECTION_MAX;
  }

  begin(connection: Socket): void {
    this.count += 1;
    this.countOn.set(connection, (this.countOn.get(connection) ?? 0) + 1);
  }

  end(connection: Socket): void {
    this.count -= 1;
    this.countOn.set(connection, (this.countOn.get(connection) ?? 1) - 1);
  }
}
