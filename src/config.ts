import { createECDH, createPrivateKey, createPublicKey } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ApiKey } from './application/access/api-keys.js';
import { parseApiKeys } from './application/access/api-keys.js';
import { parseSigningKeys } from './application/proof/notes/signing-keys.js';
import { accessLogs, type AccessLog } from './adapters/http/server/access-log.js';
import { bytesOfMasterKey } from './adapters/key-store/master-keys.js';
import type { KeyRowsConfig, MasterKeysConfig } from './adapters/key-store/open-key-store.js';
import type { EventStoreConfig } from './adapters/event-store/event-store.module.js';
import type { TelemetryConfig } from './adapters/telemetry/open-telemetry.js';
import type { ReadModelConfig } from './adapters/read-model/read-model.module.js';
import type { EmailConfig } from './adapters/email/email-config.js';
import type { FcmConfig, PushConfig, WebPushConfig } from './adapters/push/push-config.js';
import type { ServiceLimits } from './domain/limits/day-limits.js';
import { defaultRetryPolicy, type RetryPolicy } from './domain/message/retry-policy.js';
import type { KeywordAnswers } from './application/contacts/answer-keyword.js';
import { segmentsOf } from './domain/segments.js';
import { isCountry, type DefaultCountry } from './domain/contacts/phone-number.js';
import { optOutScopes, type OptOutScope } from './domain/contacts/contact.js';
import { parseEmailAddress } from './domain/contacts/email-address.js';
import { parseSender } from './domain/contacts/sender.js';
import { meantBy } from './misspelt.js';

/** The account at Vonage, or its stand-in. */
export interface VonageConfig {
  readonly apiKey: string;
  readonly apiSecret: string;
  readonly applicationId: string;
  /** PEM. */
  readonly privateKey: string;
  /** Default sender: digits or an alphanumeric name. */
  readonly number: string;
  /** All secrets with which webhooks may be signed, so that they can be rotated. */
  readonly signatureSecrets: readonly string[];
  readonly apiHost: string;
  /** Where the Account API is; only the doctor asks it. */
  readonly restHost: string;
  readonly timeoutMs: number;
  readonly requestsPerSecond: number;
  /** The SMS a second that Vonage takes from one long number of the US. */
  readonly usNumberPerSecond: number;
}

/** The transparency log. */
export interface LogConfig {
  /** PEM; null: the key lies in `keyFile`, or is made for this run. */
  readonly signingKey: string | null;
  /** Null for a ledger that ends with the process. */
  readonly keyFile: string | null;
  /** Gets checkpoints too; null: they stay in the log's own store. */
  readonly checkpointFile: string | null;
  /** Begins the names of new logs: a host, without a scheme. */
  readonly host: string;
}

/** A late report, a repeat of a request and a correction must still find their message. */
const RETAIN_DAYS_LEAST = 30;
const RETAIN_DAYS_MOST = 36_500;

export const logLevels = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'] as const;
export type LogLevel = (typeof logLevels)[number];

