/** The thread of one pass over the ledger. It ends with the pass, which frees its memory until the next. */
import { platform, setPriority } from 'node:os';
import { parentPort, workerData } from 'node:worker_threads';
import { gentlePass } from './gentle-pass.js';
import type { CheckerOptions } from './sqlite-ledger-check.js';

/** The lowest priority; on Linux each thread has its own niceness. */
const NICENESS = 19;

const port = parentPort;
if (port === null) throw new Error('the check of the ledger runs only as a worker');
if (platform() === 'linux') setPriority(NICENESS);

const { file, share } = workerData as CheckerOptions;
// The signal never aborts: to cancel, the parent terminates the thread, which holds nothing but a read.
port.postMessage(await gentlePass(file, share, new AbortController().signal));
