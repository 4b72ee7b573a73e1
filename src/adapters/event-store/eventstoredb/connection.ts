import { EventStoreDBClient } from '@eventstore/db-client';
import streamsGrpc from '@eventstore/db-client/generated/streams_grpc_pb.js';
import type { ReadReq } from '@eventstore/db-client/generated/streams_pb.js';
import { BatchAppendCall, type BatchAppendStream } from './calls/batch-append-call.js';
import type { ReadCall } from './calls/read-call.js';
import { connectionString } from './connection-string.js';

/** The calls of the generated `Streams` stub that the adapter uses. */
interface Stub {
  batchAppend(...callArguments: readonly unknown[]): BatchAppendStream;
  read(request: ReadReq, ...callArguments: readonly unknown[]): ReadCall;
}

/**
 * The members of `@eventstore/db-client` 6.2.1 that we use and that its types reserve for subclasses. It is the last
 * release of that name, pinned exactly, and the tests run every member listed here.
 */
interface ClientInternals {
  GRPCStreamCreator<Call>(
    stub: typeof streamsGrpc.StreamsClient,
    debugName: string,
    open: (stub: Stub) => Call,
  ): () => Promise<Call>;
  callArguments(
    options: { readonly requiresLeader: boolean },
    callOptions: { readonly deadline: number },
  ): readonly unknown[];
  readonly capabilities: Promise<{ readonly serverVersion: string }>;
  createChannel(): Promise<{ close(): void }>;
  resolveUri(): Promise<string>;
  handleError(): Promise<void>;
}

/**
 * One client with one channel, discarded when anything goes wrong with it. The client on its own reconnects, but
 * never after silence, and by closing the channel under all other calls.
 */
export class Connection {
  readonly #client: EventStoreDBClient;
  readonly #internals: ClientInternals;
  readonly #channels = new Set<{ close(): void }>();
  #appends: Promise<BatchAppendCall> | undefined;
  #answeredAtMs = -Infinity;
  #closed = false;

  /**
   * Connects on first use.
   * @param leader `host:port` of the leader, when another server named it
   * @throws RangeError when the connection string cannot be used
   */
  constructor(url: string, serial: number, leader?: string) {
    this.#client = clientOf(connectionString(url, serial));
    this.#internals = this.#client as unknown as ClientInternals;
    const createChannel = this.#internals.createChannel.bind(this.#client);
    if (leader !== undefined) this.#internals.resolveUri = () => Promise.resolve(leader);
    Object.assign(this.#client, {
      // Replaces the client's handler, which would close the channel under the other calls.
      handleError: async (): Promise<void> => {},
      createChannel: async () => {
        const channel = await createChannel();
        if (this.#closed) channel.close();
        else this.#channels.add(channel);
        return channel;
      },
    });
  }

  /**
   * The one call that carries all appends of this connection.
   *
   * It is made on the client's generated stub, because the client's own `appendToStream` never times out, keeps
   * pending appends in a map shared by all clients of the process, so that a failure of one rejects the appends of
   * the others, and ends the process over an answer that comes too late.
   */
  appends(): Promise<BatchAppendCall> {
    this.#appends ??= this.#openAppends();
    return this.#appends;
  }

  /**
   * Starts a read or a subscription. It is made on the generated stub too: the client parses what the codec then has
   * to write again, delivers each record in a turn of its own, and lets checkpoints overtake the events before them.
   */
  read(request: ReadReq, options: { readonly requiresLeader: boolean }): Promise<ReadCall> {
    const callArguments = this.#internals.callArguments(options, { deadline: Infinity });
    return this.#internals.GRPCStreamCreator(streamsGrpc.StreamsClient, 'read', (stub) =>
      stub.read(request, ...callArguments),
    )();
  }

  /** Call it for every answer to any call. */
  answered(): void {
    this.#answeredAtMs = performance.now();
  }

  /** True when any call got an answer recently: then the server is slow, neither dead nor unreachable. */
  hasAnsweredWithin(milliseconds: number): boolean {
    return performance.now() - this.#answeredAtMs < milliseconds;
  }

  /** Returns for example `23.10.6`, or `unknown` for a server before 21.10. */
  async serverVersion(): Promise<string> {
    return (await this.#internals.capabilities).serverVersion;
  }

  /** Ends all calls and closes the socket. */
  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#client.dispose().catch(() => {});
    for (const channel of this.#channels) channel.close();
    this.#channels.clear();
  }

  #openAppends(): Promise<BatchAppendCall> {
    const callArguments = this.#internals.callArguments(
      { requiresLeader: true },
      { deadline: Infinity },
    );
    return new Promise((resolve, reject) => {
      const open = this.#internals.GRPCStreamCreator(
        streamsGrpc.StreamsClient,
        'batchAppend',
        (stub) => {
          const stream = stub.batchAppend(...callArguments);
          resolve(new BatchAppendCall(stream));
          return stream;
        },
      );
      open().catch(reject);
    });
  }
}

function clientOf(url: string): EventStoreDBClient {
  try {
    return EventStoreDBClient.connectionString(url);
  } catch (error) {
    const isUnreadable = error instanceof Error && 'connectionString' in error;
    // A % that begins no code is a URIError, which says nothing of where it is.
    if (!isUnreadable && !(error instanceof URIError)) throw error;
    // The client's own error holds the whole string, with the password, and would bring it into logs.
    throw new RangeError(
      'the connection string (EVENTSTORE_URL) cannot be read: it looks like esdb://user:password@host:2113?tls=true, and a % of the password is written %25',
    );
  }
}
