import { StoreUnavailable } from '../../../src/application/errors.js';
import { TellReceivers } from '../../../src/application/webhooks/tell-receivers.js';
import type { Endpoint } from '../../../src/domain/webhooks/endpoint.js';
import { SettableTime } from '../../support/doubles/settable-time.js';
import { eventually } from '../../support/watching/eventually.js';
import { silent } from '../../support/worlds/read-models.js';

it('goes on delivering while no checkpoint can be shared, and says so', async () => {
  const time = new SettableTime();
  const endpoint = { disabledBecause: null, events: ['log.checkpoint'] } as unknown as Endpoint;
  const endpoints = new Map([['e1', endpoint]]);
  const runs: AbortSignal[] = [];
  const deliverer = {
    run: (signal: AbortSignal) => {
      runs.push(signal);
      return new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve()));
    },
  };
  let looks = 0;
  const checkpoints = {
    look: async () => {
      if (++looks < 5) throw new StoreUnavailable('the queue is full');
    },
  };
  const said: string[] = [];
  const reporter = {
    working: () => void said.push('working'),
    report: (_: unknown, reason: string) => void said.push(reason),
  };
  const telling = new TellReceivers(
    { read: async () => ({ endpoints, madeAt: new Map(), revision: 0n }) },
    deliverer,
    checkpoints,
    { monotonic: time.monotonic, logger: silent, health: { reporter: () => reporter } },
  );
  const stopping = new AbortController();
  const running = telling.run(stopping.signal).catch((error: unknown) => error);
  await eventually(
    () => {
      time.pass(1_000);
      return looks >= 6;
    },
    { withinMs: 5_000 },
  );
  expect(runs.map(({ aborted }) => aborted)).toEqual([false]);
  expect(said).toContainEqual(
    expect.stringMatching('^no checkpoint can be shared: .*the queue is full$'),
  );
  expect(said.at(-1)).toBe('working');
  stopping.abort();
  await running;
});
