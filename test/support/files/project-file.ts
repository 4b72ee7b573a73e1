import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseAllDocuments } from 'yaml';

export const PROJECT = join(import.meta.dirname, '../../..');

export const projectFile = (path: string): string => readFileSync(join(PROJECT, path), 'utf8');

/** Returns the documents of a YAML file; an error names the place that is not YAML. */
export function yamlDocuments(path: string): readonly unknown[] {
  return parseAllDocuments(projectFile(path), { merge: true }).map((document) => {
    const [error] = document.errors;
    if (error !== undefined) throw error;
    return document.toJS() as unknown;
  });
}
