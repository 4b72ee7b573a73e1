import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { extname, join } from 'node:path';

/** A file of the window, with the forms in which a browser may take it. */
export interface WindowFile {
  readonly type: string;
  readonly etag: string;
  readonly plain: Buffer;
  readonly br: Buffer | undefined;
  readonly gzip: Buffer | undefined;
}

const types: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.woff2': 'font/woff2',
  '.txt': 'text/plain; charset=utf-8',
};

/** Reads the built window into memory: it is small, and no request then reaches the file system. */
export function readWindowFiles(directory: string): ReadonlyMap<string, WindowFile> {
  const names = readdirSync(directory, { recursive: true, encoding: 'utf8' });
  const read = (name: string): Buffer | undefined =>
    names.includes(name) ? readFileSync(join(directory, name)) : undefined;
  return new Map(
    names.flatMap((name): readonly (readonly [string, WindowFile])[] => {
      const type = types[extname(name)];
      if (type === undefined) return [];
      const plain = readFileSync(join(directory, name));
      const etag = `"${createHash('sha256').update(plain).digest('base64url').slice(0, 22)}"`;
      return [[name, { type, etag, plain, br: read(`${name}.br`), gzip: read(`${name}.gz`) }]];
    }),
  );
}
