import { setTimeout as delay } from 'node:timers/promises';
import { StoreUnavailable } from '../../../application/errors.js';
import { Connection } from './connection.js';
import { leaderOf } from './failures.js';

/** A new connection is opened at most once in this interval, however many calls fail. */
const OPENINGS_INTERVAL_MS = 50;

/**
 * A discarded connection stays open this long for the calls that still run on it, each of which ends by its own
 * timeout within this time.
 */
const LINGER_MS = 2_000;

/** The connections of one ledger: one for calls, replaced when it fails, and one per subscription. */
export class Connections {
  readonly #url: string;
  readonly #closing = new AbortController();
  readonly #open = new Set<Connection>();
  #shared: Connection | undefined;
  #opening: Promise<Connection> | undefined;
  #lastOpenedAtMs = -OPENINGS_INTERVAL_MS;
  /** The leader's address from the last failure that named it. */
  #leader: string | undefined;
  #serial = 0;

  /** @throws RangeError when the connection string cannot be used */
  constructor(url: string) {
    this.#url = url;
    this.#shared = this.open();
  }

  /** Aborts when the ledger is closed. */
  get closing(): AbortSignal {
    return this.#closing.signal;
  }

  /** @throws StoreUnavailable */
  checkOpen(): void {
    if (this.closing.aborted) throw new StoreUnavailable('it was closed');
  }

  /** The connection of all short calls. @throws StoreUnavailable */
  shared(): Promise<Connection> {
    if (this.#shared !== undefined) return Promise.resolve(this.#shared);
    this.#opening ??= this.#reopen().finally(() => {
      this.#opening = undefined;
    });
    return this.#opening;
  }

  /**
   * Sends later calls to a new connection: to the leader, where `cause` names it. Gossip may be late, and a
   * connection string with one host has none.
   */
  discard(connection: Connection, cause?: unknown): void {
    if (connection !== this.#shared) return;
    this.#leader = leaderOf(cause);
    this.#shared = undefined;
    setTimeout(() => this.release(connection), LINGER_MS).unref();
  }

  /** Opens a connection that is not shared. @throws StoreUnavailable */
  open(leader?: string): Connection {
    this.checkOpen();
    const connection = new Connection(this.#url, this.#serial++, leader);
    this.#open.add(connection);
    return connection;
  }

  release(connection: Connection): void {
    this.#open.delete(connection);
    connection.close();
  }

  close(): void {
    this.#closing.abort();
    this.#shared = undefined;
    for (const connection of this.#open) connection.close();
    this.#open.clear();
  }

  async #reopen(): Promise<Connection> {
    const waitMs = this.#lastOpenedAtMs + OPENINGS_INTERVAL_MS - performance.now();
    if (waitMs > 0) await delay(waitMs);
    this.#lastOpenedAtMs = performance.now();
    this.#shared = this.open(this.#leader);
    return this.#shared;
  }
}
