import type { Clocks } from '../ports/clock.js';
import type { EventFeed } from '../ports/event-feed.js';
import type { EventStore } from '../ports/event-store.js';
import type { Identifiers } from '../ports/identifiers.js';
import type { Health, HealthReporter } from '../ports/health.js';
import {
  isSameLedger,
  type CopyPosition,
  type LedgerOrigin,
  type LedgerOrigins,
  type ReadModelOrigin,
} from '../ports/ledger-origin.js';
import type { Logger } from '../ports/logger.js';
import type { LogStore } from '../ports/log-store.js';
import { findLostKeys, LedgerUnreadable, type LedgerWithKeys } from '../erasure/find-lost-keys.js';
import {
  holdMarkedCopy,
  holdOnce,
  holdRestoredOnce,
  signedHoldId,
} from '../sending/hold-marked-copy.js';
import type { LogEntry } from '../proof/log-entry.js';
import { lastEntryOf } from '../proof/summarize-log.js';
import type { SteerSending } from '../steering/steer-sending.js';
import { LEDGER_STREAMS } from '../streams.js';

const TRY_AGAIN_MS = 1_000;

export interface OpenedLedger extends LedgerWithKeys {
  readonly store: EventStore;
  readonly feed: Pick<EventFeed, 'comparePositions' | 'readAll'>;
  readonly origins: LedgerOrigins;
  /** The transparency log. A signed event that the ledger lacks proves that the ledger is an older copy. */
  readonly log: Pick<LogStore, 'state' | 'bundle'>;
}

export interface OpenLedgerSettings extends Clocks {
  readonly identifiers: Identifiers;
  readonly health: Health;
}

/**
 * Finds out, before anything is sent or projected, whether the ledger is an older copy of itself: marked by a backup,
 * or proven by read models that are ahead of it or made from another ledger. Messages that wait in such a ledger may
 * have been sent. So sending is held first; only then are the read models, which are the proof, built anew. It is held too where the
 * key store is older than the ledger.
 */
export class OpenLedger {
  private readonly health: HealthReporter;

  constructor(
    private readonly ledger: OpenedLedger,
    private readonly readModels: ReadModelOrigin,
    private readonly steering: Pick<SteerSending, 'look'>,
    private readonly settings: OpenLedgerSettings,
    private readonly logger: Logger,
  ) {
    this.health = settings.health.reporter('ledger opening', ['readModels', 'sending']);
  }

  /** Runs until the check is done, because before it nothing may be sent, or until `signal` aborts. */
  async run(signal: AbortSignal): Promise<void> {
    let logged: string | undefined;
    while (!signal.aborted) {
      try {
        await this.open(signal);
        break;
      } catch (error) {
        if (signal.aborted) break;
        const reason = String(error);
        this.health.report('failing', 'it cannot be told whether the ledger is a restored copy');
        if (reason !== logged) {
          logged = reason;
          this.logger.warn(
            { error },
            'It cannot be told yet whether the ledger is a restored copy; nothing is sent until then.',
          );
        }
        await this.settings.monotonic.pause(TRY_AGAIN_MS, signal);
      }
    }
    // When the turn has ended, the next leader makes the check.
    this.health.working();
  }

  private async open(signal: AbortSignal): Promise<void> {
    const { origins, store } = this.ledger;
    const { settings } = this;
    await holdMarkedCopy(store, await origins.origin(signal), settings.identifiers, settings);
    const known = await this.readModels.ledgerIdentity();
    const positions = await this.readModels.positions();
    // Read after the positions, so that a concurrent rebuild does not seem to be ahead of the ledger.
    const origin = await origins.origin(signal);
    const proof = this.proofOfOlderCopy(origin, known, positions);
    if (proof !== undefined) {
      this.logger.warn(
        { proof },
        'The read models are not those of this ledger; they are rebuilt.',
      );
      if (origin.isDurable) {
        const id = this.holdId(known, positions);
        await holdRestoredOnce(store, id, proof, settings);
      }
      await this.readModels.beginAnew(origin.identity);
    } else {
      if (origin.identity !== undefined && origin.identity !== known) {
        await this.readModels.adopt(origin.identity);
      }
      if (origin.end === undefined) await this.compareWithLog(origin, positions);
      await this.compareWithKeys(origin, signal);
    }
    await this.steering.look();
  }

