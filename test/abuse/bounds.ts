import type { Liveness } from './liveness-process.js';
import type { LivenessWatch } from './liveness-watch.js';

/** Of the slowest answer to `GET /health/live`, on two processors that nobody else uses. */
const LIVE_MS_MAX = 250;
const GROWTH_MIB_MAX = 200;
/** On a busy machine. What holds the loop, holds it again. */
const TRIES_MAX = 3;

/**
 * The bounds that no attack may break. On a busy machine the answer's time on the clock says little: another program may have had
 * the processor. There the time counts for which the service's own thread ran while a question waited.
 */
export class Bounds {
  constructor(private readonly isMachineBusy: boolean) {}

  /** Runs an attack; on a busy machine again when it was slow, as a pause that is not ours does not come again. */
  async fairTry(run: () => Promise<void>, liveness: LivenessWatch): Promise<Liveness> {
    const seen: Liveness[] = [];
    await liveness.look();
    do {
      await run();
      seen.push(await liveness.look());
    } while (this.isMachineBusy && this.isSlow(seen.at(-1)) && seen.length < TRIES_MAX);
    const last = seen.at(-1);
    if (last === undefined) throw new Error('An attack that never ran cannot be judged.');
    return { ...last, failures: seen.flatMap(({ failures }) => failures) };
  }

  faultsOf(live: Liveness, growthMiB: number): readonly string[] {
    return [
      ...(this.isSlow(live)
        ? [`an answer to GET /health/live took longer than ${LIVE_MS_MAX} ms`]
        : []),
      ...(growthMiB > GROWTH_MIB_MAX ? [`memory grew by more than ${GROWTH_MIB_MAX} MiB`] : []),
    ];
  }

  private isSlow(live: Liveness | undefined): boolean {
    if (live === undefined) return false;
    return (this.isMachineBusy ? live.slowestOwnMs : live.slowestMs) > LIVE_MS_MAX;
  }
}
