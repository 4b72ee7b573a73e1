import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import * as fc from 'fast-check';
import { openLedger } from '../../../src/adapters/event-store/event-store.module.js';
import {
  copyLedger,
  type CopyProgress,
  type CopyResult,
  type Ledger,
} from '../../../src/application/migrating/copy-ledger.js';
import { newEvent, newEvents, sampleEvents, sampleMetadata } from '../../../testing/events.js';
import { EventStoreDbDouble } from '../../../testing/eventstoredb-double/eventstoredb-double.js';

const EVENTS_OF_A_PAGE = 500;

const neverAborts = new AbortController().signal;

const copy = (
  source: Ledger,
  target: Ledger,
  options: {
    readonly signal?: AbortSignal;
    readonly onProgress?: (progress: CopyProgress) => void;
  } = {},
): Promise<CopyResult> =>
  copyLedger(source, target, { signal: neverAborts, onProgress: () => undefined, ...options });

/** Returns all that a copy must preserve, byte by byte, in the order of the ledger. */
async function contentOf({ stored }: Ledger): Promise<readonly unknown[]> {
  const content: unknown[] = [];
  for await (const { events } of stored.readAll({ signal: neverAborts })) {
    for (const { stream, revision, id, type, version, data, metadata } of events) {
      const texts = { data: textOf(data), metadata: textOf(metadata) };
      content.push({ stream, revision, id, type, version, ...texts });
    }
  }
  return content;
}

const textOf = (bytes: Uint8Array): string => Buffer.from(bytes).toString('utf8');

const inMemory = (): Promise<Ledger> => openLedger({ kind: 'memory' });

/** Writes to the streams in turn, as simultaneous messages do. */
async function fill({ store }: Ledger, streams: readonly number[]): Promise<void> {
  const revisions = new Map<string, bigint>();
  for (const number of streams) {
    const stream = `message-${number}`;
    const last = revisions.get(stream);
    const { revision } = await store.append(stream, [newEvent()], last ?? 'no-stream');
    revisions.set(stream, revision);
  }
}

const closers: (() => Promise<void>)[] = [];

async function onDouble(): Promise<{
  readonly double: EventStoreDbDouble;
  readonly ledger: Ledger;
}> {
  const double = await EventStoreDbDouble.start();
  const ledger = await openLedger({ kind: 'eventstoredb', url: double.url });
  closers.push(async () => {
    await ledger.store.close();
    double.stop();
  });
  return { double, ledger };
}

async function inFile(): Promise<{ readonly file: string; readonly ledger: Ledger }> {
  const directory = mkdtempSync(join(tmpdir(), 'waybill-migrating-'));
  const ledger = await openLedger({ kind: 'sqlite', directory });
  closers.push(async () => {
    await ledger.store.close();
    rmSync(directory, { recursive: true });
  });
  return { file: join(directory, 'ledger.sqlite'), ledger };
}

afterEach(async () => {
  for (const close of closers.splice(0)) await close();
});

describe('a copied ledger', () => {
  it('holds every event with its id, revision and metadata, in the same order', async () => {
    const { ledger: source } = await inFile();
    const { ledger: target } = await onDouble();
    const everyType = Object.values(sampleEvents).map((event, index) => ({
      ...newEvent(),
      event,
      metadata: { ...sampleMetadata, causationId: `cause ${index}` },
    }));
    await source.store.append('message-a', everyType, 'no-stream');
    await source.store.append('inbound-b', newEvents(2), 'no-stream');
    await source.store.append('message-a', newEvents(3), BigInt(everyType.length - 1));
    await source.store.append('quarantine-2026-03-04', newEvents(1), 'no-stream');

    const result = await copy(source, target);

    expect(result).toEqual({ events: everyType.length + 6, alreadyThere: 0 });
    expect(await contentOf(target)).toEqual(await contentOf(source));
  });

  it('goes back from EventStoreDB to a file', async () => {
    const { double, ledger: source } = await onDouble();
    const { ledger: target } = await inFile();
    await source.store.checkWritable();
    await fill(source, [1, 2, 1, 3]);
    double.ledger.appendSystemEvent('$stats', '$statsCollected');

    await copy(source, target);

    expect(await contentOf(target)).toEqual(await contentOf(source));
  });

  it('may be empty', async () => {
    expect(await copy(await inMemory(), await inMemory())).toEqual({ events: 0, alreadyThere: 0 });
  });

  it('is complete however often and wherever the copying is interrupted', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.integer({ min: 1, max: 4 }), { minLength: 1, maxLength: 60 }),
        fc.array(fc.nat({ max: 60 }), { maxLength: 4 }),
        async (streams, stops) => {
          const [source, target] = await Promise.all([inMemory(), inMemory()]);
          await fill(source, streams);
          for (const stop of stops) {
            const interruption = new AbortController();
            const onProgress = ({ phase, events }: CopyProgress): void => {
              if (phase === 'copying' && events >= stop) interruption.abort();
            };
            await copy(source, target, { signal: interruption.signal, onProgress }).catch(
              () => undefined,
            );
          }
          await copy(source, target);
          expect(await contentOf(target)).toEqual(await contentOf(source));
        },
      ),
    );
  });

  it('is carried on from where an interrupted run stopped', async () => {
    const [source, target] = await Promise.all([inMemory(), inMemory()]);
    await fill(
      source,
      Array.from({ length: 2 * EVENTS_OF_A_PAGE }, (_, index) => index % 7),
    );
    const interruption = new AbortController();
    const interrupted = copy(source, target, {
      signal: interruption.signal,
      onProgress: ({ phase, events }) => {
        if (phase === 'copying' && events >= 600) interruption.abort(new Error('enough'));
      },
    });
    await expect(interrupted).rejects.toThrow('enough');

    expect(await copy(source, target)).toEqual({ events: 1_000, alreadyThere: 600 });
  });

  it('takes in what was written to the source since an earlier copy', async () => {
    const [source, target] = await Promise.all([inMemory(), inMemory()]);
    await source.store.append('message-1', newEvents(2), 'no-stream');
    await copy(source, target);
    await source.store.append('message-1', newEvents(2), 1n);

    expect(await copy(source, target)).toEqual({ events: 4, alreadyThere: 2 });
    expect(await contentOf(target)).toEqual(await contentOf(source));
  });

  it('survives a restart of the server and answers that are lost', async () => {
    const source = await inMemory();
    const { double, ledger: target } = await onDouble();
    await fill(
      source,
      Array.from({ length: 60 }, (_, index) => index % 7),
    );
    let restarted: Promise<void> | undefined;
    await copy(source, target, {
      onProgress: ({ phase, events }) => {
        if (phase === 'copying' && events === 20) restarted = double.leader.restart();
        if (phase === 'copying' && events === 40) double.faults.cutsAfterCommit = 1;
      },
    });
    await restarted;

    expect(double.faults.cutsAfterCommit).toBe(0);
    expect(await contentOf(target)).toEqual(await contentOf(source));
  });
});

