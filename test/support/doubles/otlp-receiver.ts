import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface ReceivedSpan {
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId?: string;
  readonly name: string;
  /** 1 internal, 2 server, 4 producer, 5 consumer. */
  readonly kind: number;
  readonly attributes: Readonly<Record<string, unknown>>;
  readonly links: readonly { readonly traceId: string; readonly spanId: string }[];
}

interface SpanOnWire extends Omit<ReceivedSpan, 'attributes' | 'links'> {
  readonly attributes: readonly Attribute[];
  readonly links?: ReceivedSpan['links'];
}

interface Attribute {
  readonly key: string;
  readonly value: Readonly<Record<string, unknown>>;
}

interface Export {
  readonly resourceSpans: readonly {
    readonly resource: { readonly attributes: readonly Attribute[] };
    readonly scopeSpans: readonly { readonly spans: readonly SpanOnWire[] }[];
  }[];
}

/** Receives traces over OTLP with JSON, as a collector does. */
export class OtlpReceiver {
  readonly spans: ReceivedSpan[] = [];
  /** Names of the services that exported. */
  readonly services = new Set<unknown>();
  /** Everything that was posted, as text. */
  posted = '';

  private constructor(
    readonly url: string,
    readonly close: () => void,
  ) {}

  static async start(): Promise<OtlpReceiver> {
    let receiver: OtlpReceiver | undefined;
    const server = createServer((request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        const isKnown = request.method === 'POST' && request.url === '/v1/traces';
        if (isKnown) receiver?.take(Buffer.concat(chunks).toString());
        response.writeHead(isKnown ? 200 : 404, { 'Content-Type': 'application/json' }).end('{}');
      });
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    receiver = new OtlpReceiver(`http://127.0.0.1:${port}`, () => {
      server.closeAllConnections();
      server.close();
    });
    return receiver;
  }

  private take(text: string): void {
    this.posted += text;
    for (const { resource, scopeSpans } of (JSON.parse(text) as Export).resourceSpans) {
      this.services.add(valuesOf(resource.attributes)['service.name']);
      for (const { spans } of scopeSpans) {
        for (const span of spans) {
          this.spans.push({
            ...span,
            attributes: valuesOf(span.attributes),
            links: span.links ?? [],
          });
        }
      }
    }
  }
}

const valuesOf = (attributes: readonly Attribute[]): Readonly<Record<string, unknown>> =>
  Object.fromEntries(attributes.map(({ key, value }) => [key, Object.values(value)[0]]));
