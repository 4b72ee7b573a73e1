import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { publicKeyOf } from './credentials.js';
import { envValueOf } from './env-value.js';
import { SEED_MAX, type SandboxOptions } from './options.js';
import { storyNames } from './stories/stories.js';

/** The settings of the sandbox as a program; everything else is generated. */
export type SandboxSettings = Partial<SandboxOptions>;

type Environment = Readonly<Record<string, string | undefined>>;

interface Values {
  /** The valid values in words, as the object of “takes” in the error message. */
  readonly takes: string;
  /** Returns the parsed value, or undefined when the text is invalid. */
  readonly read: (text: string) => string | number | boolean | null | undefined;
}

interface Setting extends Values {
  readonly tells: string;
}

const anyText: Values = {
  takes: 'a text',
  read: (value) => (value === '' ? undefined : value),
};

/** It is shown at the start as a line of an `.env` file. */
const credential: Values = {
  takes:
    'a text that quotes in an .env file can hold: no carriage return, and no \', or no ", \\n and \\r, or no `',
  read: (value) => (value === '' || envValueOf(value) === null ? undefined : value),
};

const webAddress: Values = {
  takes: 'an http or https URL, or none',
  read: (value) =>
    value === 'none' ? null : /^https?:/.test(value) && URL.canParse(value) ? value : undefined,
};

const wholeNumber = (min: number, max: number): Values => ({
  takes: `a whole number from ${min} to ${max}`,
  read: (value) =>
    /^\d+$/.test(value) && Number(value) >= min && Number(value) <= max ? Number(value) : undefined,
});

const wholeNumberOrNone = (min: number, max: number): Values => {
  const { takes, read } = wholeNumber(min, max);
  return {
    takes: `${takes}, or none`,
    read: (value) => (value === 'none' ? null : read(value)),
  };
};

const positiveNumber: Values = {
  takes: 'a number above 0',
  read: (value) =>
    value.trim() !== '' && Number(value) > 0 && Number.isFinite(Number(value))
      ? Number(value)
      : undefined,
};

const oneOf = (...allowed: readonly string[]): Values => ({
  takes: allowed.join(', ').replace(/, ([^,]*)$/, ' or $1'),
  read: (value) => (allowed.includes(value) ? value : undefined),
});

const yesOrNo: Values = {
  takes: 'true or false',
  read: (value) => (value === 'true' ? true : value === 'false' ? false : undefined),
};

/** A PEM key in the environment, with `\n` for its line breaks, or a file with one. */
const publicKeyOrFile: Values = {
  takes: 'an RSA public key as PEM, or a file with one',
  read: (value) => {
    try {
      const text = value.replaceAll('\\n', '\n');
      return publicKeyOf(text.includes('-----BEGIN') ? text : readFileSync(value, 'utf8'));
    } catch {
      return undefined;
    }
  },
};

const DURATION_MS_MAX = 24 * 60 * 60 * 1_000;

/** The settings, in the order in which the help shows them. */
const readers: Readonly<Partial<Record<keyof SandboxOptions, Setting>>> = {
  port: {
    tells: 'where to listen (4010); 0 takes any free port',
    ...wholeNumber(0, 65_535),
  },
  host: { tells: 'the address to listen on (127.0.0.1)', ...anyText },
  statusUrl: {
    tells: 'where status callbacks go (http://127.0.0.1:3000/webhooks/status), or none',
    ...webAddress,
  },
  inboundUrl: {
    tells: 'where inbound messages go (http://127.0.0.1:3000/webhooks/inbound), or none',
    ...webAddress,
  },
  requestsPerSecond: {
    tells: 'more are answered 429 (30), or none for no limit',
    ...wholeNumberOrNone(1, 1_000_000),
  },
  timeScale: {
    tells: 'multiplies the delays of stories (1); 0.001 makes seconds milliseconds',
    ...positiveNumber,
  },
  retryTimeScale: {
    tells: 'multiplies the delays between tries of a callback (as --time-scale)',
    ...positiveNumber,
  },
  connectTimeoutMs: {
    tells: 'how long a callback waits for a connection (3000)',
    ...wholeNumber(1, DURATION_MS_MAX),
  },
  responseTimeoutMs: {
    tells: 'how long a callback waits for its answer (15000)',
    ...wholeNumber(1, DURATION_MS_MAX),
  },
  defaultStory: {
    tells: 'for recipients that choose none (delivered); mixed draws one',
    ...oneOf(...storyNames),
  },
  failoverMessageUuid: { tells: 'own or shared (own)', ...oneOf('own', 'shared') },
  repeatToken: {
    tells: 'true: a retried callback carries its first token again (false)',
    ...yesOrNo,
  },
  seed: {
    tells: 'decides what is random (a new one each time)',
    ...wholeNumber(0, SEED_MAX),
  },
  historyMax: { tells: 'messages that are remembered (10000)', ...wholeNumber(1, 1_000_000) },
  apiKey: { tells: 'of the account', ...credential },
  apiSecret: { tells: 'of the account', ...credential },
  applicationId: { tells: 'of the application', ...credential },
  publicKey: {
    tells: 'PEM or a file: checks the bearer tokens of the application',
    ...publicKeyOrFile,
  },
  signatureSecret: { tells: 'signs the callbacks', ...credential },
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
  const values = settings.flatMap(({ option, flag, takes, read }) => {
    const given = flags[flag] ?? environment[environmentName(flag)];
    if (typeof given !== 'string') return [];
    const value = read(given);
    if (value !== undefined) return [[option, value]];
    const name = flags[flag] === undefined ? environmentName(flag) : `--${flag}`;
    mistakes.push(`${name} is not valid: it takes ${takes}`);
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
Credentials that are not given are generated, and shown at the start.

${lines.join('\n')}
  --version                 prints the version
  --help                    prints this`;
};
