export type Json = Readonly<Record<string, unknown>>;

export const isJsonObject = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Replaces fields of a body; null removes one. */
export const withFields = (body: Json, fields: Json): Json =>
  Object.fromEntries(
    Object.entries({ ...body, ...fields }).filter(([name]) => fields[name] !== null),
  );
