import { reasonOf } from '../errors.js';
import type { CheckpointFile } from '../ports/checkpoint-file.js';
import { untilAborted } from '../pause.js';
import type { MonotonicClock } from '../ports/clock.js';
import type { EventStore } from '../ports/event-store.js';
import { STANDBY_REASON } from '../background/loop.js';
import { reportTurn } from '../background/report-turn.js';
import type { Health, HealthReporter } from '../ports/health.js';
import type { LogState, LogStore } from '../ports/log-store.js';
import type { Logger } from '../ports/logger.js';
import type { StoredEvents } from '../ports/stored-events.js';
import { compareLedger } from './compare-ledger.js';
import { LogWriter } from './log-writer.js';
import { openCheckpoint, readCheckpoint } from './notes/checkpoint.js';
import { parseVerifierKeys, type SigningKeys } from './notes/signing-keys.js';
import { lastRestoredHold, type RestoredHold } from './restored-hold.js';
import { ENCRYPTION_STREAM } from '../streams.js';
import { isSame } from './tree/check-proofs.js';
import { GrowingTree } from './tree/growing-tree.js';
import { emptyRoot } from './tree/hashes.js';
import { describeMismatch } from './describe-mismatch.js';

/** Entries gather for this long, so that a commit and a signature serve many of them. */
const GATHER_MS = 250;
/** Under a load that never ends, a commit comes after so many entries or so long. */
const COMMIT_ENTRIES_MAX = 8_192;
const COMMIT_AFTER_MS = 300;
/** The checkpoint file grows by one note in this time at most. */
const FILE_PERIOD_MS = 60_000;
const LOOK_AGAIN_MS = 1_000;

export interface SignedLedger {
  readonly stored: StoredEvents;
  /** The ledger's identity; undefined while it has none. */
  readonly identity: (signal?: AbortSignal) => Promise<string | undefined>;
  readonly streams: Pick<EventStore, 'read'>;
}

export interface SignedLog {
  readonly store: LogStore;
  readonly keys: SigningKeys;
  /** Undefined where checkpoints do not leave the store. */
  readonly file: CheckpointFile | undefined;
  /** Makes the name of a new log, which no log has had. */
  readonly newOrigin: () => string;
  /** The ledger has lost signed events: holds sending as for a restored copy. @param id the same for the same proof */
  readonly holdRestored: (id: readonly string[], proof: string) => Promise<void>;
}

/** The reason why the log and its ledger do not belong together. */
interface Fault {
  /** True when signed events are not there any more: the ledger, or the log, is an older copy. */
  readonly isOlderCopy: boolean;
  /** True where nothing speaks against the ledger: only the key is another. */
  readonly isOfKey?: boolean;
  readonly reason: string;
}

/**
 * Builds the tree of all events behind the commits of the ledger, and signs its checkpoints. Before it signs the first
 * one, it recomputes the last checkpoint from the ledger. If that differs it signs no more: a signature over a changed
 * history would be worth more to a forger than none.
 */
export class SignLog {
  private readonly health: HealthReporter;
  private readonly fileHealth: HealthReporter;
  private fileWrittenAtMs = -Infinity;

  constructor(
    private readonly ledger: SignedLedger,
    private readonly log: SignedLog,
    private readonly clock: MonotonicClock,
    private readonly logger: Logger,
    health: Health,
  ) {
    this.health = health.reporter('transparency log', ['proof']);
    this.fileHealth = health.reporter('CHECKPOINT_FILE', ['proof']);
    this.health.report('standby', STANDBY_REASON);
  }

  /** Runs until `signal` aborts. @throws LogHasMoved when another instance signs: begin again */
  run(signal: AbortSignal): Promise<void> {
    return reportTurn(this.health, signal, () => this.signUntil(signal)).finally(() => {
      // Another instance writes its own file.
      if (signal.aborted) this.fileHealth.working();
    });
  }

