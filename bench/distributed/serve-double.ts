import { EventStoreDbDouble } from '../../test/support/eventstoredb-double/eventstoredb-double.js';

/** The double in a process of its own. Tells its address, and its counts whenever it is asked. */
const double = await EventStoreDbDouble.start();
process.send?.(double.url);
process.on('message', () => process.send?.(double.leader.counts));
process.on('disconnect', () => process.exit());
