import { randomUUID } from 'node:crypto';
import type { ReadReq } from '@eventstore/db-client/generated/streams_pb.js';
import { matcherOf, type Matcher } from './filter.js';
import type { LogPlace, LogRecord } from './ledger.js';
import { caughtUpResponse, checkpointResponse, confirmationResponse } from './messages.js';
import { isOver, send, type ReadCall, type Reader } from './read-call.js';
import type { VersionTraits } from './versions.js';

/** The number of matching records in one page of a subscription that catches up (`ReadBatchSize`). */
const PAGE_MATCHES_MAX = 32;

/** The number of records that a filter considers at once when the client sets none. */
const SEARCH_WINDOW_DEFAULT = 32;

/** A page of `$all` as the server's own reader passes it to a subscription. */
interface Page {
  readonly events: readonly LogRecord[];
  readonly considered: number;
  /** The index of the record after the page. */
  readonly next: number;
  /** True when the log ended before the page was full. */
  readonly isEnd: boolean;
}

/** Serves a subscription to `$all`: catches up, goes live, and follows until the call ends. */
export async function serveSubscription(reader: Reader, traits: VersionTraits): Promise<void> {
  const { call, ledger } = reader;
  const stopWatching = ledger.watch(() => call.emit('appended'));
  try {
    await new AllSubscription(reader, traits).serve();
  } finally {
    stopWatching();
  }
}

/** Imitates `Enumerator.AllSubscriptionFiltered.cs`, as of 23.10 and as of 24.2. */
class AllSubscription {
  readonly #reader: Reader;
  readonly #traits: VersionTraits;
  readonly #matches: Matcher;
  readonly #windowRecords: number;
  readonly #intervalRecords: number;
  #considered = 0;
  /** The last event or checkpoint that was sent, or the start that the subscriber asked for. */
  #place: LogPlace | undefined;
  #lastCheckpoint: LogPlace | undefined;

  constructor(reader: Reader, traits: VersionTraits) {
    const options = reader.call.request.getOptions();
    const filter = options?.getFilter();
    this.#reader = reader;
    this.#traits = traits;
    this.#matches = matcherOf(options);
    this.#windowRecords = filter?.getMax() || SEARCH_WINDOW_DEFAULT;
    this.#intervalRecords = this.#windowRecords * (filter?.getCheckpointintervalmultiplier() || 1);
  }

  async serve(): Promise<void> {
    const { call, ledger } = this.#reader;
    await send(call, confirmationResponse(randomUUID()));
    let index = this.#firstIndex(call.request);
    if (index < ledger.records.length || !this.#traits.sendsCheckpointWhenLive) {
      index = await this.#catchUp(index);
    }
    if (this.#traits.saysCaughtUp) await this.#sendWhenAwake(() => send(call, caughtUpResponse()));
    await this.#follow(index);
  }

  #firstIndex(request: ReadReq): number {
    const { ledger } = this.#reader;
    const all = request.getOptions()?.getAll();
    if (all?.hasEnd() === true) return ledger.records.length;
    const position = all?.getPosition();
    if (position === undefined) return 0;
    const place = {
      commit: Number(position.getCommitPosition()),
      prepare: Number(position.getPreparePosition()),
    };
    this.#place = place;
    const index = ledger.indexOf(place.commit);
    return this.#traits.skipsFirstMatch
      ? this.#page(index, 1).next
      : ledger.indexAfter({ ...place });
  }

  /** @returns the index of the first record that was not examined */
  async #catchUp(from: number): Promise<number> {
    const { call, ledger, send: sendRecord } = this.#reader;
    for (let index = from; !isOver(call);) {
      const start = { commit: ledger.positionAfter(index - 1), prepare: 0 };
      const page = this.#page(index, PAGE_MATCHES_MAX);
      for (const record of page.events) {
        await this.#sendWhenAwake(() => sendRecord(record));
        this.#place = placeOf(record);
      }
      this.#considered += page.considered;
      const isDue = this.#considered >= this.#intervalRecords;
      if (isDue) this.#considered %= this.#intervalRecords;
      if (page.isEnd ? this.#traits.sendsCheckpointWhenLive : isDue) {
        await this.#sendCheckpoint(page.events.length > 0 ? this.#place : start);
      }
      index = page.next;
      if (page.isEnd) return index;
    }
    return from;
  }

  /** Live: examines every record; a checkpoint names the record at which it was due. */
  async #follow(from: number): Promise<void> {
    const { call, ledger, send: sendRecord } = this.#reader;
    for (let index = from; !isOver(call);) {
      const record = ledger.records[index];
      if (record === undefined) {
        await untilSomethingHappens(call);
        continue;
      }
      index++;
      if (this.#matches(record)) await this.#sendWhenAwake(() => sendRecord(record));
      if (++this.#considered >= this.#intervalRecords) {
        this.#considered = 0;
        await this.#sendCheckpoint(placeOf(record));
      }
    }
  }

  #page(from: number, matchesMax: number): Page {
    const { records } = this.#reader.ledger;
    const events: LogRecord[] = [];
    let index = from;
    while (events.length < matchesMax && index - from < this.#windowRecords) {
      const record = records[index];
      if (record === undefined)
        return { events, considered: index - from, next: index, isEnd: true };
      index++;
      if (this.#matches(record)) events.push(record);
    }
    return { events, considered: index - from, next: index, isEnd: false };
  }

  /** Sends a checkpoint, unless it is at or before the last one. */
  async #sendCheckpoint(place: LogPlace | undefined): Promise<void> {
    const last = this.#lastCheckpoint;
    if (place === undefined) return;
    if (last !== undefined && !isAfter(place, last)) return;
    this.#lastCheckpoint = place;
    await this.#sendWhenAwake(() => send(this.#reader.call, checkpointResponse(place)));
  }

  async #sendWhenAwake(sendIt: () => Promise<void>): Promise<void> {
    const { call, isSilent } = this.#reader;
    while (isSilent() && !isOver(call)) await untilSomethingHappens(call);
    if (!isOver(call)) await sendIt();
  }
}

const placeOf = ({ position }: LogRecord): LogPlace => ({ commit: position, prepare: position });

const isAfter = (one: LogPlace, other: LogPlace): boolean =>
  one.commit === other.commit ? one.prepare > other.prepare : one.commit > other.commit;

const untilSomethingHappens = (call: ReadCall): Promise<void> =>
  new Promise((resolve) => {
    const events = ['appended', 'cancelled', 'close', 'finish'];
    const done = (): void => {
      for (const event of events) call.off(event, done);
      resolve();
    };
    for (const event of events) call.once(event, done);
  });
