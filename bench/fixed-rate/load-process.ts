import { account, signedRequest, type StatusBody } from '../ingest/signed-webhooks.js';
import { pacedLoad } from './paced-load.js';

/** The request of the benchmark to its load generator. */
export interface PacedOrder {
  readonly port: number;
  readonly connections: number;
  readonly perSecond: number;
  readonly account: typeof account;
  readonly bodies: readonly StatusBody[];
}

// Runs in a process of its own, so that signing and timing do not run on the measured event loop.
process.on('message', (order: PacedOrder) => {
  Object.assign(account, order.account);
  void run(order);
});

async function run({ port, connections, perSecond, bodies }: PacedOrder): Promise<void> {
  const requests = bodies.map(signedRequest);
  process.send?.('signed');
  const result = await pacedLoad(port, connections, perSecond, requests);
  process.send?.(result, () => process.disconnect());
}
