import { platform, setPriority } from 'node:os';
import { parentPort, type MessagePort } from 'node:worker_threads';
import { collectOnceStarted } from '../adapters/garbage/collect-garbage.js';
import { waitForDistantServers } from '../adapters/system/connection-attempts.js';
import type { Health } from '../application/ports/health.js';
import type { Logger } from '../application/ports/logger.js';
import { tellHealth, tellLog, type ThreadMessage } from './thread-messages.js';

/** When both cores are busy, webhooks go first; on Linux a niceness is a thread's own. */
const NICENESS = 5;

/** Begins the work of this thread. @param name for the error where the file is not run as a worker */
export function beginThread(name: string): {
  readonly port: MessagePort;
  readonly logger: Logger;
  readonly health: Health;
} {
  const port = parentPort;
  if (port === null) throw new Error(`${name} runs only as a worker`);
  if (platform() === 'linux') setPriority(NICENESS);
  collectOnceStarted();
  waitForDistantServers();
  const send = (message: ThreadMessage): void => port.postMessage(message);
  return { port, logger: tellLog(send), health: tellHealth(send) };
}
