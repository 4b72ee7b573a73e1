import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Test } from '@nestjs/testing';
import { EventStoreModule } from '../../../src/adapters/event-store/event-store.module.js';
import { KeyStoreModule } from '../../../src/adapters/key-store/key-store.module.js';
import { systemClock } from '../../../src/adapters/system/system-clock.js';
import { uuidIdentifiers } from '../../../src/adapters/system/uuid-identifiers.js';
import { StoreUnavailable } from '../../../src/application/errors.js';
import { EVENT_FEED, EVENT_STORE } from '../../../src/application/port-tokens.js';
import type { EventFeed } from '../../../src/application/ports/event-feed.js';
import type { EventStore } from '../../../src/application/ports/event-store.js';
import { newEvents } from '../../../testing/events.js';
import { LogCapture } from '../../support/watching/log-capture.js';

describe('the event store as a module', () => {
  let directory: string;

  beforeAll(() => {
    directory = mkdtempSync(join(tmpdir(), 'waybill-module-'));
  });

  afterAll(() => rmSync(directory, { recursive: true }));

  it.each(['memory', 'sqlite'] as const)(
    'opens one ledger of kind %s for both ports, and closes it at shutdown',
    async (kind) => {
      const keys = KeyStoreModule.for(
        { kind: 'sqlite', directory: null },
        { keys: null, file: null },
      );
      const module = await Test.createTestingModule({
        imports: [
          EventStoreModule.for({ kind, directory }, (store) => store, keys, {
            clock: systemClock,
            identifiers: uuidIdentifiers,
            logger: new LogCapture().logger,
          }),
        ],
      }).compile();
      await module.init();
      const store = module.get<EventStore>(EVENT_STORE, { strict: false });
      const feed = module.get<EventFeed>(EVENT_FEED, { strict: false });

      // The key store is named in the ledger from here on.
      await store.checkWritable();
      const { position } = await store.append('message-1', newEvents(2), 'no-stream');
      expect(await feed.head()).toBe(position);

      await module.close();
      await expect(store.read('message-1')).rejects.toBeInstanceOf(StoreUnavailable);
    },
  );
});
