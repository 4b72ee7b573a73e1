import type { Provider } from '../../domain/sending/provider.js';
import type { SenderHold, Sending } from '../../domain/sending/sending.js';
import type { HoldRequest, ProbedProviderHold, SteerSending } from './steer-sending.js';

/** The holds of one provider, and those of its senders. */
export class ProviderSteering {
  constructor(
    private readonly steering: SteerSending,
    private readonly provider: Provider,
  ) {}

  /** True also until the ledger could be read, because nothing is sent on a guess. */
  get isHeld(): boolean {
    return this.steering.isHeldFor(this.provider);
  }

  /** The automatic hold that a probe may end; undefined when there is none. */
  get probedHold(): ProbedProviderHold | undefined {
    return this.steering.probedHoldOf(this.provider);
  }

  senderHold(channel: string, from: string): SenderHold | undefined {
    return this.steering.senderHold(channel, from);
  }

  /** @throws StoreUnavailable, AppendOutcomeUnknown */
  hold(request: Omit<HoldRequest, 'provider'>): Promise<Sending> {
    return this.steering.hold({ ...request, provider: this.provider });
  }

  /** @throws StoreUnavailable, AppendOutcomeUnknown */
  holdSender(channel: string, from: string, reason: string): Promise<void> {
    return this.steering.holdSender(channel, from, reason);
  }

  /** @throws StoreUnavailable, AppendOutcomeUnknown */
  releaseByItself(): Promise<void> {
    return this.steering.releaseByItself(this.provider);
  }

  /** @throws StoreUnavailable, AppendOutcomeUnknown */
  releaseSenderByItself(hold: Pick<SenderHold, 'channel' | 'from'>): Promise<void> {
    return this.steering.releaseSenderByItself(hold);
  }
}
