/**
 * The place of a field inside a JSON object: names joined by dots, `*` for every item of an array,
 * for example `fallback.*.to`. A path that the type does not have does not compile.
 */
export type FieldPath<Value> =
  NonNullable<Value> extends readonly (infer Item)[]
    ? '*' | `*.${FieldPath<Item>}`
    : NonNullable<Value> extends object
      ? {
          [Name in keyof NonNullable<Value> & string]:
            Name | `${Name}.${FieldPath<NonNullable<Value>[Name]>}`;
        }[keyof NonNullable<Value> & string]
      : never;
