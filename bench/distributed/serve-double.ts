import { EventStoreDbDouble } from '../../testing/eventstoredb-double/eventstoredb-double.js';

/** Runs the double in a process of its own. Reports its address, and its counts on request. */
const double = await EventStoreDbDouble.start();
process.send?.(double.url);
process.on('message', () => process.send?.(double.leader.counts));
process.on('disconnect', () => process.exit());
