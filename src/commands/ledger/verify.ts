import { existsSync, readFileSync } from 'node:fs';
import {
  openLedger,
  type EventStoreConfig,
} from '../../adapters/event-store/event-store.module.js';
import { PagedStoredEvents } from '../../adapters/event-store/paged-stored-events.js';
import { StoredEventReader } from '../../adapters/event-store/sqlite/stored/stored-event-reader.js';
import { AppendedCheckpoints } from '../../adapters/transparency-log/appended-checkpoints.js';
import { existingLogStore } from '../../adapters/transparency-log/open-log-store.js';
import { capitalised } from '../../application/auditing/sentences.js';
import { reasonOf } from '../../application/errors.js';
import type { LogState, LogStore } from '../../application/ports/log-store.js';
import type { StoredEvents } from '../../application/ports/stored-events.js';
import { checkMessageProof } from '../../application/proof/check-message-proof.js';
import { notesIn, readCheckpoint } from '../../application/proof/notes/checkpoint.js';
import {
  parseSigningKeys,
  parseVerifierKeys,
  type SigningKeys,
} from '../../application/proof/notes/signing-keys.js';
import { verifyLedger, type FoundCheckpoint } from '../../application/proof/verify-ledger.js';
import { parseConfig, type LogConfig } from '../../config.js';
import { json, option, optionsOf, runCommand, UsageError, type Print } from '../command.js';
import { toldBy, type Told } from '../told.js';
import { progressOn } from './progress.js';

const USAGE = `Proves that the ledger is the one that was signed, or names the first event that is not. The service may run meanwhile.

  npm run verify -- [--since FILE [--key KEY]] [--json]
  npm run verify -- --proof FILE --key KEY [--json]

  --since  a file with checkpoints that were kept elsewhere: the answers of GET /v1/log/checkpoint
  --key    the verifier key that was kept elsewhere: the answer of GET /v1/log/key, or a file with it
  --proof  checks the answer of GET /v1/messages/{id}/proof, without ledger and network
  --json   prints what was found as one JSON document

Exit code 0: all is as it was signed. 1: it is not, or it could not be read. 2: wrong usage.
`;

async function verify(args: readonly string[], print: Print): Promise<number> {
  const values = optionsOf(args, { since: option, proof: option, key: option, json });
  const told = toldBy(print, values.json);
  if (values.proof === undefined) return verifyAll(values.since, values.key, told);
  if (values.since !== undefined)
    throw new UsageError('--since needs the ledger, --proof does not.');
  if (values.key === undefined) {
    throw new UsageError('--proof needs --key: the key in the file proves nothing.');
  }
  return verifyProof(values.proof, values.key, told);
}

function verifyProof(file: string, key: string, told: Told): number {
  const content = jsonIn(file);
  const proven = checkMessageProof(content, parseVerifierKeys(keysIn(key)));
  for (const { stream, revision, type, index, size, origin } of proven) {
    told.words(
      `Event ${revision} of ${stream} (${type}) is entry ${index} of ${origin}, signed at ${size}.`,
    );
  }
  told.words(
    `All ${proven.length} events are as they were logged, from the first one on. Later ones may exist.`,
  );
  told.facts({ verified: true, events: proven });
  return 0;
}

function jsonIn(file: string): unknown {
  const text = textIn(file);
  try {
    return JSON.parse(text) as unknown;
  } catch (error) {
    const detail = `${file} holds no proof: it must be the answer of GET /v1/messages/{id}/proof.`;
    throw new Error(detail, { cause: error });
  }
}

function textIn(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    throw new Error(`${file} cannot be read.`, { cause: error });
  }
}

/** @param key itself, or a file with it @throws Error for what is neither */
function keysIn(key: string): string {
  const isFile = existsSync(key);
  const keys = isFile ? textIn(key) : key;
  try {
    if (parseVerifierKeys(keys).length > 0) return keys;
  } catch (error) {
    const where = isFile ? `It is the content of ${key}.` : `And there is no file ${key}.`;
    throw new Error(`${reasonOf(error)}. ${where}`, { cause: error });
  }
  throw new Error('this is no verifier key: it is empty');
}

/** The keys of one log among others, one a line. */
const keysOf = (origin: string, keys: string): string =>
  keys
    .split('\n')
    .filter((line) => line.startsWith(`${origin}+`))
    .join('\n');

