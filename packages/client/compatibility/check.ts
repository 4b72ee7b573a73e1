import { copyFile, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { breakingChanges } from './breaking-changes.js';

// `npm run check:api`: compares docs/openapi.json with the document of the last release. `-- --release` makes it the
// document of the release.

const docs = join(import.meta.dirname, '../../../docs');
const released = join(docs, 'openapi.released.json');
const current = join(docs, 'openapi.json');

if (process.argv.includes('--release')) {
  await copyFile(current, released);
  process.stdout.write('docs/openapi.released.json is docs/openapi.json now.\n');
} else {
  const found = breakingChanges(await read(released), await read(current));
  for (const change of found) process.stdout.write(`${change}\n`);
  if (found.length > 0) {
    process.stdout.write(
      `${found.length} changes of docs/openapi.json break callers of the last release. Keep what they use beside the new, ` +
        'or release a new major version and run `npm run check:api -- --release`.\n',
    );
    process.exitCode = 1;
  }
}

async function read(path: string): Promise<Readonly<Record<string, unknown>>> {
  return JSON.parse(await readFile(path, 'utf8')) as Readonly<Record<string, unknown>>;
}
