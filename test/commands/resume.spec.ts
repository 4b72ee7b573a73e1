import { COMPILE_MS_MAX, compiledProgram } from '../support/processes/compiled.js';
import { runCommand } from '../support/processes/run-command.js';
import { serve } from '../support/doubles/scripted-server.js';

beforeAll(compiledProgram, COMPILE_MS_MAX);

const held = (reason: string) => ({
  state: 'held',
  since: '2026-07-01T12:00:00.000Z',
  cause: 'operator',
  reason,
  heldSenders: [],
  waiting: { high: 0, normal: 1, bulk: 0 },
});

it('fails where sending was held again before it answers', async () => {
  const service = await serve((request, response) => {
    const shown = held(request.method === 'GET' ? 'The first hold.' : 'The second hold.');
    response.setHeader('Content-Type', 'application/json').end(JSON.stringify(shown));
  });
  try {
    const { exitCode, output, errors } = await runCommand('commands/resume.js', [], {
      WAYBILL_URL: service.url,
    });
    expect(exitCode).toBe(1);
    expect(errors).toContain('The second hold.');
    expect(output).not.toContain('Sending flows.');
    expect(output).not.toContain('are sent now');
  } finally {
    await service.close();
  }
});