async function verifyAll(
  since: string | undefined,
  key: string | undefined,
  told: Told,
): Promise<number> {
  const { eventStore, readModel, log } = parseConfig(process.env);
  if (key !== undefined) {
    if (since === undefined && log.checkpointFile === null) {
      throw new UsageError(
        '--key needs --since or --proof: there is nothing else that was kept elsewhere and that it could check.',
      );
    }
    // A mistake in it is no fault of the ledger.
    keysIn(key);
  }
  const store = await existingLogStore(readModel);
  const ledger = await readLedger(eventStore);
  const progress = progressOn(process.stderr);
  const stopping = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => stopping.abort(new Error('Stopped.')));
  }
  try {
    const state = await store?.state();
    if (state?.replaces !== undefined) told.words(`The log took the place of ${state.replaces}.`);
    const found = await checkpointsOf(store, state, {
      file: log.checkpointFile,
      own: keysOfService(log),
      since,
      key,
    });
    const total = state?.size;
    const startedMs = performance.now();
    const { events, unsigned, checkpoints, faults } = await verifyLedger(
      ledger.stored,
      store,
      found,
      {
        signal: stopping.signal,
        onProgress: (done) =>
          progress.show('Verifying', done, total === undefined ? undefined : Math.max(total, done)),
      },
    ).finally(() => progress.end());
    const seconds = (performance.now() - startedMs) / 1000;
    const isVerified = faults.length === 0 && checkpoints > 0;
    const replaces = state?.replaces ?? null;
    told.facts({ verified: isVerified, events, unsigned, checkpoints, faults, replaces });
    for (const fault of faults) told.words(`${capitalised(fault)}.`);
    if (faults.length > 0) return 1;
    if (checkpoints === 0) {
      told.words('There is no checkpoint, so nothing can be proven: the log has not begun yet.');
      return 1;
    }
    told.words(
      `All ${events - unsigned} signed events are as they were signed, under ${checkpoints} checkpoints. ` +
        `Events not signed yet: ${unsigned}. (${Math.round(events / Math.max(seconds, 0.001))} events/s)`,
    );
    return 0;
  } finally {
    await ledger.close();
    await store?.close();
  }
}

/**
 * Every checkpoint of the present log that can be found, and those that were given. `CHECKPOINT_FILE` may hold some of a log
 * that nobody says was replaced: whoever removed that log may have changed the ledger too, so they are compared.
 */
async function checkpointsOf(
  store: LogStore | undefined,
  state: LogState | undefined,
  where: {
    readonly file: string | null;
    /** Undefined where the signing key is not here. */
    readonly own: SigningKeys | undefined;
    readonly since: string | undefined;
    readonly key: string | undefined;
  },
): Promise<readonly FoundCheckpoint[]> {
  const keptKeys = where.key === undefined ? undefined : keysIn(where.key);
  const isPresent = (note: string): boolean => readCheckpoint(note).origin === state?.origin;
  const ofStore = (await store?.checkpoints()) ?? [];
  const kept = ofStore.filter(({ note }) => isPresent(note));
  const ofLogs = new Set(ofStore.map(({ note }) => readCheckpoint(note).origin));
  const isReplaced = (origin: string): boolean =>
    ofLogs.has(origin) || state?.replaces?.startsWith(`${origin} at `) === true;
  const outside = where.file === null ? [] : await new AppendedCheckpoints(where.file).notes();
  const given = where.since === undefined ? [] : notesIn(textIn(where.since));
  if (where.since !== undefined && given.length === 0) {
    throw new UsageError(`${where.since} holds no checkpoint.`);
  }
  const allKeys = [...ofStore.map(({ keys }) => keys), state?.keys ?? ''].join('');
  const givenOf = (note: string): FoundCheckpoint => {
    const { origin } = readCheckpoint(note);
    const keys = keysOf(origin, keptKeys ?? allKeys);
    // Nobody has lied about the ledger yet: it cannot be told who signed this.
    if (keys === '') {
      throw new UsageError(
        `${where.since} holds a checkpoint of the log ${origin}, whose key is not known here: give the one that was kept with it, by --key.`,
      );
    }
    return { note, keys, source: '--since' };
  };
  return [
    ...(state === undefined
      ? []
      : [
          {
            note: state.checkpoint,
            keys: where.own?.verifierKeys(state.origin) ?? state.keys,
            source:
              where.own === undefined
                ? 'the last one of the log'
                : 'the last one of the log, by LOG_SIGNING_KEY or log-signing-key.pem',
          },
        ]),
    ...kept.map(({ note, keys }) => ({ note, keys, source: 'kept by the log' })),
    ...outside.flatMap((note): readonly FoundCheckpoint[] => {
      const { origin } = readCheckpoint(note);
      if (isPresent(note)) {
        // A key that was kept with --since may be that of the log before.
        const isOfOther = given.length > 0 && keysOf(origin, keptKeys ?? '') === '';
        const keys = isOfOther ? allKeys : (keptKeys ?? allKeys);
        return [{ note, keys, source: 'CHECKPOINT_FILE' }];
      }
      const source = `CHECKPOINT_FILE, of the log ${origin}, which is not there`;
      return isReplaced(origin) ? [] : [{ note, keys: null, source }];
    }),
    ...given.map(givenOf),
  ];
}

/** Returns the keys of this service. The keys that a log names prove nothing: a forger names other ones in a log of its own. */
function keysOfService({ signingKey, keyFile }: LogConfig): SigningKeys | undefined {
  const isThere = keyFile !== null && existsSync(keyFile);
  const text = signingKey ?? (isThere ? readFileSync(keyFile, 'utf8') : '');
  return parseSigningKeys(text);
}

interface ReadableLedger {
  readonly stored: StoredEvents;
  close(): void | Promise<void>;
}

/** The embedded ledger belongs to the service that writes it, so it is only read here. */
async function readLedger(config: EventStoreConfig): Promise<ReadableLedger> {
  if (config.kind === 'sqlite') {
    const reader = new StoredEventReader(config.directory);
    return { stored: new PagedStoredEvents(reader), close: () => reader.close() };
  }
  const { store, stored } = await openLedger(config);
  return { stored, close: () => store.close() };
}

await runCommand(USAGE, verify);
