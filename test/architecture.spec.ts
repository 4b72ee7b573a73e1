import { fileURLToPath } from 'node:url';
import { readImports, readSources, type SourceFile } from './support/files/imports.js';

const sources = await readSources(fileURLToPath(new URL('../src', import.meta.url)));

type Rule = (file: SourceFile) => readonly string[];

const isOurs = (name: string): boolean => name.endsWith('.ts');
const isInside = (folder: string) => (path: string) => path.startsWith(`${folder}/`);
const inDomain = isInside('domain');
const inApplication = isInside('application');

/** The composition root: the files beside the folders, and folders for parts of that work. */
const isComposition = (path: string): boolean =>
  /^(?:(?:demo|(?:commands|threads)(?:\/\w+)?)\/)?[^/]+$/.test(path);

/** Each technology has a folder of its own inside an adapter with several implementations. */
const TECHNOLOGIES = ['sqlite', 'postgres', 'memory', 'eventstoredb', 'one-instance'];

/** Returns `adapters/http`, or `adapters/event-store/sqlite` where the path contains a technology's folder. */
function adapterOf(path: string): string | undefined {
  const [top, adapter, ...rest] = path.split('/');
  if (top !== 'adapters' || adapter === undefined) return undefined;
  const technology = rest.slice(0, -1).find((folder) => TECHNOLOGIES.includes(folder));
  return technology === undefined ? `${top}/${adapter}` : `${top}/${adapter}/${technology}`;
}

/**
 * The rooms that adapters share: how a schema of PostgreSQL is used, the guard of addresses and the reading of
 * `Retry-After`, the collection of a thread's garbage, and how directories and SQLite files are opened. They know no adapter.
 */
const sharedRooms = [
  'adapters/postgres',
  'adapters/guarded-http',
  'adapters/garbage',
  'adapters/files',
].map(isInside);
const isSharedByAdapters = (name: string): boolean => sharedRooms.some((isIn) => isIn(name));

/** Each rule returns the imports of a file that it forbids. */
const rules = {
  'the domain imports the domain and the library that knows phone numbers': ({ path, imports }) =>
    inDomain(path)
      ? imports.filter((name) => !inDomain(name) && !name.startsWith('libphonenumber-js/'))
      : [],

  'the application imports the domain, itself and Node, and Nest only in its modules': ({
    path,
    imports,
  }) =>
    inApplication(path)
      ? imports.filter((name) => {
          const isNest = path.endsWith('.module.ts') && name === '@nestjs/common';
          return !(inDomain(name) || inApplication(name) || name.startsWith('node:') || isNest);
        })
      : [],

  'an adapter never imports another adapter': ({ path, imports }) => {
    const own = adapterOf(path);
    if (own === undefined) return [];
    return imports.filter((name) => {
      const other = adapterOf(name);
      // Files directly in a split adapter's folder are shared by its implementations, and choose among them.
      const isShared = other !== undefined && own.startsWith(`${other}/`);
      const isChoice = other !== undefined && other.startsWith(`${own}/`);
      return (
        other !== undefined && other !== own && !isShared && !isChoice && !isSharedByAdapters(name)
      );
    });
  },

  'an adapter imports nothing of ours but the domain, the application and itself': ({
    path,
    imports,
  }) =>
    adapterOf(path) === undefined
      ? []
      : imports.filter(
          (name) =>
            isOurs(name) &&
            !inDomain(name) &&
            !inApplication(name) &&
            adapterOf(name) === undefined,
        ),

  'only the demonstration knows the sandbox': ({ path, imports }) =>
    path.startsWith('demo/') ? [] : imports.filter((name) => name === 'vonage-sandbox'),

  'only the composition knows several sides': ({ path, imports }) => {
    const sides = new Set([...imports, path].map(adapterOf).filter((one) => one !== undefined));
    const isInAdapter = adapterOf(path) !== undefined;
    return isComposition(path) || isInAdapter || sides.size === 0 ? [] : imports.filter(adapterOf);
  },

  'nothing imports the composition but the composition': ({ path, imports }) =>
    isComposition(path) ? [] : imports.filter((name) => isOurs(name) && isComposition(name)),

  'there are no barrels': ({ path, imports }) =>
    [path, ...imports].filter((name) => /(^|\/)index\.ts$/.test(name)),
} satisfies Readonly<Record<string, Rule>>;

type RuleName = keyof typeof rules;

const violations = (rule: RuleName, files: readonly SourceFile[]): readonly string[] =>
  files.flatMap((file) => rules[rule](file).map((name) => `${file.path} imports ${name}`));

