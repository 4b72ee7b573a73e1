import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv } from 'ajv';
import { VonageSmsGateway } from '../../src/adapters/vonage/vonage-sms-gateway.js';
import { findApiKey } from '../../src/application/access/api-keys.js';
import { parseConfig, type Config } from '../../src/config.js';
import {
  startSandbox,
  type Sandbox,
  readCommand,
  type SandboxSettings,
  createSandboxCredentials,
} from 'vonage-sandbox';
import { watchedEnvironment } from '../support/facts/environment-read.js';
import { PROJECT, projectFile, yamlDocuments } from '../support/files/project-file.js';

interface ComposeService {
  readonly image: string;
  readonly build?: string;
  readonly command?: readonly string[];
  readonly ports?: readonly string[];
  readonly volumes?: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
  readonly secrets?: readonly string[];
  readonly depends_on?: Readonly<Record<string, { readonly condition: string }>>;
  readonly healthcheck: { readonly test: readonly string[] };
  readonly deploy?: { readonly replicas: number };
  readonly read_only?: boolean;
  readonly cap_drop?: readonly string[];
}

interface Compose {
  readonly services: Readonly<Record<string, ComposeService>>;
  readonly volumes: Readonly<Record<string, null>>;
  readonly secrets: Readonly<Record<string, { readonly file: string }>>;
}

/** The keys that every service of the file must have, and the only ones that it may have. */
const text = { type: 'string' };
const texts = { type: 'array', items: text, minItems: 1 };
const duration = { type: 'string', pattern: '^[0-9]+(ms|s|m)$' };
const composeSchema = {
  type: 'object',
  required: ['services', 'volumes', 'secrets'],
  properties: {
    services: {
      type: 'object',
      additionalProperties: {
        type: 'object',
        required: ['image', 'healthcheck', 'restart'],
        additionalProperties: false,
        properties: {
          image: text,
          build: text,
          platform: text,
          command: texts,
          init: { type: 'boolean' },
          read_only: { const: true },
          tmpfs: texts,
          cap_drop: { const: ['ALL'] },
          security_opt: { const: ['no-new-privileges:true'] },
          restart: { const: 'unless-stopped' },
          ports: texts,
          volumes: texts,
          environment: { type: 'object', additionalProperties: text },
          secrets: texts,
          shm_size: text,
          stop_grace_period: duration,
          deploy: {
            type: 'object',
            required: ['replicas'],
            properties: { replicas: { type: 'integer', minimum: 1 } },
          },
          depends_on: {
            type: 'object',
            additionalProperties: {
              type: 'object',
              required: ['condition'],
              properties: { condition: { const: 'service_healthy' } },
            },
          },
          healthcheck: {
            type: 'object',
            required: ['test', 'interval', 'timeout', 'retries'],
            additionalProperties: false,
            properties: {
              test: { type: 'array', items: text, minItems: 2, contains: { const: 'CMD' } },
              interval: duration,
              timeout: duration,
              start_period: duration,
              retries: { type: 'integer', minimum: 1 },
            },
          },
        },
      },
    },
  },
};

const [compose] = yamlDocuments('docker-compose.yml') as [Compose];
const proxySettings = projectFile('deploy/proxy/haproxy.cfg');

const service = (name: string): ComposeService => {
  const found = compose.services[name];
  if (found === undefined) throw new Error(`there is no service ${name}`);
  return found;
};

/** Replaces the container's paths of secrets by those in the project. */
const environmentOf = (name: string): Readonly<Record<string, string>> =>
  Object.fromEntries(
    Object.entries(service(name).environment ?? {}).map(([variable, value]) => {
      const secret = /^\/run\/secrets\/(\w+)$/.exec(value)?.[1];
      return [variable, secret === undefined ? value : secretFile(name, secret)];
    }),
  );

function secretFile(name: string, secret: string): string {
  if (service(name).secrets?.includes(secret) !== true) throw new Error(`${name} lacks ${secret}`);
  return join(PROJECT, compose.secrets[secret]?.file ?? 'missing');
}

const serviceConfig = (): Config => parseConfig({ HOST: '0.0.0.0', ...environmentOf('service') });

function sandboxSettings(): SandboxSettings {
  const command = readCommand([], environmentOf('sandbox'));
  if (command.kind !== 'start') throw new Error(JSON.stringify(command));
  return command.settings;
}

