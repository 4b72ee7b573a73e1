import { ServerCredentials } from '@grpc/grpc-js';
import type { Faults } from './faults.js';
import { Ledger } from './ledger.js';
import { DoubleNode, type CallCounts, type NodeSet } from './node.js';
import type { Certificate } from './certificate.js';
import { versionTraits, type DoubleVersion } from './versions.js';

export interface DoubleOptions {
  /** 1, or 3 for a cluster with a leader. Default 1. */
  readonly nodes?: 1 | 3;
  /** Enables TLS. */
  readonly certificate?: Certificate;
  /** The server version that it imitates. Default 24.2. */
  readonly version?: DoubleVersion;
  /** Refuses calls without this password. Credentials travel only over TLS. */
  readonly password?: string;
}

/**
 * An EventStoreDB in the test process that speaks the real protocol, on the client's own generated
 * service definitions. The README beside this file lists its rules.
 */
export class EventStoreDbDouble {
  readonly ledger: Ledger;
  readonly nodes: readonly DoubleNode[];
  readonly #set: NodeSet;
  readonly #certificate: Certificate | undefined;

  private constructor(set: NodeSet, certificate: Certificate | undefined) {
    this.ledger = set.ledger;
    this.nodes = set.nodes;
    this.#set = set;
    this.#certificate = certificate;
  }

  static async start(options: DoubleOptions = {}): Promise<EventStoreDbDouble> {
    const nodes: DoubleNode[] = [];
    const set: NodeSet = {
      ledger: new Ledger(),
      nodes,
      leader: undefined,
      credentials: serverCredentials(options.certificate),
      traits: versionTraits[options.version ?? '24.2'],
      password: options.password,
    };
    for (let index = 0; index < (options.nodes ?? 1); index++) nodes.push(new DoubleNode(set));
    for (const node of nodes) await node.start();
    set.leader = nodes[0];
    return new EventStoreDbDouble(set, options.certificate);
  }

  /** The connection string for one node, or for the whole cluster. */
  get url(): string {
    const hosts = this.nodes.map(({ address }) => address).join(',');
    return this.#certificate === undefined
      ? `esdb://${hosts}?tls=false`
      : `esdb://admin:${this.#set.password ?? 'changeit'}@${hosts}?tls=true&tlsCAFile=${encodeURIComponent(this.#certificate.certificateFile)}`;
  }

  /** The node that accepts appends now. */
  get leader(): DoubleNode {
    const { leader } = this.#set;
    if (leader === undefined) throw new Error('no node of the double is the leader');
    return leader;
  }

  /** The faults of the leader, which is the only node of a single-node double. */
  get faults(): Faults {
    return this.leader.faults;
  }

  /** Makes a node the leader. With undefined the cluster has none, as during an election. */
  elect(index: number | undefined): void {
    this.#set.leader = index === undefined ? undefined : this.nodes[index];
    this.ledger.appendSystemEvent('$epoch-information', '$epoch-information');
  }

  /** The number of such calls to all nodes together. */
  count(kind: keyof CallCounts): number {
    return this.nodes.reduce((sum, node) => sum + node.counts[kind], 0);
  }

  stop(): void {
    for (const node of this.nodes) node.stop();
  }
}

function serverCredentials(certificate: Certificate | undefined): ServerCredentials {
  if (certificate === undefined) return ServerCredentials.createInsecure();
  return ServerCredentials.createSsl(null, [
    { cert_chain: certificate.certificate, private_key: certificate.privateKey },
  ]);
}
