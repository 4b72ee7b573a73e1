import { refusedPart } from '../../domain/message/account-refusal.js';
import { takerOf } from '../../domain/message/direct-channels.js';
import { capitalised } from '../auditing/sentences.js';
import { BY_ITSELF } from '../../domain/sending/sending-events.js';
import type { Pace } from '../ports/pace.js';
import type { AttemptOutcome, AttemptRequest } from '../ports/sms-gateway.js';
import type { Brakes } from './brakes.js';
import { patiently, type Patience } from './patiently.js';
import type { StartedAttempt } from './start-attempt.js';

/** Obeys an answer that is about more than its message: it brakes what goes to the provider, or ends what braked it. */
export class HeedAnswer {
  constructor(
    private readonly pace: Pace,
    private readonly brakes: Pick<Brakes, 'provider' | 'backOff' | 'steering'>,
    private readonly patience: Patience,
  ) {}

  /** Holds the provider, or a sender, or pauses. */
  async execute(
    outcome: AttemptOutcome,
    { channel, from }: AttemptRequest,
    signal: AbortSignal,
  ): Promise<void> {
    const { provider, backOff, steering } = this.brakes;
    const part = outcome.kind === 'refused' ? refusedPart(outcome, channel) : null;
    if (outcome.kind === 'refused' && part === 'pace')
      return this.slowDown(outcome.retryAfterMs, channel);
    backOff.end();
    if (outcome.kind !== 'refused' || part === null || part === 'call') return;
    const { reason } = outcome;
    const hold =
      part === 'account'
        ? () => steering.hold({ ...automatic, reason, provider })
        : () => steering.holdSender(channel, from, reason);
    // The outcome is recorded also when the hold cannot be: the next refused call records it.
    await patiently(hold, { reason }, signal, this.patience).catch((error: unknown) => {
      const sentence = 'Sending could not be held after a refusal of its provider.';
      this.patience.logger.error({ reason, error }, sentence);
    });
  }

  /** Ends the automatic holds that a taken message disproves. */
  async endHolds(
    { probes, request }: StartedAttempt,
    isProbe: boolean,
    signal: AbortSignal,
  ): Promise<void> {
    const { provider, steering } = this.brakes;
    const facts = { channel: request.channel };
    if (isProbe) {
      await patiently(() => steering.releaseByItself(provider), facts, signal, this.patience);
    }
    if (probes === undefined) return;
    await patiently(() => steering.releaseSenderByItself(probes), facts, signal, this.patience);
  }

  /** Tells all instances to pause. It is a courtesy: a failure must not keep the outcome from being recorded. */
  async holdBack(milliseconds: number): Promise<void> {
    await this.pace.pause(milliseconds).catch((error: unknown) => {
      const sentence = 'Other instances do not know of a pause before the next call.';
      this.patience.logger.warn({ error }, sentence);
    });
  }

  /** Pauses as the provider asked, for a minute at most; then one call finds out. The value may be a mistake, or forged. */
  private async slowDown(askedForMs: number | null, channel: string): Promise<void> {
    const { backOff } = this.brakes;
    this.pace.slower();
    const pauseMs = backOff.begin(askedForMs);
    const until = backOff.until()?.toISOString();
    this.patience.logger.warn(
      { askedForMs, pauseMs, until },
      `${capitalised(takerOf(channel))} asks for slower sending (HTTP 429). Nothing is sent until then; one message is tried first.`,
    );
    await this.holdBack(pauseMs);
  }
}

const automatic = { cause: 'configuration', by: BY_ITSELF, source: 'dispatcher' } as const;
