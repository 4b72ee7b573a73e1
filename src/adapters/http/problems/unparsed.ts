import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import { HttpProblem } from './http-problem.js';
import { toProblem } from './problem.js';

/** Answers by the error code of Node's parser. Any other error means that the input is not HTTP. */
const answers: Readonly<Record<string, readonly [status: number, detail: string]>> = {
  HPE_HEADER_OVERFLOW: [431, 'The address and the headers are too large.'],
  HPE_CHUNK_EXTENSIONS_OVERFLOW: [413, 'The chunk extensions are too large.'],
  ERR_HTTP_REQUEST_TIMEOUT: [408, 'The request did not end in time.'],
};
const notHttp = [400, 'This is not a request in HTTP/1.1.'] as const;

/** Writes problem documents for input that never becomes a request; Node itself would answer without one. */
export function answerUnparsed(server: Server): void {
  server.on('clientError', (error: NodeJS.ErrnoException, socket: Duplex) => {
    // An answer that has begun can only be cut off.
    if (error.code === 'ECONNRESET' || !socket.writable || hasBegunToAnswer(socket)) {
      socket.destroy();
      return;
    }
    const [status, detail] = answers[error.code ?? ''] ?? notHttp;
    const problem = toProblem(new HttpProblem(status, detail));
    const body = JSON.stringify(problem);
    socket.end(
      [
        `HTTP/1.1 ${status} ${problem.title}`,
        'Content-Type: application/problem+json',
        `Content-Length: ${Buffer.byteLength(body)}`,
        'Connection: close',
        '',
        body,
      ].join('\r\n'),
    );
  });
  server.on('checkExpectation', (_request: IncomingMessage, response: ServerResponse) => {
    const problem = toProblem(new HttpProblem(417, 'Leave the header Expect out.'));
    response.writeHead(417, { 'Content-Type': 'application/problem+json' });
    response.end(JSON.stringify(problem));
  });
}

/** Node keeps the answer under way on its socket, and checks the same before it writes one of its own. */
function hasBegunToAnswer(socket: Duplex): boolean {
  const answer = (socket as unknown as Readonly<Record<string, unknown>>)['_httpMessage'];
  return (answer as { readonly headersSent?: boolean } | null | undefined)?.headersSent === true;
}
