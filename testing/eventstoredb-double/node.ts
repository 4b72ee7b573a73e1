import { setTimeout as delay } from 'node:timers/promises';
import gossipGrpc from '@eventstore/db-client/generated/gossip_grpc_pb.js';
import type { ClusterInfo } from '@eventstore/db-client/generated/gossip_pb.js';
import type { Empty } from '@eventstore/db-client/generated/shared_pb.js';
import serverFeaturesGrpc from '@eventstore/db-client/generated/serverfeatures_grpc_pb.js';
import type { SupportedMethods } from '@eventstore/db-client/generated/serverfeatures_pb.js';
import streamsGrpc from '@eventstore/db-client/generated/streams_grpc_pb.js';
import type {
  BatchAppendReq,
  BatchAppendResp,
} from '@eventstore/db-client/generated/streams_pb.js';
import {
  Server,
  status,
  type sendUnaryData,
  type ServerCredentials,
  type ServerDuplexStream,
  type ServerUnaryCall,
} from '@grpc/grpc-js';
import { BatchAssembly } from './batch-assembly.js';
import { noFaults, type Faults } from './faults.js';
import type { Ledger, LogRecord } from './ledger.js';
import {
  batchResponse,
  clusterResponse,
  eventResponse,
  supportedMethodsResponse,
} from './messages.js';
import { send, type ReadCall } from './read-call.js';
import { isOfAll, isRegularLook, serveRead } from './reads.js';
import { serviceError } from './service-error.js';
import { serveSubscription } from './subscription.js';
import type { VersionTraits } from './versions.js';

/** The state that the nodes of a cluster share. */
export interface NodeSet {
  readonly ledger: Ledger;
  readonly nodes: readonly DoubleNode[];
  /** Undefined while no leader is elected. */
  leader: DoubleNode | undefined;
  readonly credentials: ServerCredentials;
  readonly traits: VersionTraits;
  /** The only accepted password, for any user name. Without one, every call is accepted. */
  readonly password: string | undefined;
}

/** The number of calls to a node, by kind. */
export interface CallCounts {
  /** Appends; each is one message of a call that stays open. */
  appends: number;
  reads: number;
  /** The reads of each instance every second: the end of the ledger, and the hold of sending. */
  looks: number;
  subscriptions: number;
  gossip: number;
  features: number;
  /** Calls with a wrong password. */
  unauthenticated: number;
  /** Events that the node was about to send to readers and subscribers. */
  events: number;
}

type BatchAppendCall = ServerDuplexStream<BatchAppendReq, BatchAppendResp>;

const HOST = '127.0.0.1';
const MESSAGE_BYTES_MAX = 16 * 1024 * 1024;

/** One node: a gRPC server that can be stopped, restarted on its port, and made to fail. */
export class DoubleNode {
  readonly faults: Faults = noFaults();
  readonly counts: CallCounts = {
    appends: 0,
    reads: 0,
    looks: 0,
    subscriptions: 0,
    gossip: 0,
    features: 0,
    unauthenticated: 0,
    events: 0,
  };
  readonly #set: NodeSet;
  readonly #subscriptions = new Set<ReadCall>();
  #server: Server | undefined;
  #port = 0;
  /** Resolves when the server continues after a pause. */
  #pause: Promise<void> | undefined;
  #endPause = (): void => {};
  #kept = 0;

  constructor(set: NodeSet) {
    this.#set = set;
  }

  get address(): string {
    return `${HOST}:${this.#port}`;
  }

  /** The number of calls that arrived during the pause. */
  get kept(): number {
    return this.#kept;
  }

  get isUp(): boolean {
    return this.#server !== undefined;
  }

