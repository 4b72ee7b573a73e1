import { readFileSync } from 'node:fs';
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
  'What goes wrong': /^\/to .*\n\/text /,
};

/** The program, asking another service. */
export const programOf = ({ code }: Example, url: string): string =>
  code.replaceAll('http://127.0.0.1:3000', url);
