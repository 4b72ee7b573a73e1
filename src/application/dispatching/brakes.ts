import type { Provider } from '../../domain/sending/provider.js';
import type { BackOff } from '../steering/back-off.js';
import type { Probes } from '../steering/probes.js';
import type { SteerSending } from '../steering/steer-sending.js';
import type { SenderRates } from './sender-rates.js';

/** The brakes on what goes to one provider: an operator's hold, its refusals, its 429, a sender's own limit. */
export interface Brakes {
  readonly provider: Provider;
  readonly backOff: BackOff;
  readonly steering: Pick<
    SteerSending,
    | 'isHeldFor'
    | 'probedHoldOf'
    | 'senderHold'
    | 'hold'
    | 'holdSender'
    | 'releaseByItself'
    | 'releaseSenderByItself'
  >;
  readonly probes: Probes;
  readonly senderRates: SenderRates;
}
