import { ArrayMaxSize, getMetadataStorage, IsArray } from 'class-validator';

/** A class whose decorated properties are the fields of a JSON object. */
export type DtoClass<Dto extends object> = new () => Dto;

/** A field that holds objects of another DTO. */
interface ListField {
  readonly type: () => DtoClass<object>;
  readonly itemsMax: number;
}

/** By name: every field of a DTO, with its list where it holds objects. */
export type Shape = ReadonlyMap<string, ListField | undefined>;

/** By the prototype that a decorator is given. */
const lists = new Map<object, Map<string, ListField>>();
const shapes = new Map<DtoClass<object>, Shape>();

/** The field is a list of objects, each of which must have the form of a DTO. */
export const ListOf =
  (type: () => DtoClass<object>, itemsMax: number): PropertyDecorator =>
  (prototype, property) => {
    IsArray()(prototype, property);
    ArrayMaxSize(itemsMax)(prototype, property);
    const fields = lists.get(prototype) ?? new Map<string, ListField>();
    lists.set(prototype, fields.set(String(property), { type, itemsMax }));
  };

/** The fields that some decorator of the class checks. */
export function shapeOf(type: DtoClass<object>): Shape {
  const known = shapes.get(type);
  if (known !== undefined) return known;
  const checks = getMetadataStorage().getTargetValidationMetadatas(type, '', false, false);
  const listFields = lists.get(type.prototype as object);
  const shape = new Map(
    checks.map(({ propertyName }) => [propertyName, listFields?.get(propertyName)]),
  );
  shapes.set(type, shape);
  return shape;
}
