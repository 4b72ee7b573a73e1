import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Problem } from './problems.js';

/** Far more than a message of any channel needs. */
export const BODY_BYTES_MAX = 256 * 1024;

/** Returns the body, or null when it exceeds the limit; the rest of it is then discarded. */
export async function readBody(request: IncomingMessage): Promise<Buffer | null> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes <= BODY_BYTES_MAX) chunks.push(chunk);
  }
  return bytes <= BODY_BYTES_MAX ? Buffer.concat(chunks) : null;
}

/** Every answer carries an id, as Vonage's do. */
export const requestId = (): Readonly<Record<string, string>> => ({ 'X-Request-Id': randomUUID() });

/** `indent` spaces make it readable for people; Vonage's own answers have none. */
export function writeJson(
  response: ServerResponse,
  status: number,
  body: unknown,
  indent = 0,
): void {
  response.writeHead(status, { 'Content-Type': 'application/json', ...requestId() });
  response.end(JSON.stringify(body, null, indent));
}

export function writeProblem(response: ServerResponse, problem: Problem): void {
  response.writeHead(problem.status, {
    // Vonage lists 422 as plain JSON and everything else as a problem document.
    'Content-Type': problem.status === 422 ? 'application/json' : 'application/problem+json',
    ...requestId(),
    ...problem.headers,
  });
  response.end(JSON.stringify(problem.body));
}
