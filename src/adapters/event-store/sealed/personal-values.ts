/** Stands in the stored text for a value that is in the sealed box. */
export const SEALED = 'sealed';
/** A path of `FieldPath`, split at its dots. */
export type SplitPath = readonly string[];

export const splitPath = (path: string): SplitPath => path.split('.');

type Fields = Record<string, unknown>;

/**
 * Returns a copy of `content` in which `SEALED` stands for each personal value. A value that is null stays null.
 * @param values gets the values, in the order in which `putBack` asks for them
 */
export function takeOut(
  content: Readonly<Fields>,
  paths: readonly SplitPath[],
  values: unknown[],
): Readonly<Fields> {
  if (paths.length === 0) return content;
  const copy = { ...content };
  const seal = (value: unknown): string => {
    values.push(value);
    return SEALED;
  };
  for (const path of paths) exchange(copy, content, path, 0, seal);
  return copy;
}

/**
 * Writes values into an object of one's own.
 * @param next is asked once for each place
 * @param shared holds parts of `content` too; they stay as they are
 */
export function putBack(
  content: Fields,
  paths: readonly SplitPath[],
  next: () => unknown,
  shared?: Readonly<Fields>,
): void {
  for (const path of paths) exchange(content, shared, path, 0, next);
}

/**
 * Exchanges the values at a path of `own`.
 * @param shared the object of which `own` is a copy: a part that both still hold is copied once, before it is changed
 */
function exchange(
  own: Fields,
  shared: Readonly<Fields> | undefined,
  path: SplitPath,
  depth: number,
  by: (value: unknown) => unknown,
): void {
  const step = path[depth] ?? '';
  const names = step !== '*' ? [step] : Array.isArray(own) ? Object.keys(own) : [];
  for (const name of names) {
    const value = own[name];
    if (value === null || value === undefined) continue;
    if (depth === path.length - 1) own[name] = by(value);
    else if (typeof value === 'object') {
      const before = shared?.[name];
      if (before === value) own[name] = Array.isArray(value) ? [...value] : { ...value };
      exchange(own[name] as Fields, before as Fields | undefined, path, depth + 1, by);
    }
  }
}
