import { randomUUID } from 'node:crypto';
import { AppendedCheckpoints } from '../adapters/transparency-log/appended-checkpoints.js';
import { monotonicClock } from '../adapters/system/monotonic-clock.js';
import type { Health } from '../application/ports/health.js';
import type { LogStore } from '../application/ports/log-store.js';
import type { Logger } from '../application/ports/logger.js';
import { parseSigningKeys } from '../application/proof/notes/signing-keys.js';
import { SignLog, type SignedLedger, type SignedLog } from '../application/proof/sign-log.js';

/** The settings of a signer, in a form that can be sent to a thread. */
export interface SignerSettings {
  /** Ed25519 keys in PEM form. */
  readonly signingKeys: string;
  /** Begins the names of new logs: a host, without a scheme. */
  readonly host: string;
  readonly checkpointFile: string | null;
}

export interface SignerSurroundings {
  readonly logger: Logger;
  readonly health: Health;
  readonly holdRestored: SignedLog['holdRestored'];
}

export function composeSigner(
  ledger: SignedLedger,
  store: LogStore,
  { signingKeys, host, checkpointFile }: SignerSettings,
  { logger, health, holdRestored }: SignerSurroundings,
): SignLog {
  const keys = parseSigningKeys(signingKeys);
  if (keys === undefined)
    throw new Error(
      'the signing key of the transparency log (LOG_SIGNING_KEY, or log-signing-key.pem in DATA_DIR) is no Ed25519 key',
    );
  const log: SignedLog = {
    store,
    keys,
    file: checkpointFile === null ? undefined : new AppendedCheckpoints(checkpointFile),
    newOrigin: () => `${host}/waybill/${randomUUID()}`,
    holdRestored,
  };
  return new SignLog(ledger, log, monotonicClock, logger, health);
}
