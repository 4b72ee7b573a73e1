import { chmodSync, globSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { basename, dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { compiledSchemas } from './packages/vonage-sandbox/compiled-schemas.js';
import { buildWindow } from './packages/window/build.js';

// `node bundle.js FROM INTO`: puts the compiled modules in FROM and the packages that they use into a few files in
// INTO, with the window beside them. Half of a start would otherwise be spent on finding and reading three thousand files.

const [from, into] = process.argv.slice(2);
if (from === undefined || into === undefined) throw new Error('node bundle.js FROM INTO');

/** The module of each program, by the program's name in the bundle. */
const programs = {
  'main.js': 'main.js',
  'commands/waybill.js': 'commands/waybill.js',
  ...Object.fromEntries(
    ['message', 'operation', 'ledger']
      .flatMap((room) => globSync(`commands/${room}/*.js`, { cwd: from }))
      .filter((path) => readFileSync(join(from, path), 'utf8').includes('await runCommand('))
      .map((path) => [`commands/${basename(path)}`, path]),
  ),
};

/** A package of this repository that has a program, by the program's name in the bundle. */
const packagePrograms = {
  'sandbox/main.js': fileURLToPath(new URL('packages/vonage-sandbox/src/main.ts', import.meta.url)),
};

const CHUNKS = 'chunks';
const PROGRAMS = 'programs';

/** Stay in node_modules. */
const external = [
  // Large, and used by few. Loaded when it is configured.
  '@eventstore/db-client',
  // It serves its own files from where it lies.
  'swagger-ui-dist',
  // As an import of its own it comes before every class with a decorator; bundled, it would come among them.
  'reflect-metadata',
  // Nest and pg try whether these are installed; they are not.
  '@fastify/static',
  '@nestjs/microservices',
  '@nestjs/platform-fastify',
  '@nestjs/websockets',
  'class-transformer',
  'pg-native',
];

// A thread, or a process, is started by the address of a file beside the module that starts it. That module is in a chunk where
// several programs use it, otherwise in the program.
const startedFiles = globSync('**/*.{worker,process}.js', { cwd: from }).map((path) => [
  `${CHUNKS}/${basename(path)}`,
  path,
]);

/** Replaces text in the files whose path matches `filter`. */
const replacing = (name, filter, pattern, replacement) => ({
  name,
  setup({ onLoad }) {
    onLoad({ filter }, ({ path }) => ({
      contents: readFileSync(path, 'utf8').replaceAll(pattern, replacement),
    }));
  },
});

// One character beyond ASCII makes V8 keep the text of a whole file with two bytes a character. esbuild escapes them in
// strings, and not in regular expressions, of which this package has hundreds.
const asciiExpressions = replacing(
  'ascii-expressions',
  /[\\/]node_modules[\\/]validator[\\/].*\.js$/,
  /[^\0-\x7f]/g,
  (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
);

// Nest's loggers create a date format when they are loaded, and this service uses another logger. A date format loads tables
// of languages, which take 6 MB of memory.
const lateFormats = replacing(
  'late-formats',
  /[\\/]@nestjs[\\/]common[\\/]services[\\/].*logger\.service\.js$/,
  /const dateTimeFormatter = (new Intl\.DateTimeFormat\([^;]*\));/g,
  'let format; const dateTimeFormatter = { format: (date) => (format ??= $1).format(date) };',
);

// Errors, logs and the OpenAPI document name classes, and esbuild may rename them. Its option `keepNames` also adds a call
// wherever a function is created, which costs some percent of the processor time of a webhook.
const namedClasses = replacing(
  'named-classes',
  new RegExp(`^${RegExp.escape(resolve(from))}.*\\.js$`),
  /^(?:export )?(?:let \w+ = )?class (\w+)[^{]*\{/gm,
  "$& static { Object.defineProperty(this, 'name', { value: '$1' }); }",
);

rmSync(into, { recursive: true, force: true });
const buildingWindow = buildWindow(join(into, 'window'));
await build({
  entryPoints: [
    ['launch.js', 'launch.js'],
    ...Object.entries(programs).map(([path, module]) => [join(PROGRAMS, path), module]),
    ...Object.entries(packagePrograms).map(([path, source]) => [join(PROGRAMS, path), source]),
    ...startedFiles,
  ].map(([out, path]) => ({
    in: resolve(from, path),
    out: out.replace(/\.js$/, ''),
  })),
  outdir: into,
  bundle: true,
  // What several programs and threads use is in files of its own, so that each loads only what it needs.
  splitting: true,
  chunkNames: `${CHUNKS}/[name]-[hash]`,
  format: 'esm',
  platform: 'node',
  // Packages of this repository are bundled from their sources, without a build of their own.
  conditions: ['vonage-sandbox-source'],
  target: 'node24',
  sourcemap: true,
  // Each thread keeps the text of what it loads: 20 MB less in all. Lines stay short, because stack traces name them.
  minifyWhitespace: true,
  lineLimit: 120,
  external,
  plugins: [compiledSchemas, asciiExpressions, lateFormats, namedClasses],
  // Packages in the older module format ask for Node's own modules by `require`.
  banner: {
    js: "import { createRequire as requireFrom } from 'node:module'; const require = requireFrom(import.meta.url);",
  },
  logLevel: 'warning',
});

// Each program is reached through `launch`, which tells an older Node's user what is missing.
for (const path of [...Object.keys(programs), ...Object.keys(packagePrograms)]) {
  const folder = join(into, dirname(path));
  const toward = (target) => relative(folder, join(into, target)).replace(/^(?!\.)/, './');
  mkdirSync(folder, { recursive: true });
  writeFileSync(
    join(into, path),
    `#!/usr/bin/env node\nimport { launch } from '${toward('launch.js')}';\nawait launch(() => import('${toward(join(PROGRAMS, path))}'));\n`,
  );
  chmodSync(join(into, path), 0o755);
}

await buildingWindow;

const programFolders = new Set(
  Object.keys(programs).map((path) => join(into, PROGRAMS, dirname(path))),
);
for (const folder of programFolders) {
  for (const [path] of startedFiles) {
    writeFileSync(
      join(folder, basename(path)),
      `import '${relative(folder, join(into, path))}';\n`,
    );
  }
}
