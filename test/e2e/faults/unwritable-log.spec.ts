import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { COMPILE_MS_MAX, compiledProgram } from '../../support/processes/compiled.js';
import { eventually } from '../../support/watching/eventually.js';
import { freePort } from '../../../testing/free-port.js';

beforeAll(compiledProgram, COMPILE_MS_MAX);

it.each([
  ['lies on a full disk', 'full'],
  ['is read by nobody any more', 'unread'],
])('a service whose log %s goes on, and stops in order', async (_, output) => {
  const directory = await mkdtemp(join(tmpdir(), 'waybill-log-'));
  const port = await freePort();
  const full = openSync('/dev/full', 'w');
  const service = spawn(process.execPath, [join(await compiledProgram(), 'main.js')], {
    env: { PORT: String(port), DATA_DIR: directory },
    stdio: ['ignore', output === 'full' ? full : 'pipe', 'pipe'],
  });
  closeSync(full);
  service.stdout?.destroy();
  const errors = service.stderr === null ? '' : text(service.stderr);
  const url = `http://127.0.0.1:${port}`;
  await eventually(async () => (await fetch(`${url}/health/ready`)).status === 200);
  for (const word of ['one', 'two', 'three']) {
    const sent = await fetch(`${url}/v1/messages`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ to: '447700900123', text: word }),
    });
    expect(sent.status).toBe(202);
  }
  service.kill('SIGTERM');
  expect(await once(service, 'close')).toEqual([0, null]);
  expect(((await errors).match(/The log cannot be written/g) ?? []).length).toBeLessThan(2);
  await rm(directory, { recursive: true });
});
