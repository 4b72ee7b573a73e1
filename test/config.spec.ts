import { generateKeyPairSync } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseEnv } from 'node:util';
import webPush from 'web-push';
import { createApiKey } from '../src/application/access/api-keys.js';
import { ConfigurationError, parseConfig, type Environment } from '../src/config.js';
import { watchedEnvironment } from './support/facts/environment-read.js';
import { projectFile } from './support/files/project-file.js';

const pem = { type: 'pkcs8', format: 'pem' } as const;
const publicPem = { type: 'spki', format: 'pem' } as const;
const rsa = generateKeyPairSync('rsa', {
  modulusLength: 2048,
  privateKeyEncoding: pem,
  publicKeyEncoding: publicPem,
});
const elliptic = generateKeyPairSync('ec', {
  namedCurve: 'P-256',
  privateKeyEncoding: pem,
  publicKeyEncoding: publicPem,
});

const account = {
  VONAGE_API_KEY: 'a1b2c3d4',
  VONAGE_API_SECRET: 'the-api-secret',
  VONAGE_APPLICATION_ID: 'aaaaaaaa-bbbb-4ccc-8ddd-0123456789ab',
  VONAGE_PRIVATE_KEY: rsa.privateKey,
  VONAGE_NUMBER: '+447700900001',
  VONAGE_SIGNATURE_SECRET: 'the-signature-secret',
};

const without = (name: keyof typeof account): Environment => ({ ...account, [name]: undefined });

function mistakesOf(environment: Environment): readonly string[] {
  try {
    parseConfig(environment);
    return [];
  } catch (error) {
    if (error instanceof ConfigurationError) return error.mistakes;
    throw error;
  }
}

describe('with no setting at all', () => {
  it('listens on loopback only, keeps its ledger in ./data, and runs against the sandbox', () => {
    expect(parseConfig({})).toEqual({
      port: 3000,
      host: '127.0.0.1',
      publicUrl: null,
      logLevel: 'info',
      accessLog: 'requests',
      telemetry: null,
      drainSeconds: 0,
      warnings: [],
      callsPerSecond: { email: 30, push: 500 },
      email: null,
      push: { webPush: null, fcm: null },
      eventStore: { kind: 'sqlite', directory: './data' },
      readModel: { kind: 'sqlite', directory: './data' },
      log: {
        signingKey: null,
        keyFile: join('data', 'log-signing-key.pem'),
        checkpointFile: null,
        host: 'localhost',
      },
      masterKeys: { keys: null, file: join('data', 'master-key') },
      apiKeys: [],
      vonage: null,
      defaultCountry: null,
      sending: 'flowing',
      sendingProbeSeconds: 120,
      confirmWithinSeconds: 1800,
      limits: {
        messagesPerDay: null,
        costPerDay: null,
        messagesPerRecipientHour: null,
        countriesAllowed: null,
        countriesBlocked: [],
      },
      optOutScope: 'all',
      retainPersonalDays: null,
      keywordAnswers: { stop: null, start: null, help: null },
      webhookPrivateNetworks: 'refuse',
      webhookRejectStatus: 401,
      retryPolicy: {
        attemptsMax: 8,
        firstDelayMs: 30_000,
        delayMsMax: 1_800_000,
        ageMsMax: 172_800_000,
      },
    });
  });

  it('takes empty variables for missing ones', () => {
    const empty = { ...account, PORT: '', API_KEYS: ' ', EVENT_STORE: '', LOG_LEVEL: '' };
    for (const name of Object.keys(account)) Object.assign(empty, { [name]: '' });
    expect(parseConfig(empty)).toEqual(parseConfig({}));
  });
});

it('takes how long personal data is kept, and no time in which a late report would find nothing', () => {
  expect(parseConfig({ RETAIN_PERSONAL_DAYS: '90' }).retainPersonalDays).toBe(90);
  expect(mistakesOf({ RETAIN_PERSONAL_DAYS: '29' })).toEqual([
    expect.stringContaining('RETAIN_PERSONAL_DAYS must be a whole number from 30'),
  ]);
});

