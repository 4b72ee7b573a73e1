import { once } from 'node:events';
import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Waybill } from '../src/client.js';
import { collectGarbage } from './collect-garbage.js';

type Answer = (response: ServerResponse) => void;

const message =
  (status: string, final: boolean): Answer =>
  (response) =>
    response
      .writeHead(200, { 'Content-Type': 'application/json' })
      .end(JSON.stringify({ id: 'one', status, final }));
const sent = message('sent', false);
const delivered = message('delivered', true);
const refusal =
  (status: number): Answer =>
  (response) =>
    response
      .writeHead(status, { 'Content-Type': 'application/problem+json', 'Retry-After': '0' })
      .end(JSON.stringify({ type: 'about:blank', title: `HTTP ${status}`, status }));

let server: Server;
let streams: ServerResponse[];
let openStream: Answer;

afterEach(() => {
  server.closeAllConnections();
  server.close();
});

/** A service whose message is read with these answers, one after the other; the last one stays. */
async function serviceThat(...answers: readonly Answer[]): Promise<Waybill> {
  const left = [...answers];
  streams = [];
  openStream = (response) => {
    response.writeHead(200, { 'Content-Type': 'text/event-stream' }).write('id: 1\n\n');
    streams.push(response);
  };
  server = createServer((request, response) => {
    if (request.url?.startsWith('/v1/stream') === true) openStream(response);
    else (left.length > 1 ? left.shift() : left[0])?.(response);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return new Waybill({ url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` });
}

it('gives up in time when the service never answers', async () => {
  const waybill = await serviceThat(() => undefined);
  await expect(waybill.wait('one', { timeoutMs: 100 })).rejects.toThrow('no such status');
});

it.each<[string, Answer]>([
  ['that asks to come again', refusal(503)],
  ['that is cut off', (response) => response.socket?.resetAndDestroy()],
])('outlasts an answer %s', async (_, answer) => {
  const waybill = await serviceThat(answer, answer, delivered);
  expect(await waybill.wait('one')).toMatchObject({ status: 'delivered' });
});

it('tells what it was answered when the time is over', async () => {
  const waybill = await serviceThat(refusal(503));
  await expect(waybill.wait('one', { timeoutMs: 300 })).rejects.toMatchObject({
    message: 'Message one has no such status after 300 ms.',
    cause: { status: 503 },
  });
});

it.each([401, 404])('does not wait for %i to pass', async (status) => {
  const waybill = await serviceThat(refusal(status));
  await expect(waybill.wait('one')).rejects.toMatchObject({ status });
});

it('does not begin when it is ended already', async () => {
  const waybill = await serviceThat(sent);
  const ended = AbortSignal.abort(new Error('enough'));
  await expect(waybill.wait('one', { signal: ended, timeoutMs: 300 })).rejects.toThrow('enough');
});

it('sees the end also where the service opens no further stream', async () => {
  const waybill = await serviceThat(sent, sent, delivered);
  openStream = refusal(503);
  expect(await waybill.wait('one', { timeoutMs: 10_000 })).toMatchObject({ status: 'delivered' });
});

it('waits without an end when it is told to', async () => {
  const waybill = await serviceThat(
    sent,
    (response) => {
      sent(response);
      streams[0]?.write('id: 2\ndata: {"messageId":"one"}\n\n');
    },
    delivered,
  );
  const waiting = waybill.wait('one', { timeoutMs: Number.POSITIVE_INFINITY });
  expect(await waiting).toMatchObject({ status: 'delivered' });
});

it('leaves no stream open, however often memory was collected', async () => {
  let answer = sent;
  const waybill = await serviceThat((response) => answer(response));
  const open = openStream;
  const closed: Promise<unknown>[] = [];
  openStream = (response) => {
    open(response);
    closed.push(once(response, 'close'));
    let collected = 0;
    const collecting = setInterval(() => {
      collectGarbage();
      if ((collected += 1) < 10) return;
      clearInterval(collecting);
      answer = delivered;
      response.write('id: 2\ndata: {"messageId":"one"}\n\n');
    }, 10);
    response.on('close', () => clearInterval(collecting));
  };
  expect(await waybill.wait('one')).toMatchObject({ status: 'delivered' });
  await Promise.all(closed);
  expect(closed).toHaveLength(1);
});