export interface Config {
  readonly port: number;
  readonly host: string;
  /** Address of the service from outside, for example through a tunnel; null: only at `host`. */
  readonly publicUrl: string | null;
  readonly logLevel: LogLevel;
  /** The requests that are logged: all, all without webhooks, or none. */
  readonly accessLog: AccessLog;
  /** Null: nothing is traced. */
  readonly telemetry: TelemetryConfig | null;
  readonly eventStore: EventStoreConfig;
  readonly readModel: ReadModelConfig;
  readonly log: LogConfig;
  /** Wrap the keys of personal fields. */
  readonly masterKeys: MasterKeysConfig;
  /** Empty: every client that reaches the port may do everything. Only allowed on loopback. */
  readonly apiKeys: readonly ApiKey[];
  /** Null: no account is configured, so the service runs against the sandbox. */
  readonly vonage: VonageConfig | null;
  /** Null: no mail server is set up, so a message with an `email` step is refused. */
  readonly email: EmailConfig | null;
  /** Where neither service is set up, a message with a `push` step is refused. */
  readonly push: PushConfig;
  /** The most e-mails, and push messages of each service, that are handed over in a second. */
  readonly callsPerSecond: { readonly email: number; readonly push: number };
  /** National numbers are read as this country's; null: they are refused. */
  readonly defaultCountry: DefaultCountry;
  readonly confirmWithinSeconds: number;
  /** `allow`: outgoing webhooks may lead to this machine and private networks. */
  readonly webhookPrivateNetworks: 'refuse' | 'allow';
  /** `all`: who says STOP to one of our senders gets nothing from any. */
  readonly optOutScope: OptOutScope;
  /** Texts that answer STOP, START and HELP by themselves; null: no answer. */
  readonly keywordAnswers: KeywordAnswers;
  /** Personal data is destroyed when it is older; null: it is kept. */
  readonly retainPersonalDays: number | null;
  /** `held`: sending is held from the start, until an operator releases it. */
  readonly sending: 'flowing' | 'held';
  /** Interval of the calls by which an automatic hold finds out whether Vonage takes messages again. */
  readonly sendingProbeSeconds: number;
  readonly webhookRejectStatus: 401 | 503;
  readonly retryPolicy: RetryPolicy;
  /** Caps and countries; nothing is limited by default. */
  readonly limits: ServiceLimits;
  /** Time in which a stopping instance still answers requests while it reports not ready. */
  readonly drainSeconds: number;
  /** Sentences about settings that open the service to everybody, or that do not mean what they seem to. */
  readonly warnings: readonly string[];
}

/**
 * The key store lies beside the ledger, because nothing can be recorded without it: a ledger in a file must not wait for a
 * database elsewhere. Instances that share a ledger share the database.
 */
export const keyRowsOf = ({
  eventStore,
  readModel,
}: Pick<Config, 'eventStore' | 'readModel'>): KeyRowsConfig =>
  eventStore.kind === 'sqlite' ? { kind: 'sqlite', directory: eventStore.directory } : readModel;

export type Environment = Readonly<Record<string, string | undefined>>;

/** Names every mistake of a configuration by its variable, never by its value. */
export class ConfigurationError extends Error {
  constructor(readonly mistakes: readonly string[]) {
    super(
      `The configuration has ${mistakes.length === 1 ? 'a mistake' : `${mistakes.length} mistakes`}:\n${mistakes.map((mistake) => `  - ${mistake}`).join('\n')}`,
    );
    this.name = 'ConfigurationError';
  }
}