it('takes how often a held account is probed, from a second on', () => {
  expect(parseConfig({ SENDING_PROBE_SECONDS: '1' }).sendingProbeSeconds).toBe(1);
  expect(mistakesOf({ SENDING_PROBE_SECONDS: '0' })).toEqual([
    'SENDING_PROBE_SECONDS must be a whole number from 1 to 3600',
  ]);
});

it('takes an address at which it is reached from outside', () => {
  expect(parseConfig({ PUBLIC_URL: 'https://waybill.example/' }).publicUrl).toBe(
    'https://waybill.example',
  );
  expect(mistakesOf({ PUBLIC_URL: 'waybill.example' })).toEqual([
    expect.stringContaining('PUBLIC_URL'),
  ]);
});

describe('an account at Vonage', () => {
  it('is read with sound defaults', () => {
    expect(parseConfig(account).vonage).toEqual({
      apiKey: 'a1b2c3d4',
      apiSecret: 'the-api-secret',
      applicationId: 'aaaaaaaa-bbbb-4ccc-8ddd-0123456789ab',
      privateKey: rsa.privateKey.trim(),
      number: '447700900001',
      signatureSecrets: ['the-signature-secret'],
      apiHost: 'https://api.nexmo.com',
      restHost: 'https://rest.nexmo.com',
      timeoutMs: 10_000,
      requestsPerSecond: 30,
      usNumberPerSecond: 1,
    });
  });

  it.each(Object.keys(account) as (keyof typeof account)[])('cannot do without %s', (name) => {
    expect(mistakesOf(without(name))).toEqual([expect.stringContaining(name)]);
    expect(mistakesOf({ [name]: account[name] })).toHaveLength(5);
  });

  it.each(['VONAGE_TIMEOUT_MS', 'VONAGE_API_HOST', 'VONAGE_REQUESTS_PER_SECOND'])(
    'is asked for in full when only %s is set',
    (name) => {
      const mistakes = mistakesOf({ [name]: name.endsWith('HOST') ? 'https://x.example' : '30' });
      expect(mistakes).toHaveLength(6);
    },
  );

  it('takes the private key on one line, or from a file', async () => {
    const oneLine = rsa.privateKey.replaceAll('\n', '\\n');
    const inline = parseConfig({ ...account, VONAGE_PRIVATE_KEY: oneLine });
    expect(inline.vonage?.privateKey).toBe(rsa.privateKey);
    const folder = await mkdtemp(join(tmpdir(), 'config-'));
    const path = join(folder, 'private.key');
    await writeFile(path, rsa.privateKey);
    const filed = parseConfig({
      ...without('VONAGE_PRIVATE_KEY'),
      VONAGE_PRIVATE_KEY_PATH: path,
    });
    expect(filed.vonage?.privateKey).toBe(rsa.privateKey);
    await rm(folder, { recursive: true });
  });

  it.each([
    ['no key', 'VONAGE_PRIVATE_KEY', 'not-a-key'],
    ['a public key', 'VONAGE_PRIVATE_KEY', rsa.publicKey],
    ['a key that is not RSA', 'VONAGE_PRIVATE_KEY', elliptic.privateKey],
    ['a file that is not there', 'VONAGE_PRIVATE_KEY_PATH', '/nowhere/private.key'],
    ['a folder', 'VONAGE_PRIVATE_KEY_PATH', tmpdir()],
  ])('refuses %s as the private key', (_, name, value) => {
    const mistakes = mistakesOf({ ...without('VONAGE_PRIVATE_KEY'), [name]: value });
    expect(mistakes).toEqual([expect.stringContaining(name)]);
    expect(mistakes.join()).not.toContain(value);
  });

  it('takes several signature secrets', () => {
    const several = { ...account, VONAGE_SIGNATURE_SECRET: 'old-secret, new-secret ,' };
    expect(parseConfig(several).vonage?.signatureSecrets).toEqual(['old-secret', 'new-secret']);
  });

  it.each([
    ['no secret', ' , '],
    ['a secret that was cut', 'k9'],
    ['a public key', rsa.publicKey],
    ['a public key on one line', rsa.publicKey.replaceAll('\n', '\\n')],
    ['a private key', rsa.privateKey],
  ])('refuses %s as the signature secret', (_, value) => {
    const mistakes = mistakesOf({ ...account, VONAGE_SIGNATURE_SECRET: value });
    expect(mistakes).toEqual([expect.stringContaining('VONAGE_SIGNATURE_SECRET')]);
  });

  it.each(['Waybill', '60099', '+44 7700 900001'])('takes %s as the sender', (number) => {
    expect(mistakesOf({ ...account, VONAGE_NUMBER: number })).toEqual([]);
  });

  it.each(['A name with spaces', '07700900001', '1', 'TwelveLetter'])(
    'refuses a sender that no message could be sent from: %s',
    (number) => {
      const mistakes = mistakesOf({ ...account, VONAGE_NUMBER: number });
      expect(mistakes).toEqual([expect.stringContaining('VONAGE_NUMBER')]);
    },
  );

  it('takes another host, without its slash', () => {
    const other = { ...account, VONAGE_API_HOST: 'http://127.0.0.1:4010/' };
    expect(parseConfig(other).vonage?.apiHost).toBe('http://127.0.0.1:4010');
    // A stand-in has one address for all APIs.
    expect(parseConfig(other).vonage?.restHost).toBe('http://127.0.0.1:4010');
    for (const host of ['api.nexmo.com', 'ftp://api.nexmo.com', 'nonsense']) {
      expect(mistakesOf({ ...account, VONAGE_API_HOST: host })).toHaveLength(1);
    }
  });

  it.each([
    'vonage',
    'vonage:*',
    'vonage*',
    '*',
    'express,vonage:media',
    'von*',
    'a  vonage*',
    'VONAGE*',
  ])('refuses to start while DEBUG=%s would print the private key', (value) => {
    expect(mistakesOf({ ...account, DEBUG: value })).toEqual([expect.stringContaining('DEBUG')]);
    expect(mistakesOf({ DEBUG: value })).toEqual([]);
  });

  it.each(['express', '-vonage', 'nonvonage', 'express:*,-*'])('starts with DEBUG=%s', (value) => {
    expect(mistakesOf({ ...account, DEBUG: value })).toEqual([]);
  });
});

