import { keepRunning } from '../../../src/application/background/keep-running.js';
import { reportTurn } from '../../../src/application/background/report-turn.js';
import { HealthRegistry } from '../../../src/application/health/health-registry.js';
import { monotonicClock } from '../../../src/adapters/system/monotonic-clock.js';
import { eventually } from '../../support/watching/eventually.js';
import { LogCapture } from '../../support/watching/log-capture.js';
import { silent, systemClock } from '../../support/worlds/read-models.js';

it('says that another instance may do the work, also where the turn ends between a fault and the next try', async () => {
  const registry = new HealthRegistry(systemClock, monotonicClock, silent);
  const health = registry.reporter('transparency log', ['proof']);
  const turn = new AbortController();
  const { logger, lines } = new LogCapture();
  let runs = 0;
  const work = async (): Promise<void> => {
    runs++;
    throw new Error('PostgreSQL is away');
  };
  const run = (signal: AbortSignal): Promise<void> => reportTurn(health, signal, work);
  const ended = keepRunning('transparency log', run, turn.signal, {
    monotonic: monotonicClock,
    logger,
  });
  await eventually(() => registry.part('proof').state === 'failing');
  turn.abort();
  await ended;
  expect(registry.part('proof')).toMatchObject({
    state: 'standby',
    reason: 'transparency log: this instance does not have the turn',
  });
  expect(lines.filter((line) => line.includes('it begins again'))).toHaveLength(1);
  expect(runs).toBe(1);
});

it('begins nothing again that fails because its turn has ended, and says nothing of it', async () => {
  const turn = new AbortController();
  const { logger, lines } = new LogCapture();
  let runs = 0;
  const run = async (): Promise<void> => {
    runs++;
    turn.abort();
    throw new Error('the connection was closed');
  };
  const surroundings = { monotonic: monotonicClock, logger };
  await keepRunning('transparency log', run, turn.signal, surroundings);
  expect(runs).toBe(1);
  expect(lines).toEqual([]);
});