  private async signUntil(signal: AbortSignal): Promise<void> {
    const writer = await this.open(signal);
    if (writer === undefined) return;
    const { position: after } = writer.state;
    let committedAtMs = this.clock.elapsedMs();
    for await (const { events, caughtUp } of this.ledger.stored.follow({ after, signal })) {
      for (const event of events) writer.add(event);
      const isDue =
        caughtUp ||
        writer.waiting >= COMMIT_ENTRIES_MAX ||
        this.clock.elapsedMs() - committedAtMs >= COMMIT_AFTER_MS;
      // Not sooner: what cannot be signed would seem to be well at the begin of each try.
      if (writer.waiting === 0) this.health.working();
      if (writer.waiting === 0 || !isDue) continue;
      const { checkpoint } = await writer.commit(await this.identityIfUnknown(writer.state));
      this.health.working();
      committedAtMs = this.clock.elapsedMs();
      await this.writeFile(checkpoint);
      if (caughtUp) await this.clock.pause(GATHER_MS, signal);
    }
    await this.writeFile(writer.state.checkpoint, true);
  }

  /** @returns undefined when `signal` aborts, or nothing may be signed until then */
  private async open(signal: AbortSignal): Promise<LogWriter | undefined> {
    while (!signal.aborted) {
      const hold = await lastRestoredHold(this.ledger.streams);
      if (hold?.isDecided === false) {
        this.health.report('held', 'the ledger is a restored copy: `npm run resume` decides');
        await this.clock.pause(LOOK_AGAIN_MS, signal);
        continue;
      }
      const state = await this.log.store.state();
      if (state === undefined) return this.begin(hold, undefined, undefined);
      const fault = await this.takeUp(state, hold, signal);
      if (!('reason' in fault)) return fault;
      if (signal.aborted) return undefined;
      if (hold !== undefined && hold.id !== state.decidedHold) {
        return this.begin(hold, state, fault.reason);
      }
      if (await this.wasEncrypted(state.origin)) {
        return this.begin(hold, state, 'the ledger was encrypted, so its events have other bytes');
      }
      if (!fault.isOlderCopy) return this.refuse(fault, signal);
      this.logger.error({ reason: fault.reason }, 'The ledger has lost events that were signed.');
      await this.log.holdRestored([state.origin, String(state.size)], fault.reason);
      await this.clock.pause(LOOK_AGAIN_MS, signal);
    }
    return undefined;
  }

  /** True when the ledger began as the encrypted copy of the one that this log was made of. */
  private async wasEncrypted(origin: string): Promise<boolean> {
    const [first] = (await this.ledger.streams.read(ENCRYPTION_STREAM)).events;
    return (
      first?.damage === undefined &&
      first?.event.type === 'LedgerEncrypted' &&
      first.event.data.log?.origin === origin
    );
  }

  private async refuse({ reason, isOfKey }: Fault, signal: AbortSignal): Promise<undefined> {
    this.health.report('damaged', `${reason}. Nothing is signed: docs/proof.md`);
    this.logger.error(
      { reason },
      isOfKey === true
        ? 'The signing key is not that of the transparency log, so nothing more is signed.'
        : 'The ledger is not the one that was signed, so nothing more is signed. `npm run verify` names the first event that differs.',
    );
    await untilAborted(signal);
    return undefined;
  }

  /** Begins a log, in the place of another where there was one. */
  private async begin(
    hold: RestoredHold | undefined,
    before: LogState | undefined,
    reason: string | undefined,
  ): Promise<LogWriter> {
    const { store, keys, newOrigin } = this.log;
    const origin = newOrigin();
    const state: LogState = {
      origin,
      size: 0,
      position: undefined,
      ledger: await this.ledger.identity(),
      checkpoint: keys.sign({ origin, size: 0, root: emptyRoot() }),
      keys: keys.verifierKeys(origin),
      decidedHold: hold?.id,
      replaces: before && `${before.origin} at ${before.size} entries: ${reason ?? ''}`,
    };
    await store.begin(state, before?.origin);
    if (before === undefined) this.logger.info({ origin }, 'A transparency log has begun.');
    else {
      this.logger.warn(
        { origin, before: before.origin, signed: before.size, reason },
        'The ledger is not the one of the log before, so a new transparency log has begun under a new name.',
      );
    }
    return LogWriter.open(store, keys, state, new GrowingTree());
  }