  /**
   * A store cannot tell its end where followers stand behind records of its own. It still has the event that was signed last, unless
   * it is an older copy. The signer compares all events, but only after sending has begun.
   */
  private async compareWithLog(
    { identity }: LedgerOrigin,
    positions: readonly CopyPosition[],
  ): Promise<void> {
    const { store, log } = this.ledger;
    const signed = await log.state();
    if (signed?.ledger === undefined || !isSameLedger(signed.ledger, identity)) return;
    const last = await lastEntryOf(log, signed.size);
    if (last === undefined || (await this.isThere(last))) return;
    const proof = `event ${last.revision} of ${last.stream} was signed, and is missing`;
    const id = signedHoldId(this.settings.identifiers, [signed.origin, String(signed.size)]);
    const isNew = await holdRestoredOnce(store, id, proof, this.settings);
    // The log stays as it is until the operator has decided, so a start that was cut off here is made good by the next one.
    const areAhead = positions.some(({ position }) => !this.isBeyond(signed.position, position));
    if (!isNew && !areAhead) return;
    this.logger.warn({ proof }, 'The ledger is an older copy; the read models are rebuilt.');
    await this.readModels.beginAnew(identity);
  }

  /** Holds sending where the key store is an older copy, because it knows no opt-out since. */
  private async compareWithKeys(origin: LedgerOrigin, signal: AbortSignal): Promise<void> {
    const lost = await findLostKeys(this.ledger, origin.identity, signal, () =>
      this.health.report('behind', 'it is looked whether the key store is older than the ledger'),
    ).catch((error: unknown) => {
      // A damaged file: its check holds sending, and an operator may send in spite of it.
      if (origin.end === undefined || !(error instanceof LedgerUnreadable)) throw error;
      const sentence = 'It cannot be told whether the key store is older than the ledger.';
      this.logger.warn({ error }, sentence);
    });
    if (lost === undefined || signal.aborted) return;
    const reason =
      `the key store is older than the ledger: it lacks what was recorded from ${lost.since} on, or a part of it, so numbers and ` +
      'texts read "erased", and opt-outs since then are not known. Stop the service and put a newer key store back, or enter these ' +
      'opt-outs anew before the release: docs/operations.md, "Backup and restore"';
    this.logger.error({ since: lost.since }, 'The key store is older than the ledger.');
    const id = this.settings.identifiers.idOf('older key store', lost.event);
    // A cause that also shows where sending is held already, for another reason.
    await holdOnce(this.ledger.store, id, { cause: 'damaged-ledger', reason }, this.settings);
  }

  private async isThere({ stream, revision, id }: LogEntry): Promise<boolean> {
    // Other applications may delete their streams.
    if (!LEDGER_STREAMS.some((prefix) => stream.startsWith(prefix))) return true;
    const { events } = await this.ledger.store.read(stream);
    return events.some((event) => event.id === id && event.revision === BigInt(revision));
  }

  /**
   * Derives the hold's id. It stays the same until the read models are replaced, however often that fails, because new
   * ones get new names.
   */
  private holdId(known: string | undefined, positions: readonly CopyPosition[]): string {
    const copies = positions.map(({ copy, position }) => `${copy}@${position}`).toSorted();
    return this.settings.identifiers.idOf('read models', known ?? '', ...copies);
  }

  private proofOfOlderCopy(
    { identity, end }: LedgerOrigin,
    known: string | undefined,
    positions: readonly CopyPosition[],
  ): string | undefined {
    if (known !== undefined && !isSameLedger(known, identity)) {
      return 'its read models were made from another ledger';
    }
    if (end === undefined) return undefined;
    for (const { position } of positions) {
      if (this.isBeyond(position, end.position)) {
        return `its read models hold events up to position ${position}, and it ends at ${end.position ?? 'none'}`;
      }
    }
    return undefined;
  }

  private isBeyond(position: string | undefined, end: string | undefined): boolean {
    if (position === undefined || end === undefined) return true;
    try {
      return this.ledger.feed.comparePositions(position, end) > 0;
    } catch {
      // The position is of another kind of store.
      return true;
    }
  }
}