describe('a copy is refused', () => {
  it('when the target holds something else', async () => {
    const [source, target] = await Promise.all([inMemory(), inMemory()]);
    await fill(source, [1, 2]);
    await fill(target, [9]);
    await expect(copy(source, target)).rejects.toThrow(/the target has event .* \(message-9/);
    expect(await contentOf(target)).toHaveLength(1);
  });

  it('when the target holds more than the source', async () => {
    const [source, target] = await Promise.all([inMemory(), inMemory()]);
    await fill(source, [1, 2]);
    await copy(source, target);
    await fill(target, [9]);
    await expect(copy(source, target)).rejects.toThrow(/the target holds event .* \(message-9/);
  });

  it('when somebody else begins to write to the target meanwhile', async () => {
    const [source, target] = await Promise.all([inMemory(), inMemory()]);
    await fill(source, [1, 2, 3]);
    const onProgress = ({ phase, events }: CopyProgress): void => {
      if (phase === 'copying' && events === 1) {
        void target.store.append('message-3', [newEvent()], 'no-stream');
      }
    };
    await expect(copy(source, target, { onProgress })).rejects.toThrow(/somebody else writes/);
  });

  it('when the source grows meanwhile', async () => {
    const [source, target] = await Promise.all([inMemory(), inMemory()]);
    await fill(source, [1, 2]);
    const onProgress = ({ phase }: CopyProgress): void => {
      if (phase === 'counting') void source.store.append('message-3', newEvents(1), 'no-stream');
    };
    await expect(copy(source, target, { onProgress })).rejects.toThrow(/it is in use/);
  });

  it('when the source holds a kind of stream that this build would leave out', async () => {
    const [source, target] = await Promise.all([inMemory(), inMemory()]);
    await source.store.append('invoice-1', newEvents(1), 'no-stream');
    await expect(copy(source, target)).rejects.toThrow(/invoice-1/);
  });

  it('when the bytes of an event are no text, and says which and what to do', async () => {
    const { file, ledger: source } = await inFile();
    await fill(source, [1, 2, 1]);
    const database = new DatabaseSync(file);
    database.exec(`DROP TRIGGER events_are_never_changed;
      UPDATE events SET data = CAST(X'7B22FF227D' AS TEXT) WHERE position = 3`);
    database.close();

    const copying = copy(source, await inMemory());

    await expect(copying).rejects.toThrow(
      /^event \S+ \(message-1 at revision 1\) is damaged.*Copy the last backup/,
    );
  });

  it.each([
    ['what happened', `data = json_set(data, '$.reason', 'forged')`],
    ['who did it', `metadata = json_set(metadata, '$.source', 'cli')`],
    ['its id', `id = 'ffffffff-ffff-4fff-8fff-ffffffffffff'`],
  ])('when one event of an earlier copy differs in %s', async (_, change) => {
    const source = await inMemory();
    const { file, ledger: target } = await inFile();
    await fill(source, [1, 2, 1, 2]);
    await copy(source, target);
    const database = new DatabaseSync(file);
    database.exec(`DROP TRIGGER events_are_never_changed;
      UPDATE events SET ${change} WHERE position = 3`);
    database.close();
    // A change by another program is visible from the next turn of the event loop on.
    await new Promise(setImmediate);
    await expect(copy(source, target)).rejects.toThrow(/message-1 at revision 1.*not the same/);
  });
});
