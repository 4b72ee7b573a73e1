import { Messages } from '@vonage/messages';
import { KeptConnections, type Answer } from './kept-connections.js';

type SdkRequest = Parameters<Messages['sendRequest']>[0];
type SdkAnswer<Body> = Awaited<ReturnType<typeof Messages.prototype.sendRequest<Body>>>;

/** Vonage answered, but not that it took the message; or it did, and its answer could not be read. */
export class NotTaken extends Error {
  override readonly name = 'NotTaken';

  constructor(readonly answer: Answer) {
    super(`Vonage answered with HTTP ${answer.status}`);
  }
}

/**
 * The SDK's client of the Messages API, which addresses, writes and authorises each call. Only the connection is ours: the
 * SDK's own calls the global `fetch`, and copies each letter of the answer's headers.
 */
export class MessagesClient extends Messages {
  private readonly connections = new KeptConnections();

  constructor(
    credentials: ConstructorParameters<typeof Messages>[0],
    apiHost: string,
    private readonly timeoutMs: number,
  ) {
    super(credentials, { apiHost, appendUserAgent: 'waybill' });
  }

  /** @throws NotTaken, AnswerTimeout, and errors of the connection or of the address */
  override async sendRequest<Body>(request: SdkRequest): Promise<SdkAnswer<Body>> {
    const prepared = await this.prepareRequest(request);
    const body = this.prepareBody(prepared) ?? '';
    const { method, headers = {} } = prepared;
    const call = { url: new URL(prepared.url), method, headers, body };
    const answer = await this.connections.make(call, this.timeoutMs);
    const { status } = answer;
    const isTaken = status >= 200 && status < 300 && answer.body !== null;
    if (!isTaken) throw new NotTaken(answer);
    const data = answer.body as Body;
    return { data, status, statusText: '', headers: {}, config: prepared, request: prepared };
  }
}
