import { Module, type DynamicModule } from '@nestjs/common';
import type { Ledger } from '../adapters/event-store/event-store.module.js';
import { SqliteEventStore } from '../adapters/event-store/sqlite/sqlite-event-store.js';
import { systemClocks } from '../adapters/system/system-clock.js';
import { uuidIdentifiers } from '../adapters/system/uuid-identifiers.js';
import { newSigningKey, signingKeyIn } from '../adapters/transparency-log/signing-key-file.js';
import { EVENT_STORE, LEDGER, LOG_SIGNER, LOG_STORE } from '../application/port-tokens.js';
import type { EventStore } from '../application/ports/event-store.js';
import type { Health } from '../application/ports/health.js';
import type { LogSigner } from '../application/ports/log-signer.js';
import type { LogStore } from '../application/ports/log-store.js';
import type { Logger } from '../application/ports/logger.js';
import type { SignedLog } from '../application/proof/sign-log.js';
import { holdRestoredOnce, signedHoldId } from '../application/sending/hold-marked-copy.js';
import type { Config } from '../config.js';
import { composeSigner, type SignerSettings } from './compose-signer.js';
import { isCompiled } from '../adapters/files/is-compiled.js';
import { ThreadedSigner } from './threaded-signer.js';

/** Provides the signer of the transparency log. A thread of its own reads an embedded ledger. */
@Module({})
export class SignerModule {
  static for(
    imports: NonNullable<DynamicModule['imports']>,
    { eventStore, readModel, log }: Pick<Config, 'eventStore' | 'readModel' | 'log'>,
    logger: Logger,
    health: Health,
  ): DynamicModule {
    const build = async (
      ledger: Ledger,
      store: EventStore,
      logStore: LogStore,
    ): Promise<LogSigner> => {
      const settings = settingsOf(log);
      const holdRestored: SignedLog['holdRestored'] = async (id, proof) => {
        await holdRestoredOnce(store, signedHoldId(uuidIdentifiers, id), proof, systemClocks);
      };
      if (eventStore.kind === 'sqlite' && ledger.store instanceof SqliteEventStore && isCompiled) {
        const options = {
          ledgerDirectory: eventStore.directory,
          identity: (await ledger.origin()).identity,
          store: readModel,
          settings,
          commitBell: ledger.store.commitBell,
        };
        return new ThreadedSigner(options, holdRestored, logger, health);
      }
      const signed = {
        stored: ledger.stored,
        identity: async (signal?: AbortSignal) => (await ledger.origin(signal)).identity,
        streams: store,
      };
      return composeSigner(signed, logStore, settings, { logger, health, holdRestored });
    };
    return {
      module: SignerModule,
      imports,
      providers: [
        { provide: LOG_SIGNER, inject: [LEDGER, EVENT_STORE, LOG_STORE], useFactory: build },
      ],
      exports: [LOG_SIGNER],
    };
  }
}

/** @throws Error when the key cannot be read or made */
const settingsOf = ({ signingKey, keyFile, ...rest }: Config['log']): SignerSettings => ({
  ...rest,
  signingKeys: signingKey ?? (keyFile === null ? newSigningKey() : signingKeyIn(keyFile)),
});
