import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { join } from 'node:path';

export interface Example {
  readonly title: string;
  readonly code: string;
}

const readme = readFileSync(join(import.meta.dirname, '../README.md'), 'utf8');

/** The examples of the README, as programs. */
export const examples: readonly Example[] = [
  ...readme.matchAll(/^## (.*)\n[\s\S]*?```ts\n([\s\S]*?)```/gm),
].map(([, title = '', code = '']) => ({ title, code }));

/** The output that each example of the README must print. */
export const expected: Readonly<Record<string, RegExp>> = {
  'Send a message and wait for its end': /^delivered The carrier reports that the phone has/,
  Search: /^\d{4}-.*Z \w+ [0-9a-f-]{36}\n/,
  'Follow changes': /^[0-9a-f-]{36} \w+\n/,
  'Receive webhooks': /^message\.status_changed [0-9a-f-]{36} \w+\n/,
  'What goes wrong': /^\/to .*\n\/text /,
};

/** The program, asking another service, and listening where nobody else does. */
export async function programOf({ code }: Example, url: string): Promise<string> {
  const port = code.includes('8080') ? await freePort() : 0;
  return code.replaceAll('http://127.0.0.1:3000', url).replaceAll('8080', String(port));
}

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer();
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address() as AddressInfo;
      server.close(() => resolve(port));
    });
  });
}

/** Runs a program until it has printed what is expected, or has ended; returns what it printed. */
export function outputOf(
  node: string,
  args: readonly string[],
  wanted: RegExp,
  timeoutMs: number,
): Promise<string> {
  return new Promise((resolve) => {
    const running = spawn(node, args, { timeout: timeoutMs, stdio: ['ignore', 'pipe', 'pipe'] });
    let printed = '';
    let faults = '';
    running.stdout.setEncoding('utf8').on('data', (text: string) => {
      printed += text;
      if (wanted.test(printed)) running.kill();
    });
    running.stderr.setEncoding('utf8').on('data', (text: string) => (faults += text));
    running.on('close', () => resolve(printed === '' ? faults : printed));
  });
}
