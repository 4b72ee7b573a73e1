import { lookup as resolveName } from 'node:dns/promises';
import type { LookupAddress } from 'node:dns';
import {
  Agent as HttpAgent,
  request as requestHttp,
  type ClientRequest,
  type IncomingMessage,
  type RequestOptions,
} from 'node:http';
import { Agent as HttpsAgent, request as requestHttps } from 'node:https';
import { Socket, type LookupFunction } from 'node:net';
import { urlToHttpOptions } from 'node:url';
import { isForbiddenAddress, isLocalName, literalOf } from './forbidden-address.js';

const SOCKETS_MAX = 256;
/** An idle connection is closed after this time, or earlier where the server announces that it closes it earlier. */
const IDLE_MS_MAX = 4_000;
const URL_CHARACTERS_MAX = 2_000;

/** An address, taken apart for requests. */
export type Target = Pick<RequestOptions, 'protocol' | 'hostname' | 'port' | 'path'>;
type Headers = Readonly<Record<string, string | number>>;

export function targetOf(url: URL): Target {
  const { protocol, hostname, port, path } = urlToHttpOptions(url);
  return { protocol, hostname, port, path };
}

type Resolve = (hostname: string) => Promise<readonly LookupAddress[]>;

const resolveAll: Resolve = (hostname) => resolveName(hostname, { all: true });

export interface GuardSettings {
  /** `WEBHOOK_PRIVATE_NETWORKS=allow`. */
  readonly allowsPrivateNetworks: boolean;
  /** Resolves names; the system by default. */
  readonly resolve?: Resolve;
}

/**
 * Posts to addresses that others have named. One that leads into a private network is refused three times: as it is
 * written, after every resolution of its name, and once more by the address of the connected socket.
 */
export class GuardedHttp {
  private readonly allowsPrivateNetworks: boolean;
  private readonly resolve: Resolve;
  private readonly http: HttpAgent;
  private readonly https: HttpsAgent;

  constructor({ allowsPrivateNetworks, resolve = resolveAll }: GuardSettings) {
    this.allowsPrivateNetworks = allowsPrivateNetworks;
    this.resolve = resolve;
    const options = {
      keepAlive: true,
      timeout: IDLE_MS_MAX,
      maxSockets: SOCKETS_MAX,
      lookup: this.lookup,
    };
    this.http = this.guarded(new HttpAgent(options));
    this.https = this.guarded(new HttpsAgent(options));
  }

  addressFault(url: string): string | undefined {
    const parsed = URL.parse(url);
    if (parsed === null || url.length > URL_CHARACTERS_MAX) return 'is not an address';
    const { protocol, hostname, username, password } = parsed;
    if (protocol !== 'https:' && protocol !== 'http:') return 'must begin with https://';
    if (username !== '' || password !== '') return 'must not hold a user name or password';
    if (this.allowsPrivateNetworks) return undefined;
    if (protocol === 'http:') return 'must begin with https://';
    const literal = literalOf(hostname);
    const isForbidden = literal === undefined ? isLocalName(hostname) : isForbiddenAddress(literal);
    return isForbidden
      ? 'leads to this machine or a private network (WEBHOOK_PRIVATE_NETWORKS=allow permits that)'
      : undefined;
  }

  close(): void {
    this.http.destroy();
    this.https.destroy();
  }

  /**
   * Begins a request that its caller ends and listens to: it has a response or an error. Redirects are not followed. For
   * many requests to one address: the address is taken apart once.
   */
  open(target: Target, headers: Headers, signal?: AbortSignal): ClientRequest {
    const options = { ...target, method: 'POST', headers, signal };
    const request =
      target.protocol === 'https:'
        ? requestHttps({ ...options, agent: this.https })
        : requestHttp({ ...options, agent: this.http });
    let isDecided = false;
    for (const event of ['response', 'error']) request.once(event, () => (isDecided = true));
    // Node closes a request whose answer changes the protocol (101) with neither a response nor an error.
    request.once('close', () => {
      if (!isDecided) request.emit('error', new Error('the answer is none of HTTP'));
    });
    return request;
  }

  /**
   * Does not follow redirects. The caller reads the answer.
   * @param onConnected is called when the request begins to leave: from then on it may have arrived
   */
  post(
    url: URL,
    headers: Headers,
    body: string | Buffer,
    signal: AbortSignal,
    onConnected: () => void = () => undefined,
  ): Promise<IncomingMessage> {
    return new Promise((resolve, reject) => {
      const request = this.open(targetOf(url), headers, signal);
      request.on('socket', (socket) => {
        if (!socket.connecting) onConnected();
        else socket.once(url.protocol === 'https:' ? 'secureConnect' : 'connect', onConnected);
      });
      request.on('response', resolve);
      request.on('error', reject);
      request.end(body);
    });
  }

  private readonly lookup: LookupFunction = (hostname, options, callback) => {
    void this.answer(hostname, options.all === true, callback);
  };

  /** Hands only checked addresses to the socket, so that a name cannot change its meaning in between. */
  private async answer(
    hostname: string,
    wantsAll: boolean,
    callback: Parameters<LookupFunction>[2],
  ): Promise<void> {
    let addresses: readonly LookupAddress[];
    try {
      addresses = await this.resolve(hostname);
    } catch (error) {
      callback(error as NodeJS.ErrnoException, []);
      return;
    }
    const [first] = addresses;
    const isForbidden = addresses.some(({ address }) => this.isForbidden(address));
    if (isForbidden || first === undefined) {
      const reason = isForbidden ? 'leads to a private network' : 'has no address';
      callback(new Error(`the name of the host ${reason}`), []);
    } else if (wantsAll) callback(null, [...addresses]);
    else callback(null, first.address, first.family);
  }

  /** Checks each connection of an agent where it is made. */
  private guarded<Agent extends HttpAgent>(agent: Agent): Agent {
    const connect = agent.createConnection.bind(agent);
    agent.createConnection = (options, callback) => {
      const socket = connect(options, callback);
      if (!(socket instanceof Socket)) throw new TypeError('a connection came without a socket');
      // Registered before anything is written, so the socket is destroyed before a byte leaves.
      socket.prependOnceListener('connect', () => {
        if (this.isForbidden(socket.remoteAddress ?? '')) {
          socket.destroy(new Error('the connection leads to a private network'));
        }
      });
      return socket;
    };
    return agent;
  }

  private isForbidden(address: string): boolean {
    return !this.allowsPrivateNetworks && isForbiddenAddress(address);
  }
}