describe('who may reach it', () => {
  const key = createApiKey('shop', ['send', 'read']);

  it.each(['127.0.0.1', '127.1.2.3', 'localhost', '::1'])('is open on %s without keys', (host) => {
    expect(parseConfig({ HOST: host }).host).toBe(host);
  });

  it.each(['0.0.0.0', '::', '192.0.2.1', 'example.com', '127.0.0.1.example.com'])(
    'is not open on %s without keys',
    (host) => {
      expect(mistakesOf({ HOST: host })).toEqual([expect.stringContaining('API_KEYS')]);
      expect(mistakesOf({ HOST: host, API_KEYS: key.configured })).toEqual([]);
    },
  );

  it('reads several keys', () => {
    const other = createApiKey('ops', ['admin']);
    const { apiKeys } = parseConfig({ API_KEYS: ` ${key.configured}, ${other.configured},` });
    expect(apiKeys.map(({ name, scopes }) => [name, scopes])).toEqual([
      ['shop', ['send', 'read']],
      ['ops', ['admin']],
    ]);
  });

  it.each([
    ['the key itself', key.key],
    ['no hash', 'shop:send'],
    ['no scope', key.configured.replace('send+read', '')],
    ['an unknown scope', key.configured.replace('send', 'everything')],
    ['a name that is none', key.configured.replace('shop', 'sh op')],
    ['a hash that is none', `${key.configured}0`],
    ['a name twice', `${key.configured},shop:read:${'0'.repeat(64)}`],
    ['a hash twice', `${key.configured},${key.configured.replace('shop', 'desk')}`],
    ['too much', `${key.configured}:x`],
  ])('refuses %s', (_, value) => {
    const mistakes = mistakesOf({ API_KEYS: value });
    expect(mistakes).toEqual([expect.stringContaining('API_KEYS')]);
    expect(mistakes.join()).not.toContain(key.configured.split(':')[2]);
    expect(mistakes.join()).not.toContain(key.key);
  });
});

