import type { Cache } from '../../application/ports/cache.js';
import type { EventStore } from '../../application/ports/event-store.js';
import type { Logger } from '../../application/ports/logger.js';
import type { SmsGateway } from '../../application/ports/sms-gateway.js';
import type { Tracing } from '../../application/ports/tracing.js';
import { OpenTelemetry, type TelemetryConfig } from './open-telemetry.js';
import { TracedEventStore } from './traced-event-store.js';
import { TracedSmsGateway } from './traced-sms-gateway.js';

/** Everything that is traced. */
export interface Telemetry {
  readonly tracing: Tracing;
  overStore(store: EventStore): EventStore;
  overGateway(gateway: SmsGateway): SmsGateway;
  /** Exports what waits. */
  close(): Promise<void>;
}

/** @param origins remembers the trace of the messages in use */
export function startTelemetry(
  config: TelemetryConfig,
  version: string,
  logger: Logger,
  origins: Cache<string, string>,
): Telemetry {
  const telemetry = new OpenTelemetry(config, version, logger);
  let traced: TracedEventStore | undefined;
  return {
    tracing: telemetry,
    overStore: (store) => (traced = new TracedEventStore(store, telemetry, origins)),
    overGateway: (gateway) => {
      const originOf = async (stream: string) => traced?.originOf(stream);
      return new TracedSmsGateway(gateway, telemetry, { originOf });
    },
    close: () => telemetry.close(),
  };
}
