import { NOT_CALLED } from '../../domain/message/account-refusal.js';
import type { MessageLedger } from '../message-ledger.js';
import type { MonotonicClock } from '../ports/clock.js';
import type { Logger } from '../ports/logger.js';
import { refused } from '../ports/sms-gateway.js';

/** Pauses before it is looked whether the start was recorded. An append may be under way for a while. */
const LOOK_PAUSES_MS = [1_000, 4_000, 15_000, 60_000, 300_000];

const neverMade = refused(
  'transient',
  'The ledger did not say in time that the attempt was recorded, so nothing was sent.',
  NOT_CALLED,
);

/**
 * Settles an attempt whose start may have been recorded although the ledger did not say so. Only this process knows that
 * no call was made for it; without its word the timers call the outcome unknown, for good.
 * @param factId the id of the start
 */
export async function settleDoubtfulStart(
  messageId: string,
  factId: string,
  messages: MessageLedger,
  { monotonic, logger }: { readonly monotonic: MonotonicClock; readonly logger: Logger },
): Promise<void> {
  const { signal } = new AbortController();
  for (const pauseMs of LOOK_PAUSES_MS) {
    await monotonic.pause(pauseMs, signal, { ref: false });
    try {
      const attempt = await messages.attemptStartedAs(messageId, factId);
      if (attempt === undefined) continue;
      const command = { type: 'RecordOutcome', attempt, outcome: neverMade } as const;
      await messages.handle(messageId, command, { source: 'dispatcher' });
      logger.info({ messageId, attempt }, 'No call was made for an attempt, so it is repeated.');
      return;
    } catch (error) {
      logger.warn({ messageId, error }, 'It is not known yet whether an attempt was recorded.');
    }
  }
}
