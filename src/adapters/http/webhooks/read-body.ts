import type { IncomingMessage } from 'node:http';

/** Vonage's largest documented webhook is a few KiB. */
export const WEBHOOK_BODY_BYTES_MAX = 256 * 1024;

/** The bytes of a request as they came; undefined when there are too many. @throws when the sender gives up */
export function readBody(request: IncomingMessage): Promise<Buffer | undefined> {
  if (Number(request.headers['content-length'] ?? 0) > WEBHOOK_BODY_BYTES_MAX) {
    return Promise.resolve(undefined);
  }
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let bytes = 0;
    request.on('data', (chunk: Buffer) => {
      bytes += chunk.length;
      if (bytes <= WEBHOOK_BODY_BYTES_MAX) chunks.push(chunk);
      else resolve(undefined);
    });
    request.on('end', () => {
      const only = chunks.length === 1 ? chunks[0] : undefined;
      resolve(only ?? Buffer.concat(chunks));
    });
    request.on('error', reject);
    request.on('aborted', () => reject(new Error('the sender closed the connection')));
  });
}
