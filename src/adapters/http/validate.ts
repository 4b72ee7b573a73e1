import { validateSync, type ValidationError } from 'class-validator';
import { furtherFaults, InvalidRequest, type Fault } from '../../application/errors.js';
import { isPlainText, NOT_PLAIN_TEXT } from './plain-text.js';
import { refuseParameters, type RawQuery } from './reporting/query-reader.js';
import { shapeOf, type DtoClass, type Shape } from './shape.js';

/** Longer than the longest text of any field. */
const TEXT_CHARACTERS_MAX = 20_000;
/** Limit of an unknown field's name in an answer. */
const NAME_CHARACTERS_MAX = 64;
/** Of one object: a body can have tens of thousands, and each costs more to tell than to count. */
export const UNKNOWN_FIELDS_NAMED_MAX = 500;

/**
 * Checks the form of a body against a DTO and names every fault, each with a JSON pointer to its place.
 * Takes time in proportion to the body: unknown fields are refused unseen, and nothing is read deeper than
 * the DTO is. `null` means the same as absent.
 * The class is named at the call: decorator metadata would be lost in silence by an `import type`.
 * @throws InvalidRequest when the body is not even an object
 */
export function inspect<Dto extends object>(
  expectedType: DtoClass<Dto>,
  body: unknown,
): { readonly dto: Dto; readonly faults: readonly Fault[] } {
  if (!isObject(body)) {
    throw new InvalidRequest([{ pointer: '', detail: 'The body must be a JSON object.' }]);
  }
  const faults: Fault[] = [];
  const dto = readFields(expectedType, body, '', faults);
  return { dto, faults };
}

/** Faults of meaning. A field whose form has a fault may be of any type, and nothing more is said of it. */
export type Judge<Dto> = (dto: Readonly<Record<keyof Dto, unknown>>) => readonly Fault[];

/** Like `inspect`, but throws. @throws InvalidRequest */
export function validate<Dto extends object>(
  expectedType: DtoClass<Dto>,
  body: unknown,
  judge: Judge<Dto> = () => [],
): Dto {
  const { dto, faults } = inspect(expectedType, body);
  const faulty = new Set(faults.map(({ pointer }) => pointer));
  const all = [...faults, ...judge(dto).filter(({ pointer }) => !faulty.has(pointer))];
  if (all.length > 0) throw new InvalidRequest(all);
  return dto;
}

type Fields = Readonly<Record<string, unknown>>;

const isObject = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Copies the fields that the DTO has, then checks them. @param at JSON pointer to these fields */
function readFields<Dto extends object>(
  expectedType: DtoClass<Dto>,
  fields: Fields,
  at: string,
  faults: Fault[],
): Dto {
  const shape = shapeOf(expectedType);
  // Own names only, so that `constructor` and `__proto__` are unknown fields too.
  const unknown = Object.keys(fields).filter((name) => !shape.has(name));
  for (const name of unknown.slice(0, UNKNOWN_FIELDS_NAMED_MAX)) {
    faults.push(unknownField(at, name));
  }
  const copy: Record<string, unknown> = {};
  for (const name of shape.keys()) {
    const value = Object.hasOwn(fields, name) ? fields[name] : undefined;
    if (value !== undefined && value !== null) copy[name] = shortened(value);
  }
  const dto = Object.assign(new expectedType(), copy);
  const errors = check(dto);
  for (const error of errors) faults.push(faultOf(error, at));
  for (const [name, value] of Object.entries(copy)) {
    if (isPlain(value) || errors.some(({ property }) => property === name)) continue;
    faults.push(faultAt(`${at}/${name}`, NOT_PLAIN_TEXT));
  }
  const nested = nestedOf(shape, copy, at, faults);
  const more = unknown.length - UNKNOWN_FIELDS_NAMED_MAX;
  if (more > 0) faults.push({ pointer: at, detail: furtherFaults(more) });
  return Object.assign(dto, nested);
}

