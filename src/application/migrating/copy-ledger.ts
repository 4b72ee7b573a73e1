import { setTimeout as delay } from 'node:timers/promises';
import { AppendOutcomeUnknown, ConcurrencyConflict, StoreUnavailable } from '../errors.js';
import {
  APPEND_EVENTS_MAX,
  type CopiedEvent,
  type EventStore,
  type ExpectedRevision,
  type Position,
} from '../ports/event-store.js';
import type { StoredEvent, StoredEvents } from '../ports/stored-events.js';
import { ENCRYPTION_STREAM, LEDGER_STREAMS } from '../streams.js';
import type { CopiedForm } from './copied-form.js';

export interface Ledger {
  readonly store: EventStore;
  readonly stored: StoredEvents;
}

export interface CopyProgress {
  readonly phase: 'counting' | 'copying' | 'verifying';
  readonly events: number;
  /** Undefined while the events are counted. */
  readonly total: number | undefined;
}

export interface CopyOptions {
  /** Stops between two appends; the next run resumes there. */
  readonly signal: AbortSignal;
  readonly onProgress: (progress: CopyProgress) => void;
  /** Undefined: the texts are passed on byte by byte, so the transparency log of the copy has the same leaves. */
  readonly form?: CopiedForm | undefined;
  /** Called for each event that is the same in both, in order, with its position in the source and in the copy. */
  readonly onSame?: ((inSource: Position, inCopy: Position) => void) | undefined;
}

export interface CopyResult {
  readonly events: number;
  /** The part of them that an earlier run had copied. */
  readonly alreadyThere: number;
}

/** The target is not a beginning of the source, or this build does not know something in the source. */
export class LedgersDiffer extends Error {
  override readonly name = 'LedgersDiffer';
}

/** Enough tries to outlast a restart of the server. */
const APPEND_TRIES_MAX = 20;
const RETRY_DELAY_MS_MIN = 100;
const RETRY_DELAY_MS_MAX = 5_000;

/** Keeps an append of several events below the limit of one event, and so below every limit. */
const RUN_BYTES_MAX = 100_000;

/**
 * Copies every event to an empty ledger, or to one that holds the beginning of this copy: with its id, revision and
 * metadata, and in the one order of the source, one append after the other. Then reads both again and compares event by
 * event.
 *
 * Nobody may write to either meanwhile. Each append names the exact revision that it expects, so a second writer is
 * noticed and nothing is ever written twice.
 *
 * @throws LedgersDiffer
 * @throws StoreUnavailable when one of them stays unavailable; a further run goes on where this one stopped
 */
export async function copyLedger(
  source: Ledger,
  target: Ledger,
  { signal, onProgress, form = sameBytes, onSame }: CopyOptions,
): Promise<CopyResult> {
  const total = await count(source, signal, onProgress);
  const alreadyThere = await copyMissing(source, target, { signal, form }, (events) =>
    onProgress({ phase: 'copying', events, total }),
  );
  let verified = 0;
  const events = await compare(source, target, { signal, form }, (event, copy) => {
    onSame?.(event.position, copy.position);
    onProgress({ phase: 'verifying', events: ++verified, total });
  });
  if (events !== total) {
    throw new LedgersDiffer(`the source had ${total} events and now has ${events}: it is in use`);
  }
  return { events, alreadyThere };
}

/** Counts the events, and makes sure that nothing is left out because this build does not know it. */
async function count(
  { stored }: Ledger,
  signal: AbortSignal,
  onProgress: CopyOptions['onProgress'],
): Promise<number> {
  let total = 0;
  for await (const { events } of stored.readAll({ signal })) {
    for (const { stream } of events) {
      if (!LEDGER_STREAMS.some((prefix) => stream.startsWith(prefix))) {
        throw new LedgersDiffer(
          `the source holds the stream ${stream}, which this build does not know`,
        );
      }
    }
    total += events.length;
    onProgress({ phase: 'counting', events: total, total: undefined });
  }
  signal.throwIfAborted();
  return total;
}

/** @returns how many events were there already */
async function copyMissing(
  source: Ledger,
  target: Ledger,
  { signal, form }: Copying,
  onProgress: (events: number) => void,
): Promise<number> {
  const there = eventsOf(target, signal, form !== sameBytes);
  let alreadyThere = 0;
  let copied = 0;
  let run: Run = [];
  let runBytes = 0;
  const flush = async (): Promise<void> => {
    if (run.length === 0) return;
    await appendRun(target.store, run, signal);
    copied += run.length;
    run = [];
    runBytes = 0;
    onProgress(alreadyThere + copied);
  };
  for await (const event of eventsOf(source, signal)) {
    const existing = copied + run.length > 0 ? undefined : (await there.next()).value;
    if (existing !== undefined) {
      await checkSame(form, event, existing);
      alreadyThere++;
      onProgress(alreadyThere);
      continue;
    }
    const bytes = event.data.byteLength + event.metadata.byteLength;
    if (!continues(run, event) || runBytes + bytes > RUN_BYTES_MAX) await flush();
    run.push({ event, copy: await form.of(event) });
    runBytes += bytes;
  }
  await flush();
  signal.throwIfAborted();
  return alreadyThere;
}

