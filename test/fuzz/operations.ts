/** A parameter of an operation, with the fields that the fuzzer reads. */
export interface Parameter {
  readonly name: string;
  readonly in: 'path' | 'query' | 'header';
  readonly schema: Schema;
}

export interface Operation {
  readonly route: string;
  readonly method: string;
  readonly parameters: readonly Parameter[];
  /** Bodies that match the schema; undefined where the operation takes none. */
  readonly sampleBodies: readonly unknown[];
}

interface Schema {
  readonly $ref?: string;
  readonly type?: 'array' | 'boolean' | 'integer' | 'number' | 'object' | 'string';
  readonly enum?: readonly unknown[];
  readonly example?: unknown;
  readonly default?: unknown;
  readonly minimum?: number;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly items?: Schema;
}

interface BodyContent {
  readonly schema?: Schema;
  readonly examples?: Readonly<Record<string, { readonly value: unknown }>>;
}

interface DescribedOperation {
  readonly parameters?: readonly Parameter[];
  readonly requestBody?: { readonly content: Readonly<Record<string, BodyContent>> };
}

export interface OpenApiDocument {
  readonly paths: Readonly<Record<string, Readonly<Record<string, DescribedOperation>>>>;
  readonly components: { readonly schemas: Readonly<Record<string, Schema>> };
}

/** Returns every operation in the service's OpenAPI document. */
export function operationsOf(document: OpenApiDocument): readonly Operation[] {
  const { schemas } = document.components;
  return Object.entries(document.paths).flatMap(([route, methods]) =>
    Object.entries(methods).map(([method, described]) => ({
      route,
      method: method.toUpperCase(),
      parameters: described.parameters ?? [],
      sampleBodies: Object.values(described.requestBody?.content ?? {}).flatMap((content) =>
        sampleBodies(content, schemas),
      ),
    })),
  );
}

function sampleBodies(content: BodyContent, schemas: Schemas): readonly unknown[] {
  const examples = Object.values(content.examples ?? {}).map(({ value }) => value);
  return content.schema === undefined ? examples : [...examples, sampleOf(content.schema, schemas)];
}

type Schemas = OpenApiDocument['components']['schemas'];

const REF_PREFIX = '#/components/schemas/';

/** Returns a value that the schema allows, with all optional fields. */
export function sampleOf(schema: Schema, schemas: Schemas): unknown {
  if (schema.$ref !== undefined) {
    return sampleOf(schemas[schema.$ref.slice(REF_PREFIX.length)] ?? {}, schemas);
  }
  const given = schema.example ?? schema.enum?.[0] ?? schema.default;
  if (given !== undefined) return given;
  const type = schema.type ?? 'string';
  switch (type) {
    case 'array':
      return [sampleOf(schema.items ?? {}, schemas)];
    case 'boolean':
      return true;
    case 'integer':
    case 'number':
      return schema.minimum ?? 1;
    case 'object':
      return Object.fromEntries(
        Object.entries(schema.properties ?? {}).map(([name, inner]) => [
          name,
          sampleOf(inner, schemas),
        ]),
      );
    case 'string':
      return 'a text';
  }
}