it('reads every source with its imports', () => {
  expect(sources.length).toBeGreaterThan(150);
  const byPath = new Map(sources.map(({ path, imports }) => [path, imports]));
  expect(byPath.get('service.ts')).toEqual(
    expect.arrayContaining(['reflect-metadata', '@nestjs/core', 'app.module.ts']),
  );
  const known = new Set(byPath.keys());
  const dangling = sources.flatMap(({ path, imports }) =>
    imports.filter((name) => isOurs(name) && !known.has(name)).map((name) => `${path}: ${name}`),
  );
  expect(dangling).toEqual([]);
});

it.each(Object.keys(rules) as RuleName[])('%s', (rule) => {
  expect(violations(rule, sources)).toEqual([]);
});

/** Finds import cycles between files. Types count too; a thread is started and not imported. */
function circlesIn(files: readonly SourceFile[]): readonly string[] {
  const isImported = (name: string): boolean => !name.endsWith('.worker.ts');
  const importsOf = new Map(files.map(({ path, imports }) => [path, imports.filter(isImported)]));
  const reachedFrom = (start: string): ReadonlySet<string> => {
    const reached = new Set<string>();
    const open = [...(importsOf.get(start) ?? [])];
    for (let name = open.pop(); name !== undefined; name = open.pop()) {
      if (reached.has(name)) continue;
      reached.add(name);
      open.push(...(importsOf.get(name) ?? []));
    }
    return reached;
  };
  return files.map(({ path }) => path).filter((path) => reachedFrom(path).has(path));
}

const FOLDER_FILES_MAX = 14;

/** Ports are one list of everything that the application needs. */
const isLongOnPurpose = (folder: string): boolean => folder === 'application/ports';

function crowdedFoldersIn(paths: readonly string[]): readonly string[] {
  const counts = new Map<string, number>();
  for (const path of paths) {
    const folder = path.split('/').slice(0, -1).join('/');
    counts.set(folder, (counts.get(folder) ?? 0) + 1);
  }
  return [...counts]
    .filter(([folder, files]) => files > FOLDER_FILES_MAX && !isLongOnPurpose(folder))
    .map(([folder, files]) => `${folder} has ${files} files`);
}

it('has no circle of imports', () => {
  expect(circlesIn(sources)).toEqual([]);
  const circle = [readImports('a.ts', `import { b } from './b.js';`)];
  expect(circlesIn(circle)).toEqual([]);
  circle.push(readImports('b.ts', `import type { A } from './a.js';`));
  expect(circlesIn(circle)).toEqual(['a.ts', 'b.ts']);
});

it(`has no folder of more than ${FOLDER_FILES_MAX} files`, () => {
  const paths = sources.map(({ path }) => path);
  expect(crowdedFoldersIn(paths)).toEqual([]);
  const many = Array.from({ length: FOLDER_FILES_MAX + 1 }, (_, index) => `domain/x/${index}.ts`);
  expect(crowdedFoldersIn(many)).toEqual(['domain/x has 15 files']);
  expect(crowdedFoldersIn(many.slice(1))).toEqual([]);
});

/** Examples that break each rule. A rule that cannot fail protects nothing. */
const offences: Readonly<Record<RuleName, readonly (readonly [path: string, text: string])[]>> = {
  'the domain imports the domain and the library that knows phone numbers': [
    ['domain/x.ts', `import { randomUUID } from 'node:crypto';`],
    ['domain/x.ts', `import type { Clock } from '../application/ports/clock.js';`],
    ['domain/message/x.ts', `export { y } from '../../adapters/http/validate.js';`],
    ['domain/x.ts', `import 'reflect-metadata';`],
  ],
  'the application imports the domain, itself and Node, and Nest only in its modules': [
    ['application/x.ts', `import { Injectable } from '@nestjs/common';`],
    ['application/sending/x.ts', `import { LRUCache } from 'lru-cache';`],
    ['application/x.module.ts', `import { A } from '../adapters/http/http.module.js';`],
    ['application/x.ts', `const a = await import('../config.js');`],
  ],
  'an adapter never imports another adapter': [
    ['adapters/http/x.ts', `import { pino } from '../logging/pino-logger.js';`],
    ['adapters/postgres/x.ts', `import { A } from '../key-store/table-key-store.js';`],
    ['adapters/metrics/x.ts', `import type { A } from '../http/validate.js';`],
    ['adapters/event-store/sqlite/x.ts', `import { A } from '../memory/memory-event-store.js';`],
    [
      'adapters/read-model/copies/sqlite/x.ts',
      `import { A } from '../../../event-store/event-codec.js';`,
    ],
    [
      'adapters/read-model/copies/sqlite/x.ts',
      `import { A } from '../postgres/postgres-table-set.js';`,
    ],
    [
      'adapters/http/x.ts',
      `new Worker(new URL('../event-store/sqlite/ledger-writer.worker.js', import.meta.url))`,
    ],
  ],
  'an adapter imports nothing of ours but the domain, the application and itself': [
    ['adapters/http/x.ts', `import { parseConfig } from '../../config.js';`],
    ['adapters/vonage/x.ts', `import { startStandIn } from '../../demo/stand-in.js';`],
  ],
  'only the demonstration knows the sandbox': [
    ['service.ts', `import { startSandbox } from 'vonage-sandbox';`],
  ],
  'only the composition knows several sides': [
    ['tools/x.ts', `import { A } from '../adapters/http/http.module.js';`],
  ],
  'nothing imports the composition but the composition': [
    ['application/x.ts', `import { startService } from '../service.js';`],
  ],
  'there are no barrels': [
    ['domain/index.ts', ''],
    ['main.ts', `import { A } from './domain/index.js';`],
  ],
};

