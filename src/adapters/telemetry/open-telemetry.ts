import { AsyncLocalStorage } from 'node:async_hooks';
import {
  diag,
  DiagLogLevel,
  ROOT_CONTEXT,
  SpanKind,
  SpanStatusCode,
  trace,
  type Context,
  type Span,
  type SpanContext,
  type Tracer,
} from '@opentelemetry/api';
import { parseTraceParent, setGlobalErrorHandler } from '@opentelemetry/core';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { defaultResource, resourceFromAttributes } from '@opentelemetry/resources';
import { BatchSpanProcessor, TracerProvider } from '@opentelemetry/sdk-trace';
import { reasonOf } from '../../application/errors.js';
import type { Logger } from '../../application/ports/logger.js';
import type { RequestSpan, Tracing } from '../../application/ports/tracing.js';
import { ThrottledLog } from '../../application/throttled-log.js';

export interface TelemetryConfig {
  /** Address of an OTLP receiver; spans are posted to `/v1/traces` below it. */
  readonly endpoint: string;
  readonly serviceName: string;
}

/** Spans that wait for their export; further ones are dropped, so that a receiver that is away takes no memory. */
const WAITING_SPANS_MAX = 16_384;
const EXPORT_PERIOD_MS = 1_000;
const CLOSE_MS_MAX = 5_000;
const SERVER_FAULT = 500;

/** A new span and what it belongs to. */
export interface SpanStart {
  readonly kind: SpanKind;
  readonly attributes: Readonly<Record<string, string | number>>;
  /** W3C traceparent of the parent; undefined begins a trace. */
  readonly parent?: string | undefined;
  readonly links?: readonly SpanContext[];
}

/**
 * Makes spans and exports them over OTLP. Loaded only where an endpoint is configured. The current span is kept here and
 * not in the API's global context, so that several services in one process do not share it.
 */
export class OpenTelemetry implements Tracing {
  private readonly provider: TracerProvider;
  private readonly tracer: Tracer;
  private readonly current = new AsyncLocalStorage<Span>();

  constructor({ endpoint, serviceName }: TelemetryConfig, version: string, logger: Logger) {
    reportFaults(new ThrottledLog(logger));
    const url = `${endpoint.replace(/\/+$/, '')}/v1/traces`;
    this.provider = new TracerProvider({
      resource: defaultResource().merge(
        resourceFromAttributes({ 'service.name': serviceName, 'service.version': version }),
      ),
      spanProcessors: [
        new BatchSpanProcessor({
          exporter: new OTLPTraceExporter({ url }),
          maxQueueSize: WAITING_SPANS_MAX,
          scheduledDelayMillis: EXPORT_PERIOD_MS,
        }),
      ],
    });
    this.tracer = this.provider.getTracer('waybill', version);
  }

  beginRequest(method: string, traceparent: string | undefined): RequestSpan {
    const attributes = { 'http.request.method': method };
    return this.incoming(method, { kind: SpanKind.SERVER, attributes, parent: traceparent });
  }

  beginWebhook(): RequestSpan {
    const attributes = {
      'messaging.system': 'vonage',
      'messaging.operation.name': 'process',
      'messaging.operation.type': 'process',
    };
    return this.incoming('webhook', { kind: SpanKind.CONSUMER, attributes });
  }

  /** The span in which this code runs. */
  get currentSpan(): Span | undefined {
    return this.current.getStore();
  }

  begin(name: string, { kind, attributes, parent, links = [] }: SpanStart): Span {
    const options = { kind, attributes, links: links.map((context) => ({ context })) };
    return this.tracer.startSpan(name, options, contextOf(parent));
  }

  run<Result>(span: Span, work: () => Result): Result {
    return this.current.run(span, work);
  }

  /** Exports what waits. Never throws: traces are not worth a failed stop. */
  async close(): Promise<void> {
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, CLOSE_MS_MAX);
    });
    await Promise.race([this.provider.shutdown().catch(() => undefined), late]);
    clearTimeout(timer);
  }

  private incoming(name: string, start: SpanStart): RequestSpan {
    const span = this.begin(name, start);
    return {
      traceId: span.spanContext().traceId,
      run: (work) => this.current.run(span, work),
      end: (endName, status, facts) => {
        span.updateName(endName);
        span.setAttributes({ 'http.response.status_code': status, ...facts });
        if (status >= SERVER_FAULT) span.setStatus({ code: SpanStatusCode.ERROR });
        span.end();
      },
    };
  }
}

/** W3C traceparent of a span. */
export const traceparentOf = ({ traceId, spanId, traceFlags }: SpanContext): string =>
  `00-${traceId}-${spanId}-${traceFlags.toString(16).padStart(2, '0')}`;

/** The context that a traceparent names; undefined where it names none. */
export function spanContextOf(traceparent: string | undefined): SpanContext | undefined {
  const parsed = traceparent === undefined ? null : parseTraceParent(traceparent);
  return parsed === null ? undefined : { ...parsed, isRemote: true };
}

function contextOf(traceparent: string | undefined): Context {
  const parent = spanContextOf(traceparent);
  return parent === undefined ? ROOT_CONTEXT : trace.setSpanContext(ROOT_CONTEXT, parent);
}

function reportFaults(log: ThrottledLog): void {
  const warn = (reason: string): void => {
    const sentence =
      'Traces could not be exported to OTEL_EXPORTER_OTLP_ENDPOINT; everything else goes on.';
    log.warn('traces', { reason: reason.slice(0, 300) }, sentence);
  };
  const ignore = (): void => undefined;
  const logger = { error: warn, warn, info: ignore, debug: ignore, verbose: ignore };
  diag.setLogger(logger, { logLevel: DiagLogLevel.WARN, suppressOverrideMessage: true });
  setGlobalErrorHandler((error) => {
    // The code of a refusal is the status of HTTP.
    const status =
      typeof error === 'object' && typeof error.code === 'number' ? `HTTP ${error.code}: ` : '';
    warn(status + reasonOf(error));
  });
}
