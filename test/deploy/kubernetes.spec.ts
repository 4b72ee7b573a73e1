import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Ajv } from 'ajv';
import { parseConfig } from '../../src/config.js';
import { watchedEnvironment } from '../support/facts/environment-read.js';
import { PROJECT, projectFile, yamlDocuments } from '../support/files/project-file.js';

const FOLDER = 'deploy/kubernetes';

interface Manifest {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: { readonly name: string };
}

interface Kustomization {
  readonly resources: readonly string[];
  readonly labels: readonly [
    { readonly pairs: Readonly<Record<string, string>>; readonly includeSelectors: boolean },
  ];
  readonly images: readonly [{ readonly name: string; readonly newTag: string }];
  readonly configMapGenerator: readonly [
    { readonly name: string; readonly envs: readonly string[] },
  ];
}

interface Secret extends Manifest {
  readonly stringData: Readonly<Record<string, string>>;
}

const [kustomization] = yamlDocuments(`${FOLDER}/kustomization.yaml`) as [Kustomization];
const manifests = kustomization.resources.flatMap(
  (file) => yamlDocuments(`${FOLDER}/${file}`) as readonly Manifest[],
);
const secrets = yamlDocuments(`${FOLDER}/secrets.example.yaml`) as readonly Secret[];
const settings = Object.fromEntries(
  projectFile(`${FOLDER}/settings.env`)
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'))
    .map((line) => line.split(/=(.*)/s, 2) as [string, string]),
);

const manifest = (kind: string): Manifest => {
  const found = manifests.filter((one) => one.kind === kind);
  if (found.length !== 1) throw new Error(`there are ${found.length} of ${kind}`);
  return found[0] as Manifest;
};

interface PodSpec {
  readonly containers: readonly [
    {
      readonly args?: readonly string[];
      readonly resources: { readonly limits: { readonly memory: string } };
      readonly volumeMounts: readonly { readonly name: string; readonly mountPath: string }[];
    },
  ];
  readonly volumes: readonly { readonly name: string }[];
}

const podSpec = (): PodSpec =>
  (
    manifest('Deployment') as unknown as {
      readonly spec: { readonly template: { readonly spec: PodSpec } };
    }
  ).spec.template.spec;

/** Validates the required content of a manifest; other content is allowed. */
const errorsOf = (value: unknown, schema: object): unknown => {
  const validate = new Ajv({ allErrors: true, strictTypes: false, strictRequired: false }).compile(
    schema,
  );
  validate(value);
  return validate.errors;
};

const object = (properties: Readonly<Record<string, object>>): object => ({
  type: 'object',
  required: Object.keys(properties),
  properties,
});

const probe = (path: string): object =>
  object({ httpGet: object({ path: { const: path }, port: { const: 'http' } }) });

const quantities = (...names: readonly string[]): object =>
  object(
    Object.fromEntries(
      names.map((name) => [name, { type: 'string', pattern: '^[0-9]+(m|Mi|Gi)?$' }]),
    ),
  );

const containerSchema = object({
  ports: { contains: object({ name: { const: 'http' }, containerPort: { const: 3000 } }) },
  securityContext: object({
    allowPrivilegeEscalation: { const: false },
    readOnlyRootFilesystem: { const: true },
    capabilities: object({ drop: { const: ['ALL'] } }),
  }),
  resources: object({ requests: quantities('cpu', 'memory'), limits: quantities('memory') }),
  startupProbe: probe('/health/live'),
  livenessProbe: probe('/health/live'),
  readinessProbe: probe('/health/ready?part=ledger'),
});

const deploymentSchema = object({
  spec: object({
    replicas: { type: 'integer', minimum: 2 },
    strategy: object({ rollingUpdate: object({ maxUnavailable: { const: 0 } }) }),
    template: object({
      spec: object({
        automountServiceAccountToken: { const: false },
        securityContext: object({ runAsNonRoot: { const: true }, runAsUser: { minimum: 1 } }),
        // The service gives itself 30 s to stop, after 5 s for the load balancers.
        terminationGracePeriodSeconds: { minimum: 35 },
        containers: { items: containerSchema, minItems: 1, maxItems: 1 },
      }),
    }),
  }),
});