describe('where it keeps what it knows', () => {
  it('follows DATA_DIR', () => {
    const { eventStore, readModel } = parseConfig({ DATA_DIR: '/srv/waybill' });
    expect([eventStore, readModel]).toEqual([
      { kind: 'sqlite', directory: '/srv/waybill' },
      { kind: 'sqlite', directory: '/srv/waybill' },
    ]);
  });

  it('keeps no read model on disk of a ledger in memory', () => {
    const { eventStore, readModel } = parseConfig({ EVENT_STORE: 'memory' });
    expect([eventStore, readModel]).toEqual([
      { kind: 'memory' },
      { kind: 'sqlite', directory: null },
    ]);
  });

  it('needs the address of a server', () => {
    expect(mistakesOf({ EVENT_STORE: 'eventstoredb' })).toEqual([
      expect.stringContaining('EVENTSTORE_URL'),
    ]);
    expect(mistakesOf({ READ_MODEL: 'postgres' })).toEqual([
      expect.stringContaining('DATABASE_URL'),
    ]);
    const { eventStore, readModel } = parseConfig({
      EVENT_STORE: 'eventstoredb',
      EVENTSTORE_URL: 'esdb://127.0.0.1:2113?tls=false',
      READ_MODEL: 'postgres',
      DATABASE_URL: 'postgres://127.0.0.1/waybill',
    });
    expect(eventStore).toMatchObject({ kind: 'eventstoredb' });
    // Without its scheme, the client of PostgreSQL asks the server on this machine.
    const wrong = {
      EVENT_STORE: 'eventstoredb',
      EVENTSTORE_URL: 'http://geheim@127.0.0.1:2113',
      READ_MODEL: 'postgres',
      DATABASE_URL: 'db.example:5432/geheim',
    };
    expect(mistakesOf(wrong)).toEqual([
      'EVENTSTORE_URL must look like esdb://user:password@host:2113?tls=true',
      'DATABASE_URL must look like postgres://user:password@host:5432/database',
    ]);
    expect(readModel).toMatchObject({ kind: 'postgres', url: 'postgres://127.0.0.1/waybill' });
  });
});

