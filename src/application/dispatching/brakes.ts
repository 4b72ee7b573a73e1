import type { BackOff } from '../steering/back-off.js';
import type { Probes } from '../steering/probes.js';
import type { SteerSending } from '../steering/steer-sending.js';
import type { SenderRates } from './sender-rates.js';

/** The brakes on sending: an operator's hold, Vonage's refusals, its 429, a sender's own limit. */
export interface Brakes {
  readonly backOff: BackOff;
  readonly steering: Pick<
    SteerSending,
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
