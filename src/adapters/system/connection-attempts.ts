import { setDefaultAutoSelectFamilyAttemptTimeout } from 'node:net';

const ATTEMPT_MS_MAX = 1_000;

/**
 * Gives each address of a name one second to answer before the next address is tried. Node gives 250 ms and then drops
 * the attempt (documentation of `net`, Node 24): a distant server would never be reached where the name's other address is
 * one that this machine has no way to, as of IPv6. Holds for the thread that calls this.
 */
export function waitForDistantServers(): void {
  setDefaultAutoSelectFamilyAttemptTimeout(ATTEMPT_MS_MAX);
}