/** @throws ConfigurationError naming every mistake at once */
export function parseConfig(environment: Environment): Config {
  const read = new Reader(environment);
  const port = read.integer('PORT', 3000, 0, 65_535);
  const host = read.text('HOST', '127.0.0.1');
  const directory = read.text('DATA_DIR', './data');
  const apiKeys = readApiKeys(read);
  const vonage = readVonage(read);
  if (apiKeys.length === 0 && !isLoopback(host)) {
    read.mistake(
      'API_KEYS is not set, but HOST is not a loopback address: anybody could send messages. Create one with `npm run keys -- create NAME SCOPES`',
    );
  }
  const config: Config = {
    port,
    host,
    publicUrl: read.url('PUBLIC_URL', '') || null,
    logLevel: read.oneOf('LOG_LEVEL', logLevels, 'info'),
    accessLog: read.oneOf('ACCESS_LOG', accessLogs, 'requests'),
    telemetry: readTelemetry(read),
    eventStore: readEventStore(read, directory),
    readModel: readReadModel(read, directory),
    log: readLog(read, directory),
    masterKeys: readMasterKeys(read, directory),
    apiKeys,
    vonage,
    email: readEmail(read),
    push: { webPush: readWebPush(read), fcm: readFcm(read) },
    callsPerSecond: {
      email: read.integer('EMAIL_PER_SECOND', 30, 1, 10_000),
      push: read.integer('PUSH_PER_SECOND', 500, 1, 10_000),
    },
    defaultCountry: readDefaultCountry(read),
    sending: read.oneOf('SENDING', ['flowing', 'held'], 'flowing'),
    sendingProbeSeconds: read.integer('SENDING_PROBE_SECONDS', 120, 1, 3_600),
    confirmWithinSeconds: read.integer('CONFIRM_WITHIN_SECONDS', 1800, 1, 604_800),
    webhookPrivateNetworks: read.oneOf('WEBHOOK_PRIVATE_NETWORKS', ['refuse', 'allow'], 'refuse'),
    optOutScope: read.oneOf('OPT_OUT_SCOPE', optOutScopes, 'all'),
    keywordAnswers: {
      stop: readAnswer(read, 'ANSWER_TO_STOP'),
      start: readAnswer(read, 'ANSWER_TO_START'),
      help: readAnswer(read, 'ANSWER_TO_HELP'),
    },
    retainPersonalDays: read.optionalInteger(
      'RETAIN_PERSONAL_DAYS',
      RETAIN_DAYS_LEAST,
      RETAIN_DAYS_MOST,
    ),
    webhookRejectStatus:
      read.oneOf('WEBHOOK_REJECT_STATUS', ['401', '503'], '401') === '401' ? 401 : 503,
    retryPolicy: {
      ...defaultRetryPolicy,
      attemptsMax: read.integer('RETRY_ATTEMPTS_MAX', defaultRetryPolicy.attemptsMax, 1, 999),
      firstDelayMs:
        1000 *
        read.integer('RETRY_FIRST_DELAY_SECONDS', defaultRetryPolicy.firstDelayMs / 1000, 1, 3600),
    },
    limits: readLimits(read),
    drainSeconds: read.integer('DRAIN_SECONDS', 0, 0, 60),
    warnings: [...reportMisspelt(read), ...reportQuoted(read), ...reportOpenDoor(read, apiKeys)],
  };
  if (read.mistakes.length > 0) throw new ConfigurationError(read.mistakes);
  return config;
}

function readTelemetry(read: Reader): TelemetryConfig | null {
  const endpoint = read.url('OTEL_EXPORTER_OTLP_ENDPOINT', '');
  const serviceName = read.text('OTEL_SERVICE_NAME', 'waybill');
  return endpoint === '' ? null : { endpoint, serviceName };
}

function readEventStore(read: Reader, directory: string): EventStoreConfig {
  switch (read.oneOf('EVENT_STORE', ['sqlite', 'eventstoredb', 'memory'], 'sqlite')) {
    case 'memory':
      return { kind: 'memory' };
    case 'eventstoredb':
      if (debugShows(read.text('DEBUG', ''), 'esdb')) {
        read.mistake(
          'DEBUG includes the namespace esdb, which prints the connection string: take it out',
        );
      }
      return {
        kind: 'eventstoredb',
        url: readServer(read, 'EVENTSTORE_URL', 'EVENT_STORE=eventstoredb needs it', EVENTSTORE),
      };
    case 'sqlite':
      return { kind: 'sqlite', directory };
  }
}

interface ServerForm {
  readonly pattern: RegExp;
  readonly example: string;
}

const EVENTSTORE: ServerForm = {
  pattern: /^esdb(?:\+discover)?:\/\/./,
  example: 'esdb://user:password@host:2113?tls=true',
};
/** A path leads to the socket of a server on this machine. */
const POSTGRES: ServerForm = {
  pattern: /^(?:postgres(?:ql)?:\/\/|socket:|\/)./,
  example: 'postgres://user:password@host:5432/database',
};

/** Refuses what the server's client would take for something else: without a scheme, a local server would be asked. */
function readServer(
  read: Reader,
  name: string,
  because: string,
  { pattern, example }: ServerForm,
): string {
  const url = read.required(name, because);
  if (url !== '' && !pattern.test(url)) read.mistake(`${name} must look like ${example}`);
  return url;
}

