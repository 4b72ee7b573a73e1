import type { Response } from 'express';
import { Exports } from '../../../../src/adapters/http/exports/exports.js';
import { serve, type ScriptedServer } from '../../../support/doubles/scripted-server.js';
import { eventually } from '../../../support/watching/eventually.js';

const EXPORTS_MAX = 16;

let server: ScriptedServer | undefined;

afterEach(() => server?.close());

it('takes a bounded number of exports at once, and the next when one has ended', async () => {
  const exports = new Exports();
  let open = 0;
  const endings: (() => void)[] = [];
  const refusals: unknown[] = [];

  async function* slowContent(): AsyncGenerator<string> {
    open += 1;
    yield 'begin ';
    await new Promise<void>((resolve) => endings.push(resolve));
    yield 'end';
  }

  server = await serve((_, response) => {
    exports
      .send(response as Response, () => Promise.resolve(slowContent()))
      .catch((error: unknown) => {
        refusals.push(error);
        response.writeHead(503).end('full');
      });
  });
  const { url } = server;
  const ask = async (): Promise<string> => (await fetch(url)).text();

  const first = Array.from({ length: EXPORTS_MAX }, ask);
  await eventually(() => open === EXPORTS_MAX && endings.length === EXPORTS_MAX);
  expect(await ask()).toBe('full');
  expect(refusals).toEqual([
    expect.objectContaining({
      code: 'too-many-waiting',
      message: '16 exports are under way: wait until one has ended',
    }),
  ]);

  endings.shift()?.();
  expect(await Promise.race(first)).toBe('begin end');
  const next = ask();
  await eventually(() => open === EXPORTS_MAX + 1 && endings.length === EXPORTS_MAX);
  for (const end of endings) end();
  expect(await Promise.all([...first, next])).toEqual(Array(EXPORTS_MAX + 1).fill('begin end'));
});

it('frees the place of a reader that leaves', async () => {
  const exports = new Exports();
  let isOver = false;
  async function* endless(): AsyncGenerator<string> {
    for (;;) yield await Promise.resolve('more '.repeat(10_000));
  }
  server = await serve((_, response) => {
    void exports
      .send(response as Response, () => Promise.resolve(endless()))
      .then(() => (isOver = true));
  });
  const leaving = new AbortController();
  const response = await fetch(server.url, { signal: leaving.signal });
  await response.body?.getReader().read();
  leaving.abort();
  await eventually(() => isOver);
  expect(isOver).toBe(true);
});
