import { setFlagsFromString } from 'node:v8';

/**
 * Lets each thread have the size of V8's young generation that it is started with (`resourceLimits`). The program's own
 * `--max-semi-space-size` would otherwise hold for every thread, whatever its limits say (seen in Node 24.21). The thread
 * that calls this keeps the size of the flag.
 */
export function limitYoungGenerationsByThread(): void {
  setFlagsFromString('--max-semi-space-size=0');
}
