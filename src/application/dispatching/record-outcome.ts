import { NOT_CALLED } from '../../domain/message/account-refusal.js';
import { takerOf } from '../../domain/message/direct-channels.js';
import { providerOf } from '../../domain/sending/provider.js';
import { capitalised } from '../auditing/sentences.js';
import type { MessageLedger } from '../message-ledger.js';
import type { Metrics } from '../ports/metrics.js';
import type { AttemptOutcome } from '../ports/sms-gateway.js';
import type { AdoptReports } from '../tracking/adopt-reports.js';
import { patiently, type Patience } from './patiently.js';
import type { StartedAttempt } from './start-attempt.js';

/** Records what Vonage answered, and adopts the reports that came before the answer. */
export class RecordOutcome {
  constructor(
    private readonly messages: MessageLedger,
    private readonly adoptReports: AdoptReports,
    private readonly surroundings: Patience & { readonly metrics: Metrics },
  ) {}

  /** @throws as `patiently` */
  async execute(
    messageId: string,
    { attempt, request: { channel, from } }: StartedAttempt,
    outcome: AttemptOutcome,
    signal: AbortSignal,
  ): Promise<void> {
    const { surroundings } = this;
    const { logger, metrics } = surroundings;
    const facts = { messageId, attempt, channel, outcome: outcome.kind };
    const command = { type: 'RecordOutcome', attempt, outcome } as const;
    const record = () =>
      this.messages.handleOptimistically(messageId, command, { source: 'dispatcher' });
    await patiently(record, facts, signal, surroundings);
    metrics.attemptEnded(outcome, providerOf(channel, from));
    if (outcome.kind !== 'accepted') {
      logger.warn({ ...facts, reason: outcome.reason }, sentenceFor(outcome, takerOf(channel)));
      return;
    }
    const { messageUuid, externalId } = outcome;
    const taken = `${capitalised(takerOf(channel))} took the message.`;
    logger.info({ ...facts, messageUuid: messageUuid ?? externalId }, taken);
    if (messageUuid === null) return;
    const adopt = () => this.adoptReports.execute(messageUuid, messageId, 'dispatcher');
    await patiently(adopt, facts, signal, surroundings);
  }
}

/** Returns the log sentence. An error that does not say whether the message went out counts like no answer. */
const sentenceFor = (
  outcome: Exclude<AttemptOutcome, { kind: 'accepted' }>,
  taker: string,
): string => {
  if (outcome.kind === 'unknown' || outcome.class === 'ambiguous') {
    return `It is not known whether ${taker} took the message; it is not sent again by itself.`;
  }
  if (outcome.code === NOT_CALLED) return 'No call was made, so nothing was sent.';
  return `${capitalised(taker)} did not take the message.`;
};
