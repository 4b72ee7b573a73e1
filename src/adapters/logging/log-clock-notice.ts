import type { ClockNotice } from '../../application/ports/clock.js';
import type { Logger } from '../../application/ports/logger.js';

const sentences: Readonly<Record<ClockNotice['kind'], string>> = {
  stepped:
    "The system's clock has jumped. Waybill goes on by elapsed time, and follows the clock if it stands for five minutes.",
  followed:
    "Waybill follows the system's clock after its jump. What was waiting before waits for its whole time again.",
  returned: "The system's clock is back where elapsed time says it should be.",
  'behind-ledger':
    "The system's clock is behind times that the ledger has recorded. What is waiting waits for its whole time again.",
};

/** Logs that the system's clock was set, and by how much. */
export function logClockNotice(logger: Logger, { kind, stepMs }: ClockNotice): void {
  logger.warn({ stepSeconds: stepMs / 1000 }, sentences[kind]);
}
