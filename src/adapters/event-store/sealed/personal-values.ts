/** Stands in the stored text for a value that is in the sealed box. */
export const SEALED = 'sealed';
/** A path of `FieldPath`, split at its dots. */
export type SplitPath = readonly string[];

export const splitPath = (path: string): SplitPath => path.split('.');

type Json = Readonly<Record<string, unknown>>;

/**
 * Returns a copy of `content` in which `SEALED` stands for each personal value. A value that is null stays null.
 * @param values gets the values, in the order in which `putBack` asks for them
 */
export function takeOut(content: Json, paths: readonly SplitPath[], values: unknown[]): Json {
  if (paths.length === 0) return content;
  const copy: Record<string, unknown> = { ...content };
  for (const path of paths) {
    const name = path[0] ?? '';
    if (name in copy) {
      copy[name] = exchanged(copy[name], path, 1, (value) => {
        values.push(value);
        return SEALED;
      });
    }
  }
  return copy;
}

/** Writes values into a parsed object of which nobody else holds a part. @param next is asked once for each place */
export function putBack(
  content: Record<string, unknown>,
  paths: readonly SplitPath[],
  next: () => unknown,
): void {
  for (const path of paths) {
    const name = path[0] ?? '';
    if (name in content) content[name] = exchanged(content[name], path, 1, next);
  }
}

/** Copies only what it changes. */
function exchanged(
  node: unknown,
  path: SplitPath,
  depth: number,
  exchange: (value: unknown) => unknown,
): unknown {
  if (node === null || node === undefined) return node;
  const name = path[depth];
  if (name === undefined) return exchange(node);
  if (name === '*') {
    return Array.isArray(node)
      ? node.map((item: unknown) => exchanged(item, path, depth + 1, exchange))
      : node;
  }
  const fields = node as Json;
  if (typeof node !== 'object' || !(name in fields)) return node;
  return { ...fields, [name]: exchanged(fields[name], path, depth + 1, exchange) };
}