describe('a mail server', () => {
  const server = { SMTP_URL: 'smtp://shop:p%40ss@mail.shop.example' };

  it.each([
    ['news@shop.example', { name: '', address: 'news@shop.example' }],
    ['The Shop <news@shop.example>', { name: 'The Shop', address: 'news@shop.example' }],
    ['"The Shop" <news@Shop.Example>', { name: 'The Shop', address: 'news@shop.example' }],
  ])('sends as %s, with encryption unless it is told otherwise', (from, read) => {
    const { email } = parseConfig({ ...server, EMAIL_FROM: from });
    expect(email).toEqual({ url: server.SMTP_URL, from: read, requiresTls: true });
    const { email: trusted } = parseConfig({ ...server, EMAIL_FROM: from, SMTP_TLS: 'optional' });
    expect(trusted?.requiresTls).toBe(false);
  });

  it.each<[Environment, string]>([
    [server, 'EMAIL_FROM is not set'],
    [{ EMAIL_FROM: 'news@shop.example' }, 'SMTP_URL is not set'],
    [{ SMTP_URL: 'http://mail.shop.example', EMAIL_FROM: 'news@shop.example' }, 'smtp://'],
    // Each would change how the mail library works: the first hides whether a text was sent.
    ...['?logger=true', '/?streamTransport=true', '?requireTLS=false', '#587'].map(
      (end): [Environment, string] => [
        { SMTP_URL: server.SMTP_URL + end, EMAIL_FROM: 'news@shop.example' },
        'SMTP_URL must end with the host or the port',
      ],
    ),
    [{ ...server, EMAIL_FROM: 'The Shop' }, 'EMAIL_FROM is no e-mail address'],
    [{ ...server, EMAIL_FROM: 'news@shop.example', SMTP_TLS: 'no' }, 'SMTP_TLS must be one of'],
  ])('has a mistake in %j', (environment, mistake) => {
    const mistakes = mistakesOf(environment);
    expect(mistakes).toEqual([expect.stringContaining(mistake)]);
    expect(mistakes.join()).not.toContain('p%40ss');
  });
});

describe('push', () => {
  const { publicKey, privateKey } = webPush.generateVAPIDKeys();
  const keys = {
    VAPID_SUBJECT: 'mailto:push@shop.example',
    VAPID_PUBLIC_KEY: publicKey,
    VAPID_PRIVATE_KEY: privateKey,
  };
  const serviceAccount = {
    project_id: 'shop',
    client_email: 'sender@shop.example',
    private_key: rsa.privateKey,
  };

  it('reads the keys of Web Push and a service account of Google', () => {
    const { push } = parseConfig({ ...keys, FCM_SERVICE_ACCOUNT: JSON.stringify(serviceAccount) });
    expect(push).toEqual({
      webPush: {
        subject: keys.VAPID_SUBJECT,
        publicKey,
        privateKey,
        allowsPrivateNetworks: false,
      },
      fcm: {
        projectId: 'shop',
        clientEmail: 'sender@shop.example',
        privateKey: rsa.privateKey,
        privateKeyId: null,
        tokenUri: 'https://oauth2.googleapis.com/token',
        apiHost: 'https://fcm.googleapis.com',
      },
    });
  });

  it.each<[Environment, string]>([
    [{ ...keys, VAPID_SUBJECT: undefined }, 'VAPID_SUBJECT is not set'],
    [{ ...keys, VAPID_SUBJECT: 'push@shop.example' }, 'mailto:'],
    [{ ...keys, VAPID_PUBLIC_KEY: webPush.generateVAPIDKeys().publicKey }, 'are no pair'],
    [{ FCM_SERVICE_ACCOUNT: '{"private_key":"secret"}' }, 'JSON of a service account'],
    [{ FCM_SERVICE_ACCOUNT_PATH: '/nowhere.json' }, 'FCM_SERVICE_ACCOUNT_PATH'],
  ])('has a mistake in %#', (environment, mistake) => {
    const mistakes = mistakesOf(environment);
    expect(mistakes).toEqual([expect.stringContaining(mistake)]);
    expect(mistakes.join()).not.toContain('secret');
  });
});

it('warns of a public address under which everybody could send, because there are no keys', () => {
  const warningsOf = (environment: Environment) => parseConfig(environment).warnings;
  const open = [expect.stringMatching(/^PUBLIC_URL is set, but API_KEYS is not: whoever reaches/)];
  expect(warningsOf({ PUBLIC_URL: 'https://waybill.example' })).toEqual(open);
  const { configured } = createApiKey('root', ['admin']);
  expect(warningsOf({ PUBLIC_URL: 'https://waybill.example', API_KEYS: configured })).toEqual([]);
  for (const here of ['http://localhost:3000', 'http://[::1]:3000', 'http://127.0.0.1']) {
    expect(warningsOf({ PUBLIC_URL: here })).toEqual([]);
  }
});

