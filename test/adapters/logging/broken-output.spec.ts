import { spawn } from 'node:child_process';
import { once } from 'node:events';

const path = (file: string): string => new URL(`../../../${file}`, import.meta.url).href;

const program = `
  const { createPinoLogger } = await import('${path('src/adapters/logging/pino-logger.ts')}');
  const { leaveOnFault } = await import('${path('src/leave-on-fault.ts')}');
  const logger = createPinoLogger('info');
  leaveOnFault({ logger, stop: async () => undefined, stopMsMax: 1_000 });
  process.stdin.once('data', () => process.stdout.write('a line that nobody reads'));
  logger.info({}, 'ready');
`;

it('ends after a fault, though nobody reads its lines any more', async () => {
  const hooks = path('test/support/typescript-hooks.mjs');
  const child = spawn(
    process.execPath,
    ['--import', hooks, '--input-type=module', '--eval', program],
    { stdio: ['pipe', 'pipe', 'inherit'] },
  );
  try {
    await once(child.stdout, 'data');
    child.stdout.destroy();
    await once(child.stdout, 'close');
    child.stdin.write('go on\n');
    const end = await once(child, 'exit', { signal: AbortSignal.timeout(30_000) });
    expect(end).toEqual([1, null]);
  } finally {
    child.kill('SIGKILL');
  }
});