it.each(
  Object.entries(offences).flatMap(([rule, files]) =>
    files.map(([path, text]) => [rule as RuleName, path, text] as const),
  ),
)('notices when it is not so that %s: %s with %s', (rule, path, text) => {
  expect(violations(rule, [readImports(path, text)])).toHaveLength(1);
});

it.each([
  ['adapters/event-store/sqlite/x.ts', `import { A } from '../event-codec.js';`],
  ['adapters/key-store/postgres/x.ts', `import { A } from '../../postgres/new-pool.js';`],
  ['adapters/read-model/copies/sqlite/x.ts', `import { A } from '../../tables.js';`],
  ['adapters/read-model/messages/x.ts', `import { A } from '../copies/catalog.js';`],
  ['adapters/event-store/x.module.ts', `import { A } from './sqlite/sqlite-event-store.js';`],
  ['domain/phone-number.ts', `import { A } from 'libphonenumber-js/core';`],
  ['application/x.module.ts', `import { Module } from '@nestjs/common';`],
  ['demo/x.ts', `import { startSandbox } from 'vonage-sandbox';`],
])('allows %s to %s', (path, text) => {
  const broken = (Object.keys(rules) as RuleName[]).filter(
    (rule) => violations(rule, [readImports(path, text)]).length > 0,
  );
  expect(broken).toEqual([]);
});

/** Finds imports that leave the package, so that it agrees with the service only by accident. */
const leavesPackage = ({ path, imports }: SourceFile): readonly string[] =>
  imports
    .filter((name) => name !== '../package.json')
    .filter(
      (name) => name.startsWith('..') || !/^(?:node:.*|ajv|fflate|.*\.(?:ts|json))$/.test(name),
    )
    .map((name) => `${path} imports ${name}`);

it('the sandbox imports only itself, Node, its validator and its packer', async () => {
  const files = await readSources(
    fileURLToPath(new URL('../packages/vonage-sandbox/src', import.meta.url)),
  );
  expect(files.length).toBeGreaterThan(20);
  expect(files.flatMap(leavesPackage)).toEqual([]);
  const offence = `import { parseClientRef } from '../../../../src/domain/message/client-ref.js';`;
  expect(leavesPackage(readImports('api/x.ts', offence))).toHaveLength(1);
});

/** Tests and benchmarks share `testing`, so that a change for the one never breaks the other. */
const apart: Readonly<Record<string, readonly string[]>> = {
  bench: ['test'],
  test: ['bench'],
  testing: ['test', 'bench'],
};

const importsFrom = (folders: readonly string[], { path, imports }: SourceFile): string[] =>
  imports
    .filter((name) => folders.some((folder) => name.startsWith(`../${folder}/`)))
    .map((name) => `${path} imports ${name}`);

it.each(Object.entries(apart))('%s imports nothing of %j', async (folder, forbidden) => {
  const files = await readSources(fileURLToPath(new URL(`../${folder}`, import.meta.url)));
  expect(files.length).toBeGreaterThan(10);
  expect(files.flatMap((file) => importsFrom(forbidden, file))).toEqual([]);
  expect(crowdedFoldersIn(files.map(({ path }) => path))).toEqual([]);
  const offence = `import { A } from '../../${forbidden[0] ?? ''}/a.js';`;
  expect(importsFrom(forbidden, readImports('x/y.ts', offence))).toHaveLength(1);
});