describe('a value in quotes', () => {
  it('refuses the start where it is the account, and is named elsewhere', () => {
    const quoted = { ...account, VONAGE_SIGNATURE_SECRET: '"k9Zr2-secret"' };
    expect(mistakesOf(quoted)).toEqual([
      expect.stringMatching(/^VONAGE_SIGNATURE_SECRET begins and ends with a quotation mark/),
    ]);
    const { warnings } = parseConfig({ DATA_DIR: "'./data'", EMAIL_FROM: '', OTHER: '"x"' });
    expect(warnings).toEqual([expect.stringMatching(/^DATA_DIR begins and ends/)]);
  });
});

it('takes a variable of spaces for one that is not set', () => {
  expect(parseConfig({ VONAGE_API_KEY: ' ', VAPID_SUBJECT: ' \r' })).toMatchObject({
    vonage: null,
    push: { webPush: null },
  });
});

describe('a misspelt variable', () => {
  it.each([
    ['VONAGE_APIKEY', 'VONAGE_API_KEY'],
    ['VONAGE_PRIVATE_KEY_PAHT', 'VONAGE_PRIVATE_KEY_PATH'],
    ['vonage_number', 'VONAGE_NUMBER'],
    ['VONAGE_SIGNATURE_SECRETS', 'VONAGE_SIGNATURE_SECRET'],
  ])('of the account refuses the start: %s', (name, meant) => {
    expect(mistakesOf({ ...account, [name]: 'x-4711' })).toEqual([
      `${name} is not a setting of Waybill: did you mean ${meant}?`,
    ]);
  });

  it.each([
    ['PORTT', 'PORT'],
    ['LOGLEVEL', 'LOG_LEVEL'],
    ['CONFIRM_WITHIN_SECOND', 'CONFIRM_WITHIN_SECONDS'],
    ['DATABASE_ULR', 'DATABASE_URL'],
    ['EVENT_STORE_URL', 'EVENTSTORE_URL'],
  ])('of another kind is named: %s', (name, meant) => {
    expect(parseConfig({ [name]: 'x' }).warnings).toEqual([
      `${name} is not a setting of Waybill: did you mean ${meant}?`,
    ]);
  });

  it.each(['HOSTNAME', 'PATH', 'HOME', 'PWD', 'LANG', 'NODE_ENV', 'PGPORT', 'POSTGRES_PASSWORD'])(
    'is not suspected in %s',
    (name) => {
      expect(parseConfig({ [name]: 'x' }).warnings).toEqual([]);
    },
  );

  it('is not suspected where nothing is set', () => {
    expect(parseConfig({ PORTT: ' ' }).warnings).toEqual([]);
  });
});

it('reports every mistake at once, by name, and never a value', () => {
  const wrong = {
    PORT: '70001',
    HOST: 'wrong-host.example',
    EVENT_STORE: 'wrong-store',
    READ_MODEL: 'wrong-model',
    API_KEYS: 'wrong-key',
    LOG_LEVEL: 'wrong-level',
    CONFIRM_WITHIN_SECONDS: '0',
    WEBHOOK_REJECT_STATUS: '4711',
    RETRY_ATTEMPTS_MAX: 'wrong-many',
    RETRY_FIRST_DELAY_SECONDS: '-4711',
    MESSAGES_PER_DAY_MAX: 'a-hundred-4711',
    COST_PER_DAY_MAX: '4711 EUR',
    MESSAGES_PER_RECIPIENT_HOUR_MAX: '-4711',
    COUNTRIES_ALLOWED: 'GB,Germany-4711',
    COUNTRIES_BLOCKED: 'France-4711',
    DRAIN_SECONDS: '4711',
    DEBUG: 'vonage:wrong',
    VONAGE_API_KEY: '',
    VONAGE_API_SECRET: '',
    VONAGE_APPLICATION_ID: '',
    VONAGE_NUMBER: 'wrong number',
    VONAGE_SIGNATURE_SECRET: '',
    VONAGE_PRIVATE_KEY: 'wrong-private-key',
    VONAGE_API_HOST: 'wrong-address',
    VONAGE_TIMEOUT_MS: '4711.5',
    VONAGE_REQUESTS_PER_SECOND: '0',
  };
  const mistakes = mistakesOf(wrong);
  const { HOST: _, ...named } = wrong;
  for (const name of Object.keys(named)) {
    expect(mistakes.filter((mistake) => mistake.startsWith(name)).length).toBeGreaterThan(0);
  }
  const text = new ConfigurationError(mistakes).message;
  expect(text).not.toMatch(/wrong|4711|70001/);
});

