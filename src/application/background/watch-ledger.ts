import type { Clocks } from '../ports/clock.js';
import type { EventStore } from '../ports/event-store.js';
import type { Health, HealthReporter } from '../ports/health.js';
import type { Identifiers } from '../ports/identifiers.js';
import type { LedgerCheck, LedgerVerdict } from '../ports/ledger-check.js';
import type { LedgerOrigins } from '../ports/ledger-origin.js';
import type { Logger } from '../ports/logger.js';
import { holdOnce } from '../sending/hold-marked-copy.js';
import type { SteerSending } from '../steering/steer-sending.js';

/** Pause between the end of a pass and the begin of the next. */
const REST_MS = 6 * 60 * 60 * 1000;
/** Pause before a failed check, or a hold that could not be recorded, is tried again. */
const TRY_AGAIN_MS = 5_000;

/** The most places that a reason names; the log names more. */
const PLACES_NAMED_MAX = 2;

export interface WatchedLedger {
  readonly store: EventStore;
  readonly origins: LedgerOrigins;
  /** Undefined for a store that checks itself. */
  readonly check: LedgerCheck | undefined;
}

export interface WatchSettings extends Clocks {
  readonly identifiers: Identifiers;
  readonly health: Health;
  readonly restMs?: number;
}

/**
 * Reads the whole ledger again and again, and reports when a part of it is not as it was written. Appends are still
 * accepted: a report that is refused for a day is lost, and the damaged place loses nothing more by them.
 *
 * Sending is held when the structure is damaged. An attempt that cannot be found any more would be made a second time,
 * and no check can prove that everything else is there. A single event that cannot be decoded holds back its own
 * message only.
 */
export class WatchLedger {
  private readonly health: HealthReporter;
  private found: LedgerVerdict | undefined;
  private passes = 0;
  private logged = '';

  constructor(
    private readonly ledger: WatchedLedger,
    private readonly steering: Pick<SteerSending, 'look'>,
    private readonly settings: WatchSettings,
    private readonly logger: Logger,
  ) {
    this.health = settings.health.reporter('check of the ledger', ['ledger']);
  }

  /** The number of places that the last whole pass found damaged. */
  get damagedPlaces(): number {
    return this.found?.count ?? 0;
  }

  /** The number of whole passes since the start. */
  get passesDone(): number {
    return this.passes;
  }

  /** Runs until `signal` aborts. */
  async run(signal: AbortSignal): Promise<void> {
    const { check } = this.ledger;
    if (check === undefined) return;
    while (!signal.aborted) {
      const verdict = await this.pass(check, signal);
      if (verdict !== undefined) await this.heed(verdict, signal);
      const restMs = this.settings.restMs ?? REST_MS;
      await this.settings.monotonic.pause(verdict === undefined ? TRY_AGAIN_MS : restMs, signal);
    }
  }

  private async pass(check: LedgerCheck, signal: AbortSignal): Promise<LedgerVerdict | undefined> {
    try {
      return await check.pass(signal);
    } catch (error) {
      this.logOnce(String(error), () =>
        this.logger.warn({ error }, 'The ledger could not be checked for damage.'),
      );
      return undefined;
    }
  }

  private async heed(verdict: LedgerVerdict, signal: AbortSignal): Promise<void> {
    const wasDamaged = this.damagedPlaces > 0;
    this.found = verdict;
    this.passes++;
    if (verdict.count === 0) {
      this.health.working();
      this.logged = '';
      if (wasDamaged) this.logger.info({}, 'The ledger was read again, and all of it is whole.');
      return;
    }
    const reason = reasonOf(verdict);
    this.health.report('damaged', reason);
    this.logOnce(reason, () =>
      this.logger.error(
        { places: verdict.count, findings: verdict.findings },
        'The ledger is damaged. Look at the disk, and restore a backup: docs/operations.md, "A damaged ledger".',
      ),
    );
    if (verdict.isStructureDamaged) await this.hold(verdict, reason, signal);
  }

  /** Holds sending once per finding, so that the next pass does not undo an operator's release. */
  private async hold(verdict: LedgerVerdict, reason: string, signal: AbortSignal): Promise<void> {
    const { identifiers, monotonic } = this.settings;
    const places = verdict.findings.map(({ place }) => place);
    while (!signal.aborted) {
      try {
        const { identity = '' } = await this.ledger.origins.origin();
        const id = identifiers.idOf('damaged ledger', identity, String(verdict.count), ...places);
        const hold = {
          cause: 'damaged-ledger',
          reason: `the ledger is damaged (${reason}), so what waits in it may have been sent already`,
        } as const;
        await holdOnce(this.ledger.store, id, hold, this.settings);
        await this.steering.look();
        return;
      } catch (error) {
        this.logOnce(String(error), () =>
          this.logger.error({ error }, 'The ledger is damaged, and sending could not be held.'),
        );
      }
      await monotonic.pause(TRY_AGAIN_MS, signal);
    }
  }

  private logOnce(what: string, log: () => void): void {
    if (what === this.logged) return;
    this.logged = what;
    log();
  }
}

function reasonOf({ findings, count }: LedgerVerdict): string {
  const named = findings.slice(0, PLACES_NAMED_MAX).map(({ place, fault }) => `${place}: ${fault}`);
  if (count > named.length) named.push(`and ${(count - named.length).toLocaleString('en')} more`);
  return `${named.join('; ')}. Restore a backup: docs/operations.md, "A damaged ledger"`;
}
