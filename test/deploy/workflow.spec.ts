import { spawnSync } from 'node:child_process';
import { existsSync, globSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { Ajv } from 'ajv';
import { PROJECT, projectFile, yamlDocuments } from '../support/files/project-file.js';

interface Step {
  readonly uses?: string;
  readonly run?: string;
  readonly with?: Readonly<Record<string, string>>;
}

interface Job {
  readonly permissions?: Readonly<Record<string, string>>;
  readonly steps: readonly Step[];
  readonly env?: Readonly<Record<string, string>>;
  readonly strategy?: {
    readonly matrix: { readonly include: readonly { readonly image: string }[] };
  };
}

const text = { type: 'string' };
const workflowSchema = {
  type: 'object',
  required: ['name', 'on', 'permissions', 'jobs'],
  properties: {
    permissions: { const: { contents: 'read' } },
    jobs: {
      type: 'object',
      additionalProperties: {
        type: 'object',
        required: ['runs-on', 'timeout-minutes', 'steps'],
        properties: {
          'runs-on': { type: 'string', pattern: '^ubuntu-[0-9.]+$' },
          'timeout-minutes': { type: 'integer', maximum: 90 },
          steps: {
            type: 'array',
            items: {
              type: 'object',
              oneOf: [{ required: ['uses'] }, { required: ['run'] }],
              additionalProperties: false,
              properties: {
                id: text,
                name: text,
                uses: { type: 'string', pattern: '^[a-z-]+/[a-z-]+@[0-9a-f]{40}$' },
                run: text,
                if: text,
                with: { type: 'object' },
                env: { type: 'object' },
              },
            },
          },
        },
      },
    },
  },
};

interface Workflow {
  readonly jobs: Readonly<Record<string, Job>>;
}

const [workflow] = yamlDocuments('.github/workflows/ci.yml') as [Workflow];
const [release] = yamlDocuments('.github/workflows/release.yml') as [Workflow];
const [compose] = yamlDocuments('docker-compose.yml') as [
  { readonly services: Readonly<Record<string, { readonly image: string }>> },
];
const packages = JSON.parse(projectFile('package.json')) as {
  readonly scripts: Readonly<Record<string, string>>;
  readonly devDependencies: Readonly<Record<string, string>>;
};

const job = (name: string): Job => {
  const found = workflow.jobs[name];
  if (found === undefined) throw new Error(`there is no job ${name}`);
  return found;
};

const steps = [workflow, release].flatMap(({ jobs }) =>
  Object.values(jobs).flatMap((one) => one.steps),
);
const commandsOf = (list: readonly Step[]): string => list.map(({ run = '' }) => run).join('\n');

describe('the workflows', () => {
  it.each([
    ['checks', workflow],
    ['releases', release],
  ])('that %s have jobs with limits, and actions pinned by digest', (_name, file) => {
    const validate = new Ajv({ allErrors: true, strictRequired: false }).compile(workflowSchema);
    validate(file);
    expect(validate.errors).toBeNull();
  });

  it('releases only what passed every check', () => {
    const { check, ...others } = release.jobs as Readonly<
      Record<string, Job & { needs?: unknown }>
    >;
    expect(commandsOf(check?.steps ?? [])).toContain('.ci/run');
    for (const { needs } of Object.values(others)) {
      expect([needs].flat().some((name) => name === 'check' || name === 'image')).toBe(true);
    }
  });

  it.each([
    ['an older version of a package', '0.2.0', '0.1.0', 1],
    ['the same version everywhere', '0.2.0', '0.2.0', 0],
  ])('looks at the tag: %s', (_, version, ofPackage, status) => {
    const directory = mkdtempSync(join(tmpdir(), 'waybill-release-'));
    const write = (path: string, content: string) => {
      mkdirSync(dirname(join(directory, path)), { recursive: true });
      writeFileSync(join(directory, path), content);
    };
    write('CHANGELOG.md', `## [${version}] - 2026-12-01`);
    write('package.json', JSON.stringify({ version }));
    write('packages/client/package.json', JSON.stringify({ version: ofPackage }));
    const { steps: checks = [] } = release.jobs['check'] ?? {};
    const script = checks.find(({ run }) => run?.includes('GITHUB_REF_NAME') === true)?.run ?? '';
    const ended = spawnSync('bash', ['-e', '-c', script], {
      cwd: directory,
      env: { ...process.env, GITHUB_REF_NAME: `v${version}` },
    });
    rmSync(directory, { recursive: true });
    expect(ended.status).toBe(status);
  });

  it('gives rights to write to the jobs that need them only', () => {
    const writers = Object.entries(release.jobs).flatMap(([name, { permissions = {} }]) =>
      Object.entries(permissions)
        .filter(([, right]) => right === 'write')
        .map(([what]) => `${name}: ${what}`),
    );
    expect(writers).toEqual(['image: id-token', 'packages: id-token', 'notes: contents']);
  });

  it('publishes the packages by the identity token, under the repository that it names', () => {
    const { steps: publishing = [] } = release.jobs['packages'] ?? {};
    const commands = commandsOf(publishing);
    expect(commands).toMatch(/pkg set "repository\.url=git\+\$GITHUB_SERVER_URL[^]*npm publish/);
    // npm prefers a token where it has one.
    expect(JSON.stringify(publishing)).not.toMatch(/TOKEN|secrets|registry/);
  });

  it('runs the checks of the project with the Node that the project brings', () => {
    expect(commandsOf(job('check').steps)).toContain('.ci/run');
    const versions = steps.flatMap((step) => step.with?.['node-version'] ?? []);
    expect(new Set(versions)).toEqual(new Set([packages.devDependencies['node']]));
  });

  it('runs only scripts and files that exist', () => {
    const commands = commandsOf(steps);
    const scripts = [...commands.matchAll(/npm (?:run )?([\w:-]+)/g)].map(
      (match) => match[1] ?? '',
    );
    expect(['ci', 'pkg', 'publish', ...Object.keys(packages.scripts)]).toEqual(
      expect.arrayContaining(scripts),
    );
    const files = [...commands.matchAll(/(?:\.ci|test|deploy)\/[\w./-]+/g)].map(([path]) => path);
    expect(files.length).toBeGreaterThan(2);
    for (const file of files) expect(existsSync(join(PROJECT, file))).toBe(true);
    for (const [, program = ''] of commands.matchAll(/dist\/([\w./-]+)\.js/g)) {
      // A command lies in the room of what it is about.
      const source = `**/${basename(program)}.ts`;
      expect(globSync(source, { cwd: join(PROJECT, 'src', dirname(program)) })).toHaveLength(1);
    }
  });

  it('holds the store contract against real servers, the one of the compose file among them', () => {
    const { strategy, env, steps: contract } = job('event-store');
    const images = strategy?.matrix.include.map(({ image }) => image) ?? [];
    expect(images).toContain(compose.services['eventstoredb']?.image);
    for (const image of images) expect(image).toMatch(/:\d+\.\d+\.\d+/);
    expect(env?.['EVENTSTORE_TEST_URL']).toMatch(/^esdb:\/\//);
    const spec = 'test/adapters/event-store/eventstoredb/eventstoredb.spec.ts';
    expect(commandsOf(contract)).toContain(spec);
    expect(projectFile(spec)).toContain('EVENTSTORE_TEST_URL');
  });

  it('builds the image, starts the compose file, sends a message and stops it', () => {
    const commands = commandsOf(job('image').steps);
    expect(commands).toMatch(/docker compose config/);
    expect(commands).toMatch(/docker compose up .*--build --wait/);
    expect(commands).toMatch(/send\.js/);
    expect(commands).toMatch(/ExitCode/);
  });
});
