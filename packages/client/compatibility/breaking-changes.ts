/** A JSON value of an OpenAPI document. */
type Json = Readonly<Record<string, unknown>>;

/**
 * Finds the changes of an OpenAPI document that break callers: something that they use is gone, or something new is asked
 * of them. Additions pass. It knows the parts of OpenAPI 3.1 that the document of this service uses.
 */
export function breakingChanges(before: Json, after: Json): readonly string[] {
  return new Comparison(before, after).run();
}

const METHODS = ['get', 'put', 'post', 'delete', 'patch', 'head', 'options'];

/** `request`: callers send it. `answer`: callers read it. */
type Direction = 'request' | 'answer';

class Comparison {
  private readonly found: string[] = [];
  /** Pairs of named schemas that are compared already: schemas may contain themselves. */
  private readonly compared = new Set<string>();

  constructor(
    private readonly before: Json,
    private readonly after: Json,
  ) {}

  run(): readonly string[] {
    const after = objectIn(this.after, 'paths');
    for (const [path, operations] of entriesIn(this.before, 'paths')) {
      for (const method of METHODS) {
        const operation = operations[method];
        if (operation === undefined) continue;
        const where = `${method.toUpperCase()} ${path}`;
        const now = objectIn(after, path)[method];
        if (now === undefined) this.found.push(`${where}: the route is gone`);
        else this.compareOperation(operation as Json, now as Json, where);
      }
    }
    return this.found;
  }

  private compareOperation(before: Json, after: Json, where: string): void {
    this.compareParameters(before, after, where);
    this.compareBody(before, after, where);
    const answers = objectIn(after, 'responses');
    for (const [status, answer] of entriesIn(before, 'responses')) {
      if (!status.startsWith('2')) continue;
      const now = answers[status];
      if (now === undefined) this.found.push(`${where}: answers ${status} no more`);
      else this.compareContent(answer, now as Json, `${where} ${status}`, 'answer');
    }
  }

  private compareParameters(before: Json, after: Json, where: string): void {
    const known = parametersOf(before);
    const now = parametersOf(after);
    for (const [name, parameter] of known) {
      const other = now.get(name);
      if (other === undefined) {
        this.found.push(`${where}: the parameter ${name} is gone`);
        continue;
      }
      if (other['required'] === true && parameter['required'] !== true) {
        this.found.push(`${where}: the parameter ${name} is required now`);
      }
      this.compareSchemas(
        objectIn(parameter, 'schema'),
        objectIn(other, 'schema'),
        `${where} parameter ${name}`,
        'request',
      );
    }
    for (const [name, parameter] of now) {
      if (!known.has(name) && parameter['required'] === true) {
        this.found.push(`${where}: the new parameter ${name} is required`);
      }
    }
  }

  private compareBody(before: Json, after: Json, where: string): void {
    const known = objectIn(before, 'requestBody');
    const now = objectIn(after, 'requestBody');
    if (now['required'] === true && known['required'] !== true) {
      this.found.push(`${where}: a body is required now`);
    }
    if (before['requestBody'] !== undefined && after['requestBody'] === undefined) {
      this.found.push(`${where}: the body is gone`);
      return;
    }
    this.compareContent(known, now, `${where} body`, 'request');
  }

  private compareContent(before: Json, after: Json, where: string, direction: Direction): void {
    const now = objectIn(after, 'content');
    for (const [type, content] of entriesIn(before, 'content')) {
      const other = now[type];
      if (other === undefined) this.found.push(`${where}: ${type} is gone`);
      else {
        const schemas = [objectIn(content, 'schema'), objectIn(other, 'schema')] as const;
        this.compareSchemas(...schemas, where, direction);
      }
    }
  }

  private compareSchemas(before: Json, after: Json, where: string, direction: Direction): void {
    const pair = [before['$ref'], after['$ref'], direction].join(' ');
    if (before['$ref'] !== undefined && after['$ref'] !== undefined) {
      if (this.compared.has(pair)) return;
      this.compared.add(pair);
    }
    const known = resolved(this.before, before);
    const now = resolved(this.after, after);
    if (this.compareAlternatives(known, now, where, direction)) return;
    this.compareTypes(known, now, where);
    this.compareEnums(known, now, where);
    if (direction === 'request') this.compareLimits(known, now, where);
    this.compareProperties(known, now, where, direction);
    if (known['items'] !== undefined && now['items'] !== undefined) {
      this.compareSchemas(known['items'] as Json, now['items'] as Json, `${where}[]`, direction);
    }
  }

  /** Each alternative of before must still be there; further ones are additions. */
  private compareAlternatives(
    before: Json,
    after: Json,
    where: string,
    direction: Direction,
  ): boolean {
    const [known, now] = [alternativesOf(before), alternativesOf(after)];
    if (known.length < 2 && now.length < 2) return false;
    for (const one of known) {
      const faults = now.map((other) => this.faultsBetween(one, other, where, direction));
      const [fewest] = faults.toSorted((left, right) => left.length - right.length);
      this.found.push(...(fewest ?? [`${where}: an alternative is gone`]));
    }
    return true;
  }

