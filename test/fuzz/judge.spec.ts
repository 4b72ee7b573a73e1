import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { promisify } from 'node:util';
import { asCurl, type FuzzRequest } from './fuzz-request.js';
import { faultOf } from './judge.js';

const request: FuzzRequest = {
  number: 0,
  route: '/v1/messages',
  method: 'POST',
  target: '/v1/messages?x=%zz&[]=1',
  headers: { 'X-Quoted': "it's" },
  body: null,
  genuine: false,
};
const problem = { 'content-type': 'application/problem+json; charset=utf-8' };
const json = { 'content-type': 'application/json' };

test.each([
  ['a fault of its own', 500, problem, '{"status":500,"title":"A fault"}'],
  ['another fault of a gateway', 502, {}, ''],
  ['a 503 that does not say when to ask again', 503, problem, '{}'],
  ['a refusal that is no problem', 400, json, '{"status":400,"title":"Wrong"}'],
  ['a problem with another status', 400, problem, '{"status":404,"title":"Wrong"}'],
  ['a problem that is no JSON', 400, problem, '<html>'],
])('%s is a fault', (_, status, headers, body) => {
  expect(faultOf(request, { status, headers, body })).not.toBeNull();
});

test.each([
  ['an answer', 200, json, '{}'],
  ['a refusal that says why', 400, problem, '{"status":400,"title":"Wrong"}'],
  ['a 503 that says when to ask again', 503, { 'retry-after': '1' }, ''],
])('%s is none', (_, status, headers, body) => {
  expect(faultOf(request, { status, headers, body })).toBeNull();
});

test('a genuine webhook has to be taken', () => {
  const genuine = { ...request, route: '/webhooks/status', genuine: true };
  expect(faultOf(genuine, { status: 401, headers: {}, body: '' })).not.toBeNull();
  expect(faultOf(genuine, { status: 204, headers: {}, body: '' })).toBeNull();
});

test.each([
  ['a text', Buffer.from(`{"text":"it's a \\"text\\""}`)],
  ['what looks like the name of a file', Buffer.from('@/etc/hostname')],
  ['bytes that are no text', Buffer.from([0, 0xff, 0xfe, 0x27])],
  ['more than a command may hold', Buffer.alloc(300_000, 'x')],
])('a printed command sends the same request: %s', async (_, body) => {
  const server = createServer(async (incoming, response) => {
    const { method, url, headers } = incoming;
    const received = await buffer(incoming);
    response.end(JSON.stringify([method, url, headers['x-quoted'], received.toString('base64')]));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  try {
    const { stdout } = await promisify(execFile)('sh', ['-c', asCurl({ ...request, body })], {
      env: { PATH: process.env['PATH'], WAYBILL: `http://127.0.0.1:${port}` },
      maxBuffer: 1_000_000,
    });
    const heard = JSON.parse(stdout.slice(stdout.lastIndexOf('\r\n\r\n') + 4)) as unknown;
    expect(heard).toStrictEqual(['POST', request.target, "it's", body.toString('base64')]);
  } finally {
    server.close();
    await once(server, 'close');
  }
});
