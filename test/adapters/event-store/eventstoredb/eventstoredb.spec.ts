import { openEventStoreDb } from '../../../../src/adapters/event-store/eventstoredb/open-eventstoredb.js';
import { eventFeedContract } from '../../../contracts/event-feed.contract.js';
import { eventStoreContract, type OpenedStore } from '../../../contracts/event-store.contract.js';
import type { DoubleVersion } from '../../../../testing/eventstoredb-double/versions.js';
import { EventStoreDbDouble } from '../../../../testing/eventstoredb-double/eventstoredb-double.js';

/** The contract is about results: a slow machine must not make them unknown. */
const PATIENT_LIMITS = { readMs: 30_000, appendMs: 30_000, attemptMs: 30_000 };

const openOnDouble = (version: DoubleVersion) => async (): Promise<OpenedStore> => {
  const double = await EventStoreDbDouble.start({ version });
  const { store, feed } = openEventStoreDb(double.url, PATIENT_LIMITS);
  const close = async (): Promise<void> => {
    await store.close();
    double.stop();
  };
  return { store, feed, close };
};

for (const version of ['23.10', '24.2'] as const) {
  eventStoreContract(`EventStoreDbEventStore on the double of ${version}`, openOnDouble(version));
  eventFeedContract(`EventStoreDbEventFeed on the double of ${version}`, openOnDouble(version));
}

const url = process.env['EVENTSTORE_TEST_URL'];

if (url === undefined || url === '') {
  it.todo('on a real server: set EVENTSTORE_TEST_URL to its connection string');
} else {
  const openOnServer = async (): Promise<OpenedStore> => {
    const { store, feed } = openEventStoreDb(url, PATIENT_LIMITS);
    return { store, feed, close: () => store.close() };
  };
  eventStoreContract('EventStoreDbEventStore on a real server', openOnServer);
  eventFeedContract('EventStoreDbEventFeed on a real server', openOnServer);
}
