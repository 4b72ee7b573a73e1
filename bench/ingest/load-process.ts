import { load } from './load.js';
import { signedRequest, type StatusBody, account } from './signed-webhooks.js';

/** The request of the benchmark to its load generator. */
export interface LoadOrder {
  readonly port: number;
  readonly connections: number;
  readonly account: typeof account;
  readonly bodies: readonly StatusBody[];
}

// Runs in a process of its own, so that signing and timing do not run on the measured event loop.
process.on('message', (order: LoadOrder) => {
  Object.assign(account, order.account);
  const requests = order.bodies.map(signedRequest);
  void run(order.port, order.connections, requests);
});

async function run(port: number, connections: number, requests: readonly Buffer[]): Promise<void> {
  const result = await load(port, connections, requests);
  process.send?.(result, () => process.disconnect());
}
