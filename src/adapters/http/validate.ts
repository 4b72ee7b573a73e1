import { plainToInstance, type ClassConstructor } from 'class-transformer';
import { validateSync, type ValidationError } from 'class-validator';
import { InvalidRequest, type Fault } from '../../application/errors.js';

/** How deep a request of ours can be, and some. */
const DEPTH_MAX = 5;

/**
 * Checks the form of a body against a DTO and names every fault, each with a JSON pointer to its place.
 * The class is named at the call: decorator metadata would be lost in silence by an `import type`.
 * @throws InvalidRequest when the body is not even an object
 */
export function inspect<Dto extends object>(
  expectedType: ClassConstructor<Dto>,
  body: unknown,
): { readonly dto: Dto; readonly faults: readonly Fault[] } {
  if (typeof body !== 'object' || body === null || Array.isArray(body)) {
    throw new InvalidRequest([{ pointer: '', detail: 'The body must be a JSON object.' }]);
  }
  const dto = plainToInstance(expectedType, body);
  const errors = validateSync(dto, {
    whitelist: true,
    forbidNonWhitelisted: true,
    forbidUnknownValues: true,
    // Of one field the first fault says enough; decorators are checked from the lowest up.
    stopAtFirstError: true,
    validationError: { target: false, value: true },
  });
  return { dto, faults: faultsOf(errors, '', DEPTH_MAX) };
}

/** The same for who needs nothing more than the form. @throws InvalidRequest */
export function validate<Dto extends object>(
  expectedType: ClassConstructor<Dto>,
  body: unknown,
): Dto {
  const { dto, faults } = inspect(expectedType, body);
  if (faults.length > 0) throw new InvalidRequest(faults);
  return dto;
}

const faultsOf = (errors: readonly ValidationError[], at: string, depth: number): Fault[] =>
  errors.flatMap(({ property, value, constraints = {}, children = [] }) => {
    const pointer = `${at}/${property.replaceAll('~', '~0').replaceAll('/', '~1')}`;
    const own = Object.entries(constraints).map(([constraint, message]) => ({
      pointer,
      detail: `${pointer.slice(1)} ${predicateOf(constraint, message, property, value)}`,
    }));
    return depth === 0 ? own : [...own, ...faultsOf(children, pointer, depth - 1)];
  });

/** What is wrong with a field, for a person, after the field's name. Never quotes the value. */
function predicateOf(
  constraint: string,
  message: string,
  property: string,
  value: unknown,
): string {
  if (constraint === 'whitelistValidation') return 'is no field here';
  if (constraint === 'nestedValidation') return 'must be an object';
  if (value === undefined) return 'is missing';
  const predicate = message.startsWith(`${property} `)
    ? message.slice(property.length + 1)
    : message;
  return predicate.replace('one of the following values:', 'one of');
}

/**
 * Reads several parts of a request, so that the faults of all of them are named at once.
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
      faults.push(...error.faults);
      return undefined;
    }
  });
  if (faults.length > 0) throw new InvalidRequest(faults);
  return parts as unknown as Parts;
}
