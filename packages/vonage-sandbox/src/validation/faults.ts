import type { ErrorObject, ValidateFunction } from 'ajv';

/** One thing that is wrong with a request, in the form of Vonage's `invalid_parameters`. */
export interface Fault {
  readonly name: string;
  readonly reason: string;
}

/** The errors of a body; empty when the schema is met. */
export const errorsOf = (validate: ValidateFunction, body: unknown): readonly ErrorObject[] =>
  validate(body) ? [] : (validate.errors ?? []);

/** Names every faulty parameter once, by the first error about it. */
export function faultsOf(errors: readonly ErrorObject[]): readonly Fault[] {
  const faults = new Map<string, string>();
  for (const error of errors) {
    const name = nameOf(error);
    if (!SUMMARIES.has(error.keyword) && !faults.has(name)) faults.set(name, reasonOf(error));
  }
  return [...faults].map(([name, reason]) => ({ name, reason }));
}

/** Keywords whose errors only sum up other errors. */
const SUMMARIES: ReadonlySet<string> = new Set(['discriminator', 'if']);

/** `failover[1].to`: the path as Vonage writes it. */
function nameOf({ instancePath, params }: ErrorObject): string {
  const field: unknown = params['missingProperty'] ?? params['additionalProperty'];
  const path = instancePath.split('/').slice(1);
  return [...path, ...(typeof field === 'string' ? [field] : [])]
    .map((part) => (/^\d+$/.test(part) ? `[${part}]` : `.${part}`))
    .join('')
    .replace(/^\./, '');
}

function reasonOf(error: ErrorObject): string {
  const { type } = error.parentSchema ?? {};
  const mayBeNull = Array.isArray(type) && type.includes('null');
  return mayBeNull ? `${demandOf(error)}, or null` : demandOf(error);
}

function demandOf({ keyword, params, parentSchema = {} }: ErrorObject): string {
  const { description, minimum, maximum } = parentSchema;
  if (keyword === 'required') return 'is required';
  if (keyword === 'additionalProperties') return 'is not known';
  if (/^min(?:Length|Items)$/.test(keyword) && params['limit'] === 1) return 'must not be empty';
  if (description !== undefined) return `must be ${description}`;
  if (minimum !== undefined && maximum !== undefined) {
    return `must be ${typeWords(parentSchema['type'])} between ${minimum} and ${maximum}`;
  }
  switch (keyword) {
    case 'type':
      return `must be ${typeWords(params['type'])}`;
    case 'enum':
      return `must be one of ${(params['allowedValues'] as readonly unknown[]).map((value) => `\`${String(value)}\``).join(', ')}`;
    case 'minLength':
      return `must have at least ${params['limit']} characters`;
    case 'maxLength':
      return `must have at most ${params['limit']} characters`;
    case 'minItems':
      return `must have at least ${params['limit']} items`;
    case 'maxItems':
      return `must have at most ${params['limit']} items`;
    default:
      return 'has an invalid value';
  }
}

const words: Readonly<Record<string, string>> = {
  array: 'an array',
  boolean: 'true or false',
  integer: 'an integer',
  null: 'null',
  number: 'a number',
  object: 'an object',
  string: 'a string',
};

const typeWords = (types: unknown): string =>
  [types]
    .flat()
    .filter((type) => type !== 'null')
    .map((type) => words[String(type)])
    .join(' or ');