function readReadModel(read: Reader, directory: string): ReadModelConfig {
  switch (read.oneOf('READ_MODEL', ['sqlite', 'postgres'], 'sqlite')) {
    case 'postgres':
      return {
        kind: 'postgres',
        url: readServer(read, 'DATABASE_URL', 'READ_MODEL=postgres needs it', POSTGRES),
      };
    case 'sqlite':
      // A ledger in memory starts empty, so its read models must too.
      return {
        kind: 'sqlite',
        directory: read.text('EVENT_STORE', 'sqlite') === 'memory' ? null : directory,
      };
  }
}

function readLog(read: Reader, directory: string): LogConfig {
  const signingKey = read.text('LOG_SIGNING_KEY', '').replaceAll('\\n', '\n');
  if (signingKey !== '' && parseSigningKeys(signingKey) === undefined) {
    read.mistake('LOG_SIGNING_KEY must be an Ed25519 private key in PEM form (PKCS 8)');
  }
  const isInMemory = read.text('EVENT_STORE', 'sqlite') === 'memory';
  return {
    signingKey: signingKey || null,
    keyFile: isInMemory ? null : join(directory, 'log-signing-key.pem'),
    checkpointFile: read.text('CHECKPOINT_FILE', '') || null,
    host: URL.parse(read.text('PUBLIC_URL', ''))?.host || 'localhost',
  };
}

function readMasterKeys(read: Reader, directory: string): MasterKeysConfig {
  const keys = read
    .text('MASTER_KEY', '')
    .split(',')
    .map((key) => key.trim())
    .filter((key) => key !== '');
  if (!keys.every((key) => bytesOfMasterKey(key) !== undefined)) {
    read.mistake(
      'MASTER_KEY must be 32 random bytes in Base64 (`openssl rand -base64 32`); several are separated by commas, the current one first',
    );
  }
  const isLost =
    read.text('EVENT_STORE', 'sqlite') === 'memory' &&
    read.text('READ_MODEL', 'sqlite') === 'sqlite';
  return {
    keys: keys.length === 0 ? null : keys,
    file: isLost ? null : join(directory, 'master-key'),
  };
}

/**
 * Reports misspelt variables, which would otherwise be ignored silently. One that begins like the account's refuses the
 * start; any other may belong to another program, so it is only named.
 * @returns a warning for each of the others
 */
function reportMisspelt(read: Reader): readonly string[] {
  const warnings: string[] = [];
  for (const name of read.unreadNames()) {
    const meant = meantBy(name, read.knownNames());
    if (meant === undefined) continue;
    const sentence = `${name} is not a setting of Waybill: did you mean ${meant}?`;
    if (meant.startsWith('VONAGE_')) read.mistake(sentence);
    else warnings.push(sentence);
  }
  return warnings;
}

/** Reports a public address without keys: whatever forwards it, a tunnel or a proxy, lets everybody in. */
function reportOpenDoor(read: Reader, apiKeys: readonly ApiKey[]): readonly string[] {
  if (apiKeys.length > 0 || !leadsElsewhere(read.text('PUBLIC_URL', ''))) return [];
  return [
    'PUBLIC_URL is set, but API_KEYS is not: whoever reaches that address can send messages and read all of them. ' +
      'Create a key with `npm run keys -- create NAME SCOPES`.',
  ];
}

/** Reports values in quotes: some programs that read an env file keep them, and a secret then matches nothing. */
function reportQuoted(read: Reader): readonly string[] {
  const warnings: string[] = [];
  for (const name of read.quotedNames()) {
    const sentence =
      `${name} begins and ends with a quotation mark, which counts as part of it. ` +
      '`docker run --env-file` keeps the quotes of a file: leave them out there';
    if (name.startsWith('VONAGE_')) read.mistake(sentence);
    else warnings.push(`${sentence}.`);
  }
  return warnings;
}

