/** One fault of a request, in the words of Vonage's `invalid_parameters`. */
export interface Fault {
  readonly name: string;
  readonly reason: string;
}

/** Returns all faults of a value; an absent value is `undefined`. */
export type Rule = (value: unknown, name: string) => readonly Fault[];

export type Fields = Readonly<Record<string, Rule>>;

export type Json = Readonly<Record<string, unknown>>;

export const isJsonObject = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Replaces fields of a body; null removes one. */
export const withFields = (body: Json, fields: Json): Json =>
  Object.fromEntries(
    Object.entries({ ...body, ...fields }).filter(([name]) => fields[name] !== null),
  );

const fault = (name: string, reason: string): readonly Fault[] => [{ name, reason }];

const required =
  (rule: Rule): Rule =>
  (value, name) =>
    value === undefined ? fault(name, 'is required') : rule(value, name);

export const optional =
  (rule: Rule): Rule =>
  (value, name) =>
    value === undefined ? [] : rule(value, name);

/** Counts the length in UTF-16 units, as JSON Schema validators in most languages do. */
export const text = ({ min = 1, max = Infinity }: { min?: number; max?: number } = {}): Rule =>
  required((value, name) => {
    if (typeof value !== 'string') return fault(name, 'must be a string');
    if (value.length < min) return fault(name, `must have at least ${min} characters`);
    if (value.length > max) return fault(name, `must have at most ${max} characters`);
    return [];
  });

export const matching = (pattern: RegExp, reason: string): Rule =>
  required((value, name) =>
    typeof value === 'string' && pattern.test(value) ? [] : fault(name, reason),
  );

export const oneOf = (...allowed: readonly string[]): Rule =>
  required((value, name) =>
    typeof value === 'string' && allowed.includes(value)
      ? []
      : fault(name, `must be one of ${allowed.map((word) => `\`${word}\``).join(', ')}`),
  );

export const integer = (min: number, max: number): Rule =>
  required((value, name) =>
    Number.isInteger(value) && Number(value) >= min && Number(value) <= max
      ? []
      : fault(name, `must be an integer between ${min} and ${max}`),
  );

/** A number that is written as a string, as Viber's options are. */
export const integerText = (min: number, max: number): Rule =>
  required((value, name) =>
    typeof value === 'string' && /^\d+$/.test(value) && Number(value) >= min && Number(value) <= max
      ? []
      : fault(name, `must be a string that holds an integer between ${min} and ${max}`),
  );

export const number = (min: number, max: number): Rule =>
  required((value, name) =>
    typeof value === 'number' && value >= min && value <= max
      ? []
      : fault(name, `must be a number between ${min} and ${max}`),
  );

export const boolean: Rule = required((value, name) =>
  typeof value === 'boolean' ? [] : fault(name, 'must be true or false'),
);

export const webAddress: Rule = required((value, name) =>
  typeof value === 'string' && /^https?:\/\//i.test(value) && URL.canParse(value)
    ? []
    : fault(name, 'must be an http or https URL'),
);

export const nullable =
  (rule: Rule): Rule =>
  (value, name) =>
    value === null ? [] : rule(value, name);

/** Unknown fields pass: Vonage's schemas do not forbid them. */
export const object = (fields: Fields): Rule =>
  required((value, name) => {
    if (!isJsonObject(value)) return fault(name, 'must be an object');
    return Object.entries(fields).flatMap(([field, rule]) =>
      rule(value[field], name === '' ? field : `${name}.${field}`),
    );
  });

/** Like `object`, but an unknown field is a fault, because nothing would read it. */
export const strictObject = (fields: Fields): Rule =>
  required((value, name) => {
    if (!isJsonObject(value)) return fault(name, 'must be an object');
    const unknown = Object.keys(value).filter((field) => !Object.hasOwn(fields, field));
    return [
      ...object(fields)(value, name),
      ...unknown.map((field) => ({
        name: name === '' ? field : `${name}.${field}`,
        reason: 'is not known',
      })),
    ];
  });

export const listOf = (rule: Rule, { min = 0, max = Infinity } = {}): Rule =>
  required((value, name) => {
    if (!Array.isArray(value)) return fault(name, 'must be an array');
    if (value.length < min) return fault(name, `must have at least ${min} items`);
    if (value.length > max) return fault(name, `must have at most ${max} items`);
    return value.flatMap((item, index) => rule(item, `${name}[${index}]`));
  });
