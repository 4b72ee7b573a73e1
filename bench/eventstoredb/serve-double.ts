import { EventStoreDbDouble } from '../../testing/eventstoredb-double/eventstoredb-double.js';

/** Runs the double in a process of its own, so that it does not take the adapter's processor time. */
const double = await EventStoreDbDouble.start();
process.send?.(double.url);
process.on('disconnect', () => process.exit());
