import { get } from 'node:http';
import express, { type Response } from 'express';
import { compress } from '../../../../src/adapters/http/server/compress.js';
import { Exports } from '../../../../src/adapters/http/exports/exports.js';
import { serve, type ScriptedServer } from '../../../support/doubles/scripted-server.js';
import { eventually } from '../../../support/watching/eventually.js';

const EXPORTS_MAX = 16;
const anyKey = { isStillValid: () => Promise.resolve(true) };

let server: ScriptedServer | undefined;

afterEach(() => server?.close());

it('takes a bounded number of exports at once, and the next when one has ended', async () => {
  const exports = new Exports(anyKey);
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
  const exports = new Exports(anyKey);
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

it('answers HEAD without reading the content', async () => {
  const exports = new Exports(anyKey);
  let parts = 0;
  async function* endless(): AsyncGenerator<string> {
    for (;;) {
      parts += 1;
      yield await Promise.resolve('more '.repeat(10_000));
    }
  }
  server = await serve((_, response) => {
    void exports.send(response as Response, () => {
      response.setHeader('Content-Type', 'application/x-ndjson');
      return Promise.resolve(endless());
    });
  });
  const response = await fetch(server.url, { method: 'HEAD' });
  expect(response.headers.get('content-type')).toBe('application/x-ndjson');
  expect(parts).toBe(0);
});

it.each(['br', 'gzip', 'deflate', 'identity'])(
  'a reader who accepts %s gets the begin of a slow export at once',
  async (encoding) => {
    const exports = new Exports(anyKey);
    let readerHasBytes = (): void => undefined;
    const begun = new Promise<void>((resolve) => (readerHasBytes = resolve));
    async function* slow(): AsyncGenerator<string> {
      for (let line = 0; line < 4_000; line += 1)
        yield `${JSON.stringify({ line, text: 'x'.repeat(60) })}\n`;
      await begun;
      yield 'end';
    }
    const app = express().use(compress, (_, response) => {
      response.type('application/x-ndjson');
      return exports.send(response, () => Promise.resolve(slow()));
    });
    server = await serve(app);
    const { url } = server;
    const isWhole = await new Promise<boolean>((resolve, reject) => {
      get(url, { headers: { 'accept-encoding': encoding } }, (response) => {
        response.on('data', readerHasBytes).on('end', () => resolve(response.complete));
      }).on('error', reject);
    });
    expect(isWhole).toBe(true);
  },
);

it('tells a reader whose key ended before the first part, and cuts nothing off', async () => {
  const exports = new Exports({ isStillValid: () => Promise.resolve(false) });
  async function* content(): AsyncGenerator<string> {
    yield await Promise.resolve('never sent');
  }
  server = await serve((_, response) => {
    exports
      .send(response as Response, () => {
        response.setHeader('Content-Disposition', 'attachment; filename="messages.csv"');
        return Promise.resolve(content());
      })
      .catch((error: unknown) => response.writeHead(401).end(String(error)));
  });
  const answer = await fetch(server.url);
  expect(answer.status).toBe(401);
  expect(answer.headers.has('content-disposition')).toBe(false);
  expect(await answer.text()).toContain('works no more');
});
