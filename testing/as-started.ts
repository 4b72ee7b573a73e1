import { readFileSync } from 'node:fs';

const { scripts } = JSON.parse(readFileSync('package.json', 'utf8')) as {
  readonly scripts: { readonly start: string };
};
const [, variables = '', options = ''] =
  /export (\S+) && exec node (.*) dist\/main\.js$/.exec(scripts.start) ?? [];

/** The memory settings with which `npm start` starts the service. */
export const asStarted: {
  readonly nodeOptions: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
} = {
  nodeOptions: options.split(' '),
  environment: Object.fromEntries([variables.split('=')]) as Record<string, string>,
};