  private faultsBetween(
    before: Json,
    after: Json,
    where: string,
    direction: Direction,
  ): readonly string[] {
    const inner = new Comparison(this.before, this.after);
    for (const pair of this.compared) inner.compared.add(pair);
    inner.compareSchemas(before, after, where, direction);
    return inner.found;
  }

  private compareTypes(before: Json, after: Json, where: string): void {
    const [known, now] = [typesOf(before), typesOf(after)];
    if (known.length === 0 || now.length === 0) return;
    for (const type of known) {
      if (now.includes(type) || (type === 'integer' && now.includes('number'))) continue;
      this.found.push(`${where}: was ${type} and is ${now.join(' or ')}`);
    }
  }

  private compareEnums(before: Json, after: Json, where: string): void {
    const [known, now] = [valuesOf(before), valuesOf(after)];
    if (now === undefined) return;
    if (known === undefined) {
      if (typesOf(before).length > 0) this.found.push(`${where}: only some values are left`);
      return;
    }
    for (const value of known) {
      if (!now.includes(value)) this.found.push(`${where}: the value ${String(value)} is gone`);
    }
  }

  private compareLimits(before: Json, after: Json, where: string): void {
    for (const [limit, sign] of limits) {
      const [known, now] = [before[limit], after[limit]];
      if (typeof now !== 'number') continue;
      const isStricter = typeof known !== 'number' || (now - known) * sign < 0;
      if (isStricter) this.found.push(`${where}: ${limit} is ${now} now`);
    }
    if (after['pattern'] !== undefined && after['pattern'] !== before['pattern']) {
      this.found.push(`${where}: the pattern is another`);
    }
  }

  private compareProperties(before: Json, after: Json, where: string, direction: Direction): void {
    const now = objectIn(after, 'properties');
    const [wasRequired, isRequired] = [requiredOf(before), requiredOf(after)];
    for (const [name, schema] of entriesIn(before, 'properties')) {
      const other = now[name];
      if (other === undefined) {
        this.found.push(`${where}: ${name} is gone`);
        continue;
      }
      if (direction === 'answer' && wasRequired.has(name) && !isRequired.has(name)) {
        this.found.push(`${where}: ${name} may be missing now`);
      }
      this.compareSchemas(schema, other as Json, `${where} ${name}`, direction);
    }
    if (direction !== 'request') return;
    for (const name of isRequired) {
      if (!wasRequired.has(name)) this.found.push(`${where}: ${name} is required now`);
    }
  }
}

/** A limit and the direction in which it may move. */
const limits: readonly (readonly [string, 1 | -1])[] = [
  ['maximum', 1],
  ['maxLength', 1],
  ['maxItems', 1],
  ['minimum', -1],
  ['minLength', -1],
  ['minItems', -1],
];

const objectIn = (value: unknown, name: string): Json => {
  const inner = (value as Json | undefined)?.[name];
  return typeof inner === 'object' && inner !== null ? (inner as Json) : {};
};

const entriesIn = (value: Json, name: string): readonly (readonly [string, Json])[] =>
  Object.entries(objectIn(value, name)) as [string, Json][];

const parametersOf = (operation: Json): ReadonlyMap<string, Json> =>
  new Map(
    ((operation['parameters'] ?? []) as readonly Json[]).map((parameter) => [
      `${String(parameter['in'])} ${String(parameter['name'])}`,
      parameter,
    ]),
  );

const alternativesOf = (schema: Json): readonly Json[] =>
  (schema['anyOf'] ?? schema['oneOf'] ?? [schema]) as readonly Json[];

const typesOf = ({ type, const: fixed, enum: values }: Json): readonly string[] => {
  if (type !== undefined) return (Array.isArray(type) ? type : [type]) as readonly string[];
  const all = fixed === undefined ? ((values ?? []) as readonly unknown[]) : [fixed];
  return [...new Set(all.map((value) => (value === null ? 'null' : typeof value)))];
};

const valuesOf = (schema: Json): readonly unknown[] | undefined =>
  schema['const'] === undefined
    ? (schema['enum'] as readonly unknown[] | undefined)
    : [schema['const']];

const requiredOf = (schema: Json): ReadonlySet<string> =>
  new Set((schema['required'] ?? []) as readonly string[]);

/** Follows a reference into the document, and puts the parts of `allOf` together. */
function resolved(document: Json, schema: Json): Json {
  const reference = schema['$ref'];
  if (typeof reference === 'string') {
    const found = reference
      .slice('#/'.length)
      .split('/')
      .reduce<unknown>((value, name) => (value as Json | undefined)?.[name], document);
    return resolved(document, (found ?? {}) as Json);
  }
  const parts = (schema['allOf'] ?? []) as readonly Json[];
  return parts
    .map((part) => resolved(document, part))
    .reduce<Json>(
      (whole, part) => ({
        ...whole,
        ...part,
        properties: { ...objectIn(whole, 'properties'), ...objectIn(part, 'properties') },
        required: [...requiredOf(whole), ...requiredOf(part)],
      }),
      schema,
    );
}
