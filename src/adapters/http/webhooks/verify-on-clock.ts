import type { Clock } from '../../../application/ports/clock.js';
import type { TokenVerification, TokenVerifier } from './verify-webhook.js';

/** True where Vonage signed the token, and only its time does not fit. */
export const isAboutTime = (reason: string): boolean =>
  reason === 'too-old' || reason === 'in-the-future';

/** While our clock is being set, a signature may be valid by either of the times that it has shown. */
export function verifyOnClock(
  verify: TokenVerifier,
  authorization: string | undefined,
  clock: Clock,
): TokenVerification {
  const verification = verify(authorization, clock.now().getTime());
  if (verification.kind !== 'refused' || !isAboutTime(verification.reason)) return verification;
  const doubted = clock.doubtedNow?.();
  return doubted === undefined ? verification : verify(authorization, doubted.getTime());
}

/** After our clock was set, it does not tell a signature's age, and a 4xx would lose the webhook. */
export const mayBeOurClock = (reason: string, clock: Clock): boolean =>
  isAboutTime(reason) && (clock.doubtedNow?.() !== undefined || clock.lastStep?.() !== undefined);