function readApiKeys(read: Reader): readonly ApiKey[] {
  const parsed = parseApiKeys(read.text('API_KEYS', ''));
  for (const fault of parsed.faults) read.mistake(`API_KEYS ${fault}`);
  return parsed.keys;
}

const ACCOUNT =
  'a Vonage account needs it (remove all VONAGE_ variables to run against the sandbox)';

function readVonage(read: Reader): VonageConfig | null {
  if (!read.hasAny('VONAGE_')) return null;
  if (debugShows(read.text('DEBUG', ''), 'vonage')) {
    read.mistake(
      'DEBUG includes the namespace vonage, which prints the private key and tokens: take it out',
    );
  }
  const apiHost = read.url('VONAGE_API_HOST', 'https://api.nexmo.com');
  return {
    apiKey: read.required('VONAGE_API_KEY', ACCOUNT),
    apiSecret: read.required('VONAGE_API_SECRET', ACCOUNT),
    applicationId: read.required('VONAGE_APPLICATION_ID', ACCOUNT),
    privateKey: readPrivateKey(read),
    number: readSender(read),
    signatureSecrets: readSignatureSecrets(read),
    apiHost,
    restHost: read.url('VONAGE_REST_HOST', defaultRestHost(apiHost)),
    timeoutMs: read.integer('VONAGE_TIMEOUT_MS', 10_000, 1, 120_000),
    requestsPerSecond: read.integer('VONAGE_REQUESTS_PER_SECOND', 30, 1, 10_000),
    usNumberPerSecond: read.integer('VONAGE_US_NUMBER_PER_SECOND', 1, 1, 1_000),
  };
}

/** Vonage has the Account API at a host of its own, in no region; a stand-in has one address. */
function defaultRestHost(apiHost: string): string {
  const host = URL.parse(apiHost)?.hostname;
  return host === undefined || /(?:^|\.)nexmo\.com$/.test(host)
    ? 'https://rest.nexmo.com'
    : apiHost;
}

/** `Name <name@example.com>`, or the address alone. */
const NAMED_ADDRESS = /^(?:"?(?<name>[^"<>\r\n]*?)"?\s*<(?<named>[^<>]+)>|(?<plain>[^<>]+))$/;

function readEmail(read: Reader): EmailConfig | null {
  const url = read.text('SMTP_URL', '');
  const from = read.text('EMAIL_FROM', '');
  const tls = read.text('SMTP_TLS', '');
  if (url === '' && from === '' && tls === '') return null;
  const server = URL.parse(url);
  if (url === '') read.mistake('SMTP_URL is not set: e-mail needs it beside EMAIL_FROM');
  else if (server === null || !/^smtps?:$/.test(server.protocol) || server.hostname === '') {
    read.mistake('SMTP_URL must be an address that begins with smtp:// or smtps://');
  } else if (server.search !== '' || server.hash !== '') {
    // The mail library takes them for options of its own, before ours: SMTP_TLS, or how a text is seen to be sent.
    read.mistake('SMTP_URL must end with the host or the port: ? and what follows is not taken');
  }
  const { name = '', named, plain = '' } = NAMED_ADDRESS.exec(from)?.groups ?? {};
  const address = parseEmailAddress(named ?? plain);
  if (from === '') read.mistake('EMAIL_FROM is not set: e-mail needs it beside SMTP_URL');
  else if (!address.ok) read.mistake(`EMAIL_FROM ${address.reason}`);
  return {
    url,
    from: { name, address: address.ok ? address.address : '' },
    requiresTls: read.oneOf('SMTP_TLS', ['required', 'optional'], 'required') === 'required',
  };
}

const WEB_PUSH = 'Web Push needs VAPID_SUBJECT, VAPID_PUBLIC_KEY and VAPID_PRIVATE_KEY';

