import { readdir, readFile } from 'node:fs/promises';
import { dirname, join, normalize } from 'node:path';

export interface SourceFile {
  /** The path relative to the sources, for example `domain/report.ts`. */
  readonly path: string;
  /** Paths relative to the sources for our own files, otherwise the name of the package or of Node's module. */
  readonly imports: readonly string[];
}

const importing =
  /(?:^|\n)\s*(?:import|export)\s[^'";]*?from\s*['"]([^'"]+)['"]|import\(\s*['"]([^'"]+)['"]\s*\)|(?:^|\n)\s*import\s*['"]([^'"]+)['"]|new URL\(\s*[`'"](\.[^`'"]+)[`'"]/g;

/** Reads a source's references: imports of values and types, re-exports, imports at run time, and workers. */
export function readImports(path: string, text: string): SourceFile {
  const imports = [...text.matchAll(importing)].flatMap(([, from, late, bare, url]) => {
    const name = from ?? late ?? bare ?? url;
    if (name === undefined) return [];
    if (!name.startsWith('.')) return [name];
    return [normalize(join(dirname(path), name)).replace(/\.(?:js|\$\{extension\})$/, '.ts')];
  });
  return { path, imports };
}

export async function readSources(directory: string): Promise<readonly SourceFile[]> {
  const names = await readdir(directory, { recursive: true });
  const paths = names.filter((name) => name.endsWith('.ts')).toSorted((a, b) => (a < b ? -1 : 1));
  return Promise.all(
    paths.map(async (path) => readImports(path, await readFile(join(directory, path), 'utf8'))),
  );
}
