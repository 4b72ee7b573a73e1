import type { BackOff } from '../steering/back-off.js';
import type { Probes } from '../steering/probes.js';
import type { ProviderSteering } from '../steering/provider-steering.js';
import type { SenderRates } from './sender-rates.js';

/** The brakes on what goes to one provider: an operator's hold, its refusals, its 429, a sender's own limit. */
export interface Brakes {
  readonly backOff: BackOff;
  readonly steering: Pick<
    ProviderSteering,
    | 'isHeld'
    | 'probedHold'
    | 'senderHold'
    | 'hold'
    | 'holdSender'
    | 'releaseByItself'
    | 'releaseSenderByItself'
  >;
  readonly probes: Probes;
  readonly senderRates: SenderRates;
}
