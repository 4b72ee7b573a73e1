/** The thread of one pass over the ledger: it ends with the pass, so that its memory is free until the next. */
import { platform, setPriority } from 'node:os';
import { parentPort, workerData } from 'node:worker_threads';
import { gentlePass } from './gentle-pass.js';
import type { CheckerOptions } from './sqlite-ledger-check.js';

/** Everybody else goes first; on Linux a niceness is a thread's own. */
const NICENESS = 19;

const port = parentPort;
if (port === null) throw new Error('the check of the ledger runs only as a worker');
if (platform() === 'linux') setPriority(NICENESS);

const { file, share } = workerData as CheckerOptions;
// Whoever no longer wants it ends the thread, which holds nothing but a read.
port.postMessage(await gentlePass(file, share, new AbortController().signal));