it.each([
  ['PORT', '3000.5'],
  ['PORT', 'http'],
  ['PORT', '-1'],
  ['CONFIRM_WITHIN_SECONDS', '604801'],
  ['WEBHOOK_REJECT_STATUS', '200'],
  ['LOG_LEVEL', 'loud'],
  ['RETRY_ATTEMPTS_MAX', '1000'],
])('refuses %s=%s', (name, value) => {
  expect(mistakesOf({ [name]: value })).toEqual([expect.stringContaining(name)]);
});

describe('.env.example', () => {
  const text = projectFile('.env.example');
  const lines = [...text.matchAll(/^#? ?([A-Z][A-Z0-9_]+)=(.*)$/gm)].map(
    ([, name = '', value = '']) => ({ name, value }),
  );
  const readByCommands = ['WAYBILL_URL', 'WAYBILL_API_KEY'];
  /** Settings without a default, which show a value that could be one. */
  const examples =
    'SMTP_URL EMAIL_FROM SMTP_TLS VAPID_SUBJECT FCM_SERVICE_ACCOUNT_PATH ANSWER_TO_STOP ANSWER_TO_START ANSWER_TO_HELP'.split(
      ' ',
    );

  it('changes nothing when it is copied as it is', () => {
    expect(parseConfig(parseEnv(text))).toEqual(parseConfig({}));
  });

  it('holds no quotes, which `docker run --env-file` would keep', () => {
    expect(lines.filter(({ value }) => /^["']/.test(value))).toEqual([]);
    expect(parseEnv('EMAIL_FROM=The Shop <news@example.com>')).toEqual({
      EMAIL_FROM: 'The Shop <news@example.com>',
    });
  });

  it('has a line for each setting', () => {
    const { VONAGE_PRIVATE_KEY: _, ...named } = account;
    const kinds = { EVENT_STORE: 'eventstoredb', READ_MODEL: 'postgres' };
    const all = Object.fromEntries(lines.map(({ name }) => [name, 'x']));
    const { environment, unread } = watchedEnvironment({ ...all, ...named, ...kinds }, [
      'VONAGE_API_KEY',
      'VAPID_SUBJECT',
    ]);
    mistakesOf(environment);
    expect(unread()).toEqual([]);

    const source = projectFile('src/config.ts');
    const reads = [
      ...source.matchAll(/\b(?:read\.\w+|read\w+)\(\s*(?:read, )?'([A-Z][A-Z0-9_]+)'/g),
    ];
    const names = reads.map(([, name = '']) => name).filter((name) => !/^DEBUG$|_$/.test(name));
    expect(names.length).toBeGreaterThan(50);
    for (const name of names) expect(text).toMatch(new RegExp(`\\b${name}\\b`));
  });

  it.each(
    lines.filter(
      ({ name, value }) =>
        value !== '' && !examples.includes(name) && !readByCommands.includes(name),
    ),
  )('shows the default of $name', ({ name, value }) => {
    const others = name.startsWith('VONAGE_') ? account : {};
    expect(parseConfig({ ...others, [name]: value })).toEqual(parseConfig(others));
  });
});