function readWebPush(read: Reader): WebPushConfig | null {
  if (!read.hasAny('VAPID_')) return null;
  const subject = read.required('VAPID_SUBJECT', WEB_PUSH);
  const publicKey = read.required('VAPID_PUBLIC_KEY', WEB_PUSH);
  const privateKey = read.required('VAPID_PRIVATE_KEY', WEB_PUSH);
  if (subject !== '' && !/^(mailto:.+@|https:\/\/.)/.test(subject)) {
    read.mistake('VAPID_SUBJECT must begin with mailto: or https://');
  }
  if (publicKey !== '' && privateKey !== '' && !isVapidPair(publicKey, privateKey)) {
    read.mistake(
      'VAPID_PUBLIC_KEY and VAPID_PRIVATE_KEY are no pair: `npx web-push generate-vapid-keys` makes one',
    );
  }
  const allowsPrivateNetworks = read.text('WEBHOOK_PRIVATE_NETWORKS', 'refuse') === 'allow';
  return { subject, publicKey, privateKey, allowsPrivateNetworks };
}

function isVapidPair(publicKey: string, privateKey: string): boolean {
  try {
    const key = createECDH('prime256v1');
    key.setPrivateKey(privateKey, 'base64url');
    return key.getPublicKey('base64url') === publicKey.replace(/=+$/, '');
  } catch {
    return false;
  }
}

/** Reads the JSON file of a service account, or its text. */
function readFcm(read: Reader): FcmConfig | null {
  const inline = read.text('FCM_SERVICE_ACCOUNT', '');
  const path = read.text('FCM_SERVICE_ACCOUNT_PATH', '');
  const apiHost = read.url('FCM_API_HOST', 'https://fcm.googleapis.com');
  if (inline === '' && path === '') return null;
  const name = inline === '' ? 'FCM_SERVICE_ACCOUNT_PATH' : 'FCM_SERVICE_ACCOUNT';
  try {
    const account = JSON.parse(inline === '' ? readFileSync(path, 'utf8') : inline) as Readonly<
      Record<string, unknown>
    >;
    const text = (field: string): string => {
      const value = account[field];
      return typeof value === 'string' ? value : '';
    };
    if (createPrivateKey(text('private_key')).asymmetricKeyType === 'rsa' && text('project_id')) {
      return {
        projectId: text('project_id'),
        clientEmail: text('client_email'),
        privateKey: text('private_key'),
        privateKeyId: text('private_key_id') || null,
        tokenUri: text('token_uri') || 'https://oauth2.googleapis.com/token',
        apiHost,
      };
    }
  } catch {
    // The cause may quote the key.
  }
  read.mistake(`${name} does not lead to the JSON of a service account with a private key`);
  return null;
}

function readDefaultCountry(read: Reader): DefaultCountry {
  const country = read.text('DEFAULT_COUNTRY', '').toUpperCase();
  if (country === '') return null;
  if (!isCountry(country)) {
    read.mistake('DEFAULT_COUNTRY must be a country in two letters (ISO 3166-1), for example GB');
  }
  return country;
}

/** A decimal number without a sign, with at most 8 decimals. */
const AMOUNT = /^\d{1,7}(\.\d{1,8})?$/;
/** More a day than any account sends. */
const MESSAGES_PER_DAY_MOST = 1_000_000_000;

/** One segment: carriers ask for answers of at most 160 characters (Canadian short codes, CWTA 3.9). */
function readAnswer(read: Reader, name: string): string | null {
  const text = read.text(name, '');
  if (text === '') return null;
  const segments = segmentsOf(text, 'auto');
  if (!segments.ok || segments.segments.count > 1) {
    read.mistake(`${name} must fit into one SMS: 160 characters, or 70 where one is not in GSM-7`);
  }
  return text;
}