describe('docker-compose.yml', () => {
  it('says of every service what it needs, and nothing that Compose does not know', () => {
    const validate = new Ajv({ allErrors: true }).compile(composeSchema);
    validate(compose);
    expect(validate.errors).toBeNull();
  });

  it('pins every image that is not built here', () => {
    const images = Object.values(compose.services)
      .filter(({ build }) => build === undefined)
      .map(({ image }) => image);
    expect(images).not.toEqual([]);
    for (const image of images)
      expect(image).toMatch(/^[a-z./-]+:\d+(\.\d+)+(-[a-z]+)?@sha256:[0-9a-f]{64}$/);
  });

  it('waits only for services that it starts', () => {
    for (const { depends_on: dependencies = {} } of Object.values(compose.services)) {
      for (const name of Object.keys(dependencies)) expect(service(name)).toBeDefined();
    }
  });

  it('keeps what the databases hold in volumes with names', () => {
    const used = ['eventstoredb', 'postgres'].flatMap((name) =>
      (service(name).volumes ?? []).map((volume) => volume.split(':')[0]),
    );
    expect(new Set(used)).toEqual(new Set(Object.keys(compose.volumes)));
  });

  it('publishes ports to this machine only', () => {
    for (const { ports = [] } of Object.values(compose.services)) {
      for (const port of ports) expect(port).toMatch(/^127\.0\.0\.1:\d+:\d+$/);
    }
    expect(service('service').ports).toBeUndefined();
  });

  it('mounts files that exist', () => {
    for (const { file } of Object.values(compose.secrets)) {
      expect(existsSync(join(PROJECT, file))).toBe(true);
    }
    expect(service('proxy').volumes).toEqual(['./deploy/proxy:/usr/local/etc/haproxy:ro']);
  });
});

describe('the service in docker-compose.yml', () => {
  it('runs twice, on EventStoreDB and PostgreSQL, with a key for the API', () => {
    expect(service('service').deploy?.replicas).toBe(2);
    const config = serviceConfig();
    expect(config.eventStore.kind).toBe('eventstoredb');
    expect(config.readModel.kind).toBe('postgres');
    // Without it each replica would sign a log of its own.
    expect(config.log.signingKey).not.toBeNull();
    expect(findApiKey(config.apiKeys, 'wb_public-key-for-development-only')).toBeDefined();
  });

  it('sets nothing that the service does not read', () => {
    const { environment, unread } = watchedEnvironment(environmentOf('service'), [
      'VONAGE_API_KEY',
    ]);
    parseConfig(environment);
    expect(unread()).toEqual([]);
  });

  it('names databases by the names, users and passwords that they have', () => {
    const database = service('postgres').environment ?? {};
    const url = new URL(environmentOf('service')['DATABASE_URL'] ?? '');
    expect([url.username, url.password, url.pathname]).toEqual([
      database['POSTGRES_USER'],
      database['POSTGRES_PASSWORD'],
      `/${database['POSTGRES_DB']}`,
    ]);
    expect(service(url.hostname)).toBeDefined();
    const store = new URL(environmentOf('service')['EVENTSTORE_URL'] ?? '');
    expect(service(store.hostname)).toBeDefined();
  });

  it('is found by the proxy at the port where the image listens', () => {
    const listens = /PORT=(\d+)/.exec(projectFile('Dockerfile'))?.[1];
    expect(proxySettings).toMatch(new RegExp(`server-template \\w+ \\d+ service:${listens} `));
  });
});

describe('the sandbox in docker-compose.yml', () => {
  it('sets nothing that the sandbox does not read', () => {
    const { environment, unread } = watchedEnvironment(environmentOf('sandbox'));
    expect(readCommand([], environment).kind).toBe('start');
    expect(unread()).toEqual([]);
  });

  it('sends its callbacks through the proxy', () => {
    const port = /^\s*bind :(\d+)$/m.exec(proxySettings)?.[1];
    const { statusUrl, inboundUrl } = sandboxSettings();
    expect(statusUrl).toBe(`http://proxy:${port}/webhooks/status`);
    expect(inboundUrl).toBe(`http://proxy:${port}/webhooks/inbound`);
    expect(service('proxy').ports).toEqual([`127.0.0.1:3000:${port}`]);
  });

  it('is where the service expects Vonage, with the same account', () => {
    const { vonage } = serviceConfig();
    const { port, apiKey, apiSecret, applicationId, signatureSecret } = sandboxSettings();
    expect(vonage).toMatchObject({
      apiHost: `http://sandbox:${port}`,
      apiKey,
      apiSecret,
      applicationId,
      signatureSecrets: [signatureSecret],
    });
  });

  it('takes a message that is signed with the private key of the service', async () => {
    const { vonage } = serviceConfig();
    if (vonage === null) throw new Error('the account is set');
    const sandbox: Sandbox = await startSandbox({
      ...(await createSandboxCredentials()),
      ...sandboxSettings(),
      host: '127.0.0.1',
      port: 0,
      statusUrl: null,
      inboundUrl: null,
    });
    try {
      const gateway = new VonageSmsGateway({ ...vonage, apiHost: sandbox.url });
      const outcome = await gateway.send({
        clientRef: '0195f000-0000-7000-8000-000000000001.1',
        channel: 'sms',
        to: '447700980000',
        from: vonage.number,
        text: 'Hello',
        encoding: 'auto',
        ttlSeconds: null,
      });
      expect(outcome).toMatchObject({ kind: 'accepted' });
    } finally {
      await sandbox.stop();
    }
  });

  it('shares keys with nobody: they say that they are fake', () => {
    for (const [name, { file }] of Object.entries(compose.secrets)) {
      expect(name).toMatch(/^fake_/);
      expect(file).toMatch(/^\.\/deploy\/development\/fake-/);
    }
    const hash = createHash('sha256').update('wb_public-key-for-development-only').digest('hex');
    expect(environmentOf('service')['API_KEYS']).toContain(hash);
    expect(projectFile('docker-compose.yml')).toContain('FOR DEVELOPMENT ONLY');
  });
});