describe('the manifests', () => {
  it('are all part of the kustomization, except the example of secrets', () => {
    const files = readdirSync(join(PROJECT, FOLDER)).filter((file) => file.endsWith('.yaml'));
    const other = ['kustomization.yaml', 'secrets.example.yaml'];
    expect(files.filter((file) => !other.includes(file)).toSorted()).toEqual(
      kustomization.resources.toSorted(),
    );
    for (const { apiVersion, kind, metadata } of manifests) {
      expect([apiVersion, kind, metadata.name]).toEqual([
        expect.any(String),
        expect.any(String),
        'waybill',
      ]);
    }
  });

  it('run several instances, probed, limited, without privileges and with a read-only file system', () => {
    expect(errorsOf(manifest('Deployment'), deploymentSchema)).toBeNull();
  });

  it('keep the heap below the limit of memory, or the kernel ends what only garbage has filled', () => {
    const [container] = podSpec().containers;
    const limit = Number(/^(\d+)Mi$/.exec(container.resources.limits.memory)?.[1]);
    const flags = (container.args ?? []).join(' ');
    const heap = Number(/--max-old-space-size=(\d+)/.exec(flags)?.[1]);
    expect(heap).toBeLessThan(0.75 * limit);
    expect(container.args?.slice(-1)).toEqual(['dist/main.js']);
  });

  it('have a place for uploads and temporary files, which a read-only file system lacks', () => {
    const { containers, volumes } = podSpec();
    const mount = containers[0].volumeMounts.find(({ mountPath }) => mountPath === '/tmp');
    const volume = volumes.find(({ name }) => name === mount?.name);
    expect(volume).toMatchObject({ emptyDir: { sizeLimit: expect.any(String) } });
  });

  it('are refused by these tests when a probe or a limit is taken out', () => {
    const broken = JSON.parse(JSON.stringify(manifest('Deployment'))) as {
      spec: {
        template: { spec: { containers: [{ livenessProbe?: object; resources?: object }] } };
      };
    };
    const [container] = broken.spec.template.spec.containers;
    delete container.livenessProbe;
    delete container.resources;
    expect(errorsOf(broken, deploymentSchema)).toHaveLength(2);
  });

  it('let a drained node take one of exactly these pods', () => {
    const pods = kustomization.labels[0];
    expect(pods.includeSelectors).toBe(true);
    const isAboutThem = object({ matchLabels: { const: pods.pairs } });
    expect(
      errorsOf(
        manifest('PodDisruptionBudget'),
        object({ spec: object({ maxUnavailable: { const: 1 }, selector: isAboutThem }) }),
      ),
    ).toBeNull();
    expect(
      errorsOf(manifest('NetworkPolicy'), object({ spec: object({ podSelector: isAboutThem }) })),
    ).toBeNull();
  });

  it('publish webhooks and the API, and neither metrics nor health', () => {
    const paths = [...JSON.stringify(manifest('Ingress')).matchAll(/"path":"([^"]+)"/g)];
    expect(paths.map((match) => match[1])).toEqual(['/webhooks', '/v1']);
  });

  it('name the host of the ingress, after which the transparency log is named for ever', () => {
    const [, host] = /"host":"([^"]+)"/.exec(JSON.stringify(manifest('Ingress'))) ?? [];
    expect(settings['PUBLIC_URL']).toBe(`https://${host}`);
  });

  it('name secrets and hold none', () => {
    const deployment = JSON.stringify(manifest('Deployment'));
    for (const { metadata } of secrets) expect(deployment).toContain(`"${metadata.name}"`);
    expect(deployment).toContain(`"${kustomization.configMapGenerator[0].name}"`);
    expect(manifests.map(({ kind }) => kind)).not.toContain('Secret');
    expect(deployment).not.toMatch(/"env":/);
  });

  it('take the image as the release of this version tags it', () => {
    const { version } = JSON.parse(projectFile('package.json')) as { readonly version: string };
    const release = projectFile('.github/workflows/release.yml');
    expect(release).toContain("tags: ['v[0-9]+.[0-9]+.[0-9]+']");
    expect(release).toContain('tags: ${{ vars.IMAGE }}:${{ github.ref_name }}');
    expect(kustomization.images[0]).toMatchObject({ name: 'waybill', newTag: `v${version}` });
  });

  it('together with the secrets are a configuration that the service accepts and reads', () => {
    const directory = mkdtempSync(join(tmpdir(), 'waybill-manifests-'));
    const keyFile = join(directory, 'private.key');
    const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
    writeFileSync(keyFile, privateKey.export({ type: 'pkcs8', format: 'pem' }));
    const signing = generateKeyPairSync('ed25519').privateKey;
    expect(settings['VONAGE_PRIVATE_KEY_PATH']).toBe(mountedKey());
    const { environment, unread } = watchedEnvironment(
      {
        HOST: '0.0.0.0',
        ...settings,
        ...secrets.find(({ metadata }) => metadata.name === 'waybill-secrets')?.stringData,
        VONAGE_PRIVATE_KEY_PATH: keyFile,
        MASTER_KEY: randomBytes(32).toString('base64'),
        LOG_SIGNING_KEY: signing.export({ type: 'pkcs8', format: 'pem' }).toString(),
      },
      ['VONAGE_API_KEY'],
    );
    const config = parseConfig(environment);
    rmSync(directory, { recursive: true });
    expect(unread()).toEqual([]);
    expect(config.eventStore.kind).toBe('eventstoredb');
    expect(config.readModel.kind).toBe('postgres');
    expect(config.log.signingKey).not.toBeNull();
    expect(config.masterKeys.keys).toHaveLength(1);
  });
});

/** Returns the path where the deployment mounts the file of the secret. */
function mountedKey(): string {
  const keys = secrets.find(({ metadata }) => metadata.name === 'waybill-private-key');
  const [file = ''] = Object.keys(keys?.stringData ?? {});
  const mount = /"name":"private-key","mountPath":"([^"]+)"/.exec(
    JSON.stringify(manifest('Deployment')),
  );
  return `${mount?.[1]}/${file}`;
}
