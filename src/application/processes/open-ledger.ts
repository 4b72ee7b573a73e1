import type { EventFeed } from '../ports/event-feed.js';
import type { Identifiers } from '../ports/identifiers.js';
import type { LedgerOrigin, LedgerOrigins, ReadModelOrigin } from '../ports/ledger-origin.js';
import type { Logger } from '../ports/logger.js';
import { pause } from '../pause.js';
import type { SteerSending } from '../sending/steer-sending.js';

const TRY_AGAIN_MS = 1_000;

/**
 * Finds out, before anything is sent or projected, whether the ledger is an older copy of itself: marked by a backup,
 * or proven by read models that are ahead of it or not of it. What waits in such a ledger may have been sent, so
 * sending is held first, and only then are the read models, which are the proof, built anew.
 */
export class OpenLedger {
  private isSettingHeeded: boolean;

  constructor(
    private readonly ledger: LedgerOrigins,
    private readonly feed: Pick<EventFeed, 'comparePositions'>,
    private readonly readModels: ReadModelOrigin,
    private readonly steering: Pick<SteerSending, 'hold' | 'hasRecorded' | 'look'>,
    private readonly identifiers: Identifiers,
    private readonly logger: Logger,
    /** `SENDING=held`. */
    startsHeld: boolean,
  ) {
    this.isSettingHeeded = !startsHeld;
  }

  /** Until it is done, because without it nothing may be sent, or `signal` aborts. */
  async run(signal: AbortSignal): Promise<void> {
    for (let failures = 0; !signal.aborted; failures++) {
      try {
        return await this.open();
      } catch (error) {
        if (failures === 0) {
          this.logger.warn(
            { error },
            'It cannot be told yet whether the ledger is a restored copy; nothing is sent until then.',
          );
        }
        await pause(TRY_AGAIN_MS, signal);
      }
    }
  }

  private async open(): Promise<void> {
    await this.heedSetting();
    const origin = await this.ledger.origin();
    await this.heedMark(origin);
    const known = await this.readModels.ledgerIdentity();
    const proof = await this.proofOfOlderCopy(origin, known);
    if (proof !== undefined) {
      this.logger.warn(
        { proof },
        'The read models are not those of this ledger; they are rebuilt.',
      );
      if (origin.isDurable) await this.holdAsRestored(proof);
      await this.readModels.beginAnew(origin.identity);
    } else if (origin.identity !== undefined && origin.identity !== known) {
      await this.readModels.adopt(origin.identity);
    }
    await this.steering.look();
  }

  private async heedSetting(): Promise<void> {
    if (this.isSettingHeeded) return;
    const reason = 'the service was started with SENDING=held';
    await this.steering.hold({ cause: 'setting', reason, by: null, source: 'cli' });
    this.isSettingHeeded = true;
  }

  /** A backup is marked once, and held once: not again at each start after its release. */
  private async heedMark({ identity, copiedAt }: LedgerOrigin): Promise<void> {
    if (identity === undefined || copiedAt === undefined) return;
    const factId = this.identifiers.idOf('restored copy', identity);
    if (await this.steering.hasRecorded(factId)) return;
    await this.holdAsRestored(`it is a backup of ${copiedAt}`, factId);
  }

  private async holdAsRestored(proof: string, factId?: string): Promise<void> {
    await this.steering.hold({
      cause: 'restored-copy',
      reason: `the ledger is a restored copy (${proof}), so what waits in it may have been sent already`,
      by: null,
      source: 'cli',
      ...(factId === undefined ? {} : { factId }),
    });
  }

  private async proofOfOlderCopy(
    { identity, end }: LedgerOrigin,
    known: string | undefined,
  ): Promise<string | undefined> {
    if (known !== undefined && known !== identity) {
      return 'its read models were made from another ledger';
    }
    if (end === undefined) return undefined;
    for (const position of await this.readModels.positions()) {
      if (this.isBeyond(position, end.position)) {
        return `its read models hold events up to position ${position}, and it ends at ${end.position ?? 'none'}`;
      }
    }
    return undefined;
  }

  private isBeyond(position: string, end: string | undefined): boolean {
    if (end === undefined) return true;
    try {
      return this.feed.comparePositions(position, end) > 0;
    } catch {
      // A position of another kind of store.
      return true;
    }
  }
}
