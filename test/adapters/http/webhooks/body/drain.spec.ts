import { IncomingMessage, ServerResponse } from 'node:http';
import { Socket } from 'node:net';
import { Drain } from '../../../../../src/adapters/http/webhooks/body/drain.js';

it('takes no budget for connections that are closed already', () => {
  const drain = new Drain();
  for (let count = 0; count < 1_000; count++) {
    const request = new IncomingMessage(new Socket());
    request.destroy();
    void drain.begin(request, new ServerResponse(request));
  }
  const request = new IncomingMessage(new Socket());
  const response = new ServerResponse(request);
  void drain.begin(request, response);
  expect(response.hasHeader('Connection')).toBe(false);
  request.destroy();
});
