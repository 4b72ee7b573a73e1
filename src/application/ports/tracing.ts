/** The span of an incoming request. */
export interface RequestSpan {
  /** 32 hex digits. */
  readonly traceId: string;
  /** Runs work with this span as the current one, also what it awaits. */
  run<Result>(work: () => Result): Result;
  /** @param name such as `GET /v1/messages/:id` @param facts further attributes */
  end(name: string, status: number, facts: Readonly<Record<string, string>>): void;
}

/** Makes spans of what comes in. Without OpenTelemetry there is no such object at all, so it costs nothing. */
export interface Tracing {
  /** @param traceparent of the caller (W3C Trace Context), whose trace the span joins */
  beginRequest(method: string, traceparent: string | undefined): RequestSpan;
  /** A webhook begins a trace of its own. */
  beginWebhook(): RequestSpan;
}