  /** Listens on the same port as before. */
  async start(): Promise<void> {
    if (this.#server !== undefined) return;
    const server = new Server({ 'grpc.max_receive_message_length': MESSAGE_BYTES_MAX });
    server.addService(streamsGrpc.StreamsService, {
      batchAppend: this.#batchAppend,
      read: this.#read,
      append: this.#unimplemented,
      delete: this.#unimplemented,
      tombstone: this.#unimplemented,
    });
    server.addService(gossipGrpc.GossipService, { read: this.#gossip });
    server.addService(serverFeaturesGrpc.ServerFeaturesService, {
      getSupportedMethods: this.#features,
    });
    this.#port = await new Promise<number>((resolve, reject) => {
      server.bindAsync(this.address, this.#set.credentials, (error, port) =>
        error === null ? resolve(port) : reject(error),
      );
    });
    this.#server = server;
    this.#set.ledger.appendSystemEvent('$epoch-information', '$epoch-information');
  }

  /** Drops every connection and refuses new ones, as a killed process does. */
  stop(): void {
    this.#server?.forceShutdown();
    this.#server = undefined;
    this.#subscriptions.clear();
  }

  async restart(): Promise<void> {
    this.stop();
    await this.start();
  }

  /**
   * Pauses the whole server, as when its thread pool starves: connections stay, calls are kept, and
   * `resume` answers all of them.
   */
  pause(): void {
    this.#pause ??= new Promise((resolve) => {
      this.#endPause = resolve;
    });
  }

  resume(): void {
    this.#endPause();
    this.#pause = undefined;
    this.#kept = 0;
  }

  /** Drops every connection, and accepts new ones. */
  cutConnections(): void {
    this.#server?.drain(this.address, 0);
  }

  /** Ends the running subscriptions: with the server's error, or cleanly. */
  dropSubscriptions(how: 'error' | 'end'): void {
    for (const call of this.#subscriptions) {
      if (how === 'end') call.end();
      else call.emit('error', serviceError(status.CANCELLED, 'the subscription was dropped'));
    }
    this.#subscriptions.clear();
  }

  readonly #batchAppend = (call: BatchAppendCall): void => {
    const assembly = new BatchAssembly();
    call.on('error', () => {});
    call.on('end', () => call.end());
    if (this.#isUnauthenticated(call)) return;
    call.on('data', (frame: BatchAppendReq) => this.#whenAwake(() => take(frame)));
    const take = (frame: BatchAppendReq): void => {
      const append = assembly.add(frame);
      if (append === undefined) return;
      this.counts.appends++;
      if (this.#isLost(call) || this.#isRedirected(call)) return;
      if (this.#isNotReady) {
        call.write(batchResponse({ kind: 'not-ready' }, append));
        return;
      }
      if (this.faults.refusesAppends) {
        call.write(batchResponse({ kind: 'access-denied' }, append));
        return;
      }
      const outcome = this.#set.ledger.append(append.stream, append.proposed, append.expected);
      void this.#afterCommit(() => {
        const answer = this.faults.timesOut ? ({ kind: 'timeout' } as const) : outcome;
        this.#whenAwake(() => call.write(batchResponse(answer, append)));
      });
    };
  };

  readonly #read = (call: ReadCall): void => {
    call.on('error', () => {});
    if (!this.#isUnauthenticated(call)) this.#whenAwake(() => this.#serve(call));
  };

  #serve(call: ReadCall): void {
    const isSubscription = call.request.getOptions()?.hasSubscription() ?? false;
    if (isSubscription) this.counts.subscriptions++;
    else if (isRegularLook(call)) this.counts.looks++;
    else this.counts.reads++;
    if (this.#isLost(call) || this.#isRedirected(call)) return;
    if (this.#isNotReady) {
      call.emit('error', serviceError(status.UNAVAILABLE, 'Server Is Not Ready'));
      return;
    }
    if (this.faults.refusesAll && isOfAll(call)) {
      const denied = { exception: 'access-denied' };
      call.emit('error', serviceError(status.PERMISSION_DENIED, 'Access Denied', denied));
      return;
    }
    const { ledger } = this.#set;
    const reader = {
      call,
      ledger,
      isSilent: () => this.faults.silent,
      send: async (record: LogRecord) => {
        if (this.#pause !== undefined) await this.#pause;
        this.counts.events++;
        return send(call, eventResponse(record));
      },
    };
    if (isSubscription) {
      this.#subscriptions.add(call);
      call.once('close', () => this.#subscriptions.delete(call));
      void serveSubscription(reader, this.#set.traits);
    } else {
      void lateness(this.faults.answerDelayMs).then(() => serveRead(reader));
    }
  }

  readonly #gossip = (
    _call: ServerUnaryCall<Empty, ClusterInfo>,
    answer: sendUnaryData<ClusterInfo>,
  ): void => {
    this.counts.gossip++;
    if (this.faults.silent) return;
    this.#whenAwake(() => answer(null, clusterResponse(this.#set.nodes, this.#set.leader)));
  };

  readonly #features = (
    _call: ServerUnaryCall<Empty, SupportedMethods>,
    answer: sendUnaryData<SupportedMethods>,
  ): void => {
    this.counts.features++;
    if (this.faults.silent) return;
    this.#whenAwake(() => answer(null, supportedMethodsResponse(this.#set.traits.fullVersion)));
  };

  readonly #unimplemented = (_call: unknown, answer: sendUnaryData<never>): void => {
    answer(serviceError(status.UNIMPLEMENTED, 'the double does not do this'));
  };

  get #isNotReady(): boolean {
    return this.faults.notReady || this.#set.leader === undefined;
  }

  /** Acts at once, or when the pause is over, in the order of the calls. */
  #whenAwake(act: () => void): void {
    if (this.#pause === undefined) {
      act();
      return;
    }
    this.#kept++;
    void this.#pause.then(act);
  }

  /** True when the call had a wrong password, which a server answers with HTTP 401. */
  #isUnauthenticated(call: ReadCall | BatchAppendCall): boolean {
    const { password } = this.#set;
    if (password === undefined) return false;
    const [authorization = ''] = call.metadata.get('authorization');
    const encoded = String(authorization).replace(/^Basic /, '');
    const [, given] = Buffer.from(encoded, 'base64').toString('utf8').split(':', 2);
    if (given === password) return false;
    this.counts.unauthenticated++;
    call.emit('error', serviceError(status.UNAUTHENTICATED, 'Received HTTP status code 401'));
    return true;
  }

  /** True when a call gets no answer. */
  #isLost(call: ReadCall | BatchAppendCall): boolean {
    if (this.faults.halfClosing && !this.faults.silent) call.end();
    return this.faults.halfClosing || this.faults.silent;
  }

  /** True when a call asked for the leader and was answered with the leader's address. */
  #isRedirected(call: ReadCall | BatchAppendCall): boolean {
    const { leader } = this.#set;
    const asksForLeader = call.metadata.get('requires-leader').includes('true');
    if (leader === undefined || leader === this || !asksForLeader) return false;
    const [host = '', port = ''] = leader.address.split(':');
    const redirection = serviceError(status.NOT_FOUND, 'Leader info available', {
      exception: 'not-leader',
      'leader-endpoint-host': host,
      'leader-endpoint-port': port,
    });
    call.emit('error', redirection);
    return true;
  }

  /** Answers, unless a fault suppresses the answer. */
  async #afterCommit(answer: () => void): Promise<void> {
    if (this.faults.silentAfterCommit) return;
    if (this.faults.cutsAfterCommit > 0) {
      this.faults.cutsAfterCommit--;
      this.cutConnections();
      return;
    }
    if (this.faults.answerDelayMs > 0) await lateness(this.faults.answerDelayMs);
    answer();
  }
}

/** Does not keep the process alive: the caller may be gone, and nothing else waits for the answer. */
const lateness = (milliseconds: number): Promise<void> =>
  delay(milliseconds, undefined, { ref: false });
