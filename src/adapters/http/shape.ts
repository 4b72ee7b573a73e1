import { ArrayMaxSize, getMetadataStorage, IsArray, IsObject } from 'class-validator';

/** A class whose decorated properties are the fields of a JSON object. */
export type DtoClass<Dto extends object> = new () => Dto;

/** A field that holds objects of another DTO. */
interface NestedField {
  readonly type: () => DtoClass<object>;
  /** Limit of the items of a list; undefined for a single object. */
  readonly itemsMax?: number;
}

/** All fields of a DTO by name, with the nested field for an object or a list of objects. */
export type Shape = ReadonlyMap<string, NestedField | undefined>;

/** Nested fields by the prototype that a decorator is given. */
const nested = new Map<object, Map<string, NestedField>>();
const shapes = new Map<DtoClass<object>, Shape>();

/** The field is a list of objects, each of which must have the form of a DTO. */
export const ListOf =
  (type: () => DtoClass<object>, itemsMax: number): PropertyDecorator =>
  (prototype, property) => {
    IsArray()(prototype, property);
    ArrayMaxSize(itemsMax)(prototype, property);
    nest(prototype, property, { type, itemsMax });
  };

/** The field is an object that must have the form of a DTO. */
export const ObjectOf =
  (type: () => DtoClass<object>): PropertyDecorator =>
  (prototype, property) => {
    IsObject()(prototype, property);
    nest(prototype, property, { type });
  };

function nest(prototype: object, property: string | symbol, field: NestedField): void {
  const fields = nested.get(prototype) ?? new Map<string, NestedField>();
  nested.set(prototype, fields.set(String(property), field));
}

/** Returns the fields that any decorator of the class checks. */
export function shapeOf(type: DtoClass<object>): Shape {
  const known = shapes.get(type);
  if (known !== undefined) return known;
  const checks = getMetadataStorage().getTargetValidationMetadatas(type, '', false, false);
  const nestedFields = nested.get(type.prototype as object);
  const shape = new Map(
    checks.map(({ propertyName }) => [propertyName, nestedFields?.get(propertyName)]),
  );
  shapes.set(type, shape);
  return shape;
}
