import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { SEED_MAX, type SandboxOptions } from './options.js';
import { isStoryName } from './stories/stories.js';

/** The settings of the sandbox as a program; everything else is generated. */
export type SandboxSettings = Partial<SandboxOptions>;

type Environment = Readonly<Record<string, string | undefined>>;

interface Setting {
  readonly tells: string;
  /** Returns the parsed value, or undefined when the text is invalid. */
  readonly read: (text: string) => string | number | boolean | null | undefined;
}

const anyText = (value: string) => (value === '' ? undefined : value);
const webAddress = (value: string) =>
  value === 'none' ? null : /^https?:/.test(value) && URL.canParse(value) ? value : undefined;
const wholeNumber = (min: number, max: number) => (value: string) =>
  /^\d+$/.test(value) && Number(value) >= min && Number(value) <= max ? Number(value) : undefined;
const positiveNumber = (value: string) =>
  value.trim() !== '' && Number(value) > 0 && Number.isFinite(Number(value))
    ? Number(value)
    : undefined;
const oneOf =
  (...allowed: readonly string[]) =>
  (value: string) =>
    allowed.includes(value) ? value : undefined;

/** Reads a PEM key from the environment, with `\n` for its line breaks, or from a file. */
function pem(value: string): string | undefined {
  const text = value.replaceAll('\\n', '\n');
  if (text.includes('-----BEGIN')) return text;
  try {
    return readFileSync(value, 'utf8');
  } catch {
    return undefined;
  }
}

const DURATION_MS_MAX = 24 * 60 * 60 * 1_000;

/** The settings, in the order in which the help shows them. */
const readers: Readonly<Partial<Record<keyof SandboxOptions, Setting>>> = {
  port: { tells: 'where to listen (4010); 0 takes any free port', read: wholeNumber(0, 65_535) },
  host: { tells: 'the address to listen on (127.0.0.1)', read: anyText },
  statusUrl: { tells: 'where status callbacks go, or none', read: webAddress },
  inboundUrl: { tells: 'where inbound messages go, or none', read: webAddress },
  requestsPerSecond: {
    tells: 'more are answered 429 (30), or none for no limit',
    read: (value) => (value === 'none' ? null : wholeNumber(1, 1_000_000)(value)),
  },
  timeScale: {
    tells: 'multiplies the delays of stories (1); 0.001 makes seconds milliseconds',
    read: positiveNumber,
  },
  retryTimeScale: {
    tells: 'multiplies the delays between tries of a callback (as --time-scale)',
    read: positiveNumber,
  },
  connectTimeoutMs: {
    tells: 'how long a callback waits for a connection (3000)',
    read: wholeNumber(1, DURATION_MS_MAX),
  },
  responseTimeoutMs: {
    tells: 'how long a callback waits for its answer (15000)',
    read: wholeNumber(1, DURATION_MS_MAX),
  },
  defaultStory: {
    tells: 'for recipients that choose none (delivered); mixed draws one',
    read: (value) => (isStoryName(value) ? value : undefined),
  },
  failoverMessageUuid: { tells: 'own or shared (own)', read: oneOf('own', 'shared') },
  repeatToken: {
    tells: 'true: a retried callback carries its first token again (false)',
    read: (value) => (value === 'true' ? true : value === 'false' ? false : undefined),
  },
  seed: { tells: 'decides what is random (a new one each time)', read: wholeNumber(0, SEED_MAX) },
  historyMax: { tells: 'messages that are remembered (10000)', read: wholeNumber(1, 1_000_000) },
  apiKey: { tells: 'of the account', read: anyText },
  apiSecret: { tells: 'of the account', read: anyText },
  applicationId: { tells: 'of the application', read: anyText },
  publicKey: { tells: 'PEM or a file: checks the bearer tokens of the application', read: pem },
  signatureSecret: { tells: 'signs the callbacks', read: anyText },
};

/** The settings with their flags: `--status-url` for `statusUrl`. */
const settings = Object.entries(readers).map(([option, setting]) => ({
  ...setting,
  option,
  flag: option.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`),
}));

/** `SANDBOX_PORT` in the environment for `--port`. */
const environmentName = (flag: string): string =>
  `SANDBOX_${flag.replaceAll('-', '_').toUpperCase()}`;

export type Command =
  | { readonly kind: 'help' }
  | { readonly kind: 'version' }
  | { readonly kind: 'start'; readonly settings: SandboxSettings }
  /** Lists names only: a value may be a secret. */
  | { readonly kind: 'mistaken'; readonly mistakes: readonly string[] };

/** A flag wins over the environment. Reports every mistake at once. */
export function readCommand(args: readonly string[], environment: Environment): Command {
  const flags = readFlags(args);
  if (typeof flags === 'string') return { kind: 'mistaken', mistakes: [flags] };
  if (flags['help'] === true) return { kind: 'help' };
  if (flags['version'] === true) return { kind: 'version' };
  const mistakes: string[] = [];
  const values = settings.flatMap(({ option, flag, read }) => {
    const given = flags[flag] ?? environment[environmentName(flag)];
    if (typeof given !== 'string') return [];
    const value = read(given);
    if (value !== undefined) return [[option, value]];
    mistakes.push(
      `${flags[flag] === undefined ? environmentName(flag) : `--${flag}`} is not valid`,
    );
    return [];
  });
  if (mistakes.length > 0) return { kind: 'mistaken', mistakes };
  return { kind: 'start', settings: Object.fromEntries(values) as SandboxSettings };
}

function readFlags(args: readonly string[]): Readonly<Record<string, unknown>> | string {
  try {
    const { values } = parseArgs({
      args: [...args],
      options: {
        help: { type: 'boolean', short: 'h' },
        version: { type: 'boolean', short: 'v' },
        ...Object.fromEntries(settings.map(({ flag }) => [flag, { type: 'string' as const }])),
      },
    });
    return values;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

export const helpText = (): string => {
  const lines = settings.map(({ flag, tells }) => `  --${flag.padEnd(24)}${tells}`);
  return `A stand-in for Vonage's Messages API, for development, demos and tests.

It takes POST /v1/messages like Vonage and then tells a story of signed callbacks,
chosen by the last digits of the recipient. GET /sandbox lists the stories.

  vonage-sandbox [flags]

Each flag is also read from the environment: --status-url from SANDBOX_STATUS_URL.
What is not given is generated, and shown at the start.

${lines.join('\n')}
  --version               prints the version
`;
};
