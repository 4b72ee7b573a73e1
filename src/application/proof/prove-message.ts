import { findStream } from '../auditing/find-stream.js';
import { messageNotFound } from '../auditing/message-not-found.js';
import { ApplicationError } from '../errors.js';
import type { EventStore } from '../ports/event-store.js';
import type { LogState, LogStore } from '../ports/log-store.js';
import type { MessageIndex } from '../ports/message-index.js';
import type { StoredEvent, StoredEvents } from '../ports/stored-events.js';
import { messageStream } from '../streams.js';
import { entryBeginning, unpackEntries } from './log-entry.js';
import { formatProof } from './notes/tlog-proof.js';
import { inclusionProof } from './tree/proofs.js';
import { TILE_WIDTH, type ReadTile } from './tree/tiles.js';

/** An event with what proves it. */
export interface ProvenEvent {
  readonly event: StoredEvent;
  /** The bytes whose hash is in the log. */
  readonly entry: Uint8Array;
  /** The text of a tlog-proof. */
  readonly proof: string;
}

export interface MessageProof {
  /** Verifier keys of the checkpoint, one a line. */
  readonly keys: string;
  readonly entries: readonly ProvenEvent[];
  /** Number of events that no checkpoint covers yet; they come into the log within a second. */
  readonly waiting: number;
}

export interface ProvenLedger {
  readonly store: EventStore;
  readonly stored: StoredEvents;
  readonly index: MessageIndex;
}

/** Proves to a stranger what the ledger says about one message. */
export class ProveMessage {
  constructor(
    private readonly ledger: ProvenLedger,
    private readonly log: LogStore,
  ) {}

  /**
   * @param id of the message, or Vonage's `message_uuid` of one of its attempts
   * @throws ApplicationError `message-not-found`, `log-entry-not-found`; StoreUnavailable
   */
  async execute(id: string): Promise<MessageProof> {
    const { store, stored, index } = this.ledger;
    const { events, messageId } = await findStream(store, index, id);
    if (events.length === 0) throw messageNotFound(id);
    const state = await this.log.state();
    if (state === undefined) {
      throw new ApplicationError('log-entry-not-found', 'The transparency log has not begun yet.');
    }
    const log = readOnce(this.log);
    const entries: ProvenEvent[] = [];
    let waiting = 0;
    for (const event of await stored.stream(messageStream(messageId))) {
      const place = await this.placeOf(event, state, log);
      if (place === undefined) {
        waiting++;
        continue;
      }
      const hashes = await inclusionProof(place.index, state.size, readTileOf(log));
      const proof = formatProof({ index: place.index, hashes, checkpoint: state.checkpoint });
      entries.push({ event, entry: place.entry, proof });
    }
    return { keys: state.keys, entries, waiting };
  }

  /** Finds an event in the log by the positions of the bundles, which grow with their numbers. */
  private async placeOf(
    event: StoredEvent,
    { size }: LogState,
    log: OnceRead,
  ): Promise<{ readonly index: number; readonly entry: Uint8Array } | undefined> {
    let low = 0;
    let high = Math.ceil(size / TILE_WIDTH) - 1;
    while (low < high) {
      const middle = Math.ceil((low + high) / 2);
      const first = await log.firstPosition(middle);
      const isBehind =
        first !== undefined && this.ledger.stored.comparePositions(first, event.position) <= 0;
      if (isBehind) low = middle;
      else high = middle - 1;
    }
    const bundle = await log.bundle(low);
    if (bundle === undefined) return undefined;
    const entries = unpackEntries(bundle);
    const beginning = Buffer.from(entryBeginning(event));
    const at = entries.findIndex((entry) => entry.subarray(0, beginning.length).equals(beginning));
    const index = low * TILE_WIDTH + at;
    const entry = entries[at];
    return entry === undefined || index >= size ? undefined : { index, entry };
  }
}

type OnceRead = Pick<LogStore, 'tile' | 'bundle' | 'firstPosition'>;

/** The events of a message share most of the tiles that prove them, and often their bundle. */
function readOnce(log: LogStore): OnceRead {
  return {
    tile: memoized((level: number, number: number) => log.tile(level, number)),
    bundle: memoized((number: number) => log.bundle(number)),
    firstPosition: memoized((bundle: number) => log.firstPosition(bundle)),
  };
}

function memoized<Key extends readonly number[], Value>(
  read: (...key: Key) => Promise<Value>,
): (...key: Key) => Promise<Value> {
  const known = new Map<string, Promise<Value>>();
  return (...key) => {
    const name = key.join('/');
    const value = known.get(name) ?? read(...key);
    known.set(name, value);
    return value;
  };
}

const readTileOf =
  (log: OnceRead): ReadTile =>
  async ({ level, number }) => {
    const tile = await log.tile(level, number);
    if (tile === undefined) throw new Error(`tile ${level}/${number} of the log is missing`);
    return tile;
  };