/** Reads the fields that hold objects of another DTO. */
function nestedOf(shape: Shape, copy: Fields, at: string, faults: Fault[]): Fields {
  const read: Record<string, unknown> = {};
  for (const [name, field] of shape) {
    const value = copy[name];
    if (field === undefined) continue;
    if (field.itemsMax === undefined) {
      if (isObject(value)) read[name] = readFields(field.type(), value, `${at}/${name}`, faults);
    } else if (Array.isArray(value) && value.length <= field.itemsMax) {
      read[name] = readItems(field.type(), value, `${at}/${name}`, faults);
    }
  }
  return read;
}

/** Cuts a text that is too long for every field. It stays too long, and is cheaper to check. */
const shortened = (value: unknown): unknown =>
  typeof value === 'string' ? value.slice(0, TEXT_CHARACTERS_MAX) : value;

/** Applies the strictest rule of all stores and channels that a text, or a list of texts, may reach. */
const isPlain = (value: unknown): boolean =>
  (Array.isArray(value) ? value : [value]).every(
    (one) => typeof one !== 'string' || isPlainText(one),
  );

const readItems = (
  type: DtoClass<object>,
  items: readonly unknown[],
  at: string,
  faults: Fault[],
): readonly object[] =>
  items.flatMap((item, index) => {
    const pointer = `${at}/${index}`;
    if (isObject(item)) return readFields(type, item, pointer, faults);
    faults.push(faultAt(pointer, 'must be an object'));
    return [];
  });

/** Reports one fault for each field; decorators are checked from the lowest up. */
const check = (dto: object): readonly ValidationError[] =>
  validateSync(dto, { stopAtFirstError: true, validationError: { target: false, value: true } });

/** A JSON pointer cannot be cut short, so a long name stands beside the pointer of its object. */
export function unknownField(at: string, name: string): Fault {
  if (name.length <= NAME_CHARACTERS_MAX) {
    return faultAt(`${at}/${name.replaceAll('~', '~0').replaceAll('/', '~1')}`, 'is no field here');
  }
  const start = name.slice(0, NAME_CHARACTERS_MAX).toWellFormed();
  return { pointer: at, detail: `${start}… (${name.length} characters) is no field here` };
}

function faultOf({ property, value, constraints = {} }: ValidationError, at: string): Fault {
  const message = Object.values(constraints)[0] ?? 'is not valid';
  return faultAt(
    `${at}/${property}`,
    value === undefined ? 'is missing' : predicateOf(message, property),
  );
}

const faultAt = (pointer: string, predicate: string): Fault => ({
  pointer,
  detail: `${pointer.slice(1)} ${predicate}`,
});

/** Returns the text after the field's name. Never quotes the value. */
const predicateOf = (message: string, property: string): string =>
  message
    .replace(`each value in ${property} `, '')
    .replace(`All ${property}'s elements must be unique`, 'names something twice')
    .replace(new RegExp(`^${property} `), '')
    .replace('one of the following values:', 'one of')
    .replace('should not be empty', 'must name at least one')
    .replace('must be shorter than or equal to', 'must have at most');

/**
 * Reads several parts of a request, and reports the faults of all of them at once.
 * @throws InvalidRequest
 */
export function readTogether<Parts extends readonly unknown[]>(
  ...readers: { readonly [Index in keyof Parts]: () => Parts[Index] }
): Parts {
  const faults: Fault[] = [];
  const parts = readers.map((read) => {
    try {
      return read();
    } catch (error) {
      if (!(error instanceof InvalidRequest)) throw error;
      for (const fault of error.faults) faults.push(fault);
      return undefined;
    }
  });
  if (faults.length > 0) throw new InvalidRequest(faults);
  return parts as unknown as Parts;
}

/** Reads the body of a route that takes no query parameters. @throws InvalidRequest */
export function readBody<Dto extends object>(
  expectedType: DtoClass<Dto>,
  body: unknown,
  query: RawQuery,
  judge?: Judge<Dto>,
): Dto {
  const [dto] = readTogether(
    () => validate(expectedType, body, judge),
    () => refuseParameters(query),
  );
  return dto;
}