type Run = { readonly event: StoredEvent; readonly copy: CopiedEvent }[];

interface Copying {
  readonly signal: AbortSignal;
  readonly form: CopiedForm;
}

const continues = (run: Run, { stream, revision }: StoredEvent): boolean => {
  const last = run.at(-1)?.event;
  return (
    last === undefined ||
    (run.length < APPEND_EVENTS_MAX && last.stream === stream && last.revision + 1n === revision)
  );
};

async function appendRun(store: EventStore, run: Run, signal: AbortSignal): Promise<void> {
  const first = run[0]?.event;
  if (first === undefined) return;
  const expected: ExpectedRevision = first.revision === 0n ? 'no-stream' : first.revision - 1n;
  const events = run.map(({ copy }) => copy);
  for (let tries = 1; ; tries++) {
    signal.throwIfAborted();
    try {
      await store.append(first.stream, events, expected);
      return;
    } catch (error) {
      if (error instanceof ConcurrencyConflict) {
        throw new LedgersDiffer(`somebody else writes to the target: ${error.message}`);
      }
      // The ids and the expected revision make a repeat harmless, whatever the outcome of the first try.
      const mayPass = error instanceof StoreUnavailable || error instanceof AppendOutcomeUnknown;
      if (!mayPass || tries === APPEND_TRIES_MAX) throw error;
      await delay(Math.min(RETRY_DELAY_MS_MAX, RETRY_DELAY_MS_MIN * 2 ** (tries - 1)), undefined, {
        signal,
      });
    }
  }
}

/** @returns how many events both have */
async function compare(
  source: Ledger,
  target: Ledger,
  { signal, form }: Copying,
  onSame: (event: StoredEvent, copy: StoredEvent) => void,
): Promise<number> {
  const copies = eventsOf(target, signal, form !== sameBytes);
  let events = 0;
  for await (const event of eventsOf(source, signal)) {
    const copy = (await copies.next()).value;
    if (copy === undefined) throw new LedgersDiffer(`the target lacks ${placeOf(event)}`);
    await checkSame(form, event, copy);
    events++;
    onSame(event, copy);
  }
  signal.throwIfAborted();
  const surplus = (await copies.next()).value;
  if (surplus !== undefined) {
    throw new LedgersDiffer(`the target holds ${placeOf(surplus)}, and the source does not`);
  }
  return events;
}

/** @param withoutFirst leaves out what a copy begins with that is encrypted on the way */
async function* eventsOf(
  { stored }: Ledger,
  signal: AbortSignal,
  withoutFirst = false,
): AsyncGenerator<StoredEvent, undefined> {
  for await (const { events } of stored.readAll({ signal })) {
    for (const event of events) {
      if (!withoutFirst || event.stream !== ENCRYPTION_STREAM) yield event;
    }
  }
}

const sameBytes: CopiedForm = {
  of: async (event) => copiedOf(event),
  isCopy: async (event, copy) =>
    event.id === copy.id &&
    Buffer.compare(event.data, copy.data) === 0 &&
    Buffer.compare(event.metadata, copy.metadata) === 0,
};

/** @throws LedgersDiffer for a damaged event */
export function copiedOf(event: StoredEvent): CopiedEvent {
  const { id, type, version, data, metadata } = event;
  try {
    return { id, stored: { type, version, data: textOf(data), metadata: textOf(metadata) } };
  } catch {
    throw new LedgersDiffer(
      `${placeOf(event)} is damaged: its bytes are no UTF-8, which another ledger cannot hold. ` +
        'Copy the last backup in which it is whole (`npm run verify` compares a ledger with what was signed).',
    );
  }
}

/** @throws TypeError for bytes that are no text */
const textOf = (bytes: Uint8Array): string =>
  new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);

/** Compares everything but positions, which each store has of its own. */
async function checkSame(form: CopiedForm, event: StoredEvent, copy: StoredEvent): Promise<void> {
  const isSame =
    event.stream === copy.stream &&
    event.revision === copy.revision &&
    event.type === copy.type &&
    event.version === copy.version &&
    (await form.isCopy(event, copy));
  if (!isSame) {
    throw new LedgersDiffer(
      `where the source has ${placeOf(event)}, the target has ${placeOf(copy)}, which is not the same`,
    );
  }
}

const placeOf = ({ id, stream, revision }: StoredEvent): string =>
  `event ${id} (${stream} at revision ${revision})`;
