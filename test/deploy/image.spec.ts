import { execFile } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { createServer } from 'node:http';
import { isBuiltin } from 'node:module';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { PROJECT, projectFile } from '../support/files/project-file.js';

const packages = JSON.parse(projectFile('package.json')) as {
  readonly dependencies: Readonly<Record<string, string>>;
  readonly devDependencies: Readonly<Record<string, string>>;
};

const dockerfile = projectFile('Dockerfile')
  .split('\n')
  .filter((line) => line !== '' && !line.startsWith('#'));
const finalStage = dockerfile.slice(dockerfile.findLastIndex((line) => line.startsWith('FROM ')));
const instruction = (name: string): string | undefined =>
  finalStage.find((line) => line.startsWith(`${name} `))?.slice(name.length + 1);

/** Matches the `@scope/name` or `name` of a line's import. */
const PACKAGE =
  /^(?:import |(?:import|export) [^'"]* from |\} from )'((?:@[^/']+\/)?[^./'][^/']*)[^']*';$/gm;

function packagesImportedBy(source: string): readonly string[] {
  // Type imports do not exist in production.
  const code = source.replaceAll(/^import type [^;]*;$/gm, '');
  const names = [...code.matchAll(PACKAGE)].map((match) => match[1] ?? '');
  return names.filter((name) => !isBuiltin(name));
}

describe('production dependencies', () => {
  const sources = readdirSync(join(PROJECT, 'src'), { recursive: true, encoding: 'utf8' }).filter(
    (path) => path.endsWith('.ts'),
  );

  it('name every package that the program imports', () => {
    const missing = sources.flatMap((path) =>
      packagesImportedBy(projectFile(join('src', path)))
        .filter((name) => !(name in packages.dependencies))
        .map((name) => `${path} imports ${name}`),
    );
    expect(missing).toEqual([]);
  });

  it('are recognised in every form of an import', () => {
    const source = `import 'alpha';
import { a } from 'beta/sub.js';
import type { T } from 'only-a-type';
import {
  b,
} from '@gamma/delta/deep.js';
import fs from 'node:fs';
import { c } from './own.js';
export { d } from 'epsilon';`;
    expect(packagesImportedBy(source)).toEqual(['alpha', 'beta', '@gamma/delta', 'epsilon']);
  });
});

describe('the image', () => {
  it('runs on the version of Node that the tests run on', () => {
    const base = /^ARG NODE_IMAGE=node:([\d.]+)-[a-z-]+@sha256:[0-9a-f]{64}$/.exec(
      dockerfile[0] ?? '',
    )?.[1];
    expect(base).toBe(packages.devDependencies['node']);
    expect(finalStage[0]).toBe('FROM ${NODE_IMAGE}');
  });

  it('gets only what it runs: production dependencies, the program, the health check', () => {
    const copied = finalStage.filter((line) => /^(COPY|ADD) /.test(line));
    expect(copied).toEqual([
      'COPY --from=dependencies /build/node_modules ./node_modules',
      'COPY --from=build /build/dist ./dist',
      'COPY package.json deploy/healthcheck.mjs ./',
    ]);
    const dependencies = dockerfile.indexOf('FROM ${NODE_IMAGE} AS dependencies');
    expect(dockerfile.slice(dependencies)).toContain('RUN npm ci --omit=dev --ignore-scripts');
  });

  it('is not root, and writes to its volume only', () => {
    expect(instruction('USER')).toMatch(/^[1-9]\d*:[1-9]\d*$/);
    expect(instruction('VOLUME')).toBe('/data');
    expect(instruction('ENV')).toContain('DATA_DIR=/data');
  });

  it('hands the signal to stop to Node itself', () => {
    expect(instruction('STOPSIGNAL')).toBe('SIGTERM');
    expect(JSON.parse(instruction('CMD') ?? '')).toEqual([
      'node',
      '--max-semi-space-size=16',
      '--max-old-space-size=1024',
      'dist/main.js',
    ]);
    expect(instruction('ENTRYPOINT')).toBeUndefined();
  });

  it('is built from named files, so that no secret of the folder gets in', () => {
    const rules = projectFile('.dockerignore')
      .split('\n')
      .filter((line) => line !== '' && !line.startsWith('#'));
    expect(rules[0]).toBe('*');
    const allowed = rules.slice(1).map((rule) => rule.replace('!', ''));
    const needed = dockerfile
      .filter((line) => line.startsWith('COPY ') && !line.includes('--from='))
      .flatMap((line) => line.split(' ').slice(1, -1))
      .map((path) => path.replace('./', ''));
    expect(allowed.toSorted()).toEqual([...new Set(needed)].toSorted());
  });
});

describe('the health check', () => {
  const check = (port: number, path?: string): Promise<number> =>
    promisify(execFile)(
      process.execPath,
      [join(PROJECT, 'deploy/healthcheck.mjs'), ...(path === undefined ? [] : [path])],
      { env: { PORT: String(port) } },
    ).then(
      () => 0,
      (error: { readonly code: number }) => error.code,
    );

  it('is healthy when the answer is, and otherwise not', async () => {
    const server = createServer((request, response) => {
      response.writeHead(request.url === '/health/live' ? 200 : 503).end();
    });
    await new Promise<void>((resolve) => {
      server.listen(0, '127.0.0.1', resolve);
    });
    const { port } = server.address() as AddressInfo;
    expect(await check(port)).toBe(0);
    expect(await check(port, '/health/ready')).toBe(1);
    expect(await check(port, `http://127.0.0.1:${port}/health/live`)).toBe(0);
    await new Promise((resolve) => {
      server.close(resolve);
    });
    expect(await check(port)).toBe(1);
  });
});