function readLimits(read: Reader): ServiceLimits {
  const costPerDay = read.text('COST_PER_DAY_MAX', '');
  if (costPerDay !== '' && !AMOUNT.test(costPerDay)) {
    read.mistake(
      "COST_PER_DAY_MAX must be an amount in the account's currency, for example 50 or 49.90",
    );
  }
  const allowed = readCountries(read, 'COUNTRIES_ALLOWED');
  return {
    messagesPerDay: read.optionalInteger('MESSAGES_PER_DAY_MAX', 0, MESSAGES_PER_DAY_MOST),
    costPerDay: costPerDay === '' ? null : costPerDay,
    messagesPerRecipientHour: read.optionalInteger(
      'MESSAGES_PER_RECIPIENT_HOUR_MAX',
      1,
      MESSAGES_PER_DAY_MOST,
    ),
    countriesAllowed: allowed.length === 0 ? null : allowed,
    countriesBlocked: readCountries(read, 'COUNTRIES_BLOCKED'),
  };
}

function readCountries(read: Reader, name: string): readonly string[] {
  const countries = read
    .text(name, '')
    .split(',')
    .map((country) => country.trim().toUpperCase())
    .filter((country) => country !== '');
  if (!countries.every(isCountry)) {
    read.mistake(
      `${name} must be countries in two letters (ISO 3166-1), comma-separated, for example GB,DE`,
    );
  }
  return countries;
}

function readSender(read: Reader): string {
  const text = read.required('VONAGE_NUMBER', ACCOUNT);
  if (text === '') return '';
  const country = read.text('DEFAULT_COUNTRY', '').toUpperCase();
  const sender = parseSender(text, isCountry(country) ? country : null);
  if (sender.ok) return sender.sender;
  read.mistake(`VONAGE_NUMBER ${sender.reason}`);
  return '';
}

/** Vonage takes no secret below 32 bits (Messages API, signed webhooks). */
const SIGNATURE_SECRET_BYTES_MIN = 4;

function readSignatureSecrets(read: Reader): readonly string[] {
  const name = 'VONAGE_SIGNATURE_SECRET';
  const text = read.required(name, ACCOUNT);
  const secrets = text
    .split(',')
    .map((item) => item.trim())
    .filter((item) => item !== '');
  if (text !== '' && secrets.length === 0) {
    read.mistake(`${name} holds no secret, so every webhook would be rejected`);
  }
  if (secrets.some((secret) => Buffer.byteLength(secret) < SIGNATURE_SECRET_BYTES_MIN)) {
    read.mistake(
      `${name} holds a secret of less than ${SIGNATURE_SECRET_BYTES_MIN} characters; was it cut, or does it hold a comma?`,
    );
  }
  // With a public key as the secret, anyone who knows that key could sign webhooks.
  if (isPem(text) || secrets.some(isPem)) {
    read.mistake(`${name} is a PEM key; the signature secret is another text of the API settings`);
  }
  return secrets;
}

function isPem(text: string): boolean {
  try {
    createPublicKey(text.replaceAll('\\n', '\n'));
    return true;
  } catch {
    return false;
  }
}

/** Reads the key itself, with `\n` for line ends where a file format wants one line, or from a path. */
function readPrivateKey(read: Reader): string {
  const inline = read.text('VONAGE_PRIVATE_KEY', '').replaceAll('\\n', '\n');
  const path = read.text('VONAGE_PRIVATE_KEY_PATH', '');
  if (inline === '' && path === '') {
    read.mistake(`VONAGE_PRIVATE_KEY (or VONAGE_PRIVATE_KEY_PATH) is not set: ${ACCOUNT}`);
    return '';
  }
  const name = inline === '' ? 'VONAGE_PRIVATE_KEY_PATH' : 'VONAGE_PRIVATE_KEY';
  try {
    const pem = inline === '' ? readFileSync(path, 'utf8') : inline;
    if (createPrivateKey(pem).asymmetricKeyType !== 'rsa') {
      read.mistake(`${name} is a private key, but not an RSA key`);
    }
    return pem;
  } catch {
    // The cause may quote the key.
    read.mistake(`${name} does not lead to a readable private key in PEM form`);
    return '';
  }
}

