import type { Clock } from '../../../application/ports/clock.js';
import type { TokenVerification, TokenVerifier } from './verify-webhook.js';

const isAboutTime = (reason: string): boolean => reason === 'too-old' || reason === 'in-the-future';

/** While somebody sets our clock, a signature may hold by either of the times that it has shown. */
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

/** A clock of ours that was set does not tell how old a signature is, and a 4xx would lose the webhook. */
export const mayBeOurClock = (reason: string, clock: Clock): boolean =>
  isAboutTime(reason) && (clock.doubtedNow?.() !== undefined || clock.lastStep?.() !== undefined);
