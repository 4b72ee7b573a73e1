import express from 'express';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { once } from 'node:events';
import { answerInOrder } from '../../../../src/adapters/http/turns/answer-in-order.js';
import { RawConnection } from '../../../support/processes/raw-connection.js';
import { eventually } from '../../../support/watching/eventually.js';

const asked = (path: string): string => `GET ${path} HTTP/1.1\r\nHost: localhost\r\n\r\n`;

let server: Server;
let url: string;
/** Requests that a route was told of. */
let begun: string[];
let answerFirst: () => void;

beforeEach(async () => {
  begun = [];
  const app = express();
  app.use(answerInOrder);
  app.get('/first', (_, response) => {
    begun.push('first');
    answerFirst = () => response.send('1');
  });
  app.get('/:other', ({ params }, response) => {
    begun.push(params.other);
    response.send('2');
  });
  server = app.listen(0, '127.0.0.1');
  await once(server, 'listening');
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterEach(() => {
  server.closeAllConnections();
  server.close();
});

describe('requests that are sent before the answer to the one before', () => {
  it('begin when that answer has left', async () => {
    const connection = await RawConnection.open(url);
    connection.write(asked('/first') + asked('/second') + asked('/third'));
    await eventually(() => begun.length > 0);
    // On a connection of its own a request does not wait, and its answer shows that the others were read.
    await fetch(`${url}/apart`);
    expect(begun).toStrictEqual(['first', 'apart']);

    answerFirst();
    expect(await connection.answers(3)).toStrictEqual([200, 200, 200]);
    expect(begun).toStrictEqual(['first', 'apart', 'second', 'third']);
    connection.close();
  });

  it('never begin when the connection is lost', async () => {
    const connection = await RawConnection.open(url);
    connection.write(asked('/first') + asked('/second'));
    await eventually(() => begun.length > 0);

    connection.close();
    await eventually(() => connectionsOf(server).then((count) => count === 0));
    answerFirst();
    await fetch(`${url}/apart`);
    expect(begun).toStrictEqual(['first', 'apart']);
  });
});

const connectionsOf = (of: Server): Promise<number> =>
  new Promise((resolve, reject) => {
    of.getConnections((error, count) => (error === null ? resolve(count) : reject(error)));
  });
