import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Webhook } from 'standardwebhooks';

export interface ReceivedWebhook {
  readonly id: string;
  readonly type: string;
  readonly timestamp: string;
  readonly data: Readonly<Record<string, unknown>>;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** A receiver of outgoing webhooks, written with the specification's own library. */
export class WebhookReceiver {
  readonly received: ReceivedWebhook[] = [];
  /** Deliveries that the library refused. */
  readonly forged: unknown[] = [];
  /** Chooses the answer for each delivery; undefined never answers. */
  answer: (webhook: ReceivedWebhook) => number | undefined = () => 204;
  secret: string | undefined;

  private constructor(
    readonly url: string,
    private readonly end: () => void,
  ) {}

  static async start(): Promise<WebhookReceiver> {
    let receiver: WebhookReceiver | undefined;
    const server = createServer((request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        const status = receiver?.take(request.headers, Buffer.concat(chunks).toString());
        if (status !== undefined) response.writeHead(status).end();
      });
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    receiver = new WebhookReceiver(`http://127.0.0.1:${port}/waybill`, () => {
      server.closeAllConnections();
      server.close();
    });
    return receiver;
  }

  close(): void {
    this.end();
  }

  /** The ids of all that was taken, without repeats. */
  get ids(): ReadonlySet<string> {
    return new Set(this.received.map(({ id }) => id));
  }

  private take(headers: IncomingHttpHeaders, body: string): number | undefined {
    try {
      if (this.secret !== undefined) {
        new Webhook(this.secret).verify(body, headers as Record<string, string>);
      }
    } catch (error) {
      this.forged.push(error);
      return 401;
    }
    const content = JSON.parse(body) as Pick<ReceivedWebhook, 'type' | 'timestamp' | 'data'>;
    const webhook = { ...content, id: String(headers['webhook-id']), headers, body };
    const status = this.answer(webhook);
    if (status !== undefined && status < 300) this.received.push(webhook);
    return status;
  }
}