  /** @returns the writer of this log, or why it may not go on */
  private async takeUp(
    state: LogState,
    hold: RestoredHold | undefined,
    signal: AbortSignal,
  ): Promise<LogWriter | Fault> {
    const fault = this.faultOfKeys(state) ?? (await this.faultOfFile(state));
    if (fault !== undefined) return fault;
    const { size, root } = openCheckpoint(state.checkpoint, parseVerifierKeys(state.keys));
    const { stored } = this.ledger;
    const identity = await this.ledger.identity(signal);
    const found = await compareLedger(stored, this.log.store, {
      size: state.size,
      loggedSize: state.size,
      signal,
      onProgress: (events) => {
        if (events > COMMIT_ENTRIES_MAX) {
          this.health.report('behind', `${events} of ${state.size} signed events are read again`);
        }
      },
    }).catch((error: unknown) => {
      if (!signal.aborted) throw error;
    });
    if (found === undefined) return { isOlderCopy: false, reason: 'it was stopped' };
    const { mismatch, tree, position, firstPositions } = found;
    if (mismatch !== undefined) {
      const isOlderCopy = mismatch.found.length === 0;
      return { isOlderCopy, reason: await describeMismatch(mismatch, stored) };
    }
    if (size !== state.size || !isSame(root, tree.root())) {
      const reason = `the checkpoint of ${size} entries does not belong to the tree that is stored with it`;
      return { isOlderCopy: false, reason };
    }
    const writer = await LogWriter.open(this.log.store, this.log.keys, state, tree);
    if (identity !== state.ledger || hold?.id !== state.decidedHold) {
      writer.movedTo(position, firstPositions);
      await writer.commit({ ledger: identity, decidedHold: hold?.id, firstPositions });
    }
    return writer;
  }

  private faultOfKeys({ origin, keys }: LogState): Fault | undefined {
    const ours = this.log.keys.verifierKeys(origin).split('\n');
    const isOurs = keys.split('\n').some((key) => key !== '' && ours.includes(key));
    if (isOurs) return undefined;
    const reason =
      'it is signed with another key than this instance has: give all instances the same LOG_SIGNING_KEY, ' +
      'or put the old key behind a new one';
    return { isOlderCopy: false, isOfKey: true, reason };
  }

  /** A checkpoint outside that is newer than the last one here shows that this log is an older copy. */
  private async faultOfFile({ origin, size }: LogState): Promise<Fault | undefined> {
    for (const note of (await this.log.file?.notes()) ?? []) {
      const checkpoint = readCheckpoint(note);
      if (checkpoint.origin !== origin || checkpoint.size <= size) continue;
      const reason = `a checkpoint of ${checkpoint.size} entries was signed, and the log has ${size}`;
      return { isOlderCopy: true, reason };
    }
    return undefined;
  }

  /** A ledger on a server has no identity before its first event. */
  private async identityIfUnknown({ ledger }: LogState): Promise<Pick<LogState, 'ledger'>> {
    return { ledger: ledger ?? (await this.ledger.identity()) };
  }

  private async writeFile(note: string, always = false): Promise<void> {
    const { file } = this.log;
    const nowMs = this.clock.elapsedMs();
    if (file === undefined || (!always && nowMs - this.fileWrittenAtMs < FILE_PERIOD_MS)) return;
    // Also where it fails: a full disk must not be asked four times a second.
    this.fileWrittenAtMs = nowMs;
    try {
      await file.append(note);
      this.fileHealth.working();
    } catch (error) {
      this.fileHealth.report('failing', `a checkpoint cannot be written: ${reasonOf(error)}`);
      this.logger.error({ error }, 'A checkpoint could not be written to CHECKPOINT_FILE.');
    }
  }
}
