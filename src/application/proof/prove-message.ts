import { findStream } from '../auditing/find-stream.js';
import { messageNotFound } from '../auditing/message-not-found.js';
import { ApplicationError } from '../errors.js';
import type { EventStore } from '../ports/event-store.js';
import type { LogState, LogStore } from '../ports/log-store.js';
import type { MessageIndex } from '../ports/message-index.js';
import type { StoredEvent, StoredEvents } from '../ports/stored-events.js';
import { messageStream } from '../streams.js';
import { parseEntry, unpackEntries } from './log-entry.js';
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
    const readTile = this.tileReader();
    const entries: ProvenEvent[] = [];
    let waiting = 0;
    for (const event of await stored.stream(messageStream(messageId))) {
      const place = await this.placeOf(event, state);
      if (place === undefined) {
        waiting++;
        continue;
      }
      const hashes = await inclusionProof(place.index, state.size, readTile);
      const proof = formatProof({ index: place.index, hashes, checkpoint: state.checkpoint });
      entries.push({ event, entry: place.entry, proof });
    }
    return { keys: state.keys, entries, waiting };
  }

  /** The same few tiles prove all events of a message. */
  private tileReader(): ReadTile {
    const read = new Map<string, Promise<Uint8Array>>();
    return ({ level, number }) => {
      const key = `${level}/${number}`;
      const tile =
        read.get(key) ??
        this.log.tile(level, number).then((found) => {
          if (found === undefined) throw new Error(`tile ${key} of the log is missing`);
          return found;
        });
      read.set(key, tile);
      return tile;
    };
  }

  /** Finds an event in the log by the positions of the bundles, which grow with their numbers. */
  private async placeOf(
    { position, stream, revision }: StoredEvent,
    { size }: LogState,
  ): Promise<{ readonly index: number; readonly entry: Uint8Array } | undefined> {
    let low = 0;
    let high = Math.ceil(size / TILE_WIDTH) - 1;
    while (low < high) {
      const middle = Math.ceil((low + high) / 2);
      const first = await this.log.firstPosition(middle);
      const isBehind =
        first !== undefined && this.ledger.stored.comparePositions(first, position) <= 0;
      if (isBehind) low = middle;
      else high = middle - 1;
    }
    const bundle = await this.log.bundle(low);
    if (bundle === undefined) return undefined;
    const entries = unpackEntries(bundle);
    const at = entries.findIndex((entry) => {
      const logged = parseEntry(entry);
      return logged.stream === stream && BigInt(logged.revision) === revision;
    });
    const index = low * TILE_WIDTH + at;
    const entry = entries[at];
    return entry === undefined || index >= size ? undefined : { index, entry };
  }
}