/** True when a pattern of the `debug` package enables a namespace. */
const debugShows = (patterns: string, namespace: string): boolean =>
  patterns
    .split(/[\s,]+/)
    .filter((pattern) => pattern !== '' && !pattern.startsWith('-'))
    .map((pattern) => pattern.replace(/\*.*$/, '').toLowerCase())
    .some((prefix) => prefix.startsWith(namespace) || `${namespace}:`.startsWith(prefix));

export const isLoopback = (host: string): boolean =>
  host === 'localhost' || host === '::1' || /^127\.\d+\.\d+\.\d+$/.test(host);

/**
 * True when nothing but this machine is known to reach the service. Behind a proxy of this machine every request comes from
 * loopback, and `PUBLIC_URL` alone tells of it; without keys the whole service is open there anyway.
 */
export const isOnlyHere = ({ host, publicUrl, apiKeys }: Config): boolean =>
  isLoopback(host) && (apiKeys.length === 0 || !leadsElsewhere(publicUrl ?? ''));

function leadsElsewhere(publicUrl: string): boolean {
  const { hostname = 'localhost' } = URL.parse(publicUrl) ?? {};
  return !isLoopback(hostname.replace(/^\[|\]$/g, ''));
}

/** Settings that are read only where another one asks for them, and those that only commands read. */
const settingsOfOneKind = ['EVENTSTORE_URL', 'DATABASE_URL', 'WAYBILL_URL', 'WAYBILL_API_KEY'];

/** Reads variables and collects mistakes, so that all of them are reported at once. */
class Reader {
  readonly mistakes: string[] = [];
  private readonly known = new Set<string>(settingsOfOneKind);

  constructor(private readonly environment: Environment) {}

  /** The names of all settings. */
  knownNames(): readonly string[] {
    return [...this.known];
  }

  /** Names of variables that are set and are no setting. */
  unreadNames(): readonly string[] {
    return Object.keys(this.environment).filter(
      (name) => !this.known.has(name) && this.text(name, '', false) !== '',
    );
  }

  /** Names of settings whose value is in quotes. */
  quotedNames(): readonly string[] {
    return [...this.known].filter((name) => /^(["']).*\1$/s.test(this.text(name, '')));
  }

  mistake(sentence: string): void {
    this.mistakes.push(sentence);
  }

  hasAny(prefix: string): boolean {
    return Object.keys(this.environment).some(
      (name) => name.startsWith(prefix) && this.text(name, '', false) !== '',
    );
  }

  text(name: string, fallback: string, isSetting = true): string {
    if (isSetting) this.known.add(name);
    const value = this.environment[name]?.trim();
    return value === undefined || value === '' ? fallback : value;
  }

  required(name: string, because: string): string {
    const value = this.text(name, '');
    if (value === '') this.mistake(`${name} is not set: ${because}`);
    return value;
  }

  integer(name: string, fallback: number, least: number, most: number): number {
    const value = Number(this.text(name, String(fallback)));
    if (Number.isInteger(value) && value >= least && value <= most) return value;
    this.mistake(`${name} must be a whole number from ${least} to ${most}`);
    return fallback;
  }

  /** Null when it is not set. */
  optionalInteger(name: string, least: number, most: number): number | null {
    return this.text(name, '') === '' ? null : this.integer(name, least, least, most);
  }

  oneOf<Option extends string>(name: string, options: readonly Option[], fallback: Option): Option {
    const value = this.text(name, fallback);
    const option = options.find((one) => one === value);
    if (option === undefined) this.mistake(`${name} must be one of ${options.join(', ')}`);
    return option ?? fallback;
  }

  url(name: string, fallback: string): string {
    const value = this.text(name, fallback);
    if (value === '') return '';
    const protocol = URL.parse(value)?.protocol;
    if (protocol !== 'http:' && protocol !== 'https:') {
      this.mistake(`${name} must be an address that begins with http:// or https://`);
    }
    return value.replace(/\/+$/, '');
  }
}
