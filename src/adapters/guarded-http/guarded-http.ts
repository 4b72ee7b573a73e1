import { lookup as resolveName } from 'node:dns/promises';
import type { LookupAddress } from 'node:dns';
import { Agent as HttpAgent, request as requestHttp, type IncomingMessage } from 'node:http';
import { Agent as HttpsAgent, request as requestHttps } from 'node:https';
import type { LookupFunction, Socket } from 'node:net';
import { isForbiddenAddress, isLocalName, literalOf } from './forbidden-address.js';

const SOCKETS_MAX = 256;
const URL_CHARACTERS_MAX = 2_000;

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
    const options = { keepAlive: true, maxSockets: SOCKETS_MAX };
    this.http = new HttpAgent(options);
    this.https = new HttpsAgent(options);
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
   * Does not follow redirects. The caller reads the answer.
   * @param onConnected is called when the request begins to leave: from then on it may have arrived
   */
  post(
    url: URL,
    headers: Readonly<Record<string, string | number>>,
    body: string | Buffer,
    signal: AbortSignal,
    onConnected: () => void = () => undefined,
  ): Promise<IncomingMessage> {
    const options = { method: 'POST', headers, signal, lookup: this.lookup };
    return new Promise((resolve, reject) => {
      const isSecure = url.protocol === 'https:';
      const request = isSecure
        ? requestHttps(url, { ...options, agent: this.https })
        : requestHttp(url, { ...options, agent: this.http });
      request.on('socket', (socket) => {
        this.guard(socket);
        if (socket.connecting) socket.once(isSecure ? 'secureConnect' : 'connect', onConnected);
        else onConnected();
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

  private guard(socket: Socket): void {
    if (!socket.connecting) return;
    // Registered before anything is written, so the socket is destroyed before a byte leaves.
    socket.prependOnceListener('connect', () => {
      if (this.isForbidden(socket.remoteAddress ?? '')) {
        socket.destroy(new Error('the connection leads to a private network'));
      }
    });
  }

  private isForbidden(address: string): boolean {
    return !this.allowsPrivateNetworks && isForbiddenAddress(address);
  }
}
